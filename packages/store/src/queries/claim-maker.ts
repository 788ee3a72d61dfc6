import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/** Who wants to make executions of a workspace's spans, and until when. */
export interface MakerClaim {
  readonly instanceId: string;
  readonly now: EpochMicros;
  readonly until: EpochMicros;
}

/** Takes or keeps the making of a workspace's executions unless another server is at it; says whether it did. */
export async function claimMaker(sql: Sql, workspaceId: string, claim: MakerClaim): Promise<boolean> {
  const count = await sql.run(
    `INSERT INTO otlp_makers AS m (workspace_id, instance_id, claimed_until) VALUES ($1, $2, $4)
     ON CONFLICT (workspace_id) DO UPDATE SET instance_id = excluded.instance_id, claimed_until = excluded.claimed_until
     WHERE m.claimed_until IS NULL OR m.claimed_until < $3::timestamptz OR m.instance_id = excluded.instance_id`,
    [workspaceId, claim.instanceId, timestamp(claim.now), timestamp(claim.until)],
  );
  return count === 1;
}

/** Lets others have the making of a workspace's executions, if it is this server's. */
export async function releaseMaker(sql: Sql, workspaceId: string, instanceId: string): Promise<void> {
  await sql.run(
    `UPDATE otlp_makers SET instance_id = NULL, claimed_until = NULL WHERE workspace_id = $1 AND instance_id = $2`,
    [workspaceId, instanceId],
  );
}

/** The workspaces that ever took in spans; the owner's. */
export async function listMakers(sql: Sql): Promise<string[]> {
  const rows = await sql.rows('SELECT workspace_id FROM otlp_makers ORDER BY workspace_id');
  return rows.map((row) => row.text('workspace_id'));
}
