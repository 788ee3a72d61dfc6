import type { InterruptedExecution } from '../api.ts';
import type { Sql } from '../database.ts';

/** How far an execution had come when its server died; a list of one, or of none where there is no such execution. */
export async function selectInterrupted(sql: Sql, workspaceId: string, id: string): Promise<InterruptedExecution[]> {
  const rows = await sql.rows(
    `SELECT e.execution_number, e.status, e.resumptions, w.name AS workflow_name, s.step_count, s.completed
     FROM workflow_executions e
     JOIN workflows w ON w.workspace_id = e.workspace_id AND w.id = e.workflow_id
     CROSS JOIN (SELECT count(*) AS step_count, count(*) FILTER (WHERE status = 'completed') AS completed
       FROM workflow_step_executions WHERE workspace_id = $1 AND execution_id = $2) AS s
     WHERE e.workspace_id = $1 AND e.id = $2`,
    [workspaceId, id],
  );
  return rows.map((row) => ({
    id,
    workspaceId,
    workflowName: row.text('workflow_name'),
    executionNumber: row.int('execution_number'),
    status: row.status('status'),
    resumptions: row.int('resumptions'),
    completedSteps: row.int('completed'),
    stepCount: row.int('step_count'),
  }));
}
