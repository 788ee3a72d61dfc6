import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/** What a transaction of a run of retention removed. */
export interface RetentionStep {
  readonly trimmed: number;
  readonly rowsRemoved: number;
  readonly removed: number;
}

/** Adds what was removed to a server's run and keeps it that server's; false when another has taken it over. */
export async function reportRetention(
  sql: Sql,
  workspaceId: string,
  instanceId: string,
  until: EpochMicros,
  step: RetentionStep,
): Promise<boolean> {
  const count = await sql.run(
    `UPDATE retention_runs SET claimed_until = $3, trimmed = trimmed + $4, rows_removed = rows_removed + $5,
       removed = removed + $6
     WHERE workspace_id = $1 AND instance_id = $2 AND claimed_until IS NOT NULL`,
    [workspaceId, instanceId, timestamp(until), step.trimmed, step.rowsRemoved, step.removed],
  );
  return count === 1;
}
