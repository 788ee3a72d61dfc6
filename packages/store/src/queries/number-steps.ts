import type { Sql } from '../database.ts';

/**
 * Puts the declared steps of an execution in the order in which they started, and those that never did behind them,
 * whatever the order in which they were declared. The execution must be locked.
 */
export async function numberSteps(sql: Sql, workspaceId: string, executionId: string): Promise<void> {
  await sql.run(
    `UPDATE workflow_step_executions s SET step_order = n.place
     FROM (SELECT id, row_number() OVER (ORDER BY started_us NULLS LAST, step_key COLLATE "C", iteration) AS place
       FROM workflow_step_executions WHERE workspace_id = $1 AND execution_id = $2 AND step_order > 0) AS n
     WHERE s.workspace_id = $1 AND s.execution_id = $2 AND s.id = n.id AND s.step_order <> n.place`,
    [workspaceId, executionId],
  );
}
