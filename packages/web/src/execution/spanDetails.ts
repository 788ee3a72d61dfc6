import {
  NONE,
  OPEN,
  spanIdAt,
  spanKindAt,
  spanLabelAt,
  spanNameAt,
  statusOf,
  type JsonObject,
  type JsonValue,
  type SpanKind,
  type SpanTable,
  type Status,
  type Trace,
} from '@flowprof/model';
import type { Step } from '../api/types.ts';
import { attemptsOf, type Attempt } from './attempts.ts';
import { placeOf, policyWords, TOLD, type Place } from './operation.ts';
import { durationOf, errorText } from './spanValues.ts';
import { waitsIn, type Wait } from './waits.ts';

/** Count and times of all spans of a kind and name. Microseconds. */
interface Instances {
  readonly count: number;
  readonly total: number;
  /** The part of the total that no child covers. */
  readonly self: number;
  readonly average: number;
  readonly longest: number;
}

interface SpanAnnotation {
  readonly time: number;
  readonly label: string;
  readonly type: string;
}

/** Everything that the drawer shows of a span. Times are microseconds; `start` counts from the execution's start. */
export interface SpanDetails {
  readonly id: string;
  readonly name: string;
  /** What it is called by itself: an instance of a node with the positions of its items. */
  readonly label: string;
  readonly kind: SpanKind;
  readonly status: Status;
  /** The names of the spans around it, the outermost first. */
  readonly path: readonly string[];
  readonly node: {
    readonly key: string;
    readonly type: string;
    readonly iteration: number | null;
    readonly row: number;
  } | null;
  readonly start: number;
  /** So far, where it still runs. */
  readonly duration: number;
  readonly running: boolean;
  /** The part of its duration that no child covers. */
  readonly self: number;
  readonly attempt: number | null;
  readonly error: string | null;
  readonly metadata: readonly (readonly [key: string, value: JsonValue])[];
  /** What it waited for, itself or in what it is made of. */
  readonly waits: readonly Wait[];
  readonly annotations: readonly SpanAnnotation[];
  readonly instances: Instances;
  readonly place: Place;
  /** The retry policy of its node; null where that is not told. */
  readonly policy: string | null;
  /** Of its node; empty where there is but one. */
  readonly attempts: readonly Attempt[];
}

/** How much of some spans their children cover. */
function coveredOf(spans: SpanTable, isOne: Uint8Array, now: number): number {
  const children: number[] = [];
  for (let at = 0; at < spans.length; at++) {
    const parent = spans.parent[at] ?? NONE;
    if (parent !== NONE && isOne[parent] === 1) children.push(at);
  }
  children.sort((a, b) => (spans.start[a] ?? 0) - (spans.start[b] ?? 0));
  const reached = new Map<number, number>();
  let covered = 0;
  for (const child of children) {
    const parent = spans.parent[child] ?? NONE;
    const start = spans.start[parent] ?? 0;
    const from = Math.max(reached.get(parent) ?? start, spans.start[child] ?? 0);
    const end = (spans.start[child] ?? 0) + durationOf(spans, child, now);
    const to = Math.min(start + durationOf(spans, parent, now), end);
    if (to <= from) continue;
    covered += to - from;
    reached.set(parent, to);
  }
  return covered;
}

function instancesOf(spans: SpanTable, row: number, now: number): Instances {
  const isOne = new Uint8Array(spans.length);
  let count = 0;
  let total = 0;
  let longest = 0;
  for (let at = 0; at < spans.length; at++) {
    if (spans.name[at] !== spans.name[row] || spans.kind[at] !== spans.kind[row]) continue;
    const duration = durationOf(spans, at, now);
    isOne[at] = 1;
    count++;
    total += duration;
    longest = Math.max(longest, duration);
  }
  const self = total - coveredOf(spans, isOne, now);
  return { count, total, self, longest, average: count === 0 ? 0 : total / count };
}

/** The part of a span that its children leave uncovered; children may overlap and stick out. */
export function selfTime(spans: SpanTable, row: number, now: number): number {
  const children: number[] = [];
  for (let at = 0; at < spans.length; at++) if (spans.parent[at] === row) children.push(at);
  children.sort((a, b) => (spans.start[a] ?? 0) - (spans.start[b] ?? 0));
  const start = spans.start[row] ?? 0;
  const end = start + durationOf(spans, row, now);
  let covered = 0;
  let reached = start;
  for (const child of children) {
    const from = Math.max(reached, spans.start[child] ?? 0);
    const to = Math.min(end, (spans.start[child] ?? 0) + durationOf(spans, child, now));
    if (to <= from) continue;
    covered += to - from;
    reached = to;
  }
  return end - start - covered;
}

function pathOf(trace: Trace, row: number): string[] {
  const { spans } = trace;
  const names: string[] = [];
  for (let at = spans.parent[row] ?? NONE; at !== NONE; at = spans.parent[at] ?? NONE)
    names.push(spanLabelAt(trace, at));
  return names.reverse();
}

function annotationsOf(trace: Trace, row: number): SpanAnnotation[] {
  const { annotations } = trace;
  const found: SpanAnnotation[] = [];
  for (let at = 0; at < annotations.length; at++) {
    if (annotations.span[at] !== row) continue;
    const time = annotations.time[at] ?? 0;
    found.push({ time, label: annotations.label[at] ?? '', type: annotations.type[at] ?? '' });
  }
  return found.sort((a, b) => a.time - b.time);
}

function nodeOf(trace: Trace, row: number): SpanDetails['node'] {
  const { nodes, spans } = trace;
  const node = spans.node[row] ?? NONE;
  if (node === NONE) return null;
  const iteration = nodes.iteration[node] ?? NONE;
  return {
    key: nodes.key[node] ?? '',
    type: nodes.type[node] ?? '',
    iteration: iteration === NONE ? null : iteration,
    row: node,
  };
}

const NO_METADATA: JsonObject = {};

/**
 * What is known of the span in a row.
 * @param now up to where a running span counts, in microseconds from the execution's start
 */
export function spanDetails(trace: Trace, row: number, now: number): SpanDetails {
  const { spans } = trace;
  const metadata = spans.metadata.get(row) ?? NO_METADATA;
  const { attempt } = metadata;
  const around = trace.nodes.span[spans.node[row] ?? NONE] ?? NONE;
  const ofNode = spans.metadata.get(around);
  return {
    id: spanIdAt(spans.ids, row),
    name: spanNameAt(spans, row),
    label: spanLabelAt(trace, row),
    kind: spanKindAt(spans, row),
    status: statusOf(spans.status[row] ?? 0),
    path: pathOf(trace, row),
    node: nodeOf(trace, row),
    start: spans.start[row] ?? 0,
    duration: durationOf(spans, row, now),
    running: spans.duration[row] === OPEN,
    self: selfTime(spans, row, now),
    attempt: typeof attempt === 'number' ? attempt : null,
    error: errorText(metadata['error']),
    metadata: Object.entries(metadata).filter(([key]) => key !== 'attempt' && key !== 'error' && !TOLD.has(key)),
    waits: waitsIn(trace, row, now),
    annotations: annotationsOf(trace, row),
    instances: instancesOf(spans, row, now),
    place: placeOf(metadata, ofNode),
    policy: policyWords(ofNode?.['retry']),
    attempts: attemptsOf(trace, row, now),
  };
}

/** The step of a node's instance. */
export function stepOfNode(
  steps: readonly Step[],
  node: Pick<NonNullable<SpanDetails['node']>, 'key' | 'iteration'>,
): Step | null {
  return steps.find((step) => step.id === node.key && step.iteration === node.iteration) ?? null;
}
