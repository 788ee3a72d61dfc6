import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';
import { hasEnded } from './lock-ended.ts';
import type { Removable } from './list-removable-rows.ts';

/** What a span takes in a segment, in bytes, about: counted for an execution that is removed until its segments are. */
const SEGMENT_SPAN_BYTES = 25;

/**
 * Executions that have ended, the oldest first.
 * @param before those made before this are due
 */
export async function listRemovableExecutions(
  sql: Sql,
  workspaceId: string,
  before: EpochMicros | null,
  limit: number,
): Promise<Removable[]> {
  const rows = await sql.rows(
    `SELECT e.id, coalesce(t.span_count, 0) AS span_count, coalesce(CASE WHEN t.format = 'otlp' THEN t.bytes + t.span_count * ${SEGMENT_SPAN_BYTES} ELSE t.bytes END, 0)
         + coalesce(r.bytes, 0) AS bytes,
       coalesce(e.created_at < $2::timestamptz, false) AS due
     FROM workflow_executions e
     LEFT JOIN execution_traces t ON t.workspace_id = e.workspace_id AND t.execution_id = e.id
     LEFT JOIN temporal_runs r ON r.workspace_id = e.workspace_id AND r.run_id = e.id
     WHERE e.workspace_id = $1 AND ${hasEnded('e')}
     ORDER BY e.created_at, e.id LIMIT $3`,
    [workspaceId, before === null ? null : timestamp(before), limit],
  );
  return rows.map((row) => ({
    id: row.text('id'),
    spans: row.int('span_count'),
    bytes: row.int('bytes'),
    isDue: row.bool('due'),
  }));
}
