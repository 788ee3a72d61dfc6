import type { JsonObject } from '@flowprof/model';
import { StoreError, type Execution, type TenantStore } from '@flowprof/store';
import { ApiError, notFound } from '../http/errors.ts';
import { isImported } from './imports.ts';
import type { Once, StartRequest } from './start-request.ts';

/**
 * The definition that a request wants to run.
 * @throws {ApiError} `not_found`, `imported_workflow`, `workflow_disabled`, `unknown_version`
 */
export async function definitionToRun(tenant: TenantStore, { workflowId, version }: StartRequest): Promise<JsonObject> {
  const workflow = await tenant.getWorkflow(workflowId);
  if (!workflow) throw notFound();
  if (isImported(workflow)) throw new ApiError('imported_workflow', 'An imported workflow cannot be executed.');
  if (!workflow.enabled) throw new ApiError('workflow_disabled', 'The workflow is switched off.');
  if (version === undefined || version === workflow.version) return workflow.definition;
  const definition = await tenant.getDefinition(workflowId, version);
  if (!definition) throw new ApiError('unknown_version', 'The workflow has no such version.');
  return definition;
}

/** Whether an error says that there is such an execution already. */
export function isConflict(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'conflict';
}

/**
 * What a request has started that may start something once only; null when it has not.
 * @throws {ApiError} `idempotency_conflict` when it was another request
 */
export async function startedBefore(tenant: TenantStore, { id, requestHash }: Once): Promise<Execution | null> {
  const execution = await tenant.getExecution(id);
  if (execution === null || requestHash === null) return execution;
  if (execution.triggerDetails['request_hash'] !== requestHash) {
    throw new ApiError('idempotency_conflict', 'The idempotency key was used for another request.');
  }
  return execution;
}
