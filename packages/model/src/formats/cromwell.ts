/**
 * Reads the metadata of Cromwell's workflows (https://cromwell.readthedocs.io/en/stable/api/RESTAPI/, `…/metadata`);
 * `docs/formats/cromwell.md` says what becomes of what.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { isFailure, type Status } from '../trace/status.ts';
import type { Trace, TraceError } from '../trace/trace.ts';
import { asMicros, type EpochMicros } from '../units.ts';
import { TraceFileError } from './errors.ts';
import { joinIterations } from './iterations.ts';
import { clipped, fieldOf, idsOf, instantIn, jsonDocuments, numberIn, objectIn, objectsIn } from './loose.ts';
import { objectsOf, plainFields, textIn, withoutNulls } from './loose.ts';
import { TaskTraceBuilder, type Task, type TaskAttempt, type TaskMark, type TaskPhase } from './tasks.ts';

const STATUS: Readonly<Record<string, Status>> = {
  notstarted: 'pending',
  waitingforqueuespace: 'pending',
  queuedincromwell: 'pending',
  submitted: 'pending',
  'on hold': 'pending',
  starting: 'running',
  running: 'running',
  aborting: 'running',
  done: 'completed',
  succeeded: 'completed',
  failed: 'failed',
  retryablefailure: 'failed',
  preempted: 'failed',
  aborted: 'cancelled',
  bypassed: 'skipped',
};

const startOf = (record: JsonObject) => instantIn(record, 'auto', 'start');
const endOf = (record: JsonObject) => instantIn(record, 'auto', 'end');

/** Metadata may be asked for without its status: what has ended is taken to have gone well unless it says otherwise. */
function statusOf(record: JsonObject, stated: string | null): Status {
  const known = STATUS[(stated ?? '').toLowerCase()];
  if (known !== undefined) return known;
  if (objectsIn(record, 'failures').length > 0 || (numberIn(record, 'returnCode') ?? 0) !== 0) return 'failed';
  if (endOf(record) !== null) return 'completed';
  return startOf(record) === null ? 'pending' : 'running';
}

/** More messages than this of a chain of causes are not joined. */
const MOST_CAUSES = 20;

/** The messages of some failures with what they were caused by, from the outermost inwards. */
function messageOf(failures: readonly JsonObject[]): string | null {
  const messages: string[] = [];
  let level = failures;
  while (level.length > 0 && messages.length < MOST_CAUSES) {
    for (const failure of level.slice(0, MOST_CAUSES)) {
      const message = textIn(failure, 'message', 'failure');
      if (message !== null && !messages.includes(message)) messages.push(message);
    }
    level = level.slice(0, MOST_CAUSES).flatMap((failure) => objectsIn(failure, 'causedBy'));
  }
  return messages.length === 0 ? null : clipped(messages.join(': '));
}

function errorOf(record: JsonObject, status: Status, stated: string | null): TraceError | null {
  if (!isFailure(status)) return null;
  const code = numberIn(record, 'returnCode');
  const message =
    messageOf(objectsIn(record, 'failures')) ?? (code === null ? 'no reason is given' : `return code ${code}`);
  return { code: stated ?? 'Failed', message };
}

/** The part of an event's description that is the same for all calls: what stands before the first quoted name. */
function phaseName(description: string): string {
  const name = description.split('"')[0].trim();
  return name === '' ? 'event' : name.slice(0, 100);
}

/** What waits are for, where their name does not say it. */
const REASONS: Readonly<Record<string, string>> = {
  RequestingExecutionToken: 'execution token',
  WaitingForValueStore: 'value store',
  'waiting for quota': 'quota',
};

/** One entry of `calls`: a try of a call, for one shard. */
interface Entry {
  readonly call: JsonObject;
  readonly name: string;
  readonly attempt: number;
  readonly shard: number;
}

/** A workflow whose calls are still to be read, with its place. */
interface Pending {
  readonly metadata: JsonObject;
  readonly key: string | null;
  readonly iteration: number | null;
}

class WorkflowReader {
  readonly #builder: TaskTraceBuilder;
  readonly #pending: Pending[] = [];

  constructor(builder: TaskTraceBuilder) {
    this.#builder = builder;
  }

