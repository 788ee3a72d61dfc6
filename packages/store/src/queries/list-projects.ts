import type { CursorPage, Project, ProjectFilter } from '../api.ts';
import type { Sql } from '../database.ts';
import { boundedPage, projectOf } from '../entities.ts';
import { nextAfter, startOf } from '../lists/oldest-first.ts';
import { text } from '../row.ts';

/** A workspace's projects, oldest first, with a text in their names or slugs if asked for. */
export async function listProjects(
  sql: Sql,
  workspaceId: string,
  request: ProjectFilter,
): Promise<CursorPage<Project>> {
  const { skip, limit } = boundedPage(request);
  const { search = null } = request;
  const identity = ['projects', workspaceId, search];
  const start = startOf(identity, request.cursor);
  const where = `workspace_id = $1
    AND ($2::text IS NULL OR position(lower($2) IN lower(name)) > 0 OR position(lower($2) IN slug) > 0)`;
  const values = [workspaceId, search === null ? null : text(search)];
  const rows = await sql.rows(
    `SELECT workspace_id, id, slug, name, created_at, updated_at FROM projects
     WHERE ${where} AND ($3::timestamptz IS NULL OR (created_at, id) > ($3, $4::uuid))
     ORDER BY created_at, id OFFSET $5 LIMIT $6`,
    [...values, start?.createdAt ?? null, start?.id ?? null, skip, limit + 1],
  );
  const [count] = await sql.rows(`SELECT count(*) AS total FROM projects WHERE ${where}`, values);
  const items = rows.slice(0, limit).map(projectOf);
  const nextCursor = rows.length > limit ? nextAfter(identity, rows[limit - 1]) : null;
  return { items, total: count?.int('total') ?? 0, skip, limit, nextCursor };
}
