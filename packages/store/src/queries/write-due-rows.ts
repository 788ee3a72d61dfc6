import type { Sql } from '../database.ts';

/** Executions whose rows are due, the oldest first. */
export async function selectDueRows(
  sql: Sql,
  workspaceId: string,
  limit: number,
): Promise<{ readonly id: string; readonly spanCount: number }[]> {
  const rows = await sql.rows(
    `SELECT execution_id, span_count FROM execution_traces WHERE workspace_id = $1 AND row_state = 'due'
     ORDER BY created_at, execution_id LIMIT $2`,
    [workspaceId, limit],
  );
  return rows.map((row) => ({ id: row.text('execution_id'), spanCount: row.int('span_count') }));
}

/** Notes that the rows of an execution are there, which must be locked; false when none are due. */
export async function noteRows(sql: Sql, workspaceId: string, executionId: string): Promise<boolean> {
  const count = await sql.run(
    `UPDATE execution_traces SET row_state = 'kept' WHERE workspace_id = $1 AND execution_id = $2 AND row_state = 'due'`,
    [workspaceId, executionId],
  );
  return count === 1;
}

/** Notes that an execution gets no rows. */
export async function noteNoRows(sql: Sql, workspaceId: string, executionId: string): Promise<void> {
  await sql.run(
    `UPDATE execution_traces SET row_state = 'gone' WHERE workspace_id = $1 AND execution_id = $2 AND row_state = 'due'`,
    [workspaceId, executionId],
  );
}
