import { toEpochMicros, type EpochMicros } from '@flowprof/model';
import { uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';
import { lockRuns } from './temporal-runs.ts';

const DAY_US = 86_400_000_000;

/** How long a run that was given up and of which no execution was made is kept, in days. */
const GIVEN_UP_DAYS = 30;
/** How long attempts wait for their run, in days. */
const RUNLESS_DAYS = 7;
/** How many rows of a kind one sweep removes. */
const SWEPT = 10_000;

/**
 * Removes what is kept of the runs whose executions are being removed, which must be locked, and notes that they are not
 * to come back.
 */
export async function forgetRuns(
  sql: Sql,
  workspaceId: string,
  executionIds: readonly string[],
  now: EpochMicros,
): Promise<void> {
  const ids = await lockRuns(sql, workspaceId, executionIds);
  if (ids.length === 0) return;
  await sql.run(
    `INSERT INTO temporal_forgotten (workspace_id, run_id, connection_id, forgotten_at)
     SELECT workspace_id, run_id, connection_id, $3::timestamptz FROM temporal_runs
     WHERE workspace_id = $1 AND run_id = ANY ($2::uuid[])
     ON CONFLICT (workspace_id, run_id) DO NOTHING`,
    [workspaceId, uuidArray(ids), timestamp(now)],
  );
  await deleteRuns(sql, workspaceId, ids);
}

/** Deletes runs with what is kept of them. */
export async function deleteRuns(sql: Sql, workspaceId: string, runIds: readonly string[]): Promise<void> {
  const values = [workspaceId, uuidArray(runIds)];
  await sql.run('DELETE FROM temporal_attempts WHERE workspace_id = $1 AND run_id = ANY ($2::uuid[])', values);
  await sql.run('DELETE FROM temporal_runs WHERE workspace_id = $1 AND run_id = ANY ($2::uuid[])', values);
}

/** Lets runs come back that were removed. */
export async function rememberRuns(sql: Sql, workspaceId: string, runIds: readonly string[]): Promise<void> {
  await sql.run('DELETE FROM temporal_forgotten WHERE workspace_id = $1 AND run_id = ANY ($2::uuid[])', [
    workspaceId,
    uuidArray(runIds),
  ]);
}

/** The executions of Temporal under a workflow or project, locked until the transaction ends. */
export async function lockTemporalExecutions(
  sql: Sql,
  workspaceId: string,
  of: 'workflow' | 'project',
  id: string,
): Promise<string[]> {
  const rows = await sql.rows(
    `SELECT id FROM workflow_executions WHERE workspace_id = $1 AND ${of}_id = $2 AND trigger = 'temporal'
     ORDER BY id FOR UPDATE`,
    [workspaceId, id],
  );
  return rows.map((row) => row.text('id'));
}

/** Some runs of a connection. */
export async function listRunsOf(
  sql: Sql,
  workspaceId: string,
  connectionId: string,
  limit: number,
): Promise<string[]> {
  const rows = await sql.rows(
    'SELECT run_id FROM temporal_runs WHERE workspace_id = $1 AND connection_id = $2 ORDER BY run_id LIMIT $3',
    [workspaceId, connectionId, limit],
  );
  return rows.map((row) => row.text('run_id'));
}

/** Deletes runs of a workspace that is being deleted, so many at most; says how many there were. */
export function deleteSomeRuns(sql: Sql, workspaceId: string, limit: number): Promise<number> {
  return sql.run(
    `DELETE FROM temporal_runs WHERE workspace_id = $1
     AND run_id IN (SELECT run_id FROM temporal_runs WHERE workspace_id = $1 LIMIT $2)`,
    [workspaceId, limit],
  );
}

/** Deletes attempts of a workspace that is being deleted, so many at most; says how many there were. */
export function deleteSomeAttempts(sql: Sql, workspaceId: string, limit: number): Promise<number> {
  return sql.run(
    `DELETE FROM temporal_attempts WHERE workspace_id = $1 AND (run_id, id) IN (
       SELECT run_id, id FROM temporal_attempts WHERE workspace_id = $1 LIMIT $2)`,
    [workspaceId, limit],
  );
}

function before(now: EpochMicros, days: number): string {
  return timestamp(toEpochMicros(now - days * DAY_US));
}

/**
 * Removes what nobody needs any more: notes of removed runs that no listing gives any longer, attempts whose run never
 * came, runs that were given up and never became executions.
 */
export async function sweepTemporal(sql: Sql, workspaceId: string, now: EpochMicros): Promise<void> {
  const connections = await sql.rows('SELECT id, backfill_days FROM temporal_connections WHERE workspace_id = $1', [
    workspaceId,
  ]);
  for (const row of connections) {
    // Not even a listing from the beginning goes back that far.
    await sql.run(
      'DELETE FROM temporal_forgotten WHERE workspace_id = $1 AND connection_id = $2 AND forgotten_at < $3',
      [workspaceId, row.text('id'), before(now, row.int('backfill_days') + 2)],
    );
  }
  await sql.run(
    `DELETE FROM temporal_attempts WHERE workspace_id = $1 AND (run_id, id) IN (
       SELECT a.run_id, a.id FROM temporal_attempts a WHERE a.workspace_id = $1 AND a.received_at < $2
         AND NOT EXISTS (SELECT FROM temporal_runs r WHERE r.workspace_id = $1 AND r.run_id = a.run_id)
       LIMIT ${SWEPT})`,
    [workspaceId, before(now, RUNLESS_DAYS)],
  );
  const given = await sql.rows(
    `SELECT r.run_id FROM temporal_runs r WHERE r.workspace_id = $1 AND r.failures > 0 AND r.due_at IS NULL
       AND r.updated_at < $2
       AND NOT EXISTS (SELECT FROM workflow_executions e WHERE e.workspace_id = $1 AND e.id = r.run_id)
     ORDER BY r.run_id LIMIT ${SWEPT}`,
    [workspaceId, before(now, GIVEN_UP_DAYS)],
  );
  await forgetRuns(
    sql,
    workspaceId,
    given.map((row) => row.text('run_id')),
    now,
  );
}
