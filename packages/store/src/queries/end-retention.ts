import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/** Ends a server's run of retention. */
export async function endRetention(sql: Sql, workspaceId: string, instanceId: string, now: EpochMicros): Promise<void> {
  await sql.run(
    `UPDATE retention_runs SET claimed_until = NULL, ended_at = $3
     WHERE workspace_id = $1 AND instance_id = $2 AND claimed_until IS NOT NULL`,
    [workspaceId, instanceId, timestamp(now)],
  );
}
