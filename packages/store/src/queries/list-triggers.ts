import { isUuid } from '@flowprof/model';
import type { Page, PageRequest } from '../common-api.ts';
import type { Sql } from '../database.ts';
import { boundedPage } from '../entities.ts';
import type { Trigger } from '../triggers/api.ts';
import { TRIGGER_COLUMNS, triggerOf } from '../triggers/rows.ts';

/** The triggers of a workflow, oldest first. */
export async function listTriggers(
  sql: Sql,
  workspaceId: string,
  workflowId: string,
  request: PageRequest,
): Promise<Page<Trigger>> {
  const { skip, limit } = boundedPage(request);
  if (!isUuid(workflowId)) return { items: [], total: 0, skip, limit };
  const rows = await sql.rows(
    `SELECT ${TRIGGER_COLUMNS} FROM workflow_triggers WHERE workspace_id = $1 AND workflow_id = $2
     ORDER BY created_at, id OFFSET $3 LIMIT $4`,
    [workspaceId, workflowId, skip, limit],
  );
  const [count] = await sql.rows(
    'SELECT count(*) AS total FROM workflow_triggers WHERE workspace_id = $1 AND workflow_id = $2',
    [workspaceId, workflowId],
  );
  return { items: rows.map(triggerOf), total: count?.int('total') ?? 0, skip, limit };
}
