import { isUuid } from '@flowprof/model';
import type { Project } from '../api.ts';
import type { Sql } from '../database.ts';
import { projectOf } from '../entities.ts';
import { text } from '../row.ts';

/** The project with an id or slug; an id comes first. */
export async function findProject(sql: Sql, workspaceId: string, idOrSlug: string): Promise<Project | null> {
  const [row] = await sql.rows(
    `SELECT workspace_id, id, slug, name, created_at, updated_at FROM projects
     WHERE workspace_id = $1 AND (id = $2 OR slug = $3)
     ORDER BY id IS NOT DISTINCT FROM $2 DESC LIMIT 1`,
    [workspaceId, isUuid(idOrSlug) ? idOrSlug : null, text(idOrSlug)],
  );
  return row ? projectOf(row) : null;
}
