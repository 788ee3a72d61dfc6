import type { EpochMicros } from '@flowprof/model';
import type { PackedTrace } from '../api.ts';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/**
 * Keeps the trace of an execution as one blob, unless there is one already; says whether it did.
 * @param isOfRows whether it was made of nothing but the rows
 */
export async function insertTrace(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  trace: PackedTrace,
  now: EpochMicros,
  isOfRows = false,
): Promise<boolean> {
  const count = await sql.run(
    `INSERT INTO execution_traces (workspace_id, execution_id, format, span_count, data, created_at, is_of_rows)
     VALUES ($1, $2, 'arrow+br', $3, $4, $5, $6)
     ON CONFLICT (workspace_id, execution_id) DO NOTHING`,
    [workspaceId, executionId, trace.spanCount, trace.data, timestamp(now), isOfRows],
  );
  return count === 1;
}
