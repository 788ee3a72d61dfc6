import { NONE } from '../trace/trace.ts';
import type { LeafGraph } from './leaf-graph.ts';
import { RangeMinimum } from './range-minimum.ts';
import type { Slack } from './slack.ts';
import { isDetached, toleranceIn, type OverlapTolerance, type SpanPath } from './span-path.ts';

/** Times of the spans, clamped to what is around them. */
interface Clamped {
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** The first position of the first `length` of a column that only rises at which it is no longer below a value; else `length`. */
function firstAtLeast(rising: Float64Array, length: number, value: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Up to so many are sorted by putting each in its place. */
const FEW = 24;

/**
 * The spans directly inside one, or the topmost ones, in order of start, as columns that are filled again for each level.
 * Times are clamped to what is around.
 *
 * Nothing tells what they waited for; they are taken to have waited for all those of them that had ended when they
 * started (those that overlapped by no more than is tolerated had), and what is around for all of them.
 */
class Level {
  count = 0;
  rows = new Uint32Array(FEW);
  from = new Float64Array(FEW);
  to = new Float64Array(FEW);
  /** From here on others that start have waited for it. */
  done = new Float64Array(FEW);
  /** The positions by `done`. */
  byDone = new Uint32Array(FEW);
  /** The position of the one it waited for longest, or `NONE`. */
  waitsFor = new Int32Array(FEW);
  /** How much later each could end with nothing later around. */
  slack = new Float64Array(FEW);
  /** By position: the least, of it and all after it, of when what it waited for must have ended; one more than there are. */
  due = new Float64Array(FEW + 1);
  /** The position of what is due then; `NONE` where nothing is. */
  dueAt = new Int32Array(FEW + 1);
  /** The position of what would first be late, or `NONE`. */
  next = new Int32Array(FEW);
  /** The end of the one that ended last. */
  last = -Infinity;

  /** Begins a level of at most so many. */
  clear(atMost: number): void {
    this.count = 0;
    if (atMost <= this.rows.length) return;
    const length = 2 ** Math.ceil(Math.log2(atMost));
    this.rows = new Uint32Array(length);
    this.from = new Float64Array(length);
    this.to = new Float64Array(length);
    this.done = new Float64Array(length);
    this.byDone = new Uint32Array(length);
    this.waitsFor = new Int32Array(length);
    this.slack = new Float64Array(length);
    this.due = new Float64Array(length + 1);
    this.dueAt = new Int32Array(length + 1);
    this.next = new Int32Array(length);
  }

  /** Adds a span, which starts no earlier than those before. */
  add(row: number, { from, to }: Clamped): void {
    const at = this.count++;
    this.rows[at] = row;
    this.from[at] = from[row];
    this.to[at] = to[row];
  }

  /** Finds what waited for what, and the slack, when all are there. */
  finish(tolerance: number): void {
    const { count, from, to, done } = this;
    for (let i = 0; i < count; i++) done[i] = Math.max(to[i] - tolerance, from[i] + 1);
    this.#sort();
    this.#wait();
    this.#loosen();
  }

  #sort(): void {
    const { count, done, byDone } = this;
    for (let i = 0; i < count; i++) byDone[i] = i;
    if (count > FEW) return void byDone.subarray(0, count).sort((a, b) => done[a] - done[b]);
    for (let i = 1; i < count; i++) {
      let at = i;
      for (; at > 0 && done[byDone[at - 1]] > done[i]; at--) byDone[at] = byDone[at - 1];
      byDone[at] = i;
    }
  }

  #wait(): void {
    const { count, from, to, done, byDone, waitsFor } = this;
    let next = 0;
    let last = NONE;
    for (let i = 0; i < count; i++) {
      for (; next < count && done[byDone[next]] <= from[i]; next++) {
        if (last === NONE || to[byDone[next]] > to[last]) last = byDone[next];
      }
      waitsFor[i] = last;
    }
  }

  #loosen(): void {
    const { count, from, to, done, waitsFor, slack, due, dueAt, next } = this;
    let last = -Infinity;
    for (let i = 0; i < count; i++) if (to[i] > last) last = to[i];
    due[count] = Infinity;
    dueAt[count] = NONE;
    for (let i = count - 1; i >= 0; i--) {
      const after = firstAtLeast(from, count, done[i]);
      slack[i] = Math.min(last, due[after]) - to[i];
      next[i] = due[after] < last ? dueAt[after] : NONE;
      const own = waitsFor[i] === NONE ? Infinity : to[waitsFor[i]] + slack[i];
      const isEarlier = own < due[i + 1];
      due[i] = isEarlier ? own : due[i + 1];
      dueAt[i] = isEarlier ? i : dueAt[i + 1];
    }
    this.last = last;
  }
}

