import type { Workspace } from '../api.ts';
import type { Sql } from '../database.ts';
import { workspaceOf } from '../entities.ts';

/** All workspaces, oldest first; the owner's. */
export async function listWorkspaces(sql: Sql): Promise<Workspace[]> {
  const rows = await sql.rows(
    'SELECT workspace_id, slug, name, created_at FROM workspaces ORDER BY created_at, workspace_id',
  );
  return rows.map(workspaceOf);
}
