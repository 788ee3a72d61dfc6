import type { SpanRecord } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { jsonOrNull, text, textOrNull } from '../row.ts';

/**
 * Stores spans of an execution. A later record of the same id replaces the earlier, but one that still runs never
 * replaces one that has ended. No id may occur twice in one call.
 */
export async function upsertSpans(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  spans: readonly SpanRecord[],
): Promise<void> {
  await sql.run(
    `INSERT INTO execution_spans AS s (workspace_id, execution_id, id, parent_span_id, node_key, iteration, name,
       span_type, status, start_us, duration_us, track, metadata)
     SELECT $1, $2, n.* FROM unnest($3::text[], $4::text[], $5::text[], $6::integer[], $7::text[], $8::text[],
       $9::text[], $10::bigint[], $11::bigint[], $12::text[], $13::text[]::jsonb[]) AS n
     ON CONFLICT (workspace_id, execution_id, id) DO UPDATE SET
       parent_span_id = excluded.parent_span_id,
       node_key = excluded.node_key,
       iteration = excluded.iteration,
       name = excluded.name,
       span_type = excluded.span_type,
       status = excluded.status,
       start_us = excluded.start_us,
       duration_us = excluded.duration_us,
       track = excluded.track,
       metadata = excluded.metadata
     WHERE (excluded.duration_us IS NOT NULL OR s.duration_us IS NULL) AND s.* IS DISTINCT FROM excluded.*`,
    [
      workspaceId,
      executionId,
      spans.map((span) => text(span.id)),
      spans.map((span) => textOrNull(span.parentId)),
      spans.map((span) => textOrNull(span.nodeKey)),
      spans.map((span) => span.iteration),
      spans.map((span) => text(span.name)),
      spans.map((span) => span.kind),
      spans.map((span) => span.status),
      spans.map((span) => span.start),
      spans.map((span) => span.duration),
      spans.map((span) => textOrNull(span.track)),
      spans.map((span) => jsonOrNull(span.metadata)),
    ],
  );
}
