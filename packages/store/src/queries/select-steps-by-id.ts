import type { NodeDeclaration } from '@flowprof/model';
import { uuidArray } from '../binary-array.ts';
import type { StepState } from '../batch.ts';
import type { Sql } from '../database.ts';

/** A step as it is before more is told of it. */
export interface KnownStep extends Pick<StepState, 'status' | 'at' | 'startedUs' | 'retryCount'> {
  /** Null while it is not declared. */
  readonly node: NodeDeclaration | null;
  readonly hasInput: boolean;
  readonly hasOutput: boolean;
  readonly errorCode: string | null;
}

/** Those steps of an execution that there are, by their ids. */
export async function selectStepsById(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  ids: readonly string[],
): Promise<Map<string, KnownStep>> {
  const rows = await sql.rows(
    `SELECT id, step_key, iteration, step_name, step_type, parent_key, parent_iteration, depends_on, task_queue, status,
       status_us, started_us, step_order, retry_count, input_data IS NOT NULL AS has_input,
       output_data IS NOT NULL AS has_output, error_code
     FROM workflow_step_executions WHERE workspace_id = $1 AND execution_id = $2 AND id = ANY ($3::uuid[])`,
    [workspaceId, executionId, uuidArray(ids)],
  );
  return new Map(
    rows.map((row) => {
      const iteration = row.int('iteration');
      const parentIteration = row.intOrNull('parent_iteration');
      const node: NodeDeclaration = {
        key: row.text('step_key'),
        name: row.text('step_name'),
        type: row.text('step_type'),
        iteration: iteration < 0 ? null : iteration,
        parentKey: row.textOrNull('parent_key'),
        ...(parentIteration !== null && { parentIteration: parentIteration < 0 ? null : parentIteration }),
        dependsOn: row.texts('depends_on'),
        taskQueue: row.textOrNull('task_queue'),
      };
      const step: KnownStep = {
        node: row.int('step_order') > 0 ? node : null,
        status: row.status('status'),
        at: row.micros('status_us'),
        startedUs: row.microsOrNull('started_us'),
        retryCount: row.int('retry_count'),
        hasInput: row.bool('has_input'),
        hasOutput: row.bool('has_output'),
        errorCode: row.textOrNull('error_code'),
      };
      return [row.text('id'), step];
    }),
  );
}
