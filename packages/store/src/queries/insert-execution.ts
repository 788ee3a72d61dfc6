import { isUuid, type EpochMicros, type JsonObject } from '@flowprof/model';
import type { NewExecution } from '../api.ts';
import type { Sql } from '../database.ts';
import { json, jsonOrNull, text, textOrNull, timestamp } from '../row.ts';

/** What is kept of an execution that others run. */
export interface OfOthers {
  readonly externalId: string | null;
  /** Null where that is the name of the workflow. */
  readonly name: string | null;
  readonly attributes: JsonObject;
  readonly sourceFormat: string | null;
  readonly concurrency: number | null;
}

const MAX_EXTERNAL_ID = 500;

/** An id in another system as it is kept: an index takes no more than some. */
export function keptExternalId(id: string): string {
  return text(id.length <= MAX_EXTERNAL_ID ? id : Array.from(id).slice(0, MAX_EXTERNAL_ID).join(''));
}

/**
 * Adds a pending execution of the newest or a given version with the workflow's next number; says whether there is such
 * a workflow. The workflow's row is locked until the transaction ends, so numbers have neither gaps nor doubles.
 * @param runBy the server that runs it, or what others say of it
 * @throws {StoreError} `not_found` when there is no such version
 */
export async function insertExecution(
  sql: Sql,
  workspaceId: string,
  execution: NewExecution,
  runBy: string | OfOthers,
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
       status, trigger, trigger_details, instance_id, input_variables, created_at, updated_at, is_external, external_id, name,
       attributes, source_format, concurrency)
     VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $8, $9, $10, $11, $11, $12, $13, $14, $15, $16, $17)`,
    [
      workspaceId,
      execution.id,
      workflow.text('project_id'),
      execution.workflowId,
      execution.workflowVersion ?? workflow.int('version'),
      workflow.int('last_execution_number'),
      text(execution.trigger),
      json(execution.triggerDetails ?? {}),
      typeof runBy === 'string' ? runBy : null,
      json(execution.input),
      timestamp(now),
      ...ofOthers(runBy),
    ],
  );
  return true;
}

/** The values of the columns that only executions have that others run. */
function ofOthers(runBy: string | OfOthers): readonly unknown[] {
  if (typeof runBy === 'string') return [false, null, null, null, null, null];
  const { externalId, name, attributes, sourceFormat, concurrency } = runBy;
  return [
    true,
    externalId === null ? null : keptExternalId(externalId),
    textOrNull(name),
    jsonOrNull(attributes),
    textOrNull(sourceFormat),
    concurrency,
  ];
}
