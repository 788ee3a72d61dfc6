import type { Sql } from '../database.ts';

/** These executions in the order of their workflows. */
export async function listTold(sql: Sql, workspaceId: string, executionIds: readonly string[]): Promise<string[]> {
  const rows = await sql.rows(
    'SELECT id FROM workflow_executions WHERE workspace_id = $1 AND id = ANY ($2::uuid[]) ORDER BY workflow_id, id',
    [workspaceId, executionIds],
  );
  return rows.map((row) => row.text('id'));
}
