import type { NodeDeclaration, Status } from '@flowprof/model';
import type { Sql } from '../database.ts';

/** The nodes of an execution with their states, in the order of declaration. */
export async function selectNodes(
  sql: Sql,
  workspaceId: string,
  executionId: string,
): Promise<{ readonly node: NodeDeclaration; readonly status: Status; readonly declared: boolean }[]> {
  const rows = await sql.rows(
    `SELECT step_key, iteration, step_name, step_type, parent_key, parent_iteration, depends_on, status, step_order
     FROM workflow_step_executions WHERE workspace_id = $1 AND execution_id = $2
     ORDER BY step_order, step_key COLLATE "C", iteration`,
    [workspaceId, executionId],
  );
  return rows.map((row) => {
    const iteration = row.int('iteration');
    const parentIteration = row.intOrNull('parent_iteration');
    const node: NodeDeclaration = {
      key: row.text('step_key'),
      name: row.text('step_name'),
      type: row.text('step_type'),
      iteration: iteration < 0 ? null : iteration,
      parentKey: row.textOrNull('parent_key'),
      ...(parentIteration !== null && { parentIteration: parentIteration < 0 ? null : parentIteration }),
      dependsOn: row.texts('depends_on'),
    };
    return { node, status: row.status('status'), declared: row.int('step_order') > 0 };
  });
}
