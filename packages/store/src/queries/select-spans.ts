import type { SpanRecord } from '@flowprof/model';
import { textArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';
import type { Row } from '../row.ts';

const PAGE = 10_000;

const COLUMNS =
  'id, parent_span_id, node_key, iteration, name, span_type, status, start_us, duration_us, track, metadata';

function spanOf(row: Row): SpanRecord {
  return {
    id: row.text('id'),
    parentId: row.textOrNull('parent_span_id'),
    kind: row.spanKind('span_type'),
    name: row.text('name'),
    nodeKey: row.textOrNull('node_key'),
    iteration: row.intOrNull('iteration'),
    start: row.micros('start_us'),
    duration: row.microsOrNull('duration_us'),
    status: row.status('status'),
    track: row.textOrNull('track'),
    metadata: row.objectOrNull('metadata'),
  };
}

/** The spans of an execution that others told of than who runs it. */
export async function selectJoinedSpans(sql: Sql, workspaceId: string, executionId: string): Promise<SpanRecord[]> {
  const rows = await sql.rows(
    `SELECT ${COLUMNS} FROM execution_spans WHERE workspace_id = $1 AND execution_id = $2 AND is_joined
     ORDER BY start_us, id`,
    [workspaceId, executionId],
  );
  return rows.map(spanOf);
}

/** Hands out the spans of an execution in the order of their start, page by page. */
export async function selectSpans(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  take: (span: SpanRecord) => void,
): Promise<void> {
  let last: SpanRecord | undefined;
  for (;;) {
    const rows = await sql.rows(
      `SELECT ${COLUMNS} FROM execution_spans
       WHERE workspace_id = $1 AND execution_id = $2 AND ($3::bigint IS NULL OR (start_us, id) > ($3, $4))
       ORDER BY start_us, id LIMIT ${PAGE}`,
      [workspaceId, executionId, last?.start ?? null, last?.id ?? null],
    );
    for (const row of rows) {
      last = spanOf(row);
      take(last);
    }
    if (rows.length < PAGE) return;
  }
}

/** Those spans of an execution that there are, by their ids. */
export async function selectSpansById(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  ids: readonly string[],
): Promise<Map<string, SpanRecord>> {
  const rows = await sql.rows(
    `SELECT ${COLUMNS} FROM execution_spans WHERE workspace_id = $1 AND execution_id = $2 AND id = ANY ($3::text[])`,
    [workspaceId, executionId, textArray(ids)],
  );
  return new Map(rows.map((row) => [row.text('id'), spanOf(row)]));
}

/** Which of some spans are those of whoever runs the execution. */
export async function selectOwnSpanIds(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await sql.rows(
    `SELECT id FROM execution_spans
     WHERE workspace_id = $1 AND execution_id = $2 AND id = ANY ($3::text[]) AND NOT is_joined`,
    [workspaceId, executionId, textArray(ids)],
  );
  return new Set(rows.map((row) => row.text('id')));
}
