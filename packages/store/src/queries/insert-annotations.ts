import { bigintArray, textArray, uuidArray } from '../binary-array.ts';
import type { NamedStatement } from '../one-trip.ts';
import type { AnnotationRecord } from '@flowprof/model';
import { jsonOrNull, text, textOrNull } from '../row.ts';

const INSERT_ANNOTATIONS = `
    INSERT INTO execution_annotations (workspace_id, execution_id, id, span_id, time_us, label, type, metadata, change_id)
   SELECT $1, $2, n.*, $9::bigint FROM unnest($3::uuid[], $4::text[], $5::bigint[], $6::text[], $7::text[],
     $8::text[]::jsonb[]) AS n
   ON CONFLICT (workspace_id, execution_id, id) DO NOTHING`;

/** Stores annotations of an execution under ids made from their content; what is there already stays; see `tellEvents`. */
export function insertAnnotations(
  workspaceId: string,
  executionId: string,
  annotations: readonly (AnnotationRecord & { readonly id: string })[],
  changeId: number,
): NamedStatement {
  return {
    name: 'insert_annotations',
    text: INSERT_ANNOTATIONS,
    values: [
      workspaceId,
      executionId,
      uuidArray(annotations.map((annotation) => annotation.id)),
      textArray(annotations.map((annotation) => textOrNull(annotation.spanId))),
      bigintArray(annotations.map((annotation) => annotation.time)),
      textArray(annotations.map((annotation) => text(annotation.label))),
      textArray(annotations.map((annotation) => text(annotation.type))),
      textArray(annotations.map((annotation) => jsonOrNull(annotation.metadata))),
      String(changeId),
    ],
  };
}
