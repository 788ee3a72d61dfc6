import type { Page, PageRequest, Project } from '../api.ts';
import type { Sql } from '../database.ts';
import { boundedPage, projectOf } from '../entities.ts';

/** A workspace's projects, oldest first. */
export async function listProjects(sql: Sql, workspaceId: string, request: PageRequest): Promise<Page<Project>> {
  const { skip, limit } = boundedPage(request);
  const rows = await sql.rows(
    `SELECT workspace_id, id, slug, name, created_at, updated_at FROM projects
     WHERE workspace_id = $1 ORDER BY created_at, id OFFSET $2 LIMIT $3`,
    [workspaceId, skip, limit],
  );
  const [count] = await sql.rows('SELECT count(*) AS total FROM projects WHERE workspace_id = $1', [workspaceId]);
  return { items: rows.map(projectOf), total: count?.int('total') ?? 0, skip, limit };
}
