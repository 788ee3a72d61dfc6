import { isUuid } from '@flowprof/model';
import type { AlertEventFilter, AlertEventPage } from '../alerts/api.ts';
import { eventOf } from '../alerts/rows.ts';
import type { Sql } from '../database.ts';
import { boundedPage } from '../entities.ts';
import { decodeCursor, encodeCursor, ID } from '../lists/cursor.ts';

const count = (state: string): string => `(SELECT count(*) FROM alert_deliveries d
  WHERE d.workspace_id = v.workspace_id AND d.event_id = v.id AND d.state = '${state}') AS ${state}`;

const SELECT = `
  SELECT v.id, v.rule_id, r.name AS rule_name, r.workflow_id, w.name AS workflow_name, r.severity, v.type,
    v.execution_id, v.evidence, v.sentence, v.path, v.created_at, ${count('waiting')}, ${count('delivered')},
    ${count('dead')}
  FROM alert_events v
  JOIN alert_rules r ON r.workspace_id = v.workspace_id AND r.id = v.rule_id
  JOIN workflows w ON w.workspace_id = r.workspace_id AND w.id = r.workflow_id`;

/** What happened to the rules of a workspace, newest first. @throws {StoreError} `bad_cursor` */
export async function listAlertEvents(
  sql: Sql,
  workspaceId: string,
  filter: AlertEventFilter,
): Promise<AlertEventPage> {
  const { skip, limit } = boundedPage(filter);
  const { ruleId = null, workflowId = null, type = null, cursor } = filter;
  const list = ['alert_events', workspaceId, ruleId, workflowId, type];
  const from = cursor === undefined ? null : decodeCursor(list, cursor, [ID]);
  if ([ruleId, workflowId].some((id) => id !== null && !isUuid(id))) {
    return { items: [], total: 0, skip, limit, nextCursor: null };
  }
  const where = `v.workspace_id = $1 AND ($2::uuid IS NULL OR v.rule_id = $2)
    AND ($3::uuid IS NULL OR r.workflow_id = $3) AND ($4::text IS NULL OR v.type = $4)`;
  const values = [workspaceId, ruleId, workflowId, type];
  const rows = await sql.rows(
    `${SELECT} WHERE ${where} AND ($5::uuid IS NULL OR v.id < $5) ORDER BY v.id DESC OFFSET $6 LIMIT $7`,
    [...values, from?.key[0] ?? null, from === null ? skip : 0, limit + 1],
  );
  const items = rows.slice(0, limit).map(eventOf);
  const total = from?.total ?? (await countAll(sql, where, values));
  const last = rows.length > limit ? items.at(-1) : undefined;
  const nextCursor = last === undefined ? null : encodeCursor(list, { key: [last.id], total, isCapped: false });
  return { items, total, skip, limit, nextCursor };
}

async function countAll(sql: Sql, where: string, values: readonly unknown[]): Promise<number> {
  const [row] = await sql.rows(
    `SELECT count(*) AS total FROM alert_events v
     JOIN alert_rules r ON r.workspace_id = v.workspace_id AND r.id = v.rule_id WHERE ${where}`,
    values,
  );
  return row?.int('total') ?? 0;
}
