import { isUuid } from '@flowprof/model';
import type { Execution, ExecutionFilter, Page } from '../api.ts';
import type { Sql } from '../database.ts';
import { boundedPage, executionOf } from '../entities.ts';
import { SELECT_EXECUTION } from './select-execution.ts';

/** A workspace's executions, newest first, of one workflow, trigger or status if asked for. */
export async function listExecutions(sql: Sql, workspaceId: string, filter: ExecutionFilter): Promise<Page<Execution>> {
  const { skip, limit } = boundedPage(filter);
  const { workflowId, projectId, triggerId, status } = filter;
  const ids = [workflowId, triggerId].filter((id) => id !== undefined);
  if (!ids.every(isUuid)) return { items: [], total: 0, skip, limit };
  const values: unknown[] = [workspaceId];
  let where = 'WHERE e.workspace_id = $1';
  if (workflowId !== undefined) where += ` AND e.workflow_id = $${values.push(workflowId)}`;
  if (projectId !== undefined) where += ` AND e.project_id = $${values.push(projectId)}`;
  if (triggerId !== undefined) where += ` AND e.trigger_id = $${values.push(triggerId)}`;
  if (status !== undefined) where += ` AND e.status = $${values.push(status)}`;
  const rows = await sql.rows(
    `${SELECT_EXECUTION} ${where} ORDER BY e.created_at DESC, e.id DESC
     OFFSET $${values.length + 1} LIMIT $${values.length + 2}`,
    [...values, skip, limit],
  );
  const [count] = await sql.rows(`SELECT count(*) AS total FROM workflow_executions e ${where}`, values);
  return { items: rows.map(executionOf), total: count?.int('total') ?? 0, skip, limit };
}
