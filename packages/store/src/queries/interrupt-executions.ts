import type { EpochMicros } from '@flowprof/model';
import type { InterruptedExecution } from '../api.ts';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

const MESSAGE = 'The server that ran it stopped before it ended';

/**
 * Marks a workspace's unfinished executions which none of the given servers runs as failed, with their running steps.
 * They end at their last sign of life: the time since then is nobody's.
 */
export async function interruptExecutions(
  sql: Sql,
  workspaceId: string,
  livingInstances: readonly string[],
  now: EpochMicros,
): Promise<InterruptedExecution[]> {
  const abandoned = await sql.rows(
    `SELECT id FROM workflow_executions
     WHERE workspace_id = $1 AND status IN ('pending', 'running') AND trigger <> 'import'
       AND (instance_id IS NULL OR instance_id <> ALL ($2::uuid[]))
     ORDER BY created_at, id FOR NO KEY UPDATE`,
    [workspaceId, livingInstances],
  );
  const found: InterruptedExecution[] = [];
  for (const row of abandoned) {
    const id = row.text('id');
    const [known] = await sql.rows(
      `UPDATE workflow_executions e SET status = 'failed', error_code = 'interrupted', error_message = $3,
         error_details = NULL, duration_us = last.us,
         completed_at = coalesce(e.started_at + last.us * interval '1 microsecond', $4), updated_at = $4
       FROM (SELECT greatest(0,
           (SELECT max(status_us) FROM workflow_step_executions WHERE workspace_id = $1 AND execution_id = $2),
           (SELECT max(start_us + greatest(0, duration_us)) FROM execution_spans
            WHERE workspace_id = $1 AND execution_id = $2)) AS us) AS last
       WHERE e.workspace_id = $1 AND e.id = $2
       RETURNING e.execution_number, last.us,
         (SELECT name FROM workflows w WHERE w.workspace_id = $1 AND w.id = e.workflow_id) AS workflow_name`,
      [workspaceId, id, MESSAGE, timestamp(now)],
    );
    if (!known) continue;
    await sql.run(
      `UPDATE workflow_step_executions SET status = 'failed', status_us = greatest(status_us, $3),
         error_code = 'interrupted', error_message = $4, error_details = NULL
       WHERE workspace_id = $1 AND execution_id = $2 AND status = 'running'`,
      [workspaceId, id, known.int('us'), MESSAGE],
    );
    const [steps] = await sql.rows(
      `SELECT count(*) AS step_count, count(*) FILTER (WHERE status = 'completed') AS completed
       FROM workflow_step_executions WHERE workspace_id = $1 AND execution_id = $2`,
      [workspaceId, id],
    );
    found.push({
      id,
      workspaceId,
      workflowName: known.text('workflow_name'),
      executionNumber: known.int('execution_number'),
      completedSteps: steps?.int('completed') ?? 0,
      stepCount: steps?.int('step_count') ?? 0,
    });
  }
  return found;
}
