import { isUuid } from '@flowprof/model';
import type { StepExecution } from '../api.ts';
import type { Sql } from '../database.ts';
import { stepOf } from '../entities.ts';

/** The steps of an execution in the order of their declaration; those that were not declared come last. @param limit null for all */
export async function listSteps(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  limit: number | null,
  skip: number,
): Promise<StepExecution[]> {
  if (!isUuid(executionId)) return [];
  const rows = await sql.rows(
    `SELECT s.id, s.execution_id, s.step_key, s.iteration, s.step_name, s.step_type, s.status,
       CASE WHEN s.status <> 'pending' THEN s.started_us END AS started_us,
       s.completed_us, s.retry_count, s.input_data, s.output_data, s.error_code, s.error_message, s.error_details,
       row_number() OVER (ORDER BY s.step_order = 0, s.step_order, s.step_key COLLATE "C", s.iteration) AS step_order,
       e.started_at + CASE WHEN s.status <> 'pending' THEN s.started_us END * interval '1 microsecond' AS started_at,
       e.started_at + s.completed_us * interval '1 microsecond' AS completed_at
     FROM workflow_step_executions s
     JOIN workflow_executions e ON e.workspace_id = s.workspace_id AND e.id = s.execution_id
     WHERE s.workspace_id = $1 AND s.execution_id = $2
     ORDER BY step_order OFFSET $4 LIMIT $3`,
    [workspaceId, executionId, limit, skip],
  );
  return rows.map(stepOf);
}
