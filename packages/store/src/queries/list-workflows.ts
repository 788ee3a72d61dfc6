import { isUuid } from '@flowprof/model';
import type { CursorPage, Workflow, WorkflowFilter } from '../api.ts';
import type { Sql } from '../database.ts';
import { boundedPage, workflowOf } from '../entities.ts';
import { nextAfter, startOf } from '../lists/oldest-first.ts';
import { text } from '../row.ts';
import { SELECT_WORKFLOW } from './select-workflow.ts';

/** A workspace's workflows, oldest first, of one project or with a text in their names if asked for. */
export async function listWorkflows(
  sql: Sql,
  workspaceId: string,
  request: WorkflowFilter,
): Promise<CursorPage<Workflow>> {
  const { skip, limit } = boundedPage(request);
  const { projectId = null, search = null } = request;
  if (projectId !== null && !isUuid(projectId)) return { items: [], total: 0, skip, limit, nextCursor: null };
  const identity = ['workflows', workspaceId, projectId, search];
  const start = startOf(identity, request.cursor);
  const where = `w.workspace_id = $1 AND ($2::uuid IS NULL OR w.project_id = $2)
    AND ($3::text IS NULL OR position(lower($3) IN lower(w.name)) > 0)`;
  const values = [workspaceId, projectId, search === null ? null : text(search)];
  const rows = await sql.rows(
    `${SELECT_WORKFLOW} WHERE ${where} AND ($4::timestamptz IS NULL OR (w.created_at, w.id) > ($4, $5::uuid))
     ORDER BY w.created_at, w.id OFFSET $6 LIMIT $7`,
    [...values, start?.createdAt ?? null, start?.id ?? null, skip, limit + 1],
  );
  const [count] = await sql.rows(`SELECT count(*) AS total FROM workflows w WHERE ${where}`, values);
  const items = rows.slice(0, limit).map(workflowOf);
  const nextCursor = rows.length > limit ? nextAfter(identity, rows[limit - 1]) : null;
  return { items, total: count?.int('total') ?? 0, skip, limit, nextCursor };
}
