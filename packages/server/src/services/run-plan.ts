import type { ResumePoint, RunTrigger } from '@flowprof/conductor';
import type { JsonObject, Trace } from '@flowprof/model';
import type { Execution, TenantStore } from '@flowprof/store';
import { notFound } from '../http/errors.ts';
import type { Engine, WorkflowSummary } from './engine.ts';
import { isCut, missingSecrets, prepareInput, type PreparedInput } from './inputs.ts';
import { runTriggerOf } from './triggers/receipt.ts';
import { readEntries, startEntry, type StartRecord } from './start-record.ts';
import type { StartRequest } from './start-request.ts';
import { newestVersions, sameVersions, type CalledWorkflows } from './subworkflows.ts';

/** All that the engine needs to run an execution. */
export interface RunPlan {
  readonly definition: JsonObject;
  readonly summary: WorkflowSummary;
  readonly called: CalledWorkflows;
  /** The services that it and the workflows it calls ask for. */
  readonly services: readonly string[];
  readonly input: JsonObject;
  /** Null for one that has not started. */
  readonly resume: ResumePoint | null;
  /** What it begins with; null where nothing but a request started it. */
  readonly trigger: RunTrigger | null;
}

/** An execution that cannot be run on for the reason that the code tells. */
export class NotRunnable extends Error {
  override readonly name = 'NotRunnable';
  readonly code: 'secret_inputs_required' | 'workflow_deleted';

  constructor(code: NotRunnable['code'], message: string) {
    super(message);
    this.code = code;
  }
}

async function servicesOf(engine: Engine, summary: WorkflowSummary, called: CalledWorkflows): Promise<string[]> {
  const all = new Set(summary.services);
  for (const definition of Object.values(called.definitions)) {
    for (const service of (await engine.describe(definition)).services) all.add(service);
  }
  return [...all];
}

async function planOf(
  engine: Engine,
  parts: Pick<RunPlan, 'definition' | 'summary' | 'called' | 'resume' | 'trigger'>,
  input: PreparedInput,
): Promise<RunPlan> {
  const services = await servicesOf(engine, parts.summary, parts.called);
  return { ...parts, services, input: input.whole };
}

/** A new execution, and what is to be kept of its start before it may run; null when its row tells everything. */
export interface NewPlan {
  readonly execution: Execution;
  readonly plan: RunPlan;
  readonly record: ReturnType<typeof startEntry> | null;
}

/**
 * Commits a new execution of a workflow as pending.
 * @param wanted the definition that it is expected to run
 * @throws {ApiError} `not_found`, `unknown_subworkflow`
 * @throws {StoreError} `conflict` where it may be started once only and has been
 */
export async function createPlan(
  engine: Engine,
  tenant: TenantStore,
  wanted: JsonObject,
  request: StartRequest & { readonly id: string },
): Promise<NewPlan> {
  const partsOf = async (definition: JsonObject) => {
    const summary = await engine.describe(definition);
    const called = await newestVersions(tenant, engine, summary.calls);
    const trigger = runTriggerOf(request.triggerDetails ?? {});
    return {
      definition,
      summary,
      called,
      resume: null,
      trigger,
      input: prepareInput(request.input, summary.secretInputs),
    };
  };
  const expected = await partsOf(wanted);
  const { id, workflowId, trigger, triggerDetails, version, once, claim } = request;
  const execution = await tenant.createExecution({
    id,
    workflowId,
    input: expected.input.shown,
    trigger,
    triggerDetails: { ...triggerDetails, ...(once?.requestHash && { request_hash: once.requestHash }) },
    ...(version !== undefined && { workflowVersion: version }),
    onlyNew: once !== undefined,
    ...(claim !== undefined && { claim }),
  });
  const definition = execution && (await tenant.getDefinition(workflowId, execution.workflowVersion));
  if (!execution || !definition) throw notFound();
  // The workflow may have been changed at this very moment: what is run is the version that the execution has.
  const isSame = JSON.stringify(definition) === JSON.stringify(wanted);
  const { input, ...parts } = isSame ? expected : await partsOf(definition);
  const needsRecord = isCut(input) || parts.summary.calls.length > 0;
  const record = needsRecord ? startEntry({ input: input.sealed, versions: parts.called.versions }) : null;
  return { execution, plan: await planOf(engine, parts, input), record };
}

/** The input of an execution that goes on: what is kept of it, with the secrets that are given again. */
function inputAgain(
  execution: Execution,
  record: StartRecord | null,
  given: JsonObject,
  secretInputs: readonly string[],
): PreparedInput {
  const kept = record?.input ?? execution.input;
  const missing = missingSecrets(kept, given, secretInputs);
  if (missing.length > 0) {
    const message = `Its secret inputs (${missing.join(', ')}) are not kept; resume it with them.`;
    throw new NotRunnable('secret_inputs_required', message);
  }
  return prepareInput({ ...kept, ...given }, secretInputs);
}

/**
 * Where an execution stands; null when nothing of it has been run. What is done may be known before the start is, which
 * is told with the trace: then it counts from when the execution was accepted.
 */
async function resumePoint(
  tenant: TenantStore,
  { id, startedAt, createdAt, triggerDetails }: Execution,
  finished: ResumePoint['finished'],
  earlier: Trace | null,
): Promise<ResumePoint | null> {
  const began = runTriggerOf(triggerDetails)?.receivedAt ?? createdAt;
  if (startedAt === null) return finished.length === 0 ? null : { startedAt: began, finished, earlier: null };
  return { startedAt, finished, earlier: earlier ?? (await tenant.getTrace(id)) };
}

/**
 * How an execution goes on that has been interrupted, from its journal and the trace so far.
 * @param given the secret inputs that are given again
 * @param earlier the trace so far; read from the store when absent
 * @throws {NotRunnable}
 * @throws {StoreError} `journal_key_mismatch`, `journal_damaged`
 */
export async function continuePlan(
  engine: Engine,
  tenant: TenantStore,
  execution: Execution,
  given: JsonObject,
  earlier: Trace | null,
): Promise<RunPlan> {
  const definition = await tenant.getDefinition(execution.workflowId, execution.workflowVersion);
  if (!definition) throw new NotRunnable('workflow_deleted', 'The version of the workflow is no longer there.');
  const summary = await engine.describe(definition);
  const { record, finished } = readEntries(await tenant.readJournal(execution.id));
  const input = inputAgain(execution, record, given, summary.secretInputs);
  const called =
    record === null
      ? await newestVersions(tenant, engine, summary.calls)
      : await sameVersions(tenant, engine, summary.calls, record.versions);
  const resume = await resumePoint(tenant, execution, finished, earlier);
  const trigger = runTriggerOf(execution.triggerDetails);
  return planOf(engine, { definition, summary, called, resume, trigger }, input);
}
