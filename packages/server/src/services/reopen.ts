import { isTerminal, type JsonObject, type Trace } from '@flowprof/model';
import { StoreError, type Execution, type TenantStore } from '@flowprof/store';
import { ApiError, notFound } from '../http/errors.ts';
import type { Engine, WorkflowSummary } from './engine.ts';
import { missingSecrets, pointerToInput } from './inputs.ts';

/**
 * Checks what is given again to an execution that is to go on.
 * @throws {ApiError} `validation_failed` for an input that is not a secret one, `secret_inputs_required` for one that is
 *   missing
 */
function checkGiven(execution: Execution, given: JsonObject, { secretInputs }: WorkflowSummary): void {
  const others = Object.keys(given).filter((name) => !secretInputs.includes(name));
  if (others.length > 0) {
    const detail = 'must be an input that the workflow declares to be secret';
    const errors = others.map((name) => ({ pointer: pointerToInput(name), code: 'not_secret', detail }));
    throw new ApiError('validation_failed', 'Only secret inputs can be given again.', { errors });
  }
  const missing = missingSecrets(execution.input, given, secretInputs);
  if (missing.length === 0) return;
  const errors = missing.map((name) => ({
    pointer: pointerToInput(name),
    code: 'required',
    detail: 'is secret and not kept',
  }));
  throw new ApiError('secret_inputs_required', 'Secret inputs must be given again.', { errors });
}

/** @throws {ApiError} when an execution cannot go on in the state that it is in */
function refuseUnresumable({ status, isExternal }: Execution): void {
  if (isExternal) throw new ApiError('imported_workflow', 'An execution that ran elsewhere cannot be run.');
  if (!isTerminal(status)) throw new ApiError('not_ended', 'The execution has not ended.');
  if (status === 'completed') throw new ApiError('already_completed', 'The execution has completed.');
}

/** @throws {ApiError} `not_found`, `rows_removed`, or `not_ended` when another request was faster */
async function reopen(tenant: TenantStore, executionId: string): Promise<Execution> {
  try {
    const opened = await tenant.reopenExecution(executionId);
    if (!opened) throw notFound();
    return opened;
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'not_resumable') throw error;
    const now = await tenant.getExecution(executionId);
    if (now === null || !isTerminal(now.status)) throw new ApiError('not_ended', 'The execution has not ended.');
    throw new ApiError('rows_removed', 'What the execution would go on from is no longer kept.');
  }
}

/**
 * Opens an execution again that has ended without completing.
 * @returns it, and the trace of what was run of it
 * @throws {ApiError} `not_found`, `not_ended`, `already_completed`, `imported_workflow`, `rows_removed`,
 *   `secret_inputs_required`, `validation_failed`
 */
export async function openAgain(
  engine: Engine,
  tenant: TenantStore,
  executionId: string,
  given: JsonObject,
): Promise<{ readonly execution: Execution; readonly earlier: Trace | null }> {
  const known = await tenant.getExecution(executionId);
  if (!known) throw notFound();
  refuseUnresumable(known);
  const definition = await tenant.getDefinition(known.workflowId, known.workflowVersion);
  if (!definition) throw notFound();
  checkGiven(known, given, await engine.describe(definition));
  // The kept trace is dropped when it is opened again.
  const earlier = await tenant.getTrace(executionId);
  return { execution: await reopen(tenant, executionId), earlier };
}
