import { isUuid } from '@flowprof/model';
import type { Workspace } from '../api.ts';
import type { Sql } from '../database.ts';
import { workspaceOf } from '../entities.ts';
import { text } from '../row.ts';

/** The workspace with an id or slug; an id comes first. The owner's. */
export async function findWorkspace(sql: Sql, idOrSlug: string): Promise<Workspace | null> {
  const [row] = await sql.rows(
    `SELECT workspace_id, slug, name, created_at FROM workspaces
     WHERE workspace_id = $1 OR slug = $2
     ORDER BY workspace_id IS NOT DISTINCT FROM $1 DESC LIMIT 1`,
    [isUuid(idOrSlug) ? idOrSlug : null, text(idOrSlug)],
  );
  return row ? workspaceOf(row) : null;
}
