import type { EpochMicros } from '@flowprof/model';
import type { PackedTrace } from '../api.ts';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/** Keeps the trace of an execution as one blob, unless there is one already; says whether it did. */
export async function insertTrace(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  trace: PackedTrace,
  now: EpochMicros,
): Promise<boolean> {
  const count = await sql.run(
    `INSERT INTO execution_traces (workspace_id, execution_id, format, span_count, data, created_at)
     VALUES ($1, $2, 'arrow+br', $3, $4, $5)
     ON CONFLICT (workspace_id, execution_id) DO NOTHING`,
    [workspaceId, executionId, trace.spanCount, trace.data, timestamp(now)],
  );
  return count === 1;
}
