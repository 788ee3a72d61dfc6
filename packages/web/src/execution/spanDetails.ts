import {
  isFailure,
  KIND,
  NONE,
  OPEN,
  spanIdAt,
  spanKindAt,
  spanLabelAt,
  spanNameAt,
  statusOf,
  type JsonObject,
  type JsonValue,
  type SpanIds,
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

/** The row of the span with an id, or `NONE`. The inverse of `spanIdAt`. */
export function rowOfSpanId(spans: Pick<SpanTable, 'ids' | 'length'>, id: string): number {
  const { ids, length } = spans;
  if (ids.listed !== null) return ids.listed.indexOf(id);
  const digits = id.slice(ids.prefix.length);
  if (!id.startsWith(ids.prefix) || !/^[0-9a-f]{8}$/.test(digits)) return NONE;
  const row = Number.parseInt(digits, 16);
  return row < length ? row : NONE;
}

/** The id of a row that may be none. */
export function spanIdOrNull(ids: SpanIds, row: number | null): string | null {
  return row === null || row === NONE ? null : spanIdAt(ids, row);
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

/** The span to look at first in a failed run, and what is known of the reason. */
export interface Failure {
  readonly row: number;
  readonly nodeName: string | null;
  readonly message: string | null;
}

/** The failed node without a failed one after it in the same branch: the one that the error names, else the first. */
function failedRow(trace: Trace): number {
  const { nodes, spans } = trace;
  const named = trace.execution.error?.nodeKey;
  if (named !== undefined) {
    // Of a node in a loop, the instance that failed.
    const isNamed = (key: string, row: number) => key === named && isFailure(statusOf(nodes.status[row] ?? 0));
    const failed = nodes.key.findIndex(isNamed);
    const row = nodes.span[failed === -1 ? nodes.key.indexOf(named) : failed] ?? NONE;
    if (row !== NONE) return row;
  }
  let found: number = NONE;
  for (let row = 0; row < spans.length; row++) {
    if (spans.kind[row] !== KIND.node || !isFailure(statusOf(spans.status[row] ?? 0))) continue;
    // A group fails because of what is inside it, which starts later than it.
    if (found === NONE || spans.parent[row] === found) found = row;
  }
  return found;
}

function nameOfFailure(trace: Trace, row: number): string | null {
  const { error, status } = trace.execution;
  // What ran when the time of the whole run was over is not to blame.
  if (status === 'timeout' && error?.nodeKey === undefined) return null;
  return row === NONE ? (error?.nodeKey ?? null) : spanLabelAt(trace, row);
}

/** Why an execution failed; null when it did not. */
export function failureOf(trace: Trace): Failure | null {
  if (!isFailure(trace.execution.status)) return null;
  const row = failedRow(trace);
  const own = row === NONE ? null : errorText(trace.spans.metadata.get(row)?.['error']);
  return {
    row,
    nodeName: nameOfFailure(trace, row),
    message: trace.execution.error?.message ?? own,
  };
}
