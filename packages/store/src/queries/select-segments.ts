import { byteaArray, uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';
import type { OtlpBacklog, WaitingSegment } from '../otlp/api.ts';
import { HEAD_BYTES, readHeads, type TraceHead } from '../otlp/heads.ts';

/** The ids of all segments that wait, the oldest first. */
export async function listWaitingIds(sql: Sql, workspaceId: string): Promise<string[]> {
  const rows = await sql.rows('SELECT segment_id FROM otlp_waiting WHERE workspace_id = $1 ORDER BY segment_id', [
    workspaceId,
  ]);
  return rows.map((row) => row.text('segment_id'));
}

/** Segments that wait, without their spans. */
export async function selectHeads(sql: Sql, workspaceId: string, ids: readonly string[]): Promise<WaitingSegment[]> {
  if (ids.length === 0) return [];
  const rows = await sql.rows(
    `SELECT segment_id AS id, received_at, bytes, traces FROM otlp_waiting
     WHERE workspace_id = $1 AND segment_id = ANY ($2::uuid[]) ORDER BY segment_id`,
    [workspaceId, uuidArray(ids)],
  );
  return rows.map((row) => ({
    id: row.text('id'),
    receivedAt: row.moment('received_at'),
    bytes: row.int('bytes'),
    traces: readHeads(row.bytes('traces')),
  }));
}

/** The spans of segments. */
export async function selectSegments(
  sql: Sql,
  workspaceId: string,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly data: Uint8Array }[]> {
  const rows = await sql.rows(
    'SELECT id, data FROM otlp_segments WHERE workspace_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id',
    [workspaceId, uuidArray(ids)],
  );
  return rows.map((row) => ({ id: row.text('id'), data: row.bytes('data') }));
}

/** Locks segments that wait until the transaction ends, and gives what waits in those that are there. */
export async function lockWaiting(
  sql: Sql,
  workspaceId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const rows = await sql.rows(
    `SELECT segment_id, traces FROM otlp_waiting
     WHERE workspace_id = $1 AND segment_id = ANY ($2::uuid[]) ORDER BY segment_id FOR UPDATE`,
    [workspaceId, uuidArray(ids)],
  );
  return new Map(rows.map((row) => [row.text('segment_id'), row.bytes('traces')]));
}

/** Notes that nothing in these segments waits any more. */
export function deleteWaiting(sql: Sql, workspaceId: string, ids: readonly string[]): Promise<number> {
  return sql.run('DELETE FROM otlp_waiting WHERE workspace_id = $1 AND segment_id = ANY ($2::uuid[])', [
    workspaceId,
    uuidArray(ids),
  ]);
}

/** Leaves fewer traces waiting in segments. */
export function updateWaiting(
  sql: Sql,
  workspaceId: string,
  segments: readonly { readonly id: string; readonly traces: Uint8Array }[],
): Promise<number> {
  return sql.run(
    `UPDATE otlp_waiting w SET traces = n.traces FROM unnest($2::uuid[], $3::bytea[]) AS n (id, traces)
     WHERE w.workspace_id = $1 AND w.segment_id = n.id`,
    [workspaceId, uuidArray(segments.map(({ id }) => id)), byteaArray(segments.map(({ traces }) => traces))],
  );
}

/** How much waits. */
export async function measureBacklog(sql: Sql, workspaceId: string): Promise<OtlpBacklog> {
  const [row] = await sql.rows(
    `SELECT count(*) AS segments, coalesce(sum(bytes), 0)::bigint AS bytes, coalesce(sum(span_count), 0)::bigint AS spans,
       coalesce(sum(octet_length(traces)), 0)::bigint / ${HEAD_BYTES} AS traces, min(received_at) AS oldest_at
     FROM otlp_waiting WHERE workspace_id = $1`,
    [workspaceId],
  );
  return {
    segments: row?.int('segments') ?? 0,
    bytes: row?.int('bytes') ?? 0,
    spans: row?.int('spans') ?? 0,
    traces: row?.int('traces') ?? 0,
    oldestAt: row?.momentOrNull('oldest_at') ?? null,
  };
}

/** Segments after one in which nothing waits, the oldest first, with their traces. */
export async function listSettledSegments(
  sql: Sql,
  workspaceId: string,
  after: string,
  limit: number,
): Promise<{ readonly id: string; readonly traces: readonly TraceHead[] }[]> {
  const rows = await sql.rows(
    `SELECT s.id, s.traces FROM otlp_segments s WHERE s.workspace_id = $1 AND s.id > $2
       AND NOT EXISTS (SELECT FROM otlp_waiting w WHERE w.workspace_id = s.workspace_id AND w.segment_id = s.id)
     ORDER BY s.id LIMIT $3`,
    [workspaceId, after, limit],
  );
  return rows.map((row) => ({ id: row.text('id'), traces: readHeads(row.bytes('traces')) }));
}

/** Deletes segments. */
export function deleteSegments(sql: Sql, workspaceId: string, ids: readonly string[]): Promise<number> {
  return sql.run('DELETE FROM otlp_segments WHERE workspace_id = $1 AND id = ANY ($2::uuid[])', [
    workspaceId,
    uuidArray(ids),
  ]);
}

/** Deletes segments of a workspace that is being deleted, so many at most; says how many there were. */
export function deleteSomeSegments(sql: Sql, workspaceId: string, limit: number): Promise<number> {
  return sql.run(
    `DELETE FROM otlp_segments WHERE workspace_id = $1
     AND id IN (SELECT id FROM otlp_segments WHERE workspace_id = $1 LIMIT $2)`,
    [workspaceId, limit],
  );
}

/** Which of these executions were made of spans. */
export async function selectMadeIds(
  sql: Sql,
  workspaceId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await sql.rows(
    `SELECT execution_id FROM execution_traces
     WHERE workspace_id = $1 AND execution_id = ANY ($2::uuid[]) AND format = 'otlp'`,
    [workspaceId, uuidArray(ids)],
  );
  return new Set(rows.map((row) => row.text('execution_id')));
}
