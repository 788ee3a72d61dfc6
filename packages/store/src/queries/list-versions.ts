import { isUuid } from '@flowprof/model';
import type { Page, PageRequest, WorkflowVersion } from '../api.ts';
import type { Sql } from '../database.ts';
import { boundedPage, versionOf } from '../entities.ts';

/** The versions of a workflow without their definitions, newest first. */
export async function listVersions(
  sql: Sql,
  workspaceId: string,
  workflowId: string,
  request: PageRequest,
): Promise<Page<WorkflowVersion>> {
  const { skip, limit } = boundedPage(request);
  if (!isUuid(workflowId)) return { items: [], total: 0, skip, limit };
  const rows = await sql.rows(
    `SELECT workflow_id, version, created_at, created_by, message FROM workflow_versions
     WHERE workspace_id = $1 AND workflow_id = $2 ORDER BY version DESC OFFSET $3 LIMIT $4`,
    [workspaceId, workflowId, skip, limit],
  );
  const [count] = await sql.rows(
    'SELECT count(*) AS total FROM workflow_versions WHERE workspace_id = $1 AND workflow_id = $2',
    [workspaceId, workflowId],
  );
  return { items: rows.map(versionOf), total: count?.int('total') ?? 0, skip, limit };
}
