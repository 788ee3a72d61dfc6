import { isUuid, type EpochMicros } from '@flowprof/model';
import type { AlertDelivery, DeliveryOutcome, WaitingDelivery } from '../alerts/api.ts';
import { DELIVERY_COLUMNS, deliveryOf } from '../alerts/rows.ts';
import { uuidArray } from '../binary-array.ts';
import type { Page, PageRequest } from '../common-api.ts';
import type { Sql } from '../database.ts';
import { boundedPage } from '../entities.ts';
import { text, textOrNull, timestamp, timestampOrNull } from '../row.ts';

/** The channels that are switched on, of those that a rule tells. @param ids null for all */
export async function listChannelsToTell(
  sql: Sql,
  workspaceId: string,
  ids: readonly string[] | null,
): Promise<readonly string[]> {
  const rows = await sql.rows(
    `SELECT id FROM alert_channels
     WHERE workspace_id = $1 AND enabled AND ($2::uuid[] IS NULL OR id = ANY ($2::uuid[])) ORDER BY id`,
    [workspaceId, ids && uuidArray(ids)],
  );
  return rows.map((row) => row.text('id'));
}

/** Writes down what is to be told to a channel from now on. */
export async function insertDelivery(
  sql: Sql,
  workspaceId: string,
  delivery: { readonly id: string; readonly channelId: string; readonly eventId: string | null; readonly body: string },
  now: EpochMicros,
): Promise<void> {
  const { id, channelId, eventId, body } = delivery;
  await sql.run(
    `INSERT INTO alert_deliveries (workspace_id, id, channel_id, event_id, body, state, attempts, next_try_at, created_at)
     VALUES ($1, $2, $3, $4, $5, 'waiting', 0, $6, $6)`,
    [workspaceId, id, channelId, eventId, text(body), timestamp(now)],
  );
}

/** How many tests of a channel are kept. */
const MAX_TESTS = 20;

/** Forgets tests of a channel that are too long ago: no event takes them along. */
export async function pruneTests(sql: Sql, workspaceId: string, channelId: string): Promise<void> {
  await sql.run(
    `DELETE FROM alert_deliveries WHERE workspace_id = $1 AND channel_id = $2 AND event_id IS NULL
       AND id < (SELECT id FROM alert_deliveries WHERE workspace_id = $1 AND channel_id = $2 AND event_id IS NULL
         ORDER BY id DESC OFFSET ${MAX_TESTS - 1} LIMIT 1)`,
    [workspaceId, channelId],
  );
}

export async function getDelivery(sql: Sql, workspaceId: string, id: string): Promise<AlertDelivery | null> {
  const [row] = await sql.rows(`SELECT ${DELIVERY_COLUMNS} FROM alert_deliveries WHERE workspace_id = $1 AND id = $2`, [
    workspaceId,
    id,
  ]);
  return row ? deliveryOf(row) : null;
}

/** What a channel was told or is to be, newest first. */
export async function listDeliveries(
  sql: Sql,
  workspaceId: string,
  channelId: string,
  request: PageRequest,
): Promise<Page<AlertDelivery>> {
  const { skip, limit } = boundedPage(request);
  if (!isUuid(channelId)) return { items: [], total: 0, skip, limit };
  const rows = await sql.rows(
    `SELECT ${DELIVERY_COLUMNS} FROM alert_deliveries WHERE workspace_id = $1 AND channel_id = $2
     ORDER BY id DESC OFFSET $3 LIMIT $4`,
    [workspaceId, channelId, skip, limit],
  );
  const [count] = await sql.rows(
    'SELECT count(*) AS total FROM alert_deliveries WHERE workspace_id = $1 AND channel_id = $2',
    [workspaceId, channelId],
  );
  return { items: rows.map(deliveryOf), total: count?.int('total') ?? 0, skip, limit };
}

/** Of each channel of all workspaces what is due first, that which is due first before the others; the owner's. */
export async function listWaitingDeliveries(sql: Sql, limit: number): Promise<WaitingDelivery[]> {
  const rows = await sql.rows(
    `SELECT workspace_id, id, channel_id, next_try_at FROM (
       SELECT DISTINCT ON (workspace_id, channel_id) workspace_id, channel_id, id, next_try_at FROM alert_deliveries
       WHERE state = 'waiting' ORDER BY workspace_id, channel_id, next_try_at, id) AS first
     ORDER BY next_try_at, workspace_id, channel_id LIMIT $1`,
    [limit],
  );
  return rows.map((row) => ({
    workspaceId: row.text('workspace_id'),
    id: row.text('id'),
    channelId: row.text('channel_id'),
    dueAt: row.moment('next_try_at'),
  }));
}

/** Takes a delivery that is due; what it counts is a try even when the server does not live to make it. */
export async function claimDelivery(
  sql: Sql,
  workspaceId: string,
  id: string,
  now: EpochMicros,
  until: EpochMicros,
): Promise<{
  readonly channelId: string;
  readonly attempt: number;
  readonly body: string;
  readonly isTest: boolean;
} | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(
    `UPDATE alert_deliveries SET attempts = attempts + 1, next_try_at = $4
     WHERE workspace_id = $1 AND id = $2 AND state = 'waiting' AND next_try_at <= $3
     RETURNING channel_id, attempts, body, event_id IS NULL AS is_test`,
    [workspaceId, id, timestamp(now), timestamp(until)],
  );
  if (!row) return null;
  const [channelId, attempt, isTest] = [row.text('channel_id'), row.int('attempts'), row.bool('is_test')];
  return { channelId, attempt, body: row.text('body'), isTest };
}

/** Notes what came of a try, with its channel; not where another server has taken the delivery over. */
export async function endTry(
  sql: Sql,
  workspaceId: string,
  id: string,
  attempt: number,
  outcome: DeliveryOutcome,
  now: EpochMicros,
): Promise<void> {
  const { state, status, error, nextTryAt, switchOff } = outcome;
  const [row] = await sql.rows(
    `UPDATE alert_deliveries SET state = $4, last_status = $5, last_error = $6,
       next_try_at = coalesce($7::timestamptz, next_try_at),
       ended_at = CASE WHEN $4 = 'waiting' THEN NULL ELSE $8::timestamptz END
     WHERE workspace_id = $1 AND id = $2 AND attempts = $3 AND state = 'waiting' RETURNING channel_id`,
    [workspaceId, id, attempt, state, status, textOrNull(error), timestampOrNull(nextTryAt), timestamp(now)],
  );
  if (!row) return;
  await sql.run(
    `UPDATE alert_channels SET last_try_at = $3::timestamptz, last_status = $4, last_error = $5,
       last_success_at = CASE WHEN $6::boolean THEN $3::timestamptz ELSE last_success_at END,
       enabled = enabled AND $7::text IS NULL, off_reason = coalesce($7, off_reason)
     WHERE workspace_id = $1 AND id = $2`,
    [
      workspaceId,
      row.text('channel_id'),
      timestamp(now),
      status,
      textOrNull(error),
      state === 'delivered',
      textOrNull(switchOff),
    ],
  );
  if (switchOff === null) return;
  await sql.run(
    `UPDATE alert_deliveries SET state = 'dead', last_error = $3, ended_at = $4
     WHERE workspace_id = $1 AND channel_id = $2 AND state = 'waiting'`,
    [workspaceId, row.text('channel_id'), text(switchOff), timestamp(now)],
  );
}
