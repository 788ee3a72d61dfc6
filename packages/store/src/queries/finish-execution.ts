import type { EpochMicros, ExecutionInfo, JsonValue, Micros, Status, TraceError } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { errorValues } from '../entities.ts';
import { RUNS_HERE } from './runs-here.ts';
import { jsonOrNull, sumOf, textOrNull, timestamp } from '../row.ts';

/** How an execution ended; an imported one may not have. */
interface Ending {
  readonly status: Status;
  readonly results: JsonValue;
  readonly error: TraceError | null;
  /** Null when it has not ended. */
  readonly duration: Micros | null;
  readonly info: Pick<ExecutionInfo, 'startedAt' | 'sourceFormat' | 'concurrency'>;
}

/**
 * Writes how an execution ended. The outcome replaces what events said of the end. When an import without a start ended
 * is not known; any other execution without a start ended now.
 * @param changeId see `tellEvents`
 */
export async function finishExecution(
  sql: Sql,
  workspaceId: string,
  id: string,
  ending: Ending,
  now: EpochMicros,
  changeId: number,
): Promise<void> {
  const { startedAt, sourceFormat, concurrency } = ending.info;
  await sql.run(
    `UPDATE workflow_executions SET
       status = $3, results = $4, duration_us = $5, error_code = $6, error_message = $7, error_details = $8,
       started_at = coalesce(started_at, $9::timestamptz),
       completed_at = coalesce(${sumOf('coalesce(started_at, $9::timestamptz)', '$5::bigint')},
         CASE WHEN ${RUNS_HERE} THEN $12::timestamptz END),
       source_format = coalesce(source_format, $10), concurrency = coalesce(concurrency, $11),
       status_before = status, change_id = $13, updated_at = $12::timestamptz
     WHERE workspace_id = $1 AND id = $2`,
    [
      workspaceId,
      id,
      ending.status,
      jsonOrNull(ending.results),
      ending.duration === null ? null : Math.max(0, ending.duration),
      ...errorValues(ending.error),
      startedAt === null ? null : timestamp(startedAt),
      textOrNull(sourceFormat),
      concurrency,
      timestamp(now),
      changeId,
    ],
  );
}
