import { isUuid, type EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { forgetRuns, lockTemporalExecutions } from './forget-runs.ts';

/**
 * Deletes a workflow with its versions, executions and statistics; says whether it was there. The executions go first:
 * who changes one holds its lock and then waits for that of the statistics, so these must not be locked before.
 */
export async function deleteWorkflow(sql: Sql, workspaceId: string, id: string, now: EpochMicros): Promise<boolean> {
  if (!isUuid(id)) return false;
  await sql.rows('SELECT id FROM workflows WHERE workspace_id = $1 AND id = $2 FOR UPDATE', [workspaceId, id]);
  await forgetRuns(sql, workspaceId, await lockTemporalExecutions(sql, workspaceId, 'workflow', id), now);
  await sql.run('DELETE FROM workflow_executions WHERE workspace_id = $1 AND workflow_id = $2', [workspaceId, id]);
  return (await sql.run('DELETE FROM workflows WHERE workspace_id = $1 AND id = $2', [workspaceId, id])) === 1;
}
