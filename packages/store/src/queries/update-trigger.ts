import { isUuid, type EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { jsonOrNull, textOrNull, timestamp, timestampOrNull } from '../row.ts';
import type { Trigger, TriggerChange } from '../triggers/api.ts';
import { TRIGGER_COLUMNS, triggerOf } from '../triggers/rows.ts';

/** Changes a trigger, which forgets what went wrong with it; null when there is none. */
export async function updateTrigger(
  sql: Sql,
  workspaceId: string,
  id: string,
  { name, enabled, config, next }: TriggerChange,
  now: EpochMicros,
): Promise<Trigger | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(
    `UPDATE workflow_triggers SET name = coalesce($3, name), enabled = coalesce($4, enabled),
       config = coalesce($5, config), next_run_at = CASE WHEN $6 THEN $7 ELSE next_run_at END,
       due_at = CASE WHEN $6 THEN $8 ELSE due_at END, last_error = NULL, last_error_at = NULL, updated_at = $9
     WHERE workspace_id = $1 AND id = $2 RETURNING ${TRIGGER_COLUMNS}`,
    [
      workspaceId,
      id,
      textOrNull(name ?? null),
      enabled ?? null,
      jsonOrNull(config),
      next !== undefined,
      timestampOrNull(next?.at ?? null),
      timestampOrNull(next?.dueAt ?? null),
      timestamp(now),
    ],
  );
  return row ? triggerOf(row) : null;
}
