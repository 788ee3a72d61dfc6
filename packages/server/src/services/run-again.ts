import { isTerminal, type JsonObject, type JsonValue } from '@flowprof/model';
import type { Execution, TenantStore } from '@flowprof/store';
import { ApiError, notFound, type FieldError } from '../http/errors.ts';
import type { Engine } from './engine.ts';
import { isStruckOut, pointerToInput } from './inputs.ts';
import { readEntries } from './start-record.ts';
import type { StartRequest } from './start-request.ts';

/** How an execution is to be run once more. */
export interface Again {
  /** The inputs that are not kept. */
  readonly given: JsonObject;
  /** The version of the workflow; that of the execution when absent. */
  readonly version?: number | 'newest' | undefined;
}

/** What is kept of an execution's input, and which of it has been struck out. */
interface KeptInput {
  readonly input: JsonObject;
  readonly missing: readonly string[];
}

async function keptInput(tenant: TenantStore, execution: Execution): Promise<KeptInput> {
  const { record } = readEntries(await tenant.readJournal(execution.id));
  const input = record?.input ?? execution.input;
  // What was sealed is whole but for the secret inputs; of what is shown, secrets may be missing anywhere.
  const isMissing = ([, value]: readonly [string, JsonValue]): boolean => isStruckOut(value, record === null);
  return {
    input,
    missing: Object.entries(input)
      .filter(isMissing)
      .map(([name]) => name),
  };
}

function refuse(code: 'validation_failed' | 'secret_inputs_required', names: readonly string[]): void {
  if (names.length === 0) return;
  const fault = {
    validation_failed: {
      code: 'not_secret',
      detail: 'must be an input that is not kept',
      message: 'Only inputs that are not kept can be given again.',
    },
    secret_inputs_required: {
      code: 'required',
      detail: 'is secret and not kept',
      message: 'Secret inputs must be given again.',
    },
  }[code];
  const errors: FieldError[] = names.map((name) => ({
    pointer: pointerToInput(name),
    code: fault.code,
    detail: fault.detail,
  }));
  throw new ApiError(code, fault.message, { errors });
}

/**
 * What starts a new execution with the inputs of one that has ended.
 * @throws {ApiError} `not_found`, `not_ended`, `imported_workflow`, `secret_inputs_required`, `validation_failed`,
 *   `unknown_version`
 */
export async function againRequest(
  engine: Engine,
  tenant: TenantStore,
  executionId: string,
  { given, version }: Again,
): Promise<StartRequest> {
  const execution = await tenant.getExecution(executionId);
  if (!execution) throw notFound();
  const { status, isExternal, workflowId, workflowVersion } = execution;
  if (isExternal) throw new ApiError('imported_workflow', 'An execution that ran elsewhere cannot be run.');
  if (!isTerminal(status)) throw new ApiError('not_ended', 'The execution has not ended.');
  const wanted = version ?? workflowVersion;
  const definition =
    wanted === 'newest'
      ? (await tenant.getWorkflow(workflowId))?.definition
      : await tenant.getDefinition(workflowId, wanted);
  if (!definition) throw new ApiError('unknown_version', 'The workflow has no such version.');
  const { secretInputs } = await engine.describe(definition);
  const { input, missing } = await keptInput(tenant, execution);
  const mayBeGiven = new Set([...secretInputs, ...missing]);
  refuse(
    'validation_failed',
    Object.keys(given).filter((name) => !mayBeGiven.has(name)),
  );
  refuse(
    'secret_inputs_required',
    missing.filter((name) => !Object.hasOwn(given, name)),
  );
  return {
    workflowId,
    input: { ...input, ...given },
    trigger: 'retry',
    triggerDetails: { retry_of: execution.id, retry_of_number: execution.executionNumber },
    ...(wanted !== 'newest' && { version: wanted }),
  };
}
