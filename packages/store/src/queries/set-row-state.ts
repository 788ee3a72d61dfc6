import { uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';

/**
 * Notes that rows of executions whose trace is kept are going or gone. The executions must be locked, so that none of
 * them is opened again meanwhile.
 * @returns those of which there was something left
 */
export async function setRowState(
  sql: Sql,
  workspaceId: string,
  executionIds: readonly string[],
  state: 'going' | 'gone',
): Promise<readonly string[]> {
  const rows = await sql.rows(
    `UPDATE execution_traces SET row_state = $3
     WHERE workspace_id = $1 AND execution_id = ANY ($2::uuid[]) AND row_state <> 'gone' RETURNING execution_id`,
    [workspaceId, uuidArray(executionIds), state],
  );
  return rows.map((row) => row.text('execution_id'));
}
