import { isWaitPhase, type Cause } from '../trace/phases.ts';
import { KIND, NONE } from '../trace/trace.ts';
import { asMicros, type Micros } from '../units.ts';
import { causeOf, causesOfSpans } from './causes.ts';
import { divideByDeepest, type Intervals, type TakePiece } from './coverage.ts';
import type { DependencyPath } from './dependency-path.ts';
import type { LeafGraph } from './leaf-graph.ts';
import type { Measures } from './measures.ts';
import type { SpanPath } from './span-path.ts';

/** A stretch of the wall clock with what it went to. */
export interface AccountedSegment {
  readonly fromUs: Micros;
  readonly toUs: Micros;
  readonly cause: Cause;
  /** The node that held the critical path, or that was waited for in a gap; null where there is none. */
  readonly nodeRow: number | null;
  /** The span that says so; null where nothing covers the time. */
  readonly spanRow: number | null;
  /** Why a wait was waited, in the words of the source (`cause` in its metadata). */
  readonly detail: string | null;
}

/** The makespan, divided. The segments are in order and without holes; the totals sum to `total` exactly. */
export interface Accounting {
  readonly total: Micros;
  readonly totals: Readonly<Record<Cause, Micros>>;
  readonly segments: readonly AccountedSegment[];
  /** By span row, how long it held the path: a leaf along dependencies, any span where there are none. */
  readonly held: Float64Array;
}

/** Sums segments by cause. */
function sumByCause(segments: readonly AccountedSegment[]): Record<Cause, Micros> {
  const sums = new Map<Cause, number>();
  for (const { cause, fromUs, toUs } of segments) sums.set(cause, (sums.get(cause) ?? 0) + toUs - fromUs);
  const of = (cause: Cause) => asMicros(sums.get(cause) ?? 0);
  return {
    work: of('work'),
    queue: of('queue'),
    rate_limit: of('rate_limit'),
    retry_backoff: of('retry_backoff'),
    failed_attempts: of('failed_attempts'),
    sleep: of('sleep'),
    callback: of('callback'),
    engine: of('engine'),
    unaccounted: of('unaccounted'),
  };
}

/** Puts what one span covers in several pieces next to each other into one. */
function joinSegments(segments: readonly AccountedSegment[]): AccountedSegment[] {
  const joined: AccountedSegment[] = [];
  for (const segment of segments) {
    const last = joined.at(-1);
    const same =
      last !== undefined &&
      last.cause === segment.cause &&
      last.nodeRow === segment.nodeRow &&
      last.spanRow === segment.spanRow;
    if (same) joined[joined.length - 1] = { ...last, toUs: segment.toUs };
    else joined.push(segment);
  }
  return joined;
}

/** Divides stretches of time; keeps what all stretches need. */
class Divider {
  readonly segments: AccountedSegment[] = [];
  readonly held: Float64Array;
  readonly #graph: LeafGraph;
  readonly #codes: Uint8Array;
  readonly #intervals: Intervals;
  readonly #isWait: readonly boolean[];
  readonly #system: SystemTime;

  constructor(graph: LeafGraph) {
    this.#graph = graph;
    this.held = new Float64Array(graph.trace.spans.length);
    this.#codes = causesOfSpans(graph);
    this.#intervals = { start: graph.trace.spans.start, end: graph.ends, depth: graph.tree.depth };
    this.#isWait = graph.trace.spans.names.map(isWaitPhase);
    this.#system = new SystemTime(graph);
  }

  /** Time in which a leaf ran. */
  run(leaf: number, from: number, to: number): void {
    const own = this.#graph.leaves.span[leaf];
    this.held[own] += to - from;
    divideByDeepest(this.#intervals, this.#membersOf(leaf), from, to, (a, b, row) => {
      const span = row === NONE ? own : row;
      this.#take(leaf, a, b, span, causeOf(this.#codes[span]));
    });
  }

  /** Time before a leaf ran: its waits, the engine's own spans, and what nothing explains. */
  gap(nextLeaf: number, from: number, to: number): void {
    if (to <= from) return;
    const { kind, name } = this.#graph.trace.spans;
    const waits = this.#membersOf(nextLeaf).filter((row) => kind[row] === KIND.phase && this.#isWait[name[row]]);
    divideByDeepest(this.#intervals, waits, from, to, (a, b, row) => {
      if (row !== NONE) this.#take(nextLeaf, a, b, row, causeOf(this.#codes[row]));
      else
        this.#system.divide(a, b, (c, d, system) => {
          this.#take(nextLeaf, c, d, system, system === NONE ? 'unaccounted' : 'engine');
        });
    });
  }

  /** Time that the span `row` held the path by itself. */
  section(row: number, from: number, to: number): void {
    this.held[row] += to - from;
    this.#take(this.#graph.leaves.ofSpan[row], from, to, row, causeOf(this.#codes[row]));
  }

  #take(leaf: number, from: number, to: number, row: number, cause: Cause): void {
    if (to <= from) return;
    const node = leaf === NONE ? NONE : this.#graph.leaves.node[leaf];
    const detail = row === NONE ? undefined : this.#graph.trace.spans.metadata.get(row)?.['cause'];
    this.segments.push({
      fromUs: asMicros(from),
      toUs: asMicros(to),
      cause,
      nodeRow: node === NONE ? null : node,
      spanRow: row === NONE ? null : row,
      detail: typeof detail === 'string' ? detail : null,
    });
  }

  #membersOf(leaf: number): Uint32Array {
    if (leaf === NONE) return new Uint32Array(0);
    const { members, memberOffsets } = this.#graph.leaves;
    return members.subarray(memberOffsets[leaf], memberOffsets[leaf + 1]);
  }
}

