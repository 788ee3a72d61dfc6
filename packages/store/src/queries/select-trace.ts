import { isUuid } from '@flowprof/model';
import type { PackedTrace } from '../api.ts';
import type { Sql } from '../database.ts';
import { readKept } from '../otlp/kept-trace.ts';
import { packParts } from '../otlp/packed-spans.ts';
import { selectSegments } from './select-segments.ts';

/** The trace of an execution that has ended or was made of spans, as it is kept, or null. */
export async function selectTrace(sql: Sql, workspaceId: string, executionId: string): Promise<PackedTrace | null> {
  if (!isUuid(executionId)) return null;
  const [row] = await sql.rows(
    'SELECT format, data, span_count FROM execution_traces WHERE workspace_id = $1 AND execution_id = $2',
    [workspaceId, executionId],
  );
  if (!row) return null;
  const [data, spanCount] = [row.bytes('data'), row.int('span_count')];
  if (row.text('format') !== 'otlp') return { format: 'arrow+br', data, spanCount };
  const kept = readKept(data);
  const segments = await selectSegments(sql, workspaceId, kept.segments);
  const parts = segments.map((segment) => segment.data);
  const traceId = executionId.replaceAll('-', '').toLowerCase();
  return { format: 'otlp', data: packParts(traceId, kept, parts), spanCount };
}
