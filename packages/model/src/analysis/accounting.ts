import type { Cause } from '../trace/phases.ts';
import { KIND, NONE } from '../trace/trace.ts';
import { asMicros, type Micros } from '../units.ts';
import { ContainerPhases, LoopWaits, SystemTime, TryWaits } from './between-leaves.ts';
import { causeOf, causesOfSpans } from './causes.ts';
import { divideByDeepest, type Intervals } from './coverage.ts';
import type { DependencyPath } from './dependency-path.ts';
import type { LeafGraph } from './leaf-graph.ts';
import type { Measures } from './measures.ts';
import type { SpanPath } from './span-path.ts';
import { loopReason, waitReasonOf, type WaitReason } from './wait-reasons.ts';

/** A stretch of the wall clock with what it went to. */
export interface AccountedSegment {
  readonly fromUs: Micros;
  readonly toUs: Micros;
  readonly cause: Cause;
  /** The node that held the critical path, or that was waited for in a gap; null where there is none. */
  readonly nodeRow: number | null;
  /** The span that says so; null where nothing covers the time. */
  readonly spanRow: number | null;
  /** What a wait was for, where the source tells. */
  readonly reason: WaitReason | null;
}

/** The makespan, divided. The segments are in order and without holes; the totals sum to `total` exactly. */
export interface Accounting {
  readonly total: Micros;
  readonly totals: Readonly<Record<Cause, Micros>>;
  readonly segments: readonly AccountedSegment[];
  /** By span row, how long it held the path: a leaf along dependencies, any span where there are none. */
  readonly held: Float64Array;
  /** By span row, what its time counts towards; see `causesOfSpans`. */
  readonly codes: Uint8Array;
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
  readonly codes: Uint8Array;
  readonly #intervals: Intervals;
  readonly #system: SystemTime;
  readonly #containers: ContainerPhases;
  readonly #loops: LoopWaits;
  readonly #tries: TryWaits;

  constructor(graph: LeafGraph) {
    this.#graph = graph;
    this.held = new Float64Array(graph.trace.spans.length);
    this.codes = causesOfSpans(graph);
    this.#intervals = { start: graph.trace.spans.start, end: graph.ends, depth: graph.tree.depth };
    this.#system = new SystemTime(graph);
    this.#containers = new ContainerPhases(graph);
    this.#loops = new LoopWaits(graph);
    this.#tries = new TryWaits(graph);
  }

