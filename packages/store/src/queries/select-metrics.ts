import type { WorkflowMetrics } from '../api.ts';
import type { Sql } from '../database.ts';
import { percentiles } from '../statistics/percentiles.ts';
import { inScope, type StatisticsScope } from './list-usage.ts';
import { UNFINISHED } from './unfinished.ts';

const SUMS = [
  ...['completed', 'failed', 'cancelled', 'timed_out', 'skipped', 'timed'].map(
    (column) => `coalesce(sum(${column}), 0)::bigint AS ${column}`,
  ),
  'coalesce(sum(duration_us), 0)::float8 AS duration_us',
].join(', ');

/** The shortest or longest of a scope: of a project by workflow, since each has an index of its executions' durations. */
function extreme(which: 'min' | 'max', { of }: StatisticsScope): string {
  const where = (condition: string): string => `(SELECT ${which}(duration_us) FROM workflow_executions
    WHERE workspace_id = $1 AND ${condition} AND duration_us IS NOT NULL AND status NOT IN ('pending', 'running'))`;
  switch (of) {
    case 'workflow':
      return where('workflow_id = $2');
    case 'project':
      return `(SELECT ${which}(${where('workflow_id = w.id')}) FROM workflows w
        WHERE w.workspace_id = $1 AND w.project_id = $2)`;
    case 'workspace':
      return where('workspace_id = $2');
    default:
      return of satisfies never;
  }
}

/**
 * What the executions of a workflow, project or workspace come to, from the statistics: of the executions themselves only those
 * are counted that have not ended, and the shortest and longest are looked up. Null when there is no such workflow or
 * project.
 */
export async function selectMetrics(
  sql: Sql,
  workspaceId: string,
  scope: StatisticsScope,
): Promise<WorkflowMetrics | null> {
  const [row] = await sql.rows(
    `SELECT s.*, u.*,
       EXISTS (SELECT FROM ${scope.of}s WHERE workspace_id = $1 AND ${scope.of === 'workspace' ? 'workspace_id' : 'id'} = $2) AS known,
       ${extreme('min', scope)} AS min, ${extreme('max', scope)} AS max,
       (SELECT coalesce(jsonb_object_agg(bucket, executions), '{}') FROM (
         SELECT bucket, sum(executions)::bigint AS executions FROM workflow_duration_histogram
         WHERE workspace_id = $1 AND ${inScope(scope)} GROUP BY bucket HAVING sum(executions) > 0) AS h) AS histogram
     FROM (SELECT ${SUMS} FROM workflow_statistics WHERE workspace_id = $1 AND ${inScope(scope)}) AS s,
       (SELECT count(*) FILTER (WHERE status = 'pending') AS pending,
         count(*) FILTER (WHERE status = 'running') AS running
       FROM ${UNFINISHED} AS e WHERE ${scope.of}_id = $2) AS u`,
    [workspaceId, scope.id],
  );
  if (!row?.bool('known')) return null;
  const of = (column: string): number => row.int(column);
  const [completed, failed, cancelled, timedOut] = [of('completed'), of('failed'), of('cancelled'), of('timed_out')];
  const [pending, running] = [of('pending'), of('running')];
  const [min, max] = [row.microsOrNull('min'), row.microsOrNull('max')];
  const [p50 = null, p95 = null, p99 = null] = percentiles(row.object('histogram'), [0.5, 0.95, 0.99], { min, max });
  return {
    total: completed + failed + cancelled + timedOut + of('skipped') + pending + running,
    succeeded: completed,
    failed: failed + timedOut,
    cancelled,
    timedOut,
    running,
    pending,
    ended: of('timed'),
    sum: row.number('duration_us'),
    min,
    max,
    p50,
    p95,
    p99,
  };
}
