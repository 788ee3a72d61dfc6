import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { StoreError } from '../errors.ts';
import { timestamp } from '../row.ts';

/** Makes an execution one of another workflow, under that one's next number. Both stay locked. */
export async function moveToWorkflow(
  sql: Sql,
  workspaceId: string,
  id: string,
  workflowId: string,
  now: EpochMicros,
): Promise<void> {
  const [workflow] = await sql.rows(
    `UPDATE workflows SET last_execution_number = last_execution_number + 1
     WHERE workspace_id = $1 AND id = $2
     RETURNING project_id, version, last_execution_number`,
    [workspaceId, workflowId],
  );
  if (!workflow) throw new StoreError('not_found');
  await sql.run(
    `UPDATE workflow_executions SET workflow_id = $3, project_id = $4, workflow_version = $5, execution_number = $6,
       updated_at = $7
     WHERE workspace_id = $1 AND id = $2`,
    [
      workspaceId,
      id,
      workflowId,
      workflow.text('project_id'),
      workflow.int('version'),
      workflow.int('last_execution_number'),
      timestamp(now),
    ],
  );
}
