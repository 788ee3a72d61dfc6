import { isUuid } from '@flowprof/model';
import type { Page, PageRequest, Workflow } from '../api.ts';
import type { Sql } from '../database.ts';
import { boundedPage, workflowOf } from '../entities.ts';
import { SELECT_WORKFLOW } from './select-workflow.ts';

/** A workspace's workflows, oldest first, or those of one project. */
export async function listWorkflows(
  sql: Sql,
  workspaceId: string,
  request: PageRequest & { readonly projectId?: string },
): Promise<Page<Workflow>> {
  const { skip, limit } = boundedPage(request);
  const { projectId = null } = request;
  if (projectId !== null && !isUuid(projectId)) return { items: [], total: 0, skip, limit };
  const rows = await sql.rows(
    `${SELECT_WORKFLOW} WHERE w.workspace_id = $1 AND ($2::uuid IS NULL OR w.project_id = $2)
     ORDER BY w.created_at, w.id OFFSET $3 LIMIT $4`,
    [workspaceId, projectId, skip, limit],
  );
  const [count] = await sql.rows(
    `SELECT count(*) AS total FROM workflows WHERE workspace_id = $1 AND ($2::uuid IS NULL OR project_id = $2)`,
    [workspaceId, projectId],
  );
  return { items: rows.map(workflowOf), total: count?.int('total') ?? 0, skip, limit };
}
