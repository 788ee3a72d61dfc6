import { isUuid, type EpochMicros } from '@flowprof/model';
import type { AlertProgress, NewAlertEvent } from '../alerts/api.ts';
import type { Sql } from '../database.ts';
import { json, text, timestamp } from '../row.ts';

/** What is known of a rule once it has been moved on. */
export interface AdvancedRule {
  readonly workflowId: string;
  readonly name: string;
  readonly channelIds: readonly string[] | null;
  /** Whether nobody is to be told now that it fires. */
  readonly isMuted: boolean;
  /** Whether the channels were told of the alert that was firing. */
  readonly wasTold: boolean;
}

/** Moves a rule on, unless it was changed meanwhile or is switched off; null then. Holds its row. */
export async function advanceAlertRule(
  sql: Sql,
  workspaceId: string,
  { ruleId, expected, cursor, state, status, events }: AlertProgress,
  now: EpochMicros,
): Promise<AdvancedRule | null> {
  if (!isUuid(ruleId)) return null;
  const last = events.at(-1);
  const [row] = await sql.rows(
    `UPDATE alert_rules SET state = $4, status = $5, cursor_seq = greatest(cursor_seq, $6), revision = revision + 1,
       claimed_until = NULL, instance_id = NULL,
       since = CASE WHEN $7::boolean THEN $9::timestamptz ELSE since END,
       execution_id = CASE WHEN $7::boolean THEN $8::uuid ELSE execution_id END,
       acknowledged_at = CASE WHEN $7::boolean THEN NULL ELSE acknowledged_at END,
       acknowledged_by = CASE WHEN $7::boolean THEN NULL ELSE acknowledged_by END
     WHERE workspace_id = $1 AND id = $2 AND revision = $3 AND enabled
     RETURNING workflow_id, name, channel_ids::text[] AS channel_ids, is_told,
       coalesce(muted_until > $9::timestamptz, false) AS is_muted`,
    [
      workspaceId,
      ruleId,
      expected,
      json(state),
      status,
      cursor,
      last !== undefined,
      last?.executionId ?? null,
      timestamp(now),
    ],
  );
  return row === undefined
    ? null
    : {
        workflowId: row.text('workflow_id'),
        name: row.text('name'),
        channelIds: row.textsOrNull('channel_ids'),
        isMuted: row.bool('is_muted'),
        wasTold: row.bool('is_told'),
      };
}

/** Notes whether the channels were told of what the rule is now. The rule must be locked. */
export async function noteTold(sql: Sql, workspaceId: string, ruleId: string, isTold: boolean): Promise<void> {
  await sql.run('UPDATE alert_rules SET is_told = $3 WHERE workspace_id = $1 AND id = $2', [
    workspaceId,
    ruleId,
    isTold,
  ]);
}

/** How many events of a rule are kept. */
const MAX_EVENTS = 500;

/** Writes down an event of a rule, and forgets what is too long ago. */
export async function insertAlertEvent(
  sql: Sql,
  workspaceId: string,
  ruleId: string,
  event: NewAlertEvent,
  now: EpochMicros,
): Promise<void> {
  const { id, type, executionId, evidence, sentence, path } = event;
  await sql.run(
    `INSERT INTO alert_events (workspace_id, id, rule_id, type, execution_id, evidence, sentence, path, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [workspaceId, id, ruleId, type, executionId, json(evidence), text(sentence), text(path), timestamp(now)],
  );
  await sql.run(
    `DELETE FROM alert_events WHERE workspace_id = $1 AND rule_id = $2 AND id < (SELECT id FROM alert_events
       WHERE workspace_id = $1 AND rule_id = $2 ORDER BY id DESC OFFSET ${MAX_EVENTS - 1} LIMIT 1)`,
    [workspaceId, ruleId],
  );
}
