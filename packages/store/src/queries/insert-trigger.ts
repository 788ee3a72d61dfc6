import type { Sql } from '../database.ts';
import { json, text, timestamp, timestampOrNull } from '../row.ts';
import type { NewTrigger, Trigger } from '../triggers/api.ts';
import { TRIGGER_COLUMNS, triggerOf } from '../triggers/rows.ts';
import type { EpochMicros } from '@flowprof/model';

/**
 * Adds a trigger.
 * @param sealed its secrets
 * @throws {StoreError} `not_found` when there is no such workflow
 */
export async function insertTrigger(
  sql: Sql,
  workspaceId: string,
  trigger: Omit<NewTrigger, 'secrets'>,
  sealed: Buffer | null,
  now: EpochMicros,
): Promise<Trigger | null> {
  const { id, workflowId, kind, name, enabled, config, next } = trigger;
  const [row] = await sql.rows(
    `INSERT INTO workflow_triggers (workspace_id, id, workflow_id, kind, name, enabled, config, secrets, next_run_at,
       due_at, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11) RETURNING ${TRIGGER_COLUMNS}`,
    [
      workspaceId,
      id,
      workflowId,
      kind,
      text(name),
      enabled,
      json(config),
      sealed,
      timestampOrNull(next?.at ?? null),
      timestampOrNull(next?.dueAt ?? null),
      timestamp(now),
    ],
  );
  return row ? triggerOf(row) : null;
}
