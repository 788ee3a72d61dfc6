/** What a thread does to make an execution of a Temporal run's events. */
import {
  isJsonObject,
  isTerminal,
  nodeDeclarations,
  nodeStates,
  NONE,
  readHistoryFile,
  traceOfRun,
  type AttemptReport,
  type EpochMicros,
  type HistoryEvent,
  type HistoryInfo,
  type JoinedSpans,
  type JsonObject,
  type JsonValue,
  type NodeStateRecord,
  type Trace,
  type TraceEvent,
} from '@flowprof/model';
import type { MadeTemporalRun, TemporalRunHead } from '@flowprof/store';
import { packSteps, packTrace } from '@flowprof/store/blob';
import { redactTrace } from '../redact-trace.ts';

/** The longest name, in characters. */
const MAX_NAME = 500;

/** The events of a run as they are kept, and what else is known of it. */
export interface KeptHistory {
  readonly runId: string;
  readonly info: HistoryInfo;
  /** Each a serialised `temporal.api.history.v1.History`, in their order. */
  readonly parts: readonly Uint8Array[];
}

/** All that an execution is made of. */
export interface RunWork extends KeptHistory {
  /** What the listing calls the workflow, where the history does not say. */
  readonly workflowType: string;
  readonly children: readonly KeptHistory[];
  readonly attempts: readonly AttemptReport[];
  readonly joined: readonly JoinedSpans[];
  /** Payloads that the codec server gave back, by the data that they had before. */
  readonly decoded: readonly (readonly [string, JsonObject])[];
}

/** What an execution is made of its run. */
export interface MadeRun extends Omit<MadeTemporalRun, 'run'> {
  /** How many events there are. */
  readonly events: number;
  /** When the last of them happened. */
  readonly lastEventAt: EpochMicros | null;
  /** What the events tell of the run, which is newer than what a listing told. */
  readonly head: Partial<TemporalRunHead>;
}

/** A payload as JSON of Protocol Buffers has it. */
export interface SealedPayload {
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: string;
}

function eventsOf(parts: readonly Uint8Array[]): HistoryEvent[] {
  return parts.flatMap((part) => readHistoryFile(part).flatMap(({ events }) => events));
}

/** What the span of a node tells of how it went, besides its times. */
function told(metadata: JsonObject | undefined, { status, retryCount }: NodeStateRecord): Partial<NodeStateRecord> {
  if (metadata === undefined) return {};
  const { retry, error, input, output } = metadata;
  const attempts = isJsonObject(retry) && typeof retry['attempts'] === 'number' ? retry['attempts'] : 1;
  const code = isJsonObject(error) ? textOf(error['code']) : null;
  const message = isJsonObject(error) ? textOf(error['message']) : null;
  const isFailed = status !== 'running' && status !== 'completed' && status !== 'pending';
  return {
    retryCount: Math.max(retryCount, attempts - 1),
    ...(isFailed && code !== null && { error: { code, message: message ?? code } }),
    ...(input !== undefined && input !== null && { input: inputOf(input) }),
    ...(output !== undefined && { output: outputOf(output) }),
  };
}

/** Declarations of nodes and what became of them. */
function nodesOf(trace: Trace): readonly TraceEvent[] {
  const found: TraceEvent[] = [];
  const { nodes, spans } = trace;
  let declared = 0;
  for (const node of nodeDeclarations(trace)) {
    const metadata = spans.metadata.get(nodes.span[declared++] ?? NONE);
    // Turns of the workflow's own code mostly come by a queue of one worker alone, whose name means nothing.
    const taskQueue = node.type === 'workflow_task' ? null : textOf(metadata?.['task_queue']);
    found.push({ type: 'node_declared', node: taskQueue === null ? node : { ...node, taskQueue } });
  }
  for (const { row, state } of nodeStates(trace)) {
    const metadata = spans.metadata.get(nodes.span[row] ?? NONE);
    found.push({ type: 'node_state', state: { ...state, ...told(metadata, state) } });
  }
  return found;
}

function outputOf(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : { result: value };
}

/** A workflow's arguments as the inputs of an execution: an only object as it is, else by position. */
function inputOf(value: JsonValue | undefined): JsonObject {
  if (value === undefined || value === null) return {};
  return isJsonObject(value) ? value : { args: Array.isArray(value) ? value : [value] };
}

