import { isUuid } from '@flowprof/model';
import type { Sql } from '../database.ts';

/**
 * Takes the lock of an execution until the transaction ends, so that batches of one execution follow one another; says
 * whether there is such an execution.
 */
export async function lockExecution(sql: Sql, workspaceId: string, id: string): Promise<boolean> {
  if (!isUuid(id)) return false;
  const rows = await sql.rows(
    'SELECT id FROM workflow_executions WHERE workspace_id = $1 AND id = $2 FOR NO KEY UPDATE',
    [workspaceId, id],
  );
  return rows.length === 1;
}
