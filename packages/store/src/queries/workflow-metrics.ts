import { isUuid } from '@flowprof/model';
import type { WorkflowMetrics } from '../api.ts';
import type { Sql } from '../database.ts';
import { percentiles } from '../percentiles.ts';

const NOTHING: WorkflowMetrics = {
  total: 0,
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  timedOut: 0,
  running: 0,
  pending: 0,
  ended: 0,
  sum: 0,
  min: null,
  max: null,
  p50: null,
  p95: null,
  p99: null,
};

/**
 * What the executions of a workflow come to, from its statistics: of the executions themselves only those are counted
 * that have not ended, and the shortest and longest are looked up.
 */
export async function workflowMetrics(sql: Sql, workspaceId: string, workflowId: string): Promise<WorkflowMetrics> {
  if (!isUuid(workflowId)) return NOTHING;
  const [row] = await sql.rows(
    `SELECT coalesce(s.completed, 0) AS completed, coalesce(s.failed, 0) AS failed, coalesce(s.cancelled, 0) AS cancelled,
       coalesce(s.timed_out, 0) AS timed_out, coalesce(s.skipped, 0) AS skipped, coalesce(s.timed, 0) AS timed,
       coalesce(s.duration_us, 0)::float8 AS duration_us, u.pending, u.running,
       (SELECT min(duration_us) FROM workflow_executions
        WHERE workspace_id = $1 AND workflow_id = $2 AND duration_us IS NOT NULL AND counted) AS min,
       (SELECT max(duration_us) FROM workflow_executions
        WHERE workspace_id = $1 AND workflow_id = $2 AND duration_us IS NOT NULL AND counted) AS max,
       (SELECT coalesce(jsonb_object_agg(bucket, executions), '{}')
        FROM workflow_duration_histogram
        WHERE workspace_id = $1 AND workflow_id = $2 AND executions > 0) AS histogram
     FROM (SELECT count(*) FILTER (WHERE status = 'pending') AS pending,
         count(*) FILTER (WHERE status = 'running') AS running
       FROM workflow_executions
       WHERE workspace_id = $1 AND workflow_id = $2 AND status IN ('pending', 'running')) AS u
     LEFT JOIN workflow_statistics s ON s.workspace_id = $1 AND s.workflow_id = $2`,
    [workspaceId, workflowId],
  );
  if (!row) return NOTHING;
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
