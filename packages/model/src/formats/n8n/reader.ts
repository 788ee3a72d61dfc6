/**
 * Reads executions of n8n with the runs of their nodes: what its API, its command line and its database have;
 * `docs/formats/n8n.md` says what becomes of what.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { instanceKey } from '../../trace/builder.ts';
import { isTerminal, type Status } from '../../trace/status.ts';
import type { Trace, TraceError } from '../../trace/trace.ts';
import { asMicros, toEpochMicros, type EpochMicros } from '../../units.ts';
import { TraceFileError } from '../errors.ts';
import { isJsonArray, parseJson } from '../json-reader.ts';
import { fieldOf, idsOf, instantIn, jsonDocuments, numberIn, objectIn, objectsIn, objectsOf } from '../loose.ts';
import { plainFields, textIn, withoutNulls } from '../loose.ts';
import { TaskTraceBuilder, type Task } from '../tasks.ts';
import { unfold } from './flatted.ts';

const STATUS: Readonly<Record<string, Status>> = {
  new: 'pending',
  waiting: 'running',
  running: 'running',
  unknown: 'running',
  success: 'completed',
  error: 'failed',
  failed: 'failed',
  crashed: 'failed',
  canceled: 'cancelled',
  cancelled: 'cancelled',
};

/** Nodes that only wait, for a time or for a call. */
const WAITS: ReadonlySet<string> = new Set(['n8n-nodes-base.wait']);

/** Notes on the canvas are no nodes that run. */
const NOTES: ReadonlySet<string> = new Set(['n8n-nodes-base.stickyNote']);

/** A run of a node. */
interface NodeRun {
  readonly node: string;
  /** Its position among the runs of the node. */
  readonly index: number;
  readonly record: JsonObject;
  readonly started: EpochMicros | null;
  readonly ended: EpochMicros | null;
  readonly status: Status;
}

function errorOf(record: JsonObject): TraceError | null {
  const error = objectIn(record, 'error');
  if (error === null) return null;
  const message = textIn(error, 'message') ?? 'it failed';
  const more = textIn(error, 'description');
  return {
    code: textIn(error, 'name', 'httpCode') ?? 'error',
    message: more === null ? message : `${message}: ${more}`,
  };
}

function runOf(node: string, index: number, record: JsonObject): NodeRun {
  const stated = STATUS[(textIn(record, 'executionStatus') ?? '').toLowerCase()];
  const started = instantIn(record, 'ms', 'startTime');
  const ms = numberIn(record, 'executionTime');
  const status = objectIn(record, 'error') !== null ? 'failed' : (stated ?? (ms === null ? 'running' : 'completed'));
  const ended = started === null || ms === null || !isTerminal(status) ? null : toEpochMicros(started + ms * 1000);
  return { node, index, record, started, ended, status };
}

/** The runs of all nodes, in the order of their start. */
function runsOf(runData: JsonObject): NodeRun[] {
  const runs: NodeRun[] = [];
  for (const [node, list] of Object.entries(runData)) {
    if (!isJsonArray(list)) continue;
    for (const [index, record] of list.entries()) if (isJsonObject(record)) runs.push(runOf(node, index, record));
  }
  return runs.sort((a, b) => (a.started ?? 0) - (b.started ?? 0) || orderOf(a) - orderOf(b));
}

function orderOf({ record }: NodeRun): number {
  return numberIn(record, 'executionIndex') ?? 0;
}

/** The nodes that serve another (a model or a tool of an agent): connected to it otherwise than by `main`. */
function servedBy(connections: JsonObject): ReadonlyMap<string, string> {
  const served = new Map<string, string>();
  for (const [node, outputs] of Object.entries(connections)) {
    if (!isJsonObject(outputs)) continue;
    for (const [type, lists] of Object.entries(outputs)) {
      if (type === 'main' || !isJsonArray(lists)) continue;
      for (const target of objectsOf([lists])) {
        const name = textIn(target, 'node');
        if (name !== null && name !== node && !served.has(node)) served.set(node, name);
      }
    }
  }
  return served;
}

