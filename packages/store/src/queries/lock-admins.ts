import type { Sql } from '../database.ts';

/** The ids of a workspace's admins, locked, so that of two who remove each other one stays. */
export async function lockAdmins(sql: Sql, workspaceId: string): Promise<string[]> {
  const rows = await sql.rows(
    `SELECT id FROM workspace_members WHERE workspace_id = $1 AND role = 'admin' ORDER BY id FOR UPDATE`,
    [workspaceId],
  );
  return rows.map((row) => row.text('id'));
}
