import { isUuid, type EpochMicros } from '@flowprof/model';
import { textArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';
import { text, textOrNull, timestamp, timestampOrNull } from '../row.ts';
import type {
  KnownTemporalConnection,
  TemporalConnection,
  TemporalConnectionHead,
  TemporalConnectionText,
  TemporalLoad,
} from '../temporal/api.ts';
import { CONNECTION_COLUMNS, connectionOf, KNOWN_CONNECTION_COLUMNS, knownConnectionOf } from '../temporal/rows.ts';

/** How many connections a workspace has at most. */
const MAX_CONNECTIONS = 20;

/** What is kept of a connection's secrets. */
export interface SealedSecrets {
  readonly sealed: Buffer;
  /** The names of those that there are. */
  readonly has: readonly string[];
}

/** The connections of a workspace, by name. */
export async function listTemporalConnections(
  sql: Sql,
  workspaceId: string,
  now: EpochMicros,
): Promise<TemporalConnection[]> {
  const rows = await sql.rows(
    `SELECT ${CONNECTION_COLUMNS} FROM temporal_connections c WHERE c.workspace_id = $1 ORDER BY c.name, c.id`,
    [workspaceId, timestamp(now)],
  );
  return rows.map(connectionOf);
}

export async function getTemporalConnection(
  sql: Sql,
  workspaceId: string,
  id: string,
  now: EpochMicros,
): Promise<TemporalConnection | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(
    `SELECT ${CONNECTION_COLUMNS} FROM temporal_connections c WHERE c.workspace_id = $1 AND c.id = $3::uuid`,
    [workspaceId, timestamp(now), id],
  );
  return row ? connectionOf(row) : null;
}

/** The same without counting its runs. */
export async function findTemporalConnection(
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<KnownTemporalConnection | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(
    `SELECT ${KNOWN_CONNECTION_COLUMNS} FROM temporal_connections c WHERE c.workspace_id = $1 AND c.id = $2::uuid`,
    [workspaceId, id],
  );
  return row ? knownConnectionOf(row) : null;
}

function valuesOf(connection: TemporalConnectionText): unknown[] {
  const { name, address, namespace, tls, serverName, codecUrl, webUrl } = connection;
  const { isEnabled, query, backfillDays, coordinator } = connection;
  return [
    text(name),
    text(address),
    text(namespace),
    tls,
    textOrNull(serverName),
    textOrNull(codecUrl),
    textOrNull(webUrl),
    isEnabled,
    textOrNull(query),
    backfillDays,
    coordinator,
  ];
}

/** Adds a connection unless there are as many as there may be; says whether it did. */
export async function insertTemporalConnection(
  sql: Sql,
  workspaceId: string,
  id: string,
  connection: TemporalConnectionText,
  secrets: SealedSecrets,
  now: EpochMicros,
): Promise<boolean> {
  const count = await sql.run(
    `INSERT INTO temporal_connections (workspace_id, id, name, address, namespace, tls, server_name, codec_url, web_url,
       is_enabled, query, backfill_days, coordinator, secrets, has, created_at, updated_at)
     SELECT $1, $2::uuid, $3, $4, $5, $6::boolean, $7, $8, $9, $10::boolean, $11, $12::integer, $13, $14::bytea,
       $15::text[], $16::timestamptz, $16::timestamptz
     WHERE (SELECT count(*) FROM temporal_connections WHERE workspace_id = $1) < ${MAX_CONNECTIONS}`,
    [workspaceId, id, ...valuesOf(connection), secrets.sealed, textArray(secrets.has), timestamp(now)],
  );
  return count === 1;
}

/**
 * Changes a connection; says whether it is there. What there is to list is listed anew where it is elsewhere now or is
 * narrowed otherwise.
 */
export async function updateTemporalConnection(
  sql: Sql,
  workspaceId: string,
  id: string,
  connection: TemporalConnectionText,
  secrets: SealedSecrets,
  now: EpochMicros,
): Promise<boolean> {
  const count = await sql.run(
    `UPDATE temporal_connections SET
       listed_until = CASE WHEN (address, namespace, query) IS NOT DISTINCT FROM ($4::text, $5::text, $11::text)
         AND $12::integer <= backfill_days THEN listed_until END,
       name = $3, address = $4, namespace = $5, tls = $6, server_name = $7, codec_url = $8, web_url = $9,
       is_enabled = $10, query = $11, backfill_days = $12::integer, coordinator = $13, secrets = $14, has = $15::text[],
       error_code = NULL, error_message = NULL, error_at = NULL, updated_at = $16
     WHERE workspace_id = $1 AND id = $2`,
    [workspaceId, id, ...valuesOf(connection), secrets.sealed, textArray(secrets.has), timestamp(now)],
  );
  return count === 1;
}

/** Locks a connection until the transaction ends, and gives what is sealed of it; null when there is none such. */
export async function lockTemporalSecrets(sql: Sql, workspaceId: string, id: string): Promise<Uint8Array | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(
    'SELECT secrets FROM temporal_connections WHERE workspace_id = $1 AND id = $2 FOR NO KEY UPDATE',
    [workspaceId, id],
  );
  return row?.bytes('secrets') ?? null;
}

