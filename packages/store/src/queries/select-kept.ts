import type { PackedTrace } from '../api.ts';
import type { Sql } from '../database.ts';
import { StoreError } from '../errors.ts';

/** The trace of an execution as it is kept. */
export interface KeptTrace extends PackedTrace {
  /** Whether all rows are there still. */
  readonly hasRows: boolean;
  /** Whether it was made of nothing but the rows. */
  readonly isOfRows: boolean;
}

/**
 * The kept trace of an execution, or null.
 * @throws {StoreError} `not_external` for one that is made of spans and of nothing else
 */
export async function selectKept(sql: Sql, workspaceId: string, executionId: string): Promise<KeptTrace | null> {
  const [row] = await sql.rows(
    `SELECT format, data, span_count, row_state = 'kept' AS has_rows, is_of_rows FROM execution_traces
     WHERE workspace_id = $1 AND execution_id = $2`,
    [workspaceId, executionId],
  );
  if (!row) return null;
  if (row.text('format') === 'otlp') throw new StoreError('not_external');
  const [hasRows, isOfRows] = [row.bool('has_rows'), row.bool('is_of_rows')];
  return { format: 'arrow+br', data: row.bytes('data'), spanCount: row.int('span_count'), hasRows, isOfRows };
}

/** Keeps another trace in its place. */
export async function replaceKept(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  trace: PackedTrace,
): Promise<void> {
  await sql.run(
    'UPDATE execution_traces SET data = $3, span_count = $4 WHERE workspace_id = $1 AND execution_id = $2',
    [workspaceId, executionId, trace.data, trace.spanCount],
  );
}
