import { isUuid, type EpochMicros } from '@flowprof/model';
import type { AlertRuleChange } from '../alerts/api.ts';
import { uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';
import { json, jsonOrNull, text, textOrNull, timestamp, timestampOrNull } from '../row.ts';

/**
 * Changes a rule; says whether it did. One that begins anew forgets all that it has seen, and begins with what its
 * workflow tells from now on.
 */
export async function updateAlertRule(
  sql: Sql,
  workspaceId: string,
  id: string,
  change: AlertRuleChange,
  now: EpochMicros,
): Promise<boolean> {
  const { name, config, severity, enabled, fireAfter, resolveAfter, channelIds, expected, anew } = change;
  const count = await sql.run(
    `UPDATE alert_rules SET name = $4, config = $5, severity = $6, enabled = $7, fire_after = $8, resolve_after = $9,
       channel_ids = $10::uuid[], revision = revision + 1, updated_at = $11::timestamptz,
       state = coalesce($12::jsonb, state),
       effective_from = CASE WHEN $12::jsonb IS NULL THEN effective_from ELSE $11::timestamptz END,
       cursor_seq = CASE WHEN $12::jsonb IS NULL THEN cursor_seq ELSE greatest(cursor_seq, coalesce((SELECT c.last_seq
         FROM live_event_counters c
         WHERE c.workspace_id = $1 AND c.workflow_id = alert_rules.workflow_id), 0)) END,
       since = CASE WHEN $12::jsonb IS NULL THEN since WHEN status = 'firing' THEN $11::timestamptz ELSE since END,
       status = CASE WHEN $12::jsonb IS NULL THEN status ELSE 'ok' END,
       is_told = CASE WHEN $12::jsonb IS NULL THEN is_told ELSE false END,
       acknowledged_at = CASE WHEN $12::jsonb IS NULL THEN acknowledged_at END,
       acknowledged_by = CASE WHEN $12::jsonb IS NULL THEN acknowledged_by END,
       claimed_until = NULL, instance_id = NULL
     WHERE workspace_id = $1 AND id = $2 AND revision = $3`,
    [
      workspaceId,
      id,
      expected,
      text(name),
      json(config),
      severity,
      enabled,
      fireAfter,
      resolveAfter,
      channelIds && uuidArray(channelIds),
      timestamp(now),
      jsonOrNull(anew ?? undefined),
    ],
  );
  return count === 1;
}

/** Says whether there is such a rule. */
export async function muteAlertRule(
  sql: Sql,
  workspaceId: string,
  id: string,
  until: EpochMicros | null,
): Promise<boolean> {
  if (!isUuid(id)) return false;
  const count = await sql.run('UPDATE alert_rules SET muted_until = $3 WHERE workspace_id = $1 AND id = $2', [
    workspaceId,
    id,
    timestampOrNull(until),
  ]);
  return count === 1;
}

/** Says whether there is such a rule that fires. Who acknowledged it first stays. */
export async function acknowledgeAlertRule(
  sql: Sql,
  workspaceId: string,
  id: string,
  by: string,
  now: EpochMicros,
): Promise<boolean> {
  if (!isUuid(id)) return false;
  const count = await sql.run(
    `UPDATE alert_rules SET acknowledged_by = CASE WHEN acknowledged_at IS NULL THEN $3 ELSE acknowledged_by END,
       acknowledged_at = coalesce(acknowledged_at, $4::timestamptz)
     WHERE workspace_id = $1 AND id = $2 AND status = 'firing'`,
    [workspaceId, id, textOrNull(by), timestamp(now)],
  );
  return count === 1;
}

/** Says whether it was there. */
export async function deleteAlertRule(sql: Sql, workspaceId: string, id: string): Promise<boolean> {
  if (!isUuid(id)) return false;
  return (await sql.run('DELETE FROM alert_rules WHERE workspace_id = $1 AND id = $2', [workspaceId, id])) === 1;
}
