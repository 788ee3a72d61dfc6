import { since, type EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { errorValues } from '../entities.ts';
import { json, textOrNull, timestamp, timestampOrNull } from '../row.ts';
import type { KnownExecution } from './lock-external.ts';

/**
 * Writes down what is known of an execution that others run. It must be locked.
 * @param changeId see `tellEvents`
 */
export async function updateExternal(
  sql: Sql,
  workspaceId: string,
  id: string,
  known: KnownExecution,
  now: EpochMicros,
  changeId: number,
): Promise<void> {
  const { status, startedAt, startIsTold, end, sourceFormat, concurrency, warnings, isJoined } = known;
  const duration = end === null || startedAt === null ? null : Math.max(0, since(startedAt, end.at));
  await sql.run(
    `UPDATE workflow_executions SET status = $3, started_at = $4, start_is_told = $5, completed_at = $6, duration_us = $7,
       error_code = $8, error_message = $9, error_details = $10, source_format = $11, concurrency = $12, warnings = $13,
       is_joined = $14, status_before = status, change_id = $15, updated_at = $16
     WHERE workspace_id = $1 AND id = $2`,
    [
      workspaceId,
      id,
      status,
      timestampOrNull(startedAt),
      startIsTold,
      timestampOrNull(end?.at ?? null),
      duration,
      ...errorValues(end?.error ?? null),
      textOrNull(sourceFormat),
      concurrency,
      json(Object.fromEntries(warnings)),
      isJoined,
      changeId,
      timestamp(now),
    ],
  );
}

/**
 * Notes that more was told of an execution, whose trace is another from now on. It must be locked.
 * @param isJoined whether others told of it than who runs it
 */
export async function touchExternal(
  sql: Sql,
  workspaceId: string,
  id: string,
  isJoined: boolean,
  now: EpochMicros,
): Promise<void> {
  await sql.run('UPDATE workflow_executions SET is_joined = $3, updated_at = $4 WHERE workspace_id = $1 AND id = $2', [
    workspaceId,
    id,
    isJoined,
    timestamp(now),
  ]);
}
