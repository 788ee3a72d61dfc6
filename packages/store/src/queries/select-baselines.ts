import { isUuid } from '@flowprof/model';
import type { Baseline } from '../baselines/api.ts';
import { baselineOf, SELECT_BASELINE } from '../baselines/rows.ts';
import type { Page, PageRequest } from '../common-api.ts';
import type { Sql } from '../database.ts';
import { boundedPage } from '../entities.ts';

/** A baseline by its id. */
export async function getBaseline(sql: Sql, workspaceId: string, id: string): Promise<Baseline | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(`${SELECT_BASELINE} WHERE b.workspace_id = $1 AND b.id = $2`, [workspaceId, id]);
  return row ? baselineOf(row) : null;
}

/** The default of a workflow. */
export async function getDefaultBaseline(sql: Sql, workspaceId: string, workflowId: string): Promise<Baseline | null> {
  if (!isUuid(workflowId)) return null;
  const where = 'WHERE b.workspace_id = $1 AND b.workflow_id = $2 AND b.is_default';
  const [row] = await sql.rows(`${SELECT_BASELINE} ${where}`, [workspaceId, workflowId]);
  return row ? baselineOf(row) : null;
}

/** The baselines of a workflow, or of all; oldest first. */
export async function listBaselines(
  sql: Sql,
  workspaceId: string,
  { workflowId = null, ...request }: PageRequest & { readonly workflowId?: string | null },
): Promise<Page<Baseline>> {
  const { skip, limit } = boundedPage(request);
  if (workflowId !== null && !isUuid(workflowId)) return { items: [], total: 0, skip, limit };
  const where = 'WHERE b.workspace_id = $1 AND ($2::uuid IS NULL OR b.workflow_id = $2)';
  const rows = await sql.rows(`${SELECT_BASELINE} ${where} ORDER BY b.created_at, b.id OFFSET $3 LIMIT $4`, [
    workspaceId,
    workflowId,
    skip,
    limit,
  ]);
  const [count] = await sql.rows(`SELECT count(*) AS total FROM baselines b ${where}`, [workspaceId, workflowId]);
  return { items: rows.map(baselineOf), total: count?.int('total') ?? 0, skip, limit };
}
