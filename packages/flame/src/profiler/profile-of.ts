import {
  asMicros,
  isJsonObject,
  isWaitPhase,
  KIND,
  msFromMicros,
  NONE,
  OPEN,
  spanNameAt,
  statusOf,
  type JsonObject,
  type Trace,
} from '@flowprof/model';
import type { NodeExecutionMetric, WorkflowRunProfile } from './types.ts';

/** How a trace is named as a recording; what is left out is what the trace says. */
export interface ProfileOfTraceOptions {
  readonly workflowId?: string;
  readonly runId?: string;
  /** Where what still runs ends, in milliseconds since the epoch. */
  readonly now?: number;
  /** How many nodes are taken over at most; 10,000 when absent. */
  readonly maxNodes?: number;
}

/** The waits at the beginning of nodes, by the row of the node's span; microseconds. */
function waitsOf({ spans }: Trace): ReadonlyMap<number, number> {
  const waits = new Map<number, number>();
  const isWait = spans.names.map((name) => isWaitPhase(name) && name !== 'retry_backoff' && name !== 'retry_window');
  for (let row = 0; row < spans.length; row++) {
    const parent = spans.parent[row];
    if (spans.kind[row] !== KIND.phase || parent === NONE || !isWait[spans.name[row]]) continue;
    if (spans.kind[parent] !== KIND.node || spans.duration[row] === OPEN) continue;
    waits.set(parent, (waits.get(parent) ?? 0) + spans.duration[row]);
  }
  return waits;
}

function numberIn(metadata: JsonObject | undefined, names: readonly string[]): number | null {
  for (const name of names) {
    const value = metadata?.[name];
    if (typeof value === 'number' && Number.isFinite(value)) return Math.max(0, value);
  }
  return null;
}

function errorIn(metadata: JsonObject | undefined): string | null {
  const error = metadata?.['error'];
  if (typeof error === 'string') return error;
  if (!isJsonObject(error)) return null;
  return typeof error['message'] === 'string' ? error['message'] : null;
}

function dependenciesOf({ nodes }: Trace, row: number): string[] {
  const keys = new Set<string>();
  for (let i = nodes.depOffsets[row]; i < nodes.depOffsets[row + 1]; i++) keys.add(nodes.key[nodes.deps[i]]);
  return [...keys];
}

/** The rows of nodes that contain others: their time is that of what is in them. */
function containersOf({ nodes }: Trace): ReadonlySet<number> {
  return new Set(nodes.parent.filter((row) => row !== NONE));
}

interface Reading {
  readonly trace: Trace;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly now: number;
  readonly waits: ReadonlyMap<number, number>;
}

function metricAt({ trace, from, now, waits }: Reading, node: number): NodeExecutionMetric {
  const { nodes, spans } = trace;
  const row = nodes.span[node];
  const wait = waits.get(row) ?? null;
  const submitted = from + msFromMicros(asMicros(spans.start[row]));
  const isOpen = spans.duration[row] === OPEN;
  const endTime = isOpen ? Math.max(now, submitted) : submitted + msFromMicros(asMicros(spans.duration[row]));
  const startTime = Math.min(endTime, submitted + (wait === null ? 0 : msFromMicros(asMicros(wait))));
  const metadata = spans.metadata.get(row);
  return {
    nodeId: nodes.key[node],
    nodeName: nodes.name[node] === '' ? spanNameAt(spans, row) : nodes.name[node],
    nodeType: nodes.type[node],
    startTime,
    endTime,
    duration: endTime - startTime,
    queueTime: wait === null ? null : msFromMicros(asMicros(wait)),
    status: statusOf(nodes.status[node]),
    inputSize: numberIn(metadata, ['input_bytes', 'request_bytes']),
    outputSize: numberIn(metadata, ['output_bytes', 'bytes']),
    dependsOn: dependenciesOf(trace, node),
    iteration: nodes.iteration[node] === NONE ? null : nodes.iteration[node],
    error: errorIn(metadata),
  };
}

/** A topmost span of a trace whose source knows no nodes. */
function spanMetricAt({ trace: { spans }, from, now }: Reading, row: number): NodeExecutionMetric {
  const startTime = from + msFromMicros(asMicros(spans.start[row]));
  const isOpen = spans.duration[row] === OPEN;
  const endTime = isOpen ? Math.max(now, startTime) : startTime + msFromMicros(asMicros(spans.duration[row]));
  const metadata = spans.metadata.get(row);
  return {
    nodeId: spanNameAt(spans, row),
    nodeName: spanNameAt(spans, row),
    nodeType: 'unknown',
    startTime,
    endTime,
    duration: endTime - startTime,
    queueTime: null,
    status: statusOf(spans.status[row]),
    inputSize: null,
    outputSize: null,
    dependsOn: [],
    iteration: null,
    error: errorIn(metadata),
  };
}

/** When the last span of a trace ends, in microseconds from its start. */
function lastEnd({ spans }: Trace): number {
  let last = 0;
  for (let row = 0; row < spans.length; row++) {
    last = Math.max(last, spans.start[row] + Math.max(0, spans.duration[row]));
  }
  return last;
}

/** What ran: nodes that contain no others, or where the source knows none, its topmost spans; see the model's leaves. */
function started(trace: Trace): { readonly rows: readonly number[]; readonly areNodes: boolean } {
  const { nodes, spans } = trace;
  const rows: number[] = [];
  if (nodes.length === 0) {
    for (let row = 0; row < spans.length; row++) {
      const parent = spans.parent[row];
      const isTop = parent === NONE || spans.kind[parent] === KIND.system;
      if (isTop && spans.kind[row] !== KIND.system) rows.push(row);
    }
    return { rows, areNodes: false };
  }
  const containers = containersOf(trace);
  for (let row = 0; row < nodes.length; row++) {
    if (nodes.span[row] !== NONE && !containers.has(row)) rows.push(row);
  }
  return { rows, areNodes: true };
}

/** An execution, from a server or a trace file, as a profile. Containers are left out, as is what did not start. */
export function profileOfTrace(trace: Trace, options: ProfileOfTraceOptions = {}): WorkflowRunProfile {
  const { execution } = trace;
  const from = execution.startedAt === null ? 0 : execution.startedAt / 1000;
  const duration = execution.recordedDuration ?? asMicros(lastEnd(trace));
  const endTime = execution.endedAt === null ? from + msFromMicros(duration) : execution.endedAt / 1000;
  const now = options.now ?? endTime;
  const reading = { trace, from, now, waits: waitsOf(trace) };
  const { rows, areNodes } = started(trace);
  const limit = options.maxNodes ?? 10_000;
  const metrics = rows.slice(0, limit).map((row) => (areNodes ? metricAt(reading, row) : spanMetricAt(reading, row)));
  const ended = Math.max(from, endTime);
  return {
    runId: options.runId ?? execution.id ?? execution.externalId ?? String(from),
    workflowId: options.workflowId ?? execution.workflow ?? execution.name,
    workflowName: execution.workflow ?? execution.name,
    status: execution.status,
    startTime: from,
    endTime: ended,
    totalDuration: ended - from,
    nodeCount: new Set(metrics.map(({ nodeId }) => nodeId)).size,
    nodeMetrics: metrics.sort((a, b) => a.startTime - b.startTime || (a.nodeId < b.nodeId ? -1 : 1)),
    droppedNodes: Math.max(0, rows.length - limit),
  };
}
