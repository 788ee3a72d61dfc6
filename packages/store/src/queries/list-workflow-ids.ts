import type { Sql } from '../database.ts';

/** The ids of all workflows of a workspace, oldest first. */
export async function listWorkflowIds(sql: Sql, workspaceId: string): Promise<string[]> {
  const rows = await sql.rows('SELECT id FROM workflows WHERE workspace_id = $1 ORDER BY created_at, id', [
    workspaceId,
  ]);
  return rows.map((row) => row.text('id'));
}
