import { bigintArray, integerArray, textArray } from '../binary-array.ts';
import type { NamedStatement } from '../one-trip.ts';
import type { SpanRecord } from '@flowprof/model';
import { jsonOrNull, text, textOrNull } from '../row.ts';

const UPSERT_SPANS = `
    INSERT INTO execution_spans AS s (workspace_id, execution_id, id, parent_span_id, node_key, iteration, name,
     span_type, status, start_us, duration_us, track, metadata, is_joined)
   SELECT $1, $2, n.*, $14::boolean FROM unnest($3::text[], $4::text[], $5::text[], $6::integer[], $7::text[], $8::text[],
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
   WHERE (excluded.duration_us IS NOT NULL OR s.duration_us IS NULL) AND s.* IS DISTINCT FROM excluded.*`;

/**
 * Stores spans of an execution. A later record of the same id replaces the earlier, but one that still runs never
 * replaces one that has ended. No id may occur twice in one call.
 * @param isJoined whether others tell of them than who runs the execution
 */
export function upsertSpans(
  workspaceId: string,
  executionId: string,
  spans: readonly SpanRecord[],
  isJoined = false,
): NamedStatement {
  return {
    name: 'upsert_spans',
    text: UPSERT_SPANS,
    values: [
      workspaceId,
      executionId,
      textArray(spans.map((span) => text(span.id))),
      textArray(spans.map((span) => textOrNull(span.parentId))),
      textArray(spans.map((span) => textOrNull(span.nodeKey))),
      integerArray(spans.map((span) => span.iteration)),
      textArray(spans.map((span) => text(span.name))),
      textArray(spans.map((span) => span.kind)),
      textArray(spans.map((span) => span.status)),
      bigintArray(spans.map((span) => span.start)),
      bigintArray(spans.map((span) => span.duration)),
      textArray(spans.map((span) => textOrNull(span.track))),
      textArray(spans.map((span) => jsonOrNull(span.metadata))),
      String(isJoined),
    ],
  };
}
