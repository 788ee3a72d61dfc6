import { isUuid } from '@flowprof/model';
import type { Sql } from '../database.ts';

/** Whether an execution has not started and is a server's to run. */
export async function isPendingHere(sql: Sql, workspaceId: string, id: string, instanceId: string): Promise<boolean> {
  if (!isUuid(id)) return false;
  const rows = await sql.rows(
    `SELECT id FROM workflow_executions
     WHERE workspace_id = $1 AND id = $2 AND instance_id = $3 AND status = 'pending'`,
    [workspaceId, id, instanceId],
  );
  return rows.length > 0;
}
