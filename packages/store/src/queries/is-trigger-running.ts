import { isUuid } from '@flowprof/model';
import type { Sql } from '../database.ts';

/** Whether an execution that a trigger started has not ended. */
export async function isTriggerRunning(sql: Sql, workspaceId: string, triggerId: string): Promise<boolean> {
  if (!isUuid(triggerId)) return false;
  const rows = await sql.rows(
    `SELECT id FROM workflow_executions
     WHERE workspace_id = $1 AND trigger_id = $2 AND status IN ('pending', 'running') LIMIT 1`,
    [workspaceId, triggerId],
  );
  return rows.length > 0;
}
