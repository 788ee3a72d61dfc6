import { isUuid } from '@flowprof/model';
import type { AlertRuleFilter, KeptAlertRule } from '../alerts/api.ts';
import { RULE_COLUMNS, ruleOf, RULES } from '../alerts/rows.ts';
import type { Page } from '../common-api.ts';
import type { Sql } from '../database.ts';
import { boundedPage } from '../entities.ts';

/** A rule by its id. */
export async function getAlertRule(sql: Sql, workspaceId: string, id: string): Promise<KeptAlertRule | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(`SELECT ${RULE_COLUMNS} FROM ${RULES} WHERE r.workspace_id = $1 AND r.id = $2`, [
    workspaceId,
    id,
  ]);
  return row ? ruleOf(row) : null;
}

/** The rules of a workspace: those that fire, then by name. */
export async function listAlertRules(
  sql: Sql,
  workspaceId: string,
  filter: AlertRuleFilter,
): Promise<Page<KeptAlertRule>> {
  const { skip, limit } = boundedPage(filter);
  const { workflowId = null, status = null } = filter;
  if (workflowId !== null && !isUuid(workflowId)) return { items: [], total: 0, skip, limit };
  const where = `r.workspace_id = $1 AND ($2::uuid IS NULL OR r.workflow_id = $2) AND ($3::text IS NULL OR r.status = $3)`;
  const values = [workspaceId, workflowId, status];
  const rows = await sql.rows(
    `SELECT ${RULE_COLUMNS} FROM ${RULES} WHERE ${where}
     ORDER BY r.status <> 'firing', r.name, r.id OFFSET $4 LIMIT $5`,
    [...values, skip, limit],
  );
  const [count] = await sql.rows(`SELECT count(*) AS total FROM alert_rules r WHERE ${where}`, values);
  return { items: rows.map(ruleOf), total: count?.int('total') ?? 0, skip, limit };
}

/** The rules of a workflow that are for a deadline. */
export async function listDeadlines(sql: Sql, workspaceId: string, workflowId: string): Promise<KeptAlertRule[]> {
  const rows = await sql.rows(
    `SELECT ${RULE_COLUMNS} FROM ${RULES}
     WHERE r.workspace_id = $1 AND r.workflow_id = $2 AND r.enabled AND r.kind = 'deadline' ORDER BY r.id`,
    [workspaceId, workflowId],
  );
  return rows.map(ruleOf);
}

/** The workflows that have a rule for a deadline, in all workspaces; the owner's. */
export async function listWorkflowsWithDeadlines(sql: Sql, limit: number) {
  const rows = await sql.rows(
    `SELECT DISTINCT workspace_id, workflow_id FROM alert_rules WHERE enabled AND kind = 'deadline'
     ORDER BY workspace_id, workflow_id LIMIT $1`,
    [limit],
  );
  return rows.map((row) => ({ workspaceId: row.text('workspace_id'), workflowId: row.text('workflow_id') }));
}
