/**
 * The workflow that runs workflow files: the engine itself, with Temporal's clock, timers and randomness, and with
 * activities for what its nodes do. The type of the workflow is the file's name, whatever that is.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';
import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  defineQuery,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { WorkflowDefinition } from '../file/definition.ts';
import type { ExecutionResult } from '../types.ts';
import {
  allAtOnce,
  builtIn,
  Definitions,
  delay,
  fail,
  prepareInput,
  Registry,
  Run,
  transform,
  utf8Length,
  type RunHost,
} from './engine.ts';
import { declaredNotes, partNotes, recordedNotes } from './notes.ts';
import { ChildParts, endPart, onStop } from './parts.ts';
import { RemoteNodes } from './remote.ts';
import { workflowClock, workflowRandom, workflowTimers } from './sandbox.ts';
import {
  MAX_PAYLOAD,
  NOTE_ACTIVITY,
  STOPPING_QUERY,
  WIRE_VERSION,
  type Note,
  type PartArgument,
  type RunArgument,
} from './wire.ts';

const HEARTBEAT_MS = 15_000;

/** How long a run that was stopped waits for its activities to notice. */
const PATIENCE_MS = 60_000;

const mayFinish = defineQuery<boolean, [string]>(STOPPING_QUERY);

function isRunArgument(given: unknown): given is RunArgument {
  return typeof given === 'object' && given !== null && 'flowprof' in given && given.flowprof === WIRE_VERSION;
}

/** Secrets are sealed here: nothing is to be struck out, and the redactor, which needs Node, is not asked to. */
function withoutSecrets(definition: WorkflowDefinition): WorkflowDefinition {
  const { inputs, workflows } = definition;
  const open =
    inputs && Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, { ...input, secret: false }]));
  return {
    ...definition,
    ...(open && { inputs: open }),
    ...(workflows && { workflows: withoutAnySecrets(workflows) }),
  };
}

function withoutAnySecrets(all: Readonly<Record<string, WorkflowDefinition>>): Record<string, WorkflowDefinition> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, withoutSecrets(one)]));
}

/** Writes notes into the history: what a local activity gives back stands there. */
async function write(notes: readonly Note[]): Promise<void> {
  const activities = proxyLocalActivities<Record<string, (note: Note) => Promise<Note>>>({
    startToCloseTimeout: '1 minute',
  });
  for (const note of notes) await activities[NOTE_ACTIVITY]?.(note);
}

/** An output that a server would not take fails the run, instead of failing workflow tasks for ever. */
function sizedOutput(output: JsonValue): JsonValue {
  const bytes = utf8Length(JSON.stringify(output));
  if (bytes <= MAX_PAYLOAD) return output;
  throw ApplicationFailure.nonRetryable(
    `the output is ${bytes} bytes; that of a run on Temporal may have ${MAX_PAYLOAD}`,
    'payload_too_large',
  );
}

/** What the workflow ends with. @throws the failure that it ends with */
function outcomeOf({ status, error, data }: ExecutionResult): JsonValue {
  if (status === 'completed') return sizedOutput(data ?? null);
  if (status === 'cancelled') throw new CancelledFailure(error?.message ?? 'the run was cancelled');
  const detail: JsonObject = { status, ...(error?.nodeKey !== undefined && { nodeKey: error.nodeKey }) };
  throw ApplicationFailure.create({
    type: error?.code ?? 'node_failed',
    message: error?.message ?? 'the run failed',
    nonRetryable: true,
    details: [detail],
  });
}

function isPartArgument(given: RunArgument): given is PartArgument {
  return 'part' in given;
}

async function run(given: RunArgument, signal: AbortSignal): Promise<JsonValue> {
  const { workflow, called, services, options } = given;
  const ofPart = isPartArgument(given) ? given : null;
  const part = ofPart?.part;
  const executionId = ofPart?.executionId ?? workflowInfo().firstExecutionRunId;
  const finishing = new Set<string>();
  setHandler(mayFinish, (path) => finishing.has(path));
  const remote = new RemoteNodes({
    executionId,
    heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS,
    mayFinish: (path) => void finishing.add(path),
  });
  const local = [
    ['transform', builtIn(transform)],
    ['delay', builtIn(delay)],
    ['fail', builtIn(fail)],
  ] as const;
  const definitions = new Definitions(new Registry(local, remote.type));
  const workflows = withoutAnySecrets(called);
  const prepared = allAtOnce(definitions.prepare(withoutSecrets(workflow), { workflows, services }));
  const { graph } = prepared;
  const { input, refusal } = part
    ? { input: {}, refusal: null }
    : prepareInput(graph, isJsonObject(given.input) ? given.input : {});
  const host: RunHost = {
    clock: workflowClock,
    timers: workflowTimers,
    random: workflowRandom,
    limits: null,
    parts: new ChildParts(given, executionId),
    http: () => {
      throw new Error('a workflow has no connections');
    },
  };
  const startedAt = workflowClock.now();
  const declared = write(part ? [] : declaredNotes(graph, startedAt));
  const { concurrency, slowMo, timeoutMs } = options;
  const runOptions = {
    services,
    signal,
    ...(concurrency !== undefined && { concurrency }),
    ...(slowMo !== undefined && { slowMo }),
    ...(timeoutMs !== undefined && !part && { timeoutMs }),
  };
  const request = { graph, executionId, input, options: runOptions, workflows: prepared.workflows };
  const running = new Run(
    part ? { ...request, graph: { ...graph, timeoutMs: null, output: null }, part } : request,
    host,
  );
  if (part) onStop(running);
  const result = await running.run(refusal ?? prepared.refusal);
  await remote.settle(PATIENCE_MS);
  await declared;
  if (part) {
    await write(partNotes(result.recording, executionId, startedAt, part.spanId));
    return endPart(running.partEnd());
  }
  await write(recordedNotes(result.recording, executionId, startedAt));
  return outcomeOf(result);
}

/** Runs a workflow file. Temporal calls the default export for workflows of all types. */
async function runWorkflowFile(given: unknown): Promise<JsonValue> {
  if (!isRunArgument(given)) {
    throw ApplicationFailure.nonRetryable('the argument is none of a workflow file', 'bad_argument');
  }
  const stop = new AbortController();
  // The engine decides what a cancellation ends, and when.
  CancellationScope.current().cancelRequested.catch(() => stop.abort(new Error('cancelled')));
  return CancellationScope.nonCancellable(() => run(given, stop.signal));
}

// oxlint-disable-next-line import/no-default-export -- a dynamic workflow is one
export default runWorkflowFile;