/** The positions of those that held up what is around, first to last. */
function chainIn({ count, to, waitsFor }: Level): number[] {
  let at = 0;
  for (let i = 1; i < count; i++) if (to[i] > to[at]) at = i;
  const chain: number[] = [];
  for (; at !== NONE; at = waitsFor[at]) chain.push(at);
  return chain.reverse();
}

/**
 * For each of a chain, by how much the longest chain that avoids it is shorter: the least slack of those that ran at the
 * same time, of which no chain has two.
 */
function limitsIn(level: Level, chain: readonly number[]): Float64Array {
  const { from, to, done, waitsFor, slack, due, last: end } = level;
  const isOnChain = new Uint8Array(level.count);
  for (const i of chain) isOnChain[i] = 1;
  const beside = new RangeMinimum(chain.length);
  const starts = Float64Array.from(chain, (i) => from[i]);
  let first = 0; // of the chain, the first that is not done when the next one starts
  for (let i = 0; i < level.count; i++) {
    while (first < chain.length && done[chain[first]] <= from[i]) first++;
    if (isOnChain[i] === 0) beside.lay(first, firstAtLeast(starts, chain.length, done[i]) - 1, slack[i]);
  }
  const limits = beside.finish();
  for (const [at, i] of chain.entries()) {
    if (waitsFor[i] === NONE) continue;
    // What waited for it waited for what it waited for, too.
    const next = Math.min(end, due[firstAtLeast(from, level.count, done[i])]);
    limits[at] = Math.min(limits[at], next - to[waitsFor[i]]);
  }
  return limits;
}

/** How long it would have taken from `from` until all of a level had ended, if what is around had taken no time itself. */
function timeWithin({ count, from, to, done, byDone, waitsFor }: Level, start: number): number {
  const end = new Float64Array(count);
  let next = 0;
  let reached = -Infinity; // by what has ended
  let last = -Infinity;
  for (let i = 0; i < count; i++) {
    for (; next < count && done[byDone[next]] <= from[i]; next++) reached = Math.max(reached, end[byDone[next]]);
    const began = waitsFor[i] === NONE ? start : reached + Math.min(0, from[i] - to[waitsFor[i]]);
    end[i] = began + to[i] - from[i];
    last = Math.max(last, end[i]);
  }
  return last - start;
}

/** Clamps the children of a span to it, and makes a level of those that held it up for any time. */
function fillLevel(
  { tree, trace, ends }: LeafGraph,
  row: number,
  times: Clamped,
  isTop: Uint8Array,
  level: Level,
): void {
  const { start } = trace.spans;
  level.clear(tree.offsets[row + 1] - tree.offsets[row]);
  for (let i = tree.offsets[row]; i < tree.offsets[row + 1]; i++) {
    const child = tree.children[i];
    const from = Math.max(start[child], times.from[row]);
    const to = Math.min(ends[child], times.to[row]);
    if (to <= from || isTop[child] === 1 || isDetached(trace.spans, child, row)) continue;
    times.from[child] = from;
    times.to[child] = to;
    level.add(child, times);
  }
}

/** Whether the path leaves a topmost span before its end, for another that it is taken to have started. */
function leavesEarly({ leaves }: LeafGraph, { spans, to }: SpanPath): boolean {
  for (let i = 0; i + 1 < spans.length; i++) {
    const leaf = spans[i] === NONE ? NONE : leaves.ofSpan[spans[i]];
    if (leaf === NONE || (spans[i + 1] !== NONE && leaves.ofSpan[spans[i + 1]] === leaf)) continue;
    if (to[i] < leaves.end[leaf]) return true;
  }
  return false;
}

/** Fills in slack and drag level by level. */
class Filler {
  readonly slack: Float64Array;
  readonly drag: Float64Array;
  readonly waitsFor: Int32Array;
  readonly next: Int32Array;
  readonly isOnPath: Uint8Array;
  readonly #graph: LeafGraph;
  readonly #tolerance: OverlapTolerance;
  readonly #times: Clamped;
  readonly #isTop: Uint8Array;
  /** By row: by how much a longest chain without it is shorter; `NaN` for what is on no path. */
  readonly #limit: Float64Array;
  readonly #level = new Level();