  /** Time in which a leaf ran. */
  run(leaf: number, from: number, to: number): void {
    const own = this.#graph.leaves.span[leaf];
    this.held[own] += to - from;
    divideByDeepest(this.#intervals, this.#membersOf(leaf), from, to, (a, b, row) => {
      const span = row === NONE ? own : row;
      this.#take(leaf, a, b, span, causeOf(this.codes[span]));
    });
  }

  /**
   * Time before a leaf ran: its waits, what an interruption cut off, the phases of containers that began or ended in
   * between, the engine's own spans, the wait of a loop's item for its turn, and what nothing explains.
   * @param lastLeaf what ran before, or `NONE`
   */
  gap(lastLeaf: number, nextLeaf: number, from: number, to: number): void {
    if (to <= from) return;
    const { kind, name, start } = this.#graph.trace.spans;
    const submit = nextLeaf === NONE ? -Infinity : this.#graph.leaves.submit[nextLeaf];
    const rows: number[] = [];
    for (const row of this.#membersOf(nextLeaf)) {
      const isWait = kind[row] === KIND.phase && this.#graph.phases.isWait[name[row]] === 1;
      const isCutOff = start[row] < submit && causeOf(this.codes[row]) === 'failed_attempts';
      if (isWait || isCutOff) rows.push(row);
    }
    this.#containers.between(lastLeaf, nextLeaf, from, to, rows);
    divideByDeepest(this.#intervals, rows, from, to, (a, b, row) => {
      if (row !== NONE) this.#take(nextLeaf, a, b, row, causeOf(this.codes[row]));
      else
        this.#system.divide(a, b, (c, d, system) => {
          if (system === NONE) this.#blank(nextLeaf, c, d);
          else
            this.#take(nextLeaf, c, d, system, kind[system] === KIND.system ? 'engine' : causeOf(this.codes[system]));
        });
    });
  }

  /** Time before a leaf that no span explains: between two tries, or what is left. */
  #blank(nextLeaf: number, from: number, to: number): void {
    this.#tries.divide(nextLeaf, from, to, (a, b, again) => {
      if (again === NONE) this.#turn(nextLeaf, a, b);
      else this.#take(nextLeaf, a, b, NONE, 'retry_backoff');
    });
  }

  /** The wait of a loop's item for its turn, or nothing known. */
  #turn(nextLeaf: number, from: number, to: number): void {
    this.#loops.divide(nextLeaf, from, to, (a, b, loop) => {
      if (loop === NONE) this.#take(nextLeaf, a, b, NONE, 'unaccounted');
      else this.#take(nextLeaf, a, b, NONE, 'queue', loopReason(this.#graph.trace.nodes, loop));
    });
  }

  /** Time that the span `row` held the path by itself. */
  section(row: number, from: number, to: number): void {
    this.held[row] += to - from;
    this.#take(this.#graph.leaves.ofSpan[row], from, to, row, causeOf(this.codes[row]));
  }

  #take(leaf: number, from: number, to: number, row: number, cause: Cause, told: WaitReason | null = null): void {
    if (to <= from) return;
    const node = leaf === NONE ? NONE : this.#graph.leaves.node[leaf];
    this.segments.push({
      fromUs: asMicros(from),
      toUs: asMicros(to),
      cause,
      nodeRow: node === NONE ? null : node,
      spanRow: row === NONE ? null : row,
      reason: row === NONE ? told : waitReasonOf(this.#graph.trace.spans, row),
    });
  }

  #membersOf(leaf: number): Uint32Array {
    if (leaf === NONE) return new Uint32Array(0);
    const { members, memberOffsets } = this.#graph.leaves;
    return members.subarray(memberOffsets[leaf], memberOffsets[leaf + 1]);
  }
}

/**
 * Along dependencies, from the end backwards, each leaf gets its time up to where the next on the path started, so that
 * skewed clocks (a leaf that starts before what it waited for ended) divide nothing twice.
 */
function divideDependencies(graph: LeafGraph, measures: Measures, path: DependencyPath, divider: Divider): void {
  const { leaves } = graph;
  const stretches: { last: number; leaf: number; gapFrom: number; from: number; to: number }[] = [];
  let cursor: number = measures.to;
  for (let i = path.leaves.length - 1; i >= 0; i--) {
    const leaf = path.leaves[i];
    const to = Math.min(cursor, leaves.end[leaf]);
    const from = Math.min(cursor, leaves.start[leaf]);
    const before = i === 0 ? measures.from : leaves.end[path.leaves[i - 1]];
    const gapFrom = i === 0 ? measures.from : Math.max(measures.from, Math.min(from, before));
    stretches.push({ last: i === 0 ? NONE : path.leaves[i - 1], leaf, gapFrom, from, to });
    cursor = gapFrom;
  }
  for (const { last, leaf, gapFrom, from, to } of stretches.reverse()) {
    divider.gap(last, leaf, gapFrom, from);
    divider.run(leaf, from, to);
  }
}

function divideSpans(graph: LeafGraph, path: SpanPath, divider: Divider): void {
  for (const [i, row] of path.spans.entries()) {
    const from = path.from[i];
    const to = path.to[i];
    // What is followed by nothing, or by another gap, is before no leaf.
    const next = i + 1 < path.spans.length ? path.spans[i + 1] : NONE;
    if (row !== NONE) divider.section(row, from, to);
    else divider.gap(NONE, next === NONE ? NONE : graph.leaves.ofSpan[next], from, to);
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
    codes: divider.codes,
  };
}
