import { isUuid } from '@flowprof/model';
import { auditEntryOf } from '../access/rows.ts';
import type { AuditEntry, AuditFilter } from '../access/api.ts';
import type { Sql } from '../database.ts';
import { boundedPage } from '../entities.ts';
import { timestamp } from '../row.ts';

/** A part of a workspace's audit log, the newest first, at any depth in the same time. */
export async function listAudit(sql: Sql, workspaceId: string, filter: AuditFilter): Promise<AuditEntry[]> {
  const { actorId, actorKind, from, to, after } = filter;
  if ((actorId !== undefined && !isUuid(actorId)) || (after && !isUuid(after.id))) return [];
  const values: unknown[] = [workspaceId];
  let where = 'WHERE workspace_id = $1';
  if (actorId !== undefined) where += ` AND actor_id = $${values.push(actorId)}`;
  if (actorKind !== undefined) where += ` AND actor_kind = $${values.push(actorKind)}`;
  if (from !== undefined) where += ` AND at >= $${values.push(timestamp(from))}`;
  if (to !== undefined) where += ` AND at < $${values.push(timestamp(to))}`;
  if (after) {
    const [at, id] = [values.push(timestamp(after.at)), values.push(after.id)];
    where += ` AND (at, id) < ($${at}::timestamptz, $${id}::uuid)`;
  }
  const { limit } = boundedPage({ skip: 0, limit: filter.limit });
  const rows = await sql.rows(
    `SELECT id, at, actor_kind, actor_id, actor_name, method, route, action, resources, status, request_id
     FROM audit_log ${where} ORDER BY at DESC, id DESC LIMIT $${values.push(limit)}`,
    values,
  );
  return rows.map(auditEntryOf);
}
