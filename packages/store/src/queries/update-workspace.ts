import { isUuid } from '@flowprof/model';
import type { Workspace } from '../common-api.ts';
import type { Sql } from '../database.ts';
import { workspaceOf } from '../entities.ts';
import { textOrNull } from '../row.ts';

/** Changes slug and name of a workspace; what is absent stays. Null when there is no such workspace; the owner's. */
export async function updateWorkspace(
  sql: Sql,
  workspaceId: string,
  change: { readonly slug?: string | undefined; readonly name?: string | undefined },
): Promise<Workspace | null> {
  if (!isUuid(workspaceId)) return null;
  const [row] = await sql.rows(
    `UPDATE workspaces SET slug = coalesce($2, slug), name = coalesce($3, name) WHERE workspace_id = $1
     RETURNING workspace_id, slug, name, created_at`,
    [workspaceId, textOrNull(change.slug ?? null), textOrNull(change.name ?? null)],
  );
  return row ? workspaceOf(row) : null;
}
