import type { EpochMicros } from '@flowprof/model';
import type { NewAlertRule } from '../alerts/api.ts';
import { uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';
import { json, text, timestamp } from '../row.ts';

/**
 * Adds a rule, which begins with what its workflow tells from now on, unless there are so many in the workspace; says
 * whether it did.
 * @throws {StoreError} `not_found` when there is no such workflow
 */
export async function insertAlertRule(
  sql: Sql,
  workspaceId: string,
  rule: NewAlertRule,
  maxRules: number,
  now: EpochMicros,
): Promise<boolean> {
  const { id, workflowId, name, kind, config, severity, enabled, fireAfter, resolveAfter, channelIds, state } = rule;
  const count = await sql.run(
    `INSERT INTO alert_rules (workspace_id, id, workflow_id, name, kind, config, severity, enabled, fire_after,
       resolve_after, channel_ids, status, is_told, state, effective_from, cursor_seq, revision, created_at, updated_at)
     SELECT $1, $2::uuid, $3::uuid, $4, $5, $6::jsonb, $7, $8::boolean, $9::integer, $10::integer, $11::uuid[], 'ok',
       false, $12::jsonb, $13::timestamptz,
       coalesce((SELECT last_seq FROM live_event_counters WHERE workspace_id = $1 AND workflow_id = $3::uuid), 0), 1,
       $13::timestamptz, $13::timestamptz
     WHERE (SELECT count(*) FROM alert_rules WHERE workspace_id = $1) < $14::bigint`,
    [
      workspaceId,
      id,
      workflowId,
      text(name),
      kind,
      json(config),
      severity,
      enabled,
      fireAfter,
      resolveAfter,
      channelIds && uuidArray(channelIds),
      json(state),
      timestamp(now),
      maxRules,
    ],
  );
  return count === 1;
}
