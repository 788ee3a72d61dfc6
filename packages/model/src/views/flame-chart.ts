import { endsOf } from '../analysis/leaves.ts';
import type { JsonObject } from '../json.ts';
import { statusOf, type Status } from '../trace/status.ts';
import { NONE, OPEN, spanIdAt, spanKindAt, spanNameAt, type SpanKind, type Trace } from '../trace/trace.ts';
import { buildSpanTree } from '../trace/tree.ts';
import { asMicros, isoFromEpoch, msFromMicros, type Micros } from '../units.ts';
import { chooseSpans, DEFAULT_MAX_SPANS, type FlameChartCut, type FlameChartTruncation } from './choose-spans.ts';
import { hoistSoleAttempts, type HoistedSpans } from './hoist.ts';

export interface FlameChartAnnotation {
  readonly time_ms: number;
  readonly label: string;
  readonly type: string;
  readonly metadata?: JsonObject;
}

/** A span with what is nested in it. What a span does not have is left out. */
export interface FlameChartSpan {
  readonly id: string;
  readonly name: string;
  /** Of nodes and attempts. */
  readonly node_key?: string;
  /** Of a node that iterates, from 0. */
  readonly iteration?: number;
  readonly type: SpanKind;
  /** From the execution's start. */
  readonly start_ms: number;
  /** Of a span that still runs: up to now. */
  readonly duration_ms: number;
  readonly status: Status;
  /** The thread or worker that ran it. */
  readonly track?: string;
  readonly children: readonly FlameChartSpan[];
  readonly annotations?: readonly FlameChartAnnotation[];
  readonly metadata?: JsonObject;
}

/** A node that has no span: it waits, or was skipped. */
export interface NodeNotStarted {
  readonly node_key: string;
  readonly name: string;
  readonly type: string;
  readonly iteration: number | null;
  readonly status: Status;
}

/** What the flame-chart endpoint answers. */
export interface FlameChart {
  readonly execution_id: string | null;
  readonly name: string;
  readonly status: Status;
  /** What the source states, else up to the latest end; of an execution that runs, up to now. */
  readonly total_duration_ms: number;
  readonly started_at: string | null;
  readonly spans: readonly FlameChartSpan[];
  /** Of the execution itself. */
  readonly annotations: readonly FlameChartAnnotation[];
  readonly nodes_not_started: readonly NodeNotStarted[];
  /** What was left out, and why; null when everything is there. */
  readonly truncated: FlameChartTruncation | null;
}

/** A span while its children and annotations are being collected. */
interface OpenSpan extends FlameChartSpan {
  readonly children: OpenSpan[];
  annotations?: FlameChartAnnotation[];
}

function columnMs(time: number): number {
  return msFromMicros(asMicros(time));
}

/** The metadata of the sole attempt of a span goes to the span. */
function metadataOf(trace: Trace, row: number, soleAttempt: number | undefined): JsonObject | undefined {
  const own = trace.spans.metadata.get(row);
  const inner = soleAttempt === undefined ? undefined : trace.spans.metadata.get(soleAttempt);
  return own && inner ? { ...inner, ...own } : (own ?? inner);
}

function spanAt(trace: Trace, ends: Float64Array, row: number, soleAttempt: number | undefined): OpenSpan {
  const { spans, nodes } = trace;
  const type = spanKindAt(spans, row);
  const node = type === 'node' || type === 'attempt' ? spans.node[row] : NONE;
  const track = spans.track === null ? undefined : spans.tracks[spans.track[row]];
  const metadata = metadataOf(trace, row, soleAttempt);
  return {
    id: spanIdAt(spans.ids, row),
    name: spanNameAt(spans, row),
    ...(node !== NONE && { node_key: nodes.key[node] }),
    ...(node !== NONE && nodes.iteration[node] !== NONE && { iteration: nodes.iteration[node] }),
    type,
    start_ms: columnMs(spans.start[row]),
    duration_ms: columnMs(ends[row] - spans.start[row]),
    status: statusOf(spans.status[row]),
    ...(track !== undefined && { track }),
    children: [],
    ...(metadata !== undefined && { metadata }),
  };
}

