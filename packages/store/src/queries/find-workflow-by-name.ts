import type { Workflow } from '../api.ts';
import type { Sql } from '../database.ts';
import { workflowOf } from '../entities.ts';
import { text } from '../row.ts';
import { SELECT_WORKFLOW } from './select-workflow.ts';

/** The oldest workflow of a name. */
export async function findWorkflowByName(sql: Sql, workspaceId: string, name: string): Promise<Workflow | null> {
  const [row] = await sql.rows(
    `${SELECT_WORKFLOW} WHERE w.workspace_id = $1 AND w.name = $2 ORDER BY w.created_at, w.id LIMIT 1`,
    [workspaceId, text(name)],
  );
  return row ? workflowOf(row) : null;
}