/** What is sealed of a connection; null when there is none such. */
export async function selectTemporalSecrets(sql: Sql, workspaceId: string, id: string): Promise<Uint8Array | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows('SELECT secrets FROM temporal_connections WHERE workspace_id = $1 AND id = $2', [
    workspaceId,
    id,
  ]);
  return row?.bytes('secrets') ?? null;
}

/** Lets nobody follow a connection any more; says whether it is there. */
export async function stopTemporalConnection(sql: Sql, workspaceId: string, id: string): Promise<boolean> {
  if (!isUuid(id)) return false;
  const count = await sql.run(
    'UPDATE temporal_connections SET is_enabled = false WHERE workspace_id = $1 AND id = $2',
    [workspaceId, id],
  );
  return count === 1;
}

/** Deletes a connection with the runs that are left of it. */
export async function deleteTemporalConnection(sql: Sql, workspaceId: string, id: string): Promise<void> {
  await sql.run('DELETE FROM temporal_connections WHERE workspace_id = $1 AND id = $2', [workspaceId, id]);
}

/** Takes or keeps the coordination of a connection unless another server is at it; says whether it did. */
export async function claimTemporalConnection(
  sql: Sql,
  workspaceId: string,
  id: string,
  claim: { readonly instanceId: string; readonly now: EpochMicros; readonly until: EpochMicros },
): Promise<boolean> {
  if (!isUuid(id)) return false;
  const count = await sql.run(
    `UPDATE temporal_connections SET instance_id = $3::uuid, claimed_until = $5
     WHERE workspace_id = $1 AND id = $2
       AND (claimed_until IS NULL OR claimed_until < $4 OR instance_id = $3::uuid)`,
    [workspaceId, id, claim.instanceId, timestamp(claim.now), timestamp(claim.until)],
  );
  return count === 1;
}

/** Lets others coordinate a connection, if this server does. */
export async function releaseTemporalConnection(
  sql: Sql,
  workspaceId: string,
  id: string,
  instanceId: string,
): Promise<void> {
  if (!isUuid(id)) return;
  await sql.run(
    `UPDATE temporal_connections SET instance_id = NULL, claimed_until = NULL
     WHERE workspace_id = $1 AND id = $2 AND instance_id = $3`,
    [workspaceId, id, instanceId],
  );
}

/** Notes how far the listing of a connection is, or what went wrong. */
export async function noteTemporalListing(
  sql: Sql,
  workspaceId: string,
  id: string,
  note: {
    readonly listedUntil: EpochMicros | null;
    readonly error: { readonly code: string; readonly message: string } | null;
  },
  now: EpochMicros,
): Promise<void> {
  if (!isUuid(id)) return;
  await sql.run(
    `UPDATE temporal_connections SET listed_until = coalesce($3::timestamptz, listed_until),
       last_listed_at = CASE WHEN $4::text IS NULL THEN $6::timestamptz ELSE last_listed_at END,
       error_code = $4, error_message = $5, error_at = CASE WHEN $4::text IS NULL THEN NULL ELSE $6::timestamptz END
     WHERE workspace_id = $1 AND id = $2`,
    [
      workspaceId,
      id,
      timestampOrNull(note.listedUntil),
      textOrNull(note.error?.code ?? null),
      textOrNull(note.error?.message ?? null),
      timestamp(now),
    ],
  );
}

/** The connections of all workspaces; the owner's. */
export async function listConnectionHeads(sql: Sql, limit: number): Promise<TemporalConnectionHead[]> {
  const rows = await sql.rows(
    'SELECT workspace_id, id, is_enabled FROM temporal_connections ORDER BY workspace_id, id LIMIT $1',
    [limit],
  );
  return rows.map((row) => ({
    workspaceId: row.text('workspace_id'),
    connectionId: row.text('id'),
    isEnabled: row.bool('is_enabled'),
  }));
}

/** How much there is to sync in all workspaces; the owner's. */
export async function measureTemporal(sql: Sql, now: EpochMicros): Promise<TemporalLoad> {
  const [connections] = await sql.rows(
    'SELECT count(*) AS count, count(*) FILTER (WHERE error_code IS NOT NULL) AS failing FROM temporal_connections',
    [],
  );
  const [runs] = await sql.rows(
    `SELECT count(*) FILTER (WHERE due_at <= $1) AS waiting, count(*) FILTER (WHERE failures > 0) AS failing,
       min(due_at) FILTER (WHERE due_at <= $1) AS oldest_due_at
     FROM temporal_runs WHERE due_at IS NOT NULL OR failures > 0`,
    [timestamp(now)],
  );
  return {
    connections: connections?.int('count') ?? 0,
    failingConnections: connections?.int('failing') ?? 0,
    waiting: runs?.int('waiting') ?? 0,
    oldestDueAt: runs?.momentOrNull('oldest_due_at') ?? null,
    failing: runs?.int('failing') ?? 0,
  };
}
