import { bigintArray, uuidArray } from '../binary-array.ts';
import type { StepProgress } from '../live/telling.ts';
import type { NamedStatement } from '../one-trip.ts';

/** How much later than what was told last of a step its progress is told again, in microseconds of its execution. */
const PROGRESS_EVERY_US = 500_000;

const UPSERT = `
  INSERT INTO live_progress AS p (workspace_id, execution_id, id, at_us, change_id)
  SELECT $1, $2::uuid, n.id, n.at_us, $3::bigint FROM unnest($4::uuid[], $5::bigint[]) AS n (id, at_us)
  WHERE EXISTS (SELECT FROM workflow_executions WHERE workspace_id = $1 AND id = $2 AND status = 'running')
  ON CONFLICT (workspace_id, execution_id, id) DO UPDATE SET at_us = excluded.at_us, change_id = excluded.change_id
  WHERE p.at_us + ${PROGRESS_EVERY_US} <= excluded.at_us`;

/** Notes progress that is to be told: not too often, and not twice. See `tellEvents`. The execution must be locked. */
export function upsertProgress(
  workspaceId: string,
  executionId: string,
  progress: readonly StepProgress[],
  changeId: number,
): NamedStatement {
  return {
    name: 'upsert_progress',
    text: UPSERT,
    values: [
      workspaceId,
      executionId,
      String(changeId),
      uuidArray(progress.map(({ id }) => id)),
      bigintArray(progress.map(({ at }) => at)),
    ],
  };
}
