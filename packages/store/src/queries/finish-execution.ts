import type { EpochMicros } from '@flowprof/model';
import type { ExecutionOutcome } from '../api.ts';
import type { Sql } from '../database.ts';
import { errorValues } from '../entities.ts';
import { jsonOrNull, textOrNull, timestamp } from '../row.ts';

/** Writes how an execution ended. The outcome replaces what events said of the end. */
export async function finishExecution(
  sql: Sql,
  workspaceId: string,
  id: string,
  outcome: ExecutionOutcome,
  now: EpochMicros,
): Promise<void> {
  const { startedAt, sourceFormat, concurrency } = outcome.trace.execution;
  await sql.run(
    `UPDATE workflow_executions SET
       status = $3, results = $4, duration_us = $5, error_code = $6, error_message = $7, error_details = $8,
       started_at = coalesce(started_at, $9::timestamptz),
       completed_at = coalesce(coalesce(started_at, $9::timestamptz) + $5::bigint * interval '1 microsecond', $12),
       source_format = coalesce(source_format, $10), concurrency = coalesce(concurrency, $11),
       updated_at = $12::timestamptz
     WHERE workspace_id = $1 AND id = $2`,
    [
      workspaceId,
      id,
      outcome.status,
      jsonOrNull(outcome.results),
      Math.max(0, outcome.duration),
      ...errorValues(outcome.error),
      startedAt === null ? null : timestamp(startedAt),
      textOrNull(sourceFormat),
      concurrency,
      timestamp(now),
    ],
  );
}
