import { uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';
import type { SpanTimes, TracedExecution } from '../otlp/api.ts';
import { readKept } from '../otlp/kept-trace.ts';
import { timestamp, type Row } from '../row.ts';
import type { EpochMicros } from '@flowprof/model';

/** A trace's id as the id of the execution that is made of it. */
export function executionIdOf(traceId: string): string {
  return [
    traceId.slice(0, 8),
    traceId.slice(8, 12),
    traceId.slice(12, 16),
    traceId.slice(16, 20),
    traceId.slice(20),
  ].join('-');
}

const SELECT = `SELECT e.id, e.trace_id, e.status, e.started_at, coalesce(e.change_id, 0)::text AS version, t.span_count,
    CASE WHEN t.format = 'otlp' THEN t.data END AS data
  FROM workflow_executions e
  LEFT JOIN execution_traces t ON t.workspace_id = e.workspace_id AND t.execution_id = e.id`;

function tracedOf(row: Row): TracedExecution {
  const id = row.text('id');
  const data = row.bytesOrNull('data');
  return {
    id,
    traceId: (row.textOrNull('trace_id') ?? id).replaceAll('-', ''),
    status: row.status('status'),
    startedAt: row.momentOrNull('started_at'),
    made:
      data === null ? null : { kept: readKept(data), spanCount: row.int('span_count'), version: row.text('version') },
  };
}

/** Executions that are named as these traces, or were called from them. */
export async function selectTraced(
  sql: Sql,
  workspaceId: string,
  traceIds: readonly string[],
): Promise<TracedExecution[]> {
  const values = [workspaceId, uuidArray(traceIds.map(executionIdOf))];
  const rows = await sql.rows(`${SELECT} WHERE e.workspace_id = $1 AND e.id = ANY ($2::uuid[])`, values);
  const called = await sql.rows(
    `${SELECT} WHERE e.workspace_id = $1 AND e.trace_id = ANY ($2::uuid[]) ORDER BY e.created_at, e.id`,
    values,
  );
  return [...rows, ...called].map(tracedOf);
}

/** Executions that were made of spans, run, and have not changed since a moment; the longest silent first. */
export async function selectSilent(
  sql: Sql,
  workspaceId: string,
  since: EpochMicros,
  limit: number,
): Promise<TracedExecution[]> {
  const rows = await sql.rows(
    `${SELECT} WHERE e.workspace_id = $1 AND e.status IN ('pending', 'running') AND e.trigger = 'otlp'
       AND e.updated_at <= $2::timestamptz AND t.format = 'otlp' ORDER BY e.updated_at, e.id LIMIT $3`,
    [workspaceId, timestamp(since), limit],
  );
  return rows.map(tracedOf);
}

/** Those of these ids that are spans of an execution's rows. */
export async function selectKnownSpans(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  spanIds: readonly string[],
): Promise<ReadonlyMap<string, SpanTimes>> {
  const rows = await sql.rows(
    `SELECT id, start_us, duration_us FROM execution_spans
     WHERE workspace_id = $1 AND execution_id = $2 AND id = ANY ($3::text[])`,
    [workspaceId, executionId, spanIds],
  );
  return new Map(
    rows.map((row) => [row.text('id'), { start: row.micros('start_us'), duration: row.microsOrNull('duration_us') }]),
  );
}
