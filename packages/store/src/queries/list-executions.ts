import { isUuid } from '@flowprof/model';
import type { Execution, ExecutionFilter, ExecutionPage } from '../api.ts';
import type { Sql } from '../database.ts';
import { boundedPage, executionOf } from '../entities.ts';
import { decodeCursor, encodeCursor, type CursorState } from '../lists/cursor.ts';
import { executionList, type ExecutionList } from '../lists/execution-list.ts';
import { COLUMNS, rowsOf, WINDOW } from '../lists/rows.ts';
import { countListed } from './count-listed.ts';
import { resolveSearch, withExternalId } from './search-executions.ts';
import type { Row } from '../row.ts';
import { SELECT_EXECUTION } from './select-execution.ts';

/** What a list is of, whatever page and in whatever order it was said. */
function identityOf(filter: ExecutionFilter): readonly (readonly [string, unknown])[] {
  return Object.entries(filter)
    .filter(([name, value]) => !['skip', 'limit', 'cursor'].includes(name) && value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What was found of a page, and where the next one begins; null when this is the last. */
interface Found {
  readonly items: readonly Execution[];
  readonly nextKey: readonly string[] | null;
}

/**
 * A page of a workspace's executions. Pages begin where the last one ended, which costs the same at any depth. What no
 * index has is asked of a bounded number of executions a page: then a page may hold fewer than asked for, and the
 * cursor says where to go on.
 * @throws {StoreError} `bad_cursor`
 */
export async function listExecutions(sql: Sql, workspaceId: string, filter: ExecutionFilter): Promise<ExecutionPage> {
  const { skip, limit } = boundedPage(filter);
  const { workflowId, projectId, triggerId, externalId, cursor, search } = filter;
  const ids = [workflowId, projectId, triggerId].filter((id) => id !== undefined);
  if (!ids.every(isUuid)) return { items: [], total: 0, skip, limit, nextCursor: null, totalIsCapped: false };
  const resolved = search === undefined ? null : await resolveSearch(sql, workspaceId, search);
  const named = externalId === undefined ? null : await withExternalId(sql, workspaceId, externalId);
  const list = executionList(workspaceId, filter, resolved, named);
  const identity = [workspaceId, ...identityOf(filter)];
  const from = cursor === undefined ? null : decodeCursor(identity, cursor, list.order.forms);
  const page = await findPage(sql, list, { after: from?.key ?? null, skip, limit });
  const counted: Omit<CursorState, 'key'> = from ?? (await countListed(sql, filter, list));
  const nextCursor = page.nextKey && encodeCursor(identity, { ...counted, key: page.nextKey });
  return {
    items: page.items,
    total: counted.total,
    totalIsCapped: counted.isCapped,
    skip,
    limit,
    nextCursor,
  };
}

async function findPage(
  sql: Sql,
  list: ExecutionList,
  { after, skip, limit }: { readonly after: readonly string[] | null; readonly skip: number; readonly limit: number },
): Promise<Found> {
  const { order, isDescending, scanned } = list;
  const values = [...list.values];
  const place = (at: number): string => `$${values.push(after?.[at])}::${order.types[at]}`;
  const begin =
    after === null
      ? null
      : `(${order.columns.join(', ')}) ${isDescending ? '<' : '>'} (${order.columns.map((_, at) => place(at)).join(', ')})`;
  const isScan = scanned.length > 0;
  const rows = rowsOf(list, COLUMNS, begin, isScan ? WINDOW : skip + limit + 1);
  const key = order.columns.map((column) => `${column}::text AS key_${column}`).join(', ');
  const where = isScan ? `WHERE ${scanned.join(' AND ')}` : '';
  const hits = await sql.rows(
    `SELECT x.*, h.* FROM (SELECT id, row_number() OVER () AS place, ${key} FROM (
         SELECT * FROM (${rows}) AS r ${where} LIMIT ${limit + 1} OFFSET ${skip}) AS p) AS h
     CROSS JOIN LATERAL (${SELECT_EXECUTION} WHERE e.workspace_id = $1 AND e.id = h.id LIMIT 1) AS x`,
    values,
  );
  hits.sort((a, b) => a.int('place') - b.int('place'));
  const keyOf = (row: Row): string[] => order.columns.map((column) => row.text(`key_${column}`));
  const items = hits.slice(0, limit).map(executionOf);
  const last = hits[limit - 1];
  if (hits.length > limit && last) return { items, nextKey: keyOf(last) };
  if (!isScan) return { items, nextKey: null };
  // The conditions are named so that the statement has the same values; they are asked of one row.
  const [end] = await sql.rows(
    `SELECT ${key}, ${scanned.join(' AND ')} FROM (SELECT * FROM (${rows}) AS w OFFSET ${WINDOW - 1}) AS r`,
    values,
  );
  return { items, nextKey: end ? keyOf(end) : null };
}
