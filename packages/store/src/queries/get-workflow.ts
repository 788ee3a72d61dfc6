import { isUuid } from '@flowprof/model';
import type { Workflow } from '../api.ts';
import type { Sql } from '../database.ts';
import { workflowOf } from '../entities.ts';
import { SELECT_WORKFLOW } from './select-workflow.ts';

/** A workflow by its id. */
export async function getWorkflow(sql: Sql, workspaceId: string, id: string): Promise<Workflow | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(`${SELECT_WORKFLOW} WHERE w.workspace_id = $1 AND w.id = $2`, [workspaceId, id]);
  return row ? workflowOf(row) : null;
}
