import type { AnnotationRecord } from '@flowprof/model';
import type { Sql } from '../database.ts';

/** The annotations of an execution in the order of their time. */
export async function selectAnnotations(
  sql: Sql,
  workspaceId: string,
  executionId: string,
): Promise<AnnotationRecord[]> {
  const rows = await sql.rows(
    `SELECT span_id, time_us, label, type, metadata FROM execution_annotations
     WHERE workspace_id = $1 AND execution_id = $2 ORDER BY time_us, id`,
    [workspaceId, executionId],
  );
  return rows.map((row) => ({
    spanId: row.textOrNull('span_id'),
    time: row.micros('time_us'),
    label: row.text('label'),
    type: row.text('type'),
    metadata: row.objectOrNull('metadata'),
  }));
}
