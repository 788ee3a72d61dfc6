import { isUuid, type EpochMicros } from '@flowprof/model';
import type { Project } from '../api.ts';
import type { Sql } from '../database.ts';
import { projectOf } from '../entities.ts';
import { textOrNull, timestamp } from '../row.ts';

/** Changes a project; null when there is none. @throws {StoreError} `conflict` when another one has the slug */
export async function updateProject(
  sql: Sql,
  workspaceId: string,
  id: string,
  change: { readonly slug?: string; readonly name?: string },
  now: EpochMicros,
): Promise<Project | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(
    `UPDATE projects SET slug = coalesce($3, slug), name = coalesce($4, name), updated_at = $5
     WHERE workspace_id = $1 AND id = $2
     RETURNING workspace_id, id, slug, name, created_at, updated_at`,
    [workspaceId, id, textOrNull(change.slug ?? null), textOrNull(change.name ?? null), timestamp(now)],
  );
  return row ? projectOf(row) : null;
}
