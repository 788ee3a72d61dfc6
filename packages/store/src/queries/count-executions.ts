import { uuidArray } from '../binary-array.ts';
import type { NamedStatement } from '../one-trip.ts';
import { BUCKET, STATISTICS_COLUMNS, STATISTICS_SUMS, USAGE_OF_EXECUTION } from './contribution.ts';

/** Adds `excluded` to or takes it from the row that is there. */
function changeBy(sign: '+' | '-', columns: string): string {
  return columns
    .split(', ')
    .map((column) => `${column} = t.${column} ${sign} excluded.${column}`)
    .join(', ');
}

/**
 * The row of the workflow is written before the others, which wait for it by the join: so whoever counts holds the lock
 * of all. Where several workflows are counted, they are locked in one order.
 */
function counting(sign: '+' | '-'): string {
  return `
  WITH chosen AS MATERIALIZED (
    SELECT id, workflow_id, status, duration_us FROM workflow_executions
    WHERE workspace_id = $1 AND id = ANY ($2::uuid[]) AND status NOT IN ('pending', 'running')
  ), totals AS (
    INSERT INTO workflow_statistics AS t (workspace_id, workflow_id, ${STATISTICS_COLUMNS})
    SELECT $1, workflow_id, ${STATISTICS_SUMS} FROM chosen GROUP BY workflow_id ORDER BY workflow_id
    ON CONFLICT (workspace_id, workflow_id) DO UPDATE SET ${changeBy(sign, STATISTICS_COLUMNS)}
    RETURNING workflow_id
  ), durations AS (
    INSERT INTO workflow_duration_histogram AS t (workspace_id, workflow_id, bucket, executions)
    SELECT $1, workflow_id, ${BUCKET}, count(*) FROM chosen JOIN totals USING (workflow_id)
    WHERE duration_us IS NOT NULL GROUP BY 2, 3
    ON CONFLICT (workspace_id, workflow_id, bucket) DO UPDATE SET ${changeBy(sign, 'executions')}
  )
  INSERT INTO workflow_usage_statistics AS t (workspace_id, workflow_id, kind, name, runs, errors, retries, duration_us)
  SELECT $1, c.workflow_id, n.kind, n.name, sum(n.runs), sum(n.errors), sum(n.retries), sum(n.duration_us)
  FROM chosen c JOIN totals USING (workflow_id) CROSS JOIN ${USAGE_OF_EXECUTION}
  GROUP BY 2, 3, 4
  ON CONFLICT (workspace_id, workflow_id, kind, name)
    DO UPDATE SET ${changeBy(sign, 'runs, errors, retries, duration_us')}`;
}

const COUNT = counting('+');
const UNCOUNT = counting('-');

/**
 * Adds those of the executions that have ended to the statistics: what is done in a transaction after they were
 * changed. They must be locked, and have been taken out before they were changed.
 */
export function countExecutions(workspaceId: string, ids: readonly string[]): NamedStatement {
  return { name: 'count_executions', text: COUNT, values: [workspaceId, uuidArray(ids)] };
}

/**
 * Takes those of the executions that have ended out of the statistics, by their rows as they are: done before they are
 * changed or deleted. They must be locked, by a statement before this one.
 */
export function uncountExecutions(workspaceId: string, ids: readonly string[]): NamedStatement {
  return { name: 'uncount_executions', text: UNCOUNT, values: [workspaceId, uuidArray(ids)] };
}
