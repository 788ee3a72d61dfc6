import { isUuid, toMicros, ZERO } from '@flowprof/model';
import type { WorkflowMetrics } from '../api.ts';
import type { Sql } from '../database.ts';

const NOTHING: WorkflowMetrics = { total: 0, succeeded: 0, failed: 0, ended: 0, sum: ZERO, min: null, max: null };

/** What the executions of a workflow come to. */
export async function workflowMetrics(sql: Sql, workspaceId: string, workflowId: string): Promise<WorkflowMetrics> {
  if (!isUuid(workflowId)) return NOTHING;
  const [row] = await sql.rows(
    `SELECT count(*) AS total,
       count(*) FILTER (WHERE status = 'completed') AS succeeded,
       count(*) FILTER (WHERE status IN ('failed', 'timeout')) AS failed,
       count(ended_us) AS ended, coalesce(sum(ended_us), 0)::bigint AS sum, min(ended_us) AS min, max(ended_us) AS max
     FROM (
       SELECT status, CASE WHEN status NOT IN ('pending', 'running') THEN duration_us END AS ended_us
       FROM workflow_executions WHERE workspace_id = $1 AND workflow_id = $2
     ) AS e`,
    [workspaceId, workflowId],
  );
  if (!row) return NOTHING;
  return {
    total: row.int('total'),
    succeeded: row.int('succeeded'),
    failed: row.int('failed'),
    ended: row.int('ended'),
    sum: toMicros(row.int('sum')),
    min: row.microsOrNull('min'),
    max: row.microsOrNull('max'),
  };
}