  constructor(graph: LeafGraph, tolerance: OverlapTolerance) {
    const { length } = graph.trace.spans;
    const unknown = () => new Float64Array(length).fill(Number.NaN);
    this.#graph = graph;
    this.#tolerance = tolerance;
    this.#times = { from: unknown(), to: unknown() };
    this.#isTop = new Uint8Array(length);
    this.#limit = unknown();
    this.slack = unknown();
    this.drag = unknown();
    this.waitsFor = new Int32Array(length).fill(NONE);
    this.next = new Int32Array(length).fill(NONE);
    this.isOnPath = new Uint8Array(length);
  }

  /** The topmost spans: what is around has no time of its own, and gaps between them stay. */
  top(): void {
    const { leaves } = this.#graph;
    const rows: number[] = [];
    for (const [leaf, row] of leaves.span.entries()) {
      const isKnown = this.#isTop[row] === 1; // the span of two nodes, in a torn trace
      this.#isTop[row] = 1;
      if (isKnown || leaves.end[leaf] <= leaves.start[leaf]) continue;
      this.#times.from[row] = leaves.start[leaf];
      this.#times.to[row] = leaves.end[leaf];
      rows.push(row);
    }
    rows.sort((a, b) => this.#times.from[a] - this.#times.from[b] || a - b);
    this.#level.clear(rows.length);
    for (const row of rows) this.#level.add(row, this.#times);
    this.#fill(0, 0, Infinity);
  }

  /** What is in a span that has its own slack already. */
  inside(row: number): void {
    const from = this.#times.from[row];
    const duration = this.#times.to[row] - from;
    if (Number.isNaN(duration)) return;
    const limit = this.#limit[row];
    const isOnPath = !Number.isNaN(limit);
    fillLevel(this.#graph, row, this.#times, this.#isTop, this.#level);
    if (this.#level.count > 0) this.#fill(toleranceIn(this.#tolerance, duration), this.slack[row], limit);
    const within = this.#level.count > 0 && isOnPath ? timeWithin(this.#level, from) : 0;
    this.drag[row] = isOnPath ? Math.min(duration - within, limit) : 0;
  }

  /** Finds out about a level that is filled. */
  #fill(tolerance: number, slackAround: number, limitAround: number): void {
    const level = this.#level;
    level.finish(tolerance);
    const { count, rows, slack, waitsFor, next } = level;
    for (let i = 0; i < count; i++) {
      this.slack[rows[i]] = slack[i] + slackAround;
      if (waitsFor[i] !== NONE) this.waitsFor[rows[i]] = rows[waitsFor[i]];
      if (next[i] !== NONE) this.next[rows[i]] = rows[next[i]];
    }
    if (count === 0 || Number.isNaN(limitAround)) return;
    const chain = chainIn(level);
    const limits = limitsIn(level, chain);
    for (const [at, i] of chain.entries()) {
      this.#limit[rows[i]] = Math.min(limits[at], limitAround);
      this.isOnPath[rows[i]] = 1;
    }
  }
}

/**
 * Slack and drag of spans without dependencies, exactly, as if each had waited for those of its siblings that had ended
 * when it started (see `Level`), with as much of its parent's own time in between as there was, and a parent for all in
 * it. Slack is how much later a span could end; on the critical path it is 0, or as little as siblings may overlap. Drag
 * is by how much the execution would end earlier if the span had no time of its own: what its children do not
 * need of it, but no more than the longest chain that avoids it is shorter, in it and in all around it.
 *
 * Both are unknown (`NaN`) for what holds nothing up: spans that take no time or lie outside of their parents, and the
 * consumers of messages. All are (null) where the path leaves a topmost span before its end, as it does among threads:
 * what was waited for there is a guess. Iterative; O(n log n).
 */
export function spanSlack(graph: LeafGraph, path: SpanPath, tolerance: OverlapTolerance): Slack | null {
  if (leavesEarly(graph, path)) return null;
  const filler = new Filler(graph, tolerance);
  filler.top();
  for (const row of graph.tree.order) filler.inside(row);
  const { slack, drag, waitsFor, next, isOnPath } = filler;
  return { by: 'span', slack, drag, waitsFor, next, isOnPath };
}
