import type { Sql } from '../database.ts';
import { idsFrom, numberIn, type ResolvedSearch } from '../lists/execution-list.ts';
import { text } from '../row.ts';
import { keptExternalId } from './insert-execution.ts';

/** How many executions or workflows a search may mean. */
const FOUND = 1000;

/** Finds out what a search means: a number, the beginning of an id, an external id, or else a text. */
export async function resolveSearch(sql: Sql, workspaceId: string, search: string): Promise<ResolvedSearch> {
  const number = numberIn(search);
  if (number !== null) return { workflowIds: [], executionIds: await withNumber(sql, workspaceId, number) };
  const range = idsFrom(search);
  const executionIds = [
    ...(range === null ? [] : await between(sql, workspaceId, range)),
    ...(await withExternalId(sql, workspaceId, search)),
  ];
  if (executionIds.length > 0) return { workflowIds: [], executionIds };
  const workflows = await sql.rows(
    `SELECT id FROM workflows WHERE workspace_id = $1 AND position(lower($2::text) IN lower(name)) > 0
     ORDER BY created_at, id LIMIT ${FOUND}`,
    [workspaceId, text(search)],
  );
  return { workflowIds: workflows.map((row) => row.text('id')), executionIds: null };
}

/** By workflow, since the index of numbers is. */
async function withNumber(sql: Sql, workspaceId: string, number: number): Promise<string[]> {
  const rows = await sql.rows(
    `SELECT e.id FROM workflows w
     CROSS JOIN LATERAL (SELECT id FROM workflow_executions
       WHERE workspace_id = $1 AND workflow_id = w.id AND execution_number = $2 LIMIT 1) AS e
     WHERE w.workspace_id = $1 ORDER BY w.created_at, w.id LIMIT ${FOUND}`,
    [workspaceId, number],
  );
  return rows.map((row) => row.text('id'));
}

async function between(sql: Sql, workspaceId: string, [first, last]: readonly [string, string]): Promise<string[]> {
  const rows = await sql.rows(
    `SELECT id FROM workflow_executions WHERE workspace_id = $1 AND id >= $2 AND id <= $3 ORDER BY id LIMIT ${FOUND}`,
    [workspaceId, first, last],
  );
  return rows.map((row) => row.text('id'));
}

/** The newest executions of an id in their source, of which there is seldom more than one. */
export async function withExternalId(sql: Sql, workspaceId: string, externalId: string): Promise<string[]> {
  const rows = await sql.rows(
    `SELECT id FROM workflow_executions WHERE workspace_id = $1 AND external_id = $2
     ORDER BY created_at DESC, id LIMIT ${FOUND}`,
    [workspaceId, keptExternalId(externalId)],
  );
  return rows.map((row) => row.text('id'));
}
