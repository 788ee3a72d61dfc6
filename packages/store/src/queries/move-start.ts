import type { Sql } from '../database.ts';

/**
 * Lets the times of an execution's rows count from another start: so many microseconds more than before. The execution
 * must be locked.
 */
export async function moveStart(sql: Sql, workspaceId: string, executionId: string, by: number): Promise<void> {
  const values = [workspaceId, executionId, by];
  const where = 'WHERE workspace_id = $1 AND execution_id = $2';
  await sql.run(`UPDATE execution_spans SET start_us = start_us + $3::bigint ${where}`, values);
  await sql.run(`UPDATE execution_annotations SET time_us = time_us + $3::bigint ${where}`, values);
  await sql.run(
    `UPDATE workflow_step_executions SET started_us = started_us + $3::bigint,
       status_us = CASE WHEN status = 'pending' AND status_us = 0 THEN 0 ELSE status_us + $3::bigint END ${where}`,
    values,
  );
}
