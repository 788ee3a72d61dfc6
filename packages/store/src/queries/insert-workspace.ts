import type { Workspace } from '../api.ts';
import type { Sql } from '../database.ts';
import { text, timestamp } from '../row.ts';

/** Adds a workspace to the directory; the owner's. */
export async function insertWorkspace(sql: Sql, workspace: Workspace): Promise<void> {
  await sql.run('INSERT INTO workspaces (workspace_id, slug, name, created_at) VALUES ($1, $2, $3, $4)', [
    workspace.id,
    text(workspace.slug),
    text(workspace.name),
    timestamp(workspace.createdAt),
  ]);
}
