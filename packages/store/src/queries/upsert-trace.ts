import type { EpochMicros } from '@flowprof/model';
import type { PackedTrace } from '../api.ts';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/** Keeps the trace of an execution that has no rows, in place of what was kept of it. */
export async function upsertTrace(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  trace: Pick<PackedTrace, 'spanCount' | 'data'>,
  now: EpochMicros,
): Promise<void> {
  await sql.run(
    `INSERT INTO execution_traces AS t (workspace_id, execution_id, format, span_count, data, created_at, row_state)
     VALUES ($1, $2, 'arrow+br', $3, $4, $5, 'gone')
     ON CONFLICT (workspace_id, execution_id) DO UPDATE SET span_count = excluded.span_count, data = excluded.data`,
    [workspaceId, executionId, trace.spanCount, trace.data, timestamp(now)],
  );
}