  /** Reads the calls of a workflow and of all that are inside it. */
  read(metadata: JsonObject): void {
    this.#pending.push({ metadata, key: null, iteration: null });
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) {
      for (const tries of entriesOf(next.metadata)) this.#addTries(tries, next);
    }
  }

  /** The tries of one call and shard: a node, or a container of type `retry` with a node for each. */
  #addTries(tries: readonly Entry[], around: Pending): void {
    const { name, shard } = tries[0];
    const key = around.key === null ? name : `${around.key}/${name}`;
    const iteration = shard < 0 ? around.iteration : joinIterations(around.iteration, shard);
    const place = { parentKey: around.key, parentIteration: around.iteration };
    if (tries.length === 1) return this.#addCall(tries[0], key, name, iteration, place);
    const last = tries[tries.length - 1];
    this.#builder.add({
      key,
      name,
      type: 'retry',
      iteration,
      ...place,
      attempts: [aroundAll(tries.map(({ call }) => call))],
      status: statusOf(last.call, textIn(last.call, 'executionStatus')),
      metadata: withoutNulls({ retry: retryPolicy(tries) }),
    });
    const inside = { parentKey: key, parentIteration: iteration };
    for (const [i, one] of tries.entries()) {
      const before = i === 0 ? [] : [`${key}#${tries[i - 1].attempt}`];
      this.#addCall(one, `${key}#${one.attempt}`, `${name} (attempt ${one.attempt})`, iteration, inside, before);
    }
  }

  #addCall(
    { call, attempt }: Entry,
    key: string,
    name: string,
    iteration: number | null,
    place: Pick<Task, 'parentKey' | 'parentIteration'>,
    dependsOn: readonly string[] = [],
  ): void {
    const inside = objectIn(call, 'subWorkflowMetadata');
    if (inside !== null) this.#pending.push({ metadata: inside, key, iteration });
    const stated = textIn(call, 'executionStatus');
    const status = statusOf(call, stated);
    const isOnlyKnown = attempt > 1 && dependsOn.length === 0 && place.parentKey === null;
    this.#builder.add({
      key,
      name,
      type: inside === null ? 'call' : 'subworkflow',
      iteration,
      ...place,
      dependsOn,
      attempts: [
        {
          ...(isOnlyKnown && { number: attempt }),
          started: startOf(call),
          ended: endOf(call),
          status,
          track: textIn(objectIn(call, 'jes') ?? {}, 'instanceName'),
          error: errorOf(call, status, stated),
          phases: this.#phasesOf(call, name),
        },
      ],
      metadata: metadataOf(call),
      marks: cacheMark(call),
    });
  }

  #phasesOf(call: JsonObject, name: string): TaskPhase[] {
    const phases: TaskPhase[] = [];
    for (const event of objectsIn(call, 'executionEvents')) {
      const start = instantIn(event, 'auto', 'startTime', 'start');
      const description = textIn(event, 'description') ?? 'event';
      if (start === null) {
        this.#builder.warn('missing_time', `event ${phaseName(description)} of ${name}`);
        continue;
      }
      const phase = phaseName(description);
      const metadata = withoutNulls({
        cause: REASONS[phase],
        ...(phase !== description && { description }),
      });
      phases.push({
        name: phase,
        start,
        end: instantIn(event, 'auto', 'endTime', 'end') ?? endOf(call),
        metadata: Object.keys(metadata).length === 0 ? null : metadata,
      });
    }
    return phases.sort((a, b) => a.start - b.start);
  }
}

/** The entries of `calls`, those of one call and shard together in the order of their attempts. */
function entriesOf(metadata: JsonObject): Entry[][] {
  const groups = new Map<string, Entry[]>();
  for (const [name, calls] of Object.entries(objectIn(metadata, 'calls') ?? {})) {
    const listed: readonly JsonValue[] = Array.isArray(calls) ? calls : [calls];
    for (const call of listed) {
      if (!isJsonObject(call)) continue;
      const shard = numberIn(call, 'shardIndex') ?? -1;
      const entry = {
        call,
        name,
        attempt: numberIn(call, 'attempt') ?? 1,
        shard: Number.isSafeInteger(shard) ? shard : -1,
      };
      const group = groups.get(`${entry.shard} ${name}`);
      if (group === undefined) groups.set(`${entry.shard} ${name}`, [entry]);
      else group.push(entry);
    }
  }
  return [...groups.values()].map((group) => group.sort((a, b) => a.attempt - b.attempt));
}

/** From the first start to the last end of some tries. */
function aroundAll(calls: readonly JsonObject[]): TaskAttempt {
  let started: EpochMicros | null = null;
  let ended: EpochMicros | null = null;
  for (const call of calls) {
    const [start, end] = [startOf(call), endOf(call)];
    if (start !== null && (started === null || start < started)) started = start;
    if (end !== null && (ended === null || end > ended)) ended = end;
  }
  const last = calls[calls.length - 1];
  const status = statusOf(last, textIn(last, 'executionStatus'));
  return { started, ended: endOf(last) === null && status === 'running' ? null : ended, status, phases: [] };
}

