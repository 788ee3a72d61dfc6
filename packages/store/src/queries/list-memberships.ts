import { roleOf } from '../access/rows.ts';
import type { Membership } from '../access/api.ts';
import type { Sql } from '../database.ts';
import { workspaceOf } from '../entities.ts';

/**
 * The workspaces of someone, the oldest first; the owner's, in a transaction that names the same one in
 * `app.member_id`.
 */
export async function listMemberships(sql: Sql, memberId: string): Promise<Membership[]> {
  const rows = await sql.rows(
    `SELECT w.workspace_id, w.slug, w.name, w.created_at, m.role
     FROM workspace_members m JOIN workspaces w ON w.workspace_id = m.workspace_id
     WHERE m.id = $1 ORDER BY w.created_at, w.workspace_id LIMIT 1000`,
    [memberId],
  );
  return rows.map((row) => ({ workspace: workspaceOf(row), role: roleOf(row) }));
}
