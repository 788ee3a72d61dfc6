import { isUuid, type EpochMicros } from '@flowprof/model';
import type { AlertChannel } from '../alerts/api.ts';
import { CHANNEL_COLUMNS, channelOf } from '../alerts/rows.ts';
import type { Page, PageRequest } from '../common-api.ts';
import type { Sql } from '../database.ts';
import { boundedPage } from '../entities.ts';
import { text, textOrNull, timestamp } from '../row.ts';

/** A channel as it is written down. */
export interface SealedChannel {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly shownUrl: string;
  readonly url: Buffer;
  readonly secrets: Buffer;
}

/** Adds a channel unless there are so many; says whether it did. */
export async function insertAlertChannel(
  sql: Sql,
  workspaceId: string,
  { id, name, enabled, shownUrl, url, secrets }: SealedChannel,
  maxChannels: number,
  now: EpochMicros,
): Promise<boolean> {
  const count = await sql.run(
    `INSERT INTO alert_channels (workspace_id, id, name, shown_url, url, secrets, enabled, created_at, updated_at)
     SELECT $1, $2::uuid, $3, $4, $5::bytea, $6::bytea, $7::boolean, $8::timestamptz, $8::timestamptz
     WHERE (SELECT count(*) FROM alert_channels WHERE workspace_id = $1) < $9::bigint`,
    [workspaceId, id, text(name), text(shownUrl), url, secrets, enabled, timestamp(now), maxChannels],
  );
  return count === 1;
}

export async function getAlertChannel(sql: Sql, workspaceId: string, id: string): Promise<AlertChannel | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(
    `SELECT ${CHANNEL_COLUMNS} FROM alert_channels c WHERE c.workspace_id = $1 AND c.id = $2`,
    [workspaceId, id],
  );
  return row ? channelOf(row) : null;
}

/** The channels of a workspace, by name. */
export async function listAlertChannels(
  sql: Sql,
  workspaceId: string,
  request: PageRequest,
): Promise<Page<AlertChannel>> {
  const { skip, limit } = boundedPage(request);
  const rows = await sql.rows(
    `SELECT ${CHANNEL_COLUMNS} FROM alert_channels c WHERE c.workspace_id = $1 ORDER BY c.name, c.id OFFSET $2 LIMIT $3`,
    [workspaceId, skip, limit],
  );
  const [count] = await sql.rows('SELECT count(*) AS total FROM alert_channels WHERE workspace_id = $1', [workspaceId]);
  return { items: rows.map(channelOf), total: count?.int('total') ?? 0, skip, limit };
}

/** Changes a channel; says whether it is there. One that is switched on again forgets why it was switched off. */
export async function updateAlertChannel(
  sql: Sql,
  workspaceId: string,
  id: string,
  change: {
    readonly name: string | null;
    readonly enabled: boolean | null;
    readonly shownUrl: string | null;
    readonly url: Buffer | null;
  },
  now: EpochMicros,
): Promise<boolean> {
  const { name, enabled, shownUrl, url } = change;
  const count = await sql.run(
    `UPDATE alert_channels SET name = coalesce($3, name), enabled = coalesce($4, enabled),
       shown_url = coalesce($5, shown_url), url = coalesce($6, url),
       off_reason = CASE WHEN $4::boolean IS NULL THEN off_reason END, updated_at = $7
     WHERE workspace_id = $1 AND id = $2`,
    [workspaceId, id, textOrNull(name), enabled, textOrNull(shownUrl), url, timestamp(now)],
  );
  return count === 1;
}

/** Says whether it was there. */
export async function deleteAlertChannel(sql: Sql, workspaceId: string, id: string): Promise<boolean> {
  if (!isUuid(id)) return false;
  return (await sql.run('DELETE FROM alert_channels WHERE workspace_id = $1 AND id = $2', [workspaceId, id])) === 1;
}

/** What is sealed of a channel, and whether it is switched on. */
export async function selectChannelSeals(
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<{ readonly url: Uint8Array; readonly secrets: Uint8Array; readonly isEnabled: boolean } | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows('SELECT url, secrets, enabled FROM alert_channels WHERE workspace_id = $1 AND id = $2', [
    workspaceId,
    id,
  ]);
  return row ? { url: row.bytes('url'), secrets: row.bytes('secrets'), isEnabled: row.bool('enabled') } : null;
}

/** Says whether the channel is there. */
export async function setChannelSecrets(
  sql: Sql,
  workspaceId: string,
  id: string,
  sealed: Buffer,
  now: EpochMicros,
): Promise<boolean> {
  const count = await sql.run(
    'UPDATE alert_channels SET secrets = $3, updated_at = $4 WHERE workspace_id = $1 AND id = $2',
    [workspaceId, id, sealed, timestamp(now)],
  );
  return count === 1;
}