/** How often a call may be tried: after failures (`maxRetries`) and on machines that can be taken away (`preemptible`). */
function retryPolicy(tries: readonly Entry[]): JsonObject | null {
  const attributes = objectIn(tries[0].call, 'runtimeAttributes') ?? {};
  const retries = numberIn(attributes, 'maxRetries');
  const preemptible = numberIn(attributes, 'preemptible');
  if (retries === null && preemptible === null) return null;
  const more = (retries ?? 0) + (preemptible ?? 0);
  return { policy: more === 0 ? 'none' : 'maxRetries', max_attempts: more + 1 };
}

function metadataOf(call: JsonObject): JsonObject {
  const caching = objectIn(call, 'callCaching') ?? {};
  return withoutNulls({
    ...plainFields(call, 'shardIndex', 'attempt', 'backend', 'backendStatus', 'jobId', 'returnCode', 'preemptible'),
    ...plainFields(call, 'dockerImageUsed', 'subWorkflowId'),
    cache_hit: fieldOf(caching, 'hit'),
    cache_result: textIn(caching, 'result'),
    ...plainFields(objectIn(call, 'jes') ?? {}, 'machineType', 'zone'),
  });
}

function cacheMark(call: JsonObject): TaskMark[] {
  const caching = objectIn(call, 'callCaching') ?? {};
  const time = endOf(call) ?? startOf(call);
  if (fieldOf(caching, 'hit') !== true || time === null) return [];
  return [{ time, label: textIn(caching, 'result') ?? 'call cache hit', type: 'cache' }];
}

/** How many execution events there are, in the workflow and all that are inside it. */
function countEvents(metadata: JsonObject): number {
  let count = 0;
  const pending = [metadata];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const tries of entriesOf(next)) {
      for (const { call } of tries) {
        count += objectsIn(call, 'executionEvents').length;
        const inside = objectIn(call, 'subWorkflowMetadata');
        if (inside !== null) pending.push(inside);
      }
    }
  }
  return count;
}

function readWorkflow(metadata: JsonObject): Trace {
  const stated = textIn(metadata, 'status');
  const status = statusOf(metadata, stated);
  const [start, end] = [startOf(metadata), endOf(metadata)];
  const id = textIn(metadata, 'id');
  const workflow = textIn(metadata, 'workflowName');
  const labels = objectIn(metadata, 'labels') ?? {};
  const builder = new TaskTraceBuilder({
    sourceFormat: 'cromwell',
    name: id === null ? (workflow ?? 'workflow') : `${workflow ?? 'workflow'} ${id.slice(0, 8)}`,
    workflow,
    ...idsOf(id),
    status,
    ...(start !== null && { startedAt: start }),
    ...(end !== null && { endedAt: end }),
    recordedDuration: start === null || end === null || end < start ? null : asMicros(end - start),
    error: errorOf(metadata, status, stated),
    eventCount: countEvents(metadata),
    attributes: withoutNulls({
      ...plainFields(metadata, 'submission', 'workflowRoot', 'actualWorkflowLanguage', 'actualWorkflowLanguageVersion'),
      ...plainFields(metadata, 'rootWorkflowId', 'parentWorkflowId'),
      labels: plainFields(labels, ...Object.keys(labels).slice(0, 100)),
    }),
  });
  new WorkflowReader(builder).read(metadata);
  return builder.finish();
}

/** How sure it is that a file which begins with this text holds metadata of Cromwell. */
export function sniffCromwell(head: string): number {
  if (!/^[{[]/.test(head)) return 0;
  const isWorkflow =
    /"(workflowName|actualWorkflowLanguage|workflowRoot|workflowProcessingEvents|subWorkflowMetadata)"\s*:/;
  const hasCalls = /"(calls|submittedFiles|workflowProcessingEvents|executionStatus|executionEvents|shardIndex)"\s*:/;
  return isWorkflow.test(head) && hasCalls.test(head) ? 0.7 : 0;
}

/** Reads metadata of Cromwell, each workflow as one execution. */
export function readCromwell(bytes: Uint8Array): readonly Trace[] {
  const workflows = objectsOf(jsonDocuments(bytes))
    .map((object) => (objectIn(object, 'calls') === null ? (objectIn(object, 'metadata', 'data') ?? object) : object))
    .filter((object) => objectIn(object, 'calls') !== null || textIn(object, 'workflowName') !== null);
  if (workflows.length === 0)
    throw new TraceFileError('malformed', 'there is no metadata of a Cromwell workflow in the file');
  return workflows.map(readWorkflow);
}
