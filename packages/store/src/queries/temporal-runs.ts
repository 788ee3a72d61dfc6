import { isUuid, toEpochMicros, type EpochMicros } from '@flowprof/model';
import { bigintArray, textArray, uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';
import { sumOf, text, textOrNull, timestamp, timestampOrNull } from '../row.ts';
import type { DueRun, TemporalRun, TemporalRunHead } from '../temporal/api.ts';
import { RUN_COLUMNS, runOf } from '../temporal/rows.ts';

/** What Temporal calls a run that has not ended. */
const OPEN = `('running', 'paused', 'unknown')`;

/** How long after it was made a run is made again at the earliest, in microseconds, unless somebody waits for it. */
const LEAST_PAUSE_US = 2_000_000;

function uuidOrNull(id: string | null): string | null {
  return id !== null && isUuid(id) ? id : null;
}

/** Those of these runs that are not to come back. */
export async function selectForgotten(
  sql: Sql,
  workspaceId: string,
  runIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await sql.rows(
    'SELECT run_id FROM temporal_forgotten WHERE workspace_id = $1 AND run_id = ANY ($2::uuid[])',
    [workspaceId, uuidArray(runIds)],
  );
  return new Set(rows.map((row) => row.text('run_id')));
}

/**
 * What a listing tells may be older than what is known: a run that has ended does not run again, and one that is kept
 * whole does not change.
 */
const WANT = `INSERT INTO temporal_runs AS r (workspace_id, run_id, connection_id, workflow_id, workflow_type, task_queue,
    status, started_at, closed_at, history_length, parent_run_id, root_run_id, due_at, updated_at)
  SELECT $1, n.run_id, $2::uuid, n.workflow_id, n.workflow_type, n.task_queue, n.status, n.started_at::timestamptz,
    n.closed_at::timestamptz, n.history_length, n.parent_run_id::uuid, n.root_run_id::uuid, $3::timestamptz,
    $3::timestamptz
  FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[],
      $12::text[], $13::text[])
    AS n (run_id, workflow_id, workflow_type, task_queue, status, started_at, closed_at, history_length, parent_run_id,
      root_run_id)
  ORDER BY n.run_id
  ON CONFLICT (workspace_id, run_id) DO UPDATE SET
    status = excluded.status, task_queue = coalesce(excluded.task_queue, r.task_queue),
    started_at = coalesce(excluded.started_at, r.started_at), closed_at = coalesce(excluded.closed_at, r.closed_at),
    history_length = greatest(r.history_length, excluded.history_length),
    parent_run_id = coalesce(excluded.parent_run_id, r.parent_run_id),
    root_run_id = coalesce(excluded.root_run_id, r.root_run_id),
    due_at = least(r.due_at, excluded.due_at), is_to_fetch = true, revision = r.revision + 1,
    updated_at = excluded.updated_at
  WHERE r.connection_id = excluded.connection_id AND NOT r.is_complete
    AND (r.status IN ${OPEN} OR excluded.status NOT IN ${OPEN})
    AND (r.status <> excluded.status OR r.closed_at IS DISTINCT FROM coalesce(excluded.closed_at, r.closed_at)
      OR r.history_length IS DISTINCT FROM greatest(r.history_length, excluded.history_length))`;

/** Makes runs known, each once; says how many were not or have changed. */
export async function wantRuns(
  sql: Sql,
  workspaceId: string,
  connectionId: string,
  heads: readonly TemporalRunHead[],
  now: EpochMicros,
): Promise<number> {
  return sql.run(WANT, [
    workspaceId,
    connectionId,
    timestamp(now),
    uuidArray(heads.map(({ runId }) => runId)),
    textArray(heads.map(({ workflowId }) => text(workflowId))),
    textArray(heads.map(({ workflowType }) => text(workflowType))),
    textArray(heads.map(({ taskQueue }) => textOrNull(taskQueue))),
    textArray(heads.map(({ status }) => text(status))),
    textArray(heads.map(({ startedAt }) => timestampOrNull(startedAt))),
    textArray(heads.map(({ closedAt }) => timestampOrNull(closedAt))),
    bigintArray(heads.map(({ historyLength }) => historyLength)),
    textArray(heads.map(({ parentRunId }) => uuidOrNull(parentRunId))),
    textArray(heads.map(({ rootRunId }) => uuidOrNull(rootRunId))),
  ]);
}

/** Lets a run be the next that is dealt with; null where it is not known. */
export async function wantRunNow(
  sql: Sql,
  workspaceId: string,
  runId: string,
  now: EpochMicros,
): Promise<TemporalRun | null> {
  if (!isUuid(runId)) return null;
  const [row] = await sql.rows(
    `UPDATE temporal_runs SET due_at = least(due_at, $3::timestamptz), is_urgent = true, is_to_fetch = true,
       revision = revision + 1, updated_at = $3
     WHERE workspace_id = $1 AND run_id = $2 RETURNING ${RUN_COLUMNS}`,
    [workspaceId, runId, timestamp(now)],
  );
  return row ? runOf(row) : null;
}

/**
 * Takes runs that are due and that no other server is at, the most urgent first; with those that have ended and will be
 * due in a moment, because something of them came meanwhile, if that is wanted.
 */
export async function takeDueRuns(
  sql: Sql,
  workspaceId: string,
  connectionId: string,
  limit: number,
  claim: { readonly now: EpochMicros; readonly until: EpochMicros; readonly withTouched: boolean },
): Promise<DueRun[]> {
  if (!isUuid(connectionId)) return [];
  const found = await sql.rows(
    `SELECT run_id FROM temporal_runs
     WHERE workspace_id = $1 AND connection_id = $2
       AND (due_at <= $3 OR ($5::boolean AND is_complete AND failures = 0 AND due_at IS NOT NULL))
       AND (claimed_until IS NULL OR claimed_until <= $3)
     ORDER BY is_urgent DESC, due_at, run_id LIMIT $4 FOR NO KEY UPDATE SKIP LOCKED`,
    [workspaceId, connectionId, timestamp(claim.now), limit, claim.withTouched],
  );
  if (found.length === 0) return [];
  const ids = found.map((row) => row.text('run_id'));
  const rows = await sql.rows(
    `UPDATE temporal_runs SET claimed_until = $3 WHERE workspace_id = $1 AND run_id = ANY ($2::uuid[])
     RETURNING ${RUN_COLUMNS}, is_to_fetch`,
    [workspaceId, uuidArray(ids), timestamp(claim.until)],
  );
  const taken = new Map(rows.map((row) => [row.text('run_id'), row]));
  return ids.flatMap((id) => {
    const row = taken.get(id);
    return row === undefined ? [] : [{ run: runOf(row), isToFetch: row.bool('is_to_fetch') }];
  });
}

export async function selectRun(sql: Sql, workspaceId: string, runId: string): Promise<TemporalRun | null> {
  if (!isUuid(runId)) return null;
  const [row] = await sql.rows(`SELECT ${RUN_COLUMNS} FROM temporal_runs WHERE workspace_id = $1 AND run_id = $2`, [
    workspaceId,
    runId,
  ]);
  return row ? runOf(row) : null;
}

/** The runs of a connection that have not ended, those that were not synced for the longest first. */
export async function selectOpenRuns(
  sql: Sql,
  workspaceId: string,
  connectionId: string,
  limit: number,
): Promise<TemporalRun[]> {
  if (!isUuid(connectionId)) return [];
  const rows = await sql.rows(
    `SELECT ${RUN_COLUMNS} FROM temporal_runs WHERE workspace_id = $1 AND connection_id = $2 AND status IN ${OPEN}
     ORDER BY synced_at NULLS FIRST, run_id LIMIT $3`,
    [workspaceId, connectionId, limit],
  );
  return rows.map(runOf);
}

/** Runs whose parent is one of these, in the order in which they started. */
export async function selectChildRuns(
  sql: Sql,
  workspaceId: string,
  connectionId: string,
  parents: readonly string[],
  limit: number,
): Promise<TemporalRun[]> {
  if (!isUuid(connectionId) || parents.length === 0) return [];
  const rows = await sql.rows(
    `SELECT ${RUN_COLUMNS} FROM temporal_runs
     WHERE workspace_id = $1 AND connection_id = $2 AND parent_run_id = ANY ($3::uuid[])
     ORDER BY started_at, run_id LIMIT $4`,
    [workspaceId, connectionId, uuidArray(parents), limit],
  );
  return rows.map(runOf);
}

/** Notes that a run could not be synced, and when it is tried again; null where it is given up. */
export async function failRun(
  sql: Sql,
  workspaceId: string,
  connectionId: string,
  runId: string,
  error: { readonly code: string; readonly message: string },
  retryAt: EpochMicros | null,
  now: EpochMicros,
): Promise<void> {
  if (!isUuid(connectionId) || !isUuid(runId)) return;
  await sql.run(
    `UPDATE temporal_runs SET failures = failures + 1, error_code = $4, error_message = $5, due_at = $6,
       is_urgent = false, claimed_until = NULL, updated_at = $7
     WHERE workspace_id = $1 AND connection_id = $2 AND run_id = $3`,
    [workspaceId, connectionId, runId, text(error.code), text(error.message), timestampOrNull(retryAt), timestamp(now)],
  );
}

/** Lets others have a run that is still due. */
export async function releaseRun(sql: Sql, workspaceId: string, runId: string): Promise<void> {
  await sql.run('UPDATE temporal_runs SET claimed_until = NULL WHERE workspace_id = $1 AND run_id = $2', [
    workspaceId,
    runId,
  ]);
}

/** Locks runs until the transaction ends, in one order; gives those that are there. */
export async function lockRuns(sql: Sql, workspaceId: string, runIds: readonly string[]): Promise<string[]> {
  const rows = await sql.rows(
    `SELECT run_id FROM temporal_runs WHERE workspace_id = $1 AND run_id = ANY ($2::uuid[])
     ORDER BY run_id FOR NO KEY UPDATE`,
    [workspaceId, uuidArray(runIds)],
  );
  return rows.map((row) => row.text('run_id'));
}

/**
 * Notes that there is more to make runs of; they must be locked. One that was made just now waits a little, so that what
 * comes in many small pieces is not made again for each.
 */
export async function touchRuns(
  sql: Sql,
  workspaceId: string,
  runIds: readonly string[],
  now: EpochMicros,
): Promise<void> {
  if (runIds.length === 0) return;
  await sql.run(
    `UPDATE temporal_runs SET revision = revision + 1, is_to_fetch = is_to_fetch AND due_at IS NOT NULL,
       due_at = least(due_at, greatest($3::timestamptz, ${sumOf('synced_at', String(LEAST_PAUSE_US))})),
       updated_at = $3
     WHERE workspace_id = $1 AND run_id = ANY ($2::uuid[])`,
    [workspaceId, uuidArray(runIds), timestamp(now)],
  );
}

/** A run as it is noted when its execution was written. */
export interface NotedRun {
  readonly run: TemporalRun;
  readonly isComplete: boolean;
  readonly dueAgainAt: EpochMicros | null;
  /** What the execution was made to. */
  readonly hash: Buffer;
}

/**
 * Notes what a run was made to, unless a newer state of it has been written or it is gone. What came since it was read is
 * still to be made.
 * @returns what it was made to before; null where nothing may be written
 */
export async function noteMade(
  sql: Sql,
  workspaceId: string,
  { run, isComplete, dueAgainAt, hash }: NotedRun,
  now: EpochMicros,
): Promise<{ readonly hashBefore: Uint8Array | null } | null> {
  const [row] = await sql.rows(
    `UPDATE temporal_runs r SET
       workflow_id = $5, workflow_type = $6, task_queue = coalesce($7, r.task_queue),
       status = CASE WHEN r.status IN ${OPEN} OR $8 NOT IN ${OPEN} THEN $8 ELSE r.status END,
       started_at = coalesce($9::timestamptz, r.started_at), closed_at = coalesce($10::timestamptz, r.closed_at),
       history_length = greatest(r.history_length, $11::bigint),
       parent_run_id = coalesce($12::uuid, r.parent_run_id), root_run_id = coalesce($13::uuid, r.root_run_id),
       is_complete = r.is_complete OR $14::boolean, synced_at = $17, failures = 0, error_code = NULL,
       error_message = NULL, made_revision = $4::bigint, made_hash = $16::bytea, claimed_until = NULL,
       due_at = CASE WHEN r.revision = $4::bigint THEN $15::timestamptz
         ELSE greatest(r.due_at, $18::timestamptz) END,
       is_to_fetch = r.revision = $4::bigint OR r.is_to_fetch, is_urgent = r.is_urgent AND r.revision <> $4::bigint,
       updated_at = $17
     FROM (SELECT made_hash AS hash_before FROM temporal_runs WHERE workspace_id = $1 AND run_id = $3) AS b
     WHERE r.workspace_id = $1 AND r.connection_id = $2 AND r.run_id = $3 AND r.made_revision <= $4::bigint
     RETURNING b.hash_before`,
    [
      workspaceId,
      run.connectionId,
      run.runId,
      run.revision,
      text(run.workflowId),
      text(run.workflowType),
      textOrNull(run.taskQueue),
      text(run.status),
      timestampOrNull(run.startedAt),
      timestampOrNull(run.closedAt),
      run.historyLength,
      uuidOrNull(run.parentRunId),
      uuidOrNull(run.rootRunId),
      isComplete,
      timestampOrNull(dueAgainAt),
      hash,
      timestamp(now),
      timestamp(toEpochMicros(now + LEAST_PAUSE_US)),
    ],
  );
  return row ? { hashBefore: row.bytesOrNull('hash_before') } : null;
}
