import { isUuid, type EpochMicros } from '@flowprof/model';
import type { NewExecution } from '../api.ts';
import type { Sql } from '../database.ts';
import { json, text, timestamp } from '../row.ts';

/**
 * Adds a pending execution of the newest or a given version with the workflow's next number; says whether there is such
 * a workflow. The workflow's row is locked until the transaction ends, so numbers have neither gaps nor doubles.
 * @throws {StoreError} `not_found` when there is no such version
 */
export async function insertExecution(
  sql: Sql,
  workspaceId: string,
  execution: NewExecution,
  instanceId: string,
  now: EpochMicros,
): Promise<boolean> {
  if (!isUuid(execution.workflowId)) return false;
  const [workflow] = await sql.rows(
    `UPDATE workflows SET last_execution_number = last_execution_number + 1
     WHERE workspace_id = $1 AND id = $2
     RETURNING project_id, version, last_execution_number`,
    [workspaceId, execution.workflowId],
  );
  if (!workflow) return false;
  await sql.run(
    `INSERT INTO workflow_executions (workspace_id, id, project_id, workflow_id, workflow_version, execution_number,
       status, trigger, trigger_details, instance_id, input_variables, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $8, $9, $10, $11, $11)`,
    [
      workspaceId,
      execution.id,
      workflow.text('project_id'),
      execution.workflowId,
      execution.workflowVersion ?? workflow.int('version'),
      workflow.int('last_execution_number'),
      text(execution.trigger),
      json(execution.triggerDetails ?? {}),
      instanceId,
      json(execution.input),
      timestamp(now),
    ],
  );
  return true;
}
