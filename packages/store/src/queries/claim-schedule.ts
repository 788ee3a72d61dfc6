import { isUuid } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { timestamp, timestampOrNull } from '../row.ts';
import type { ScheduleClaim } from '../triggers/api.ts';

/**
 * Moves a schedule on to its next time, unless it stands elsewhere by now; says whether it did. Whoever does, in the
 * transaction that starts what it was for, is the only one.
 */
export async function claimSchedule(sql: Sql, workspaceId: string, claim: ScheduleClaim): Promise<boolean> {
  const { triggerId, expected, next, lastRunAt } = claim;
  if (!isUuid(triggerId)) return false;
  const changed = await sql.run(
    `UPDATE workflow_triggers SET next_run_at = $4, due_at = $5, last_run_at = coalesce($6, last_run_at)
     WHERE workspace_id = $1 AND id = $2 AND kind = 'schedule' AND enabled AND next_run_at = $3`,
    [
      workspaceId,
      triggerId,
      timestamp(expected),
      timestampOrNull(next?.at ?? null),
      timestampOrNull(next?.dueAt ?? null),
      timestampOrNull(lastRunAt),
    ],
  );
  return changed === 1;
}
