import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/** Who wants to run retention in a workspace, and for how long at first. */
export interface RetentionClaim {
  readonly instanceId: string;
  readonly now: EpochMicros;
  readonly until: EpochMicros;
}

/** Begins a run of retention unless another server is at it; says whether it did. */
export async function claimRetention(sql: Sql, workspaceId: string, claim: RetentionClaim): Promise<boolean> {
  const count = await sql.run(
    `INSERT INTO retention_runs AS r
       (workspace_id, instance_id, claimed_until, started_at, ended_at, trimmed, rows_removed, removed)
     VALUES ($1, $2, $4, $3, NULL, 0, 0, 0)
     ON CONFLICT (workspace_id) DO UPDATE SET
       instance_id = excluded.instance_id, claimed_until = excluded.claimed_until, started_at = excluded.started_at,
       ended_at = NULL, trimmed = 0, rows_removed = 0, removed = 0
     WHERE r.claimed_until IS NULL OR r.claimed_until < excluded.started_at OR r.instance_id = excluded.instance_id`,
    [workspaceId, claim.instanceId, timestamp(claim.now), timestamp(claim.until)],
  );
  return count === 1;
}
