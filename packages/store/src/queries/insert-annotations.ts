import type { AnnotationRecord } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { jsonOrNull, text, textOrNull } from '../row.ts';

/** Stores annotations of an execution under ids made from their content; what is there already stays. */
export async function insertAnnotations(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  annotations: readonly (AnnotationRecord & { readonly id: string })[],
): Promise<void> {
  await sql.run(
    `INSERT INTO execution_annotations (workspace_id, execution_id, id, span_id, time_us, label, type, metadata)
     SELECT $1, $2, n.* FROM unnest($3::uuid[], $4::text[], $5::bigint[], $6::text[], $7::text[],
       $8::text[]::jsonb[]) AS n
     ON CONFLICT (workspace_id, execution_id, id) DO NOTHING`,
    [
      workspaceId,
      executionId,
      annotations.map((annotation) => annotation.id),
      annotations.map((annotation) => textOrNull(annotation.spanId)),
      annotations.map((annotation) => annotation.time),
      annotations.map((annotation) => text(annotation.label)),
      annotations.map((annotation) => text(annotation.type)),
      annotations.map((annotation) => jsonOrNull(annotation.metadata)),
    ],
  );
}
