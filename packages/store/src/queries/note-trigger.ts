import { isUuid, type EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { textOrNull, timestamp, timestampOrNull } from '../row.ts';

/** Notes when a trigger last started something, or what went wrong. */
export async function noteTrigger(
  sql: Sql,
  workspaceId: string,
  id: string,
  { runAt, error }: { readonly runAt: EpochMicros | null; readonly error: string | null },
  now: EpochMicros,
): Promise<void> {
  if (!isUuid(id)) return;
  await sql.run(
    `UPDATE workflow_triggers SET last_run_at = coalesce($3, last_run_at), last_error = coalesce($4, last_error),
       last_error_at = CASE WHEN $4 IS NULL THEN last_error_at ELSE $5::timestamptz END
     WHERE workspace_id = $1 AND id = $2`,
    [workspaceId, id, timestampOrNull(runAt), textOrNull(error), timestamp(now)],
  );
}
