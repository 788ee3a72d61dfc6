import { isUuid, type EpochMicros } from '@flowprof/model';
import type { KeptAlertRule, WorkflowToEvaluate } from '../alerts/api.ts';
import { RULE_COLUMNS, ruleOf } from '../alerts/rows.ts';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/** Who wants to evaluate rules, from now until when. */
export interface AlertClaim {
  readonly instanceId: string;
  readonly now: EpochMicros;
  readonly until: EpochMicros;
}

/** Takes the rules of a workflow that are behind its events and that no other server is at. */
export async function claimAlertRules(
  sql: Sql,
  workspaceId: string,
  workflowId: string,
  { instanceId, now, until }: AlertClaim,
): Promise<KeptAlertRule[]> {
  if (!isUuid(workflowId)) return [];
  const rows = await sql.rows(
    `UPDATE alert_rules r SET claimed_until = $5::timestamptz, instance_id = $3::uuid
     FROM live_event_counters c, workflows w
     WHERE r.workspace_id = $1 AND r.workflow_id = $2 AND r.enabled
       AND c.workspace_id = $1 AND c.workflow_id = $2 AND r.cursor_seq < c.last_seq
       AND w.workspace_id = $1 AND w.id = $2
       AND (r.claimed_until IS NULL OR r.claimed_until < $4::timestamptz OR r.instance_id = $3::uuid)
     RETURNING ${RULE_COLUMNS}`,
    [workspaceId, workflowId, instanceId, timestamp(now), timestamp(until)],
  );
  return rows.map(ruleOf);
}

/** The workflows with rules that are behind and that no other server is at, in all workspaces; the owner's. */
export async function listWorkflowsBehind(
  sql: Sql,
  { instanceId, now }: Pick<AlertClaim, 'instanceId' | 'now'>,
  limit: number,
): Promise<WorkflowToEvaluate[]> {
  const rows = await sql.rows(
    `SELECT DISTINCT r.workspace_id, r.workflow_id FROM alert_rules r
     JOIN live_event_counters c ON c.workspace_id = r.workspace_id AND c.workflow_id = r.workflow_id
     WHERE r.enabled AND r.cursor_seq < c.last_seq
       AND (r.claimed_until IS NULL OR r.claimed_until < $1::timestamptz OR r.instance_id = $2::uuid)
     LIMIT $3`,
    [timestamp(now), instanceId, limit],
  );
  return rows.map((row) => ({ workspaceId: row.text('workspace_id'), workflowId: row.text('workflow_id') }));
}

/** How far the rule of a workflow is that is furthest behind; null where no rule waits for its events. */
export async function leastAlertCursor(sql: Sql, workspaceId: string, workflowId: string): Promise<number | null> {
  const [row] = await sql.rows(
    `SELECT min(cursor_seq) AS seq FROM alert_rules WHERE workspace_id = $1 AND workflow_id = $2 AND enabled`,
    [workspaceId, workflowId],
  );
  return row?.intOrNull('seq') ?? null;
}
