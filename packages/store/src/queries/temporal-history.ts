import { isUuid, type EpochMicros, type JsonObject } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { jsonOrNull, timestamp } from '../row.ts';
import type { HistoryPart, TemporalRun } from '../temporal/api.ts';
import { RUN_COLUMNS, runOf } from '../temporal/rows.ts';

/** Locks a run until the transaction ends; gives how far its events go that stay, or null where it is not known. */
export async function lockCheckpoint(
  sql: Sql,
  workspaceId: string,
  connectionId: string,
  runId: string,
): Promise<number | null> {
  if (!isUuid(connectionId) || !isUuid(runId)) return null;
  const [row] = await sql.rows(
    `SELECT checkpoint FROM temporal_runs WHERE workspace_id = $1 AND connection_id = $2 AND run_id = $3
     FOR NO KEY UPDATE`,
    [workspaceId, connectionId, runId],
  );
  return row?.int('checkpoint') ?? null;
}

/** The tentative part of a run; null where there is none. */
export async function selectTentative(sql: Sql, workspaceId: string, runId: string): Promise<Uint8Array | null> {
  const [row] = await sql.rows(
    'SELECT data FROM temporal_history WHERE workspace_id = $1 AND run_id = $2 AND is_tentative',
    [workspaceId, runId],
  );
  return row?.bytes('data') ?? null;
}

/** Removes the tentative part of a run, and gives how many bytes it took. */
export async function deleteTentative(sql: Sql, workspaceId: string, runId: string): Promise<number> {
  const rows = await sql.rows(
    `DELETE FROM temporal_history WHERE workspace_id = $1 AND run_id = $2 AND is_tentative
     RETURNING octet_length(data) AS bytes`,
    [workspaceId, runId],
  );
  return rows.reduce((sum, row) => sum + row.int('bytes'), 0);
}

/** Adds a part of a run's events, packed. */
export async function insertHistoryPart(
  sql: Sql,
  workspaceId: string,
  runId: string,
  { firstEvent, lastEvent, data }: HistoryPart,
  isTentative: boolean,
): Promise<void> {
  await sql.run(
    `INSERT INTO temporal_history (workspace_id, run_id, first_event, last_event, is_tentative, data)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [workspaceId, runId, firstEvent, lastEvent, isTentative, data],
  );
}

/** What has changed of what is kept of a run. */
export interface KeptChange {
  /** Null where it stays. */
  readonly checkpoint: number | null;
  /** How many more bytes its parts take. */
  readonly bytes: number;
  readonly hasOtherEvents: boolean;
  /** Null where it stays. */
  readonly described: JsonObject | null;
}

/** Notes what has changed of what is kept of a run, which must be locked; gives it as it is now. */
export async function noteKept(
  sql: Sql,
  workspaceId: string,
  runId: string,
  { checkpoint, bytes, hasOtherEvents, described }: KeptChange,
  now: EpochMicros,
  unmade: EpochMicros,
): Promise<TemporalRun | null> {
  const isNews = `($5::boolean OR described IS DISTINCT FROM coalesce($6::jsonb, described))`;
  const [row] = await sql.rows(
    `UPDATE temporal_runs SET checkpoint = coalesce($3::bigint, checkpoint), bytes = bytes + $4::bigint,
       revision = CASE WHEN ${isNews} THEN revision + 1 ELSE revision END,
       due_at = CASE WHEN ${isNews} THEN coalesce(due_at, $8::timestamptz) ELSE due_at END,
       described = coalesce($6::jsonb, described), updated_at = $7
     WHERE workspace_id = $1 AND run_id = $2 RETURNING ${RUN_COLUMNS}`,
    [workspaceId, runId, checkpoint, bytes, hasOtherEvents, jsonOrNull(described), timestamp(now), timestamp(unmade)],
  );
  return row ? runOf(row) : null;
}

/** Parts of a run after an event, packed, in their order. */
export async function selectHistory(
  sql: Sql,
  workspaceId: string,
  connectionId: string,
  runId: string,
  after: number,
  limit: number,
): Promise<HistoryPart[]> {
  if (!isUuid(connectionId) || !isUuid(runId)) return [];
  const rows = await sql.rows(
    `SELECT h.first_event, h.last_event, h.is_tentative, h.data FROM temporal_history h
     JOIN temporal_runs r ON r.workspace_id = h.workspace_id AND r.run_id = h.run_id
     WHERE h.workspace_id = $1 AND r.connection_id = $2 AND h.run_id = $3 AND h.first_event > $4
     ORDER BY h.first_event LIMIT $5`,
    [workspaceId, connectionId, runId, after, limit],
  );
  return rows.map((row) => ({
    firstEvent: row.int('first_event'),
    lastEvent: row.int('last_event'),
    isTentative: row.bool('is_tentative'),
    data: row.bytes('data'),
  }));
}
