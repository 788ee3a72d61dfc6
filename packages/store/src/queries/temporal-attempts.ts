import { toEpochMicros, type EpochMicros, type JsonValue } from '@flowprof/model';
import { bigintArray, integerArray, textArray, uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';
import { contentId } from '../content-id.ts';
import { errorOf, errorValues } from '../entities.ts';
import { StoreError } from '../errors.ts';
import { json, text, textOrNull, timestamp, timestampOrNull, type Row } from '../row.ts';
import type { AttemptReport } from '../temporal/api.ts';

/** How many reports are kept of a run at most. */
export const MAX_ATTEMPTS = 50_000;

/** How many are read at once. */
const MAX_READ = 200_000;

const SOURCES = ['worker', 'sample'] as const;

/**
 * What tells attempts of a run apart, whoever reported them. Ids of activities may be used again once one has ended; when
 * each was scheduled is told alike by workers and by the server in milliseconds.
 */
export function attemptKey({ activityId, scheduledAt, attempt, isLocal }: AttemptReport): readonly JsonValue[] {
  return [activityId, scheduledAt === null ? null : Math.floor(scheduledAt / 1000), attempt, isLocal];
}

/** The id of a report: of one attempt there is one from each source. */
export function attemptId(report: AttemptReport): string {
  return contentId(`attempt\u0000${json([...attemptKey(report), report.source])}`);
}

/** How many reports are kept of each of these runs. */
export async function countAttempts(
  sql: Sql,
  workspaceId: string,
  runIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.rows(
    `SELECT run_id, count(*) AS count FROM temporal_attempts WHERE workspace_id = $1 AND run_id = ANY ($2::uuid[])
     GROUP BY run_id`,
    [workspaceId, uuidArray(runIds)],
  );
  return new Map(rows.map((row) => [row.text('run_id'), row.int('count')]));
}

/** One that has ended stays so; of two that have, or have not, that which tells more counts. */
const UPSERT = `INSERT INTO temporal_attempts AS a (workspace_id, run_id, id, source, workflow_id, namespace, activity_id,
    activity_type, attempt, is_local, scheduled_at, attempt_scheduled_at, started_at, ended_at, status, error_code,
    error_message, error_details, task_queue, identity, build_id, heartbeats, heartbeat_count, received_at)
  SELECT $1, n.run_id, n.id, n.source, n.workflow_id, n.namespace, n.activity_id, n.activity_type, n.attempt,
    n.is_local = 1, n.scheduled_at::timestamptz, n.attempt_scheduled_at::timestamptz, n.started_at::timestamptz,
    n.ended_at::timestamptz, n.status, n.error_code, n.error_message, n.error_details::jsonb, n.task_queue, n.identity,
    n.build_id, n.heartbeats::jsonb, n.heartbeat_count, $2::timestamptz
  FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::integer[],
      $11::integer[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[],
      $19::text[], $20::text[], $21::text[], $22::text[], $23::text[], $24::bigint[])
    AS n (run_id, id, source, workflow_id, namespace, activity_id, activity_type, attempt, is_local, scheduled_at,
      attempt_scheduled_at, started_at, ended_at, status, error_code, error_message, error_details, task_queue, identity,
      build_id, heartbeats, heartbeat_count)
  ORDER BY n.run_id, n.id
  ON CONFLICT (workspace_id, run_id, id) DO UPDATE SET
    scheduled_at = coalesce(excluded.scheduled_at, a.scheduled_at),
    attempt_scheduled_at = coalesce(excluded.attempt_scheduled_at, a.attempt_scheduled_at),
    started_at = excluded.started_at, ended_at = excluded.ended_at, status = excluded.status,
    error_code = excluded.error_code, error_message = excluded.error_message, error_details = excluded.error_details,
    task_queue = coalesce(excluded.task_queue, a.task_queue), identity = coalesce(excluded.identity, a.identity),
    build_id = coalesce(excluded.build_id, a.build_id),
    heartbeats = CASE WHEN excluded.heartbeat_count >= a.heartbeat_count THEN excluded.heartbeats ELSE a.heartbeats END,
    heartbeat_count = greatest(excluded.heartbeat_count, a.heartbeat_count)
  WHERE (a.ended_at IS NULL AND excluded.ended_at IS NOT NULL)
    OR ((a.ended_at IS NULL) = (excluded.ended_at IS NULL) AND excluded.heartbeat_count > a.heartbeat_count)
  RETURNING run_id`;

/** Keeps reports, no two of one id; gives the runs of those that tell something new. */
export async function upsertAttempts(
  sql: Sql,
  workspaceId: string,
  reports: readonly AttemptReport[],
  now: EpochMicros,
): Promise<string[]> {
  if (reports.length === 0) return [];
  const errors = reports.map(({ error }) => errorValues(error));
  const rows = await sql.rows(UPSERT, [
    workspaceId,
    timestamp(now),
    uuidArray(reports.map(({ runId }) => runId)),
    uuidArray(reports.map(attemptId)),
    textArray(reports.map(({ source }) => source)),
    textArray(reports.map(({ workflowId }) => text(workflowId))),
    textArray(reports.map(({ namespace }) => text(namespace))),
    textArray(reports.map(({ activityId }) => text(activityId))),
    textArray(reports.map(({ activityType }) => text(activityType))),
    integerArray(reports.map(({ attempt }) => attempt)),
    integerArray(reports.map(({ isLocal }) => (isLocal ? 1 : 0))),
    textArray(reports.map(({ scheduledAt }) => timestampOrNull(scheduledAt))),
    textArray(reports.map(({ attemptScheduledAt }) => timestampOrNull(attemptScheduledAt))),
    textArray(reports.map(({ startedAt }) => timestamp(startedAt))),
    textArray(reports.map(({ endedAt }) => timestampOrNull(endedAt))),
    textArray(reports.map(({ status }) => status)),
    textArray(errors.map(([code]) => code)),
    textArray(errors.map(([, message]) => message)),
    textArray(errors.map(([, , details]) => details)),
    textArray(reports.map(({ taskQueue }) => textOrNull(taskQueue))),
    textArray(reports.map(({ identity }) => textOrNull(identity))),
    textArray(reports.map(({ buildId }) => textOrNull(buildId))),
    textArray(reports.map(({ heartbeats }) => json(heartbeats))),
    bigintArray(reports.map(({ heartbeatCount }) => heartbeatCount)),
  ]);
  return [...new Set(rows.map((row) => row.text('run_id')))];
}

function reportOf(row: Row): AttemptReport {
  const source = SOURCES.find((one) => one === row.text('source'));
  const heartbeats = row.json('heartbeats');
  if (source === undefined || !Array.isArray(heartbeats)) {
    throw new StoreError('database_error', 'The database gave something else than an attempt');
  }
  return {
    runId: row.text('run_id'),
    workflowId: row.text('workflow_id'),
    namespace: row.text('namespace'),
    activityId: row.text('activity_id'),
    activityType: row.text('activity_type'),
    attempt: row.int('attempt'),
    isLocal: row.bool('is_local'),
    scheduledAt: row.momentOrNull('scheduled_at'),
    attemptScheduledAt: row.momentOrNull('attempt_scheduled_at'),
    startedAt: row.moment('started_at'),
    endedAt: row.momentOrNull('ended_at'),
    status: row.status('status'),
    error: errorOf(row),
    taskQueue: row.textOrNull('task_queue'),
    identity: row.textOrNull('identity'),
    buildId: row.textOrNull('build_id'),
    heartbeats: heartbeats.flatMap((at) => (typeof at === 'number' ? [toEpochMicros(at)] : [])),
    heartbeatCount: row.int('heartbeat_count'),
    source,
  };
}

/** All reports of runs, by run and in the order in which the attempts started. */
export async function selectAttempts(
  sql: Sql,
  workspaceId: string,
  runIds: readonly string[],
): Promise<AttemptReport[]> {
  if (runIds.length === 0) return [];
  const rows = await sql.rows(
    `SELECT run_id, source, workflow_id, namespace, activity_id, activity_type, attempt, is_local, scheduled_at,
       attempt_scheduled_at, started_at, ended_at, status, error_code, error_message, error_details, task_queue, identity,
       build_id, heartbeats, heartbeat_count
     FROM temporal_attempts WHERE workspace_id = $1 AND run_id = ANY ($2::uuid[])
     ORDER BY run_id, started_at, attempt, scheduled_at, id LIMIT ${MAX_READ}`,
    [workspaceId, uuidArray(runIds)],
  );
  return rows.map(reportOf);
}
