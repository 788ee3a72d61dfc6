import { isUuid, type EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';
import { RUNS_HERE } from './runs-here.ts';

/**
 * Lets an execution that failed, was cancelled or ran out of time run on, as this server's: what it came to and its kept
 * trace are forgotten, and its steps that had not completed are pending again. Says what was found.
 */
export async function reopenExecution(
  sql: Sql,
  workspaceId: string,
  id: string,
  instanceId: string,
  now: EpochMicros,
): Promise<'reopened' | 'not_resumable' | 'not_found'> {
  if (!isUuid(id)) return 'not_found';
  const [known] = await sql.rows(
    `SELECT status IN ('failed', 'cancelled', 'timeout') AND ${RUNS_HERE} AND NOT EXISTS (
         SELECT FROM execution_traces WHERE workspace_id = $1 AND execution_id = $2 AND row_state <> 'kept') AS resumable
     FROM workflow_executions WHERE workspace_id = $1 AND id = $2 FOR UPDATE`,
    [workspaceId, id],
  );
  if (!known) return 'not_found';
  if (!known.bool('resumable')) return 'not_resumable';
  await sql.run(
    `UPDATE workflow_executions SET
       status = CASE WHEN started_at IS NULL THEN 'pending' ELSE 'running' END,
       instance_id = $3, resumptions = 0, resumed_with = 0, generation = generation + 1,
       cancel_requested_at = NULL, completed_at = NULL, duration_us = NULL, results = NULL,
       error_code = NULL, error_message = NULL, error_details = NULL, updated_at = $4
     WHERE workspace_id = $1 AND id = $2`,
    [workspaceId, id, instanceId, timestamp(now)],
  );
  await sql.run('DELETE FROM execution_traces WHERE workspace_id = $1 AND execution_id = $2', [workspaceId, id]);
  await sql.run(
    `UPDATE workflow_step_executions SET status = 'pending', status_us = 0, output_data = NULL,
       error_code = NULL, error_message = NULL, error_details = NULL
     WHERE workspace_id = $1 AND execution_id = $2 AND status <> 'completed'`,
    [workspaceId, id],
  );
  return 'reopened';
}