/** The earliest end among the leaves that start at or after a time, and take time. */
function endsAfter({ leaves }: LeafGraph): (time: number) => number {
  const order = new Uint32Array(leaves.length);
  let count = 0;
  for (let leaf = 0; leaf < leaves.length; leaf++) if (leaves.end[leaf] > leaves.start[leaf]) order[count++] = leaf;
  order.subarray(0, count).sort((a, b) => leaves.start[a] - leaves.start[b]);
  const starts = new Float64Array(count);
  const earliest = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    starts[i] = leaves.start[order[i]];
    earliest[i] = leaves.end[order[i]];
  }
  for (let i = earliest.length - 2; i >= 0; i--) earliest[i] = Math.min(earliest[i], earliest[i + 1]);
  return (time) => earliest[firstAtLeast(starts, time)] ?? Infinity;
}

/** The position of the first of some sorted values that is not below a value; their number when there is none. */
function firstAtLeast(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The spans of the engine itself that belong to no leaf, as stretches that do not overlap. One that contains others (a
 * root around the whole execution), or during which a leaf ran from its start to its end (the window of a recorder),
 * says nothing about what the time between leaves went to and is left out.
 */
class SystemTime {
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #row: number[] = [];

  constructor(graph: LeafGraph) {
    const { trace, tree, leaves, ends } = graph;
    const { kind, start, length } = trace.spans;
    const candidates: number[] = [];
    for (let row = 0; row < length; row++) {
      const isInnermost = tree.offsets[row] === tree.offsets[row + 1];
      if (kind[row] === KIND.system && leaves.ofSpan[row] === NONE && isInnermost) candidates.push(row);
    }
    if (candidates.length === 0) return;
    const endAfter = endsAfter(graph);
    const rows = candidates.filter((row) => endAfter(start[row]) > ends[row]);
    rows.sort((a, b) => start[a] - start[b] || a - b);
    let covered = -Infinity;
    for (const row of rows) {
      if (ends[row] <= covered || ends[row] <= start[row]) continue;
      this.#from.push(Math.max(covered, start[row]));
      this.#to.push(ends[row]);
      this.#row.push(row);
      covered = ends[row];
    }
  }

  /** Divides a stretch by the span that covers it. */
  divide(from: number, to: number, take: TakePiece): void {
    let cursor = from;
    for (let i = this.#firstAfter(from); i < this.#row.length && this.#from[i] < to; i++) {
      const begin = Math.max(cursor, this.#from[i]);
      const until = Math.min(to, this.#to[i]);
      take(cursor, begin, NONE);
      take(begin, until, this.#row[i]);
      cursor = until;
    }
    take(cursor, to, NONE);
  }

  /** The first stretch that ends after a time. */
  #firstAfter(time: number): number {
    let low = 0;
    let high = this.#to.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#to[middle] <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * Along dependencies, from the end backwards, each leaf gets its time up to where the next on the path started, so that
 * skewed clocks (a leaf that starts before what it waited for ended) divide nothing twice.
 */
function divideDependencies(graph: LeafGraph, measures: Measures, path: DependencyPath, divider: Divider): void {
  const { leaves } = graph;
  const stretches: { leaf: number; gapFrom: number; from: number; to: number }[] = [];
  let cursor: number = measures.to;
  for (let i = path.leaves.length - 1; i >= 0; i--) {
    const leaf = path.leaves[i];
    const to = Math.min(cursor, leaves.end[leaf]);
    const from = Math.min(cursor, leaves.start[leaf]);
    const before = i === 0 ? measures.from : leaves.end[path.leaves[i - 1]];
    const gapFrom = i === 0 ? measures.from : Math.max(measures.from, Math.min(from, before));
    stretches.push({ leaf, gapFrom, from, to });
    cursor = gapFrom;
  }
  for (const { leaf, gapFrom, from, to } of stretches.reverse()) {
    divider.gap(leaf, gapFrom, from);
    divider.run(leaf, from, to);
  }
}

function divideSpans(graph: LeafGraph, path: SpanPath, divider: Divider): void {
  for (const [i, row] of path.spans.entries()) {
    const from = path.from[i];
    const to = path.to[i];
    if (row !== NONE) divider.section(row, from, to);
    else divider.gap(graph.leaves.ofSpan[path.spans[i + 1]], from, to);
  }
}

/** Divides the makespan along a critical path into the causes. The parts sum to the makespan exactly. */
export function account(graph: LeafGraph, measures: Measures, path: DependencyPath | SpanPath): Accounting {
  const divider = new Divider(graph);
  if (path.kind === 'dependencies') divideDependencies(graph, measures, path, divider);
  else divideSpans(graph, path, divider);
  return {
    total: measures.makespan,
    totals: sumByCause(divider.segments),
    segments: joinSegments(divider.segments),
    held: divider.held,
  };
}
