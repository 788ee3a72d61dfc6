import type { AuditEntry } from '../access/api.ts';
import type { Sql } from '../database.ts';
import { json, text, textOrNull, timestamp } from '../row.ts';

/** Adds an entry to the audit log. */
export async function insertAudit(sql: Sql, workspaceId: string, entry: AuditEntry): Promise<void> {
  await sql.run(
    `INSERT INTO audit_log (workspace_id, id, at, actor_kind, actor_id, actor_name, method, route, action, resources,
       status, request_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      workspaceId,
      entry.id,
      timestamp(entry.at),
      entry.actor.kind,
      entry.actor.id,
      textOrNull(entry.actor.name),
      text(entry.method),
      text(entry.route),
      text(entry.action),
      json(entry.resources),
      entry.status,
      text(entry.requestId),
    ],
  );
}
