import { isUuid } from '@flowprof/model';
import type { Sql } from '../database.ts';
import type { Trigger } from '../triggers/api.ts';
import { TRIGGER_COLUMNS, triggerOf } from '../triggers/rows.ts';

/** A trigger with its sealed secrets; null when there is none. */
export async function getTrigger(
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<{ readonly trigger: Trigger; readonly sealed: Uint8Array | null } | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(
    `SELECT ${TRIGGER_COLUMNS}, secrets FROM workflow_triggers WHERE workspace_id = $1 AND id = $2`,
    [workspaceId, id],
  );
  return row ? { trigger: triggerOf(row), sealed: row.bytesOrNull('secrets') } : null;
}