/** The hidden attempt of each node's span. */
function soleAttempts(parent: Int32Array, hidden: Uint8Array): Map<number, number> {
  const attempts = new Map<number, number>();
  for (const [row, isHidden] of hidden.entries()) if (isHidden === 1) attempts.set(parent[row], row);
  return attempts;
}

/** Puts each annotation on its span, if that is shown; those of the execution itself are returned. */
function placeAnnotations(trace: Trace, shown: ReadonlyMap<number, OpenSpan>, hoisted: HoistedSpans) {
  const { annotations } = trace;
  const ofExecution: FlameChartAnnotation[] = [];
  for (let i = 0; i < annotations.length; i++) {
    const row = annotations.span[i];
    const metadata = annotations.metadata.get(i);
    const annotation: FlameChartAnnotation = {
      time_ms: columnMs(annotations.time[i]),
      label: annotations.label[i],
      type: annotations.type[i],
      ...(metadata !== undefined && { metadata }),
    };
    if (row === NONE) ofExecution.push(annotation);
    const span = shown.get(hoisted.hidden[row] === 1 ? hoisted.parent[row] : row);
    if (span !== undefined) (span.annotations ??= []).push(annotation);
  }
  return ofExecution;
}

function nodesNotStarted({ nodes }: Trace, limit: number): { listed: NodeNotStarted[]; leftOut: number } {
  const listed: NodeNotStarted[] = [];
  let leftOut = 0;
  for (let row = 0; row < nodes.length; row++) {
    if (nodes.span[row] !== NONE) continue;
    if (listed.length >= limit) {
      leftOut++;
      continue;
    }
    listed.push({
      node_key: nodes.key[row],
      name: nodes.name[row],
      type: nodes.type[row],
      iteration: nodes.iteration[row] === NONE ? null : nodes.iteration[row],
      status: statusOf(nodes.status[row]),
    });
  }
  return { listed, leftOut };
}

function totalDuration(trace: Trace, ends: Float64Array, now: Micros | undefined): number {
  const isRunning = trace.execution.status === 'running' || trace.spans.duration.includes(OPEN);
  if (isRunning && now !== undefined) return Math.max(0, now);
  if (trace.execution.recordedDuration !== null) return trace.execution.recordedDuration;
  let latest = 0;
  for (const end of ends) if (end > latest) latest = end;
  return latest;
}

/**
 * The flame chart as nested JSON, as the flame-chart endpoint answers it. A node's attempt that is its only one is
 * passed over. Built without recursion; the nesting is bounded, so that any JSON reader can take it.
 */
export function buildFlameChart(trace: Trace, cut: FlameChartCut = {}): FlameChart {
  const ends = endsOf(trace, cut.now);
  const hoisted = hoistSoleAttempts(trace.spans);
  const tree = buildSpanTree({ ...trace.spans, parent: hoisted.parent });
  const { shown, truncation } = chooseSpans(trace.spans, tree, ends, hoisted, cut);
  const attempts = soleAttempts(hoisted.parent, hoisted.hidden);
  const built = new Map<number, OpenSpan>();
  const top: OpenSpan[] = [];
  for (const row of tree.order) {
    if (shown[row] === 0) continue;
    const span = spanAt(trace, ends, row, attempts.get(row));
    built.set(row, span);
    (built.get(hoisted.parent[row])?.children ?? top).push(span);
  }
  const annotations = placeAnnotations(trace, built, hoisted);
  const { listed, leftOut } = nodesNotStarted(trace, cut.maxSpans ?? DEFAULT_MAX_SPANS);
  const { execution } = trace;
  const complete = truncation.spans_left_out === 0 && leftOut === 0;
  return {
    execution_id: execution.id ?? execution.externalId,
    name: execution.name,
    status: execution.status,
    total_duration_ms: columnMs(totalDuration(trace, ends, cut.now)),
    started_at: execution.startedAt === null ? null : isoFromEpoch(execution.startedAt),
    spans: top,
    annotations,
    nodes_not_started: listed,
    truncated: complete ? null : { ...truncation, nodes_not_started_left_out: leftOut },
  };
}