const parse: (text: string) => JsonValue = JSON.parse;

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace that the headers of a run name, as the interceptors for OpenTelemetry write them. */
function traceIdOf(events: readonly HistoryEvent[]): string | null {
  const header = events.find(({ type }) => type === 'WorkflowExecutionStarted')?.attributes['header'];
  const fields = isJsonObject(header) ? header['fields'] : null;
  const carried = isJsonObject(fields) ? fields['_tracer-data'] : null;
  const data = isJsonObject(carried) ? carried['data'] : null;
  if (typeof data !== 'string' || data.length > 4096) return null;
  try {
    const context = parse(Buffer.from(data, 'base64').toString('utf8'));
    const parent = isJsonObject(context) ? context['traceparent'] : null;
    const id = typeof parent === 'string' ? (TRACEPARENT.exec(parent)?.[1] ?? null) : null;
    return id === null || /^0+$/.test(id) ? null : id;
  } catch {
    return null;
  }
}

/** The execution of a run: secrets are struck out of it. */
export async function makeRun(work: RunWork): Promise<MadeRun> {
  const events = eventsOf(work.parts);
  const trace = redactTrace(
    traceOfRun({
      events,
      info: work.info,
      attempts: work.attempts,
      children: work.children.map(({ runId, info, parts }) => ({ runId, info, events: eventsOf(parts) })),
      joined: work.joined,
      decoded: new Map(work.decoded),
    }),
  );
  const { execution: info, warnings } = trace;
  const { data, spanCount } = await packTrace(trace);
  const workflow = (info.workflow ?? work.workflowType).slice(0, MAX_NAME) || 'unnamed';
  const { input, output, ...attributes } = info.attributes;
  return {
    workflow,
    name: info.name === workflow || info.name === '' ? null : info.name.slice(0, MAX_NAME),
    status: info.status,
    startedAt: info.startedAt,
    duration: isTerminal(info.status) ? info.recordedDuration : null,
    error: info.error,
    input: inputOf(input),
    results: output ?? null,
    attributes,
    traceId: traceIdOf(events),
    warnings: Object.fromEntries(warnings.map(({ code, example }) => [code, example])),
    steps: packSteps(work.runId, nodesOf(trace)),
    trace: { data, spanCount },
    events: events.length,
    lastEventAt: events.at(-1)?.time ?? null,
    head: headOf(trace, events),
  };
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function headOf({ execution }: Trace, events: readonly HistoryEvent[]): Partial<TemporalRunHead> {
  const { attributes, startedAt, endedAt, workflow } = execution;
  const status = textOf(attributes['close_status']);
  const taskQueue = textOf(attributes['task_queue']);
  const parent = isJsonObject(attributes['parent']) ? textOf(attributes['parent']['run_id']) : null;
  const root = isJsonObject(attributes['root']) ? textOf(attributes['root']['run_id']) : null;
  const last = events.at(-1)?.id;
  return {
    ...(workflow !== null && { workflowType: workflow }),
    ...(status !== null && { status, closedAt: endedAt }),
    ...(taskQueue !== null && { taskQueue }),
    ...(startedAt !== null && { startedAt }),
    ...(parent !== null && { parentRunId: parent }),
    ...(root !== null && { rootRunId: root }),
    ...(last !== undefined && { historyLength: last }),
  };
}

/** Encodings that are read without a codec server. */
const OPEN = new Set(['json/plain', 'json/protobuf', 'binary/null', 'binary/plain', 'binary/protobuf']);
const MAX_SEALED = 5000;
const MAX_SEALED_CHARS = 16 << 20;

function isSealed(value: JsonObject): value is JsonObject & SealedPayload {
  const { metadata, data } = value;
  if (!isJsonObject(metadata) || typeof data !== 'string' || data === '') return false;
  const { encoding } = metadata;
  if (typeof encoding !== 'string') return false;
  return !OPEN.has(Buffer.from(encoding, 'base64').toString('utf8'));
}

/** The payloads in some histories that only their codec can read, each once, as far as there is room. */
export function sealedPayloads(histories: readonly (readonly Uint8Array[])[]): readonly SealedPayload[] {
  const found = new Map<string, SealedPayload>();
  let chars = 0;
  for (const parts of histories) {
    for (const { attributes } of eventsOf(parts)) {
      const open: JsonValue[] = [attributes];
      for (let value = open.pop(); value !== undefined; value = open.pop()) {
        if (typeof value !== 'object' || value === null) continue;
        if (isJsonObject(value) && isSealed(value)) {
          const { data, metadata } = value;
          if (found.size >= MAX_SEALED || chars + data.length > MAX_SEALED_CHARS) return [...found.values()];
          if (!found.has(data)) chars += data.length;
          found.set(data, { data, metadata });
        } else for (const inner of Object.values(value)) if (typeof inner === 'object') open.push(inner);
      }
    }
  }
  return [...found.values()];
}