class ExecutionReader {
  readonly #builder: TaskTraceBuilder;
  readonly #types = new Map<string, string>();
  readonly #runs: readonly NodeRun[];
  readonly #counts = new Map<string, number>();
  readonly #served: ReadonlyMap<string, string>;

  constructor(builder: TaskTraceBuilder, workflow: JsonObject, runs: readonly NodeRun[]) {
    this.#builder = builder;
    this.#runs = runs;
    for (const node of objectsIn(workflow, 'nodes')) {
      const type = textIn(node, 'type') ?? 'node';
      if (!NOTES.has(type)) this.#types.set(textIn(node, 'name') ?? '', type);
    }
    for (const { node } of runs) this.#counts.set(node, (this.#counts.get(node) ?? 0) + 1);
    this.#served = servedBy(objectIn(workflow, 'connections') ?? {});
  }

  /** @param hasEnded whether a node that has not run never will */
  read(hasEnded: boolean): void {
    for (const run of this.#runs) this.#builder.add(this.#taskOf(run));
    for (const [name, type] of this.#types) {
      if (this.#counts.has(name)) continue;
      this.#builder.add({ key: name, name, type, attempts: [], status: hasEnded ? 'skipped' : 'pending' });
    }
  }

  #iterationOf(node: string, index: number): number | null {
    return (this.#counts.get(node) ?? 0) > 1 ? index : null;
  }

  #taskOf(run: NodeRun): Task {
    const { node, index, record, started, ended, status } = run;
    const type = this.#types.get(node) ?? 'node';
    const sources = objectsIn(record, 'source').flatMap((source) => {
      const name = textIn(source, 'previousNode');
      return name === null ? [] : [{ name, run: numberIn(source, 'previousNodeRun') ?? 0 }];
    });
    const around = sources.find(({ name }) => this.#served.get(node) === name && this.#counts.has(name));
    const isWait = WAITS.has(type) && started !== null;
    return {
      key: node,
      name: node,
      type,
      iteration: this.#iterationOf(node, index),
      ...(around !== undefined && {
        parentKey: around.name,
        parentIteration: this.#iterationOf(around.name, around.run),
      }),
      dependsOn: sources
        .filter(({ name }) => name !== around?.name && this.#counts.has(name))
        .map(({ name, run: number }) => instanceKey(name, this.#iterationOf(name, number))),
      attempts: [
        {
          started,
          ended,
          status,
          error: errorOf(record),
          ...(isWait && { phases: [{ name: 'sleep', start: started, end: ended }] }),
        },
      ],
      metadata: withoutNulls({
        execution_index: numberIn(record, 'executionIndex'),
        status: textIn(record, 'executionStatus'),
        sub_execution: textIn(objectIn(objectIn(record, 'metadata') ?? {}, 'subExecution') ?? {}, 'executionId'),
      }),
    };
  }
}

/** The data of an execution: an object, or as the database keeps it, folded and as text. */
function dataOf(execution: JsonObject): JsonObject | null {
  const held = fieldOf(execution, 'data', 'executionData');
  const parsed: JsonValue | undefined = typeof held === 'string' ? parseJson(held) : held;
  const data = isJsonArray(parsed) ? unfold(parsed) : parsed;
  if (data === undefined || !isJsonObject(data)) return null;
  return objectIn(data, 'resultData') !== null ? data : null;
}

function statusOfExecution(execution: JsonObject, result: JsonObject): Status {
  if (fieldOf(execution, 'finished') === true) return objectIn(result, 'error') === null ? 'completed' : 'failed';
  const stated = STATUS[(textIn(execution, 'status') ?? '').toLowerCase()];
  if (stated !== undefined) return stated;
  if (objectIn(result, 'error') !== null) return 'failed';
  return instantIn(execution, 'ms', 'stoppedAt') === null ? 'running' : 'completed';
}

function workflowDataOf(execution: JsonObject): JsonObject {
  const held = fieldOf(execution, 'workflowData', 'workflow');
  const parsed = typeof held === 'string' && held.startsWith('{') ? parseJson(held) : held;
  return parsed !== undefined && isJsonObject(parsed) ? parsed : {};
}

function readExecution(execution: JsonObject, data: JsonObject): Trace {
  const result = objectIn(data, 'resultData') ?? {};
  const workflow = workflowDataOf(execution);
  const runs = runsOf(objectIn(result, 'runData') ?? {});
  const status = statusOfExecution(execution, result);
  const start = instantIn(execution, 'ms', 'startedAt', 'startTime');
  const end = instantIn(execution, 'ms', 'stoppedAt', 'finishedAt');
  const id = textIn(execution, 'id', 'executionId');
  const name = textIn(workflow, 'name') ?? textIn(execution, 'workflowName', 'workflowId');
  const builder = new TaskTraceBuilder({
    sourceFormat: 'n8n',
    name: id === null ? (name ?? 'execution') : `${name ?? 'execution'} ${id}`,
    workflow: name,
    ...idsOf(id),
    status,
    ...(start !== null && { startedAt: start }),
    ...(end !== null && isTerminal(status) && { endedAt: end }),
    recordedDuration: start === null || end === null || end < start ? null : asMicros(end - start),
    error: errorOf(result),
    eventCount: runs.length,
    attributes: withoutNulls({
      workflow_id: textIn(execution, 'workflowId') ?? textIn(workflow, 'id'),
      ...plainFields(execution, 'mode', 'status', 'retryOf', 'retrySuccessId', 'waitTill', 'workflowVersionId'),
      last_node: textIn(result, 'lastNodeExecuted'),
    }),
  });
  new ExecutionReader(builder, workflow, runs).read(isTerminal(status));
  return builder.finish();
}

/** What the API's clients, lists and pages put around executions. */
function executionsIn(documents: readonly JsonValue[]): { execution: JsonObject; data: JsonObject }[] {
  const found: { execution: JsonObject; data: JsonObject }[] = [];
  const add = (object: JsonObject, depth: number): void => {
    const data = dataOf(object);
    if (data !== null) found.push({ execution: object, data });
    else if (objectIn(object, 'resultData') !== null) found.push({ execution: {}, data: object });
    else if (depth > 0) {
      for (const inner of objectsIn(object, 'data', 'results', 'executions', 'items')) add(inner, depth - 1);
      const one = objectIn(object, 'data', 'execution', 'json', 'body');
      if (one !== null) add(one, depth - 1);
    }
  };
  for (const object of objectsOf(documents)) add(object, 3);
  return found;
}

/** `n8n execute` prints a line and a rule before its JSON. */
function withoutPreamble(bytes: Uint8Array): Uint8Array {
  const brace = bytes.indexOf(0x7b);
  const first = bytes.find((byte) => byte > 0x20);
  return first === undefined || first === 0x7b || first === 0x5b || brace < 0 || brace > 10_000
    ? bytes
    : bytes.subarray(brace);
}

/** How sure it is that a file which begins with this text holds executions of n8n. */
export function sniffN8n(head: string): number {
  const hasRuns = /\\?"runData\\?"\s*:/.test(head);
  if (hasRuns && /\\?"(resultData|executionTime|executionStatus|previousNode)\\?"\s*:/.test(head)) return 0.85;
  if (!/^[{[]/.test(head)) return 0;
  return /"workflowData"\s*:/.test(head) && /"(n8n-nodes-base\.|data"\s*:\s*"\[\{)/.test(head) ? 0.6 : 0;
}

/** Reads executions of n8n. */
export function readN8n(bytes: Uint8Array): readonly Trace[] {
  const executions = executionsIn(jsonDocuments(withoutPreamble(bytes)));
  if (executions.length === 0) {
    const why = 'there is no execution of n8n with its data in the file (the API gives it with includeData=true)';
    throw new TraceFileError('malformed', why);
  }
  return executions.map(({ execution, data }) => readExecution(execution, data));
}
