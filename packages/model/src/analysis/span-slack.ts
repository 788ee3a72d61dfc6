import { NONE } from '../trace/trace.ts';
import type { LeafGraph } from './leaf-graph.ts';
import { RangeMinimum } from './range-minimum.ts';
import type { Slack } from './slack.ts';
import { isDetached, toleranceIn, type OverlapTolerance, type SpanPath } from './span-path.ts';

/**
 * The spans directly inside one, or the topmost ones, in order of start. Times are clamped to what is around.
 *
 * Nothing tells what they waited for; they are taken to have waited for all those of them that had ended when they
 * started (those that overlapped by no more than is tolerated had), and what is around for all of them.
 */
interface Level {
  readonly count: number;
  readonly rows: Uint32Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** From here on others that start have waited for it. */
  readonly done: Float64Array;
  /** The positions by `done`. */
  readonly byDone: Uint32Array;
  /** The position of the one it waited for longest, or `NONE`. */
  readonly waitsFor: Int32Array;
}

/** Times of the spans, clamped to what is around them. */
interface Clamped {
  readonly from: Float64Array;
  readonly to: Float64Array;
}

function levelOf(rows: Uint32Array, times: Clamped, tolerance: number): Level {
  const count = rows.length;
  const from = Float64Array.from(rows, (row) => times.from[row]);
  const to = Float64Array.from(rows, (row) => times.to[row]);
  const done = new Float64Array(count);
  for (let i = 0; i < count; i++) done[i] = Math.max(to[i] - tolerance, from[i] + 1);
  const byDone = Uint32Array.from(rows.keys()).sort((a, b) => done[a] - done[b]);
  const waitsFor = new Int32Array(count).fill(NONE);
  let next = 0;
  let last = NONE;
  for (let i = 0; i < count; i++) {
    for (; next < count && done[byDone[next]] <= from[i]; next++) {
      if (last === NONE || to[byDone[next]] > to[last]) last = byDone[next];
    }
    waitsFor[i] = last;
  }
  return { count, rows, from, to, done, byDone, waitsFor };
}

interface LevelSlack {
  /** The end of the one that ended last. */
  readonly last: number;
  /** How much later each could end with nothing later around. */
  readonly slack: Float64Array;
  /** By position: the least, of it and all after it, of when what it waited for must have ended. */
  readonly due: Float64Array;
  /** The position of what is due then; `NONE` where nothing is. */
  readonly dueAt: Int32Array;
  /** The position of what would first be late, or `NONE`. */
  readonly next: Int32Array;
}

/** The first position at which a column that only rises is no longer below a value; its length when there is none. */
function firstAtLeast(rising: Float64Array, value: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function slackIn(level: Level): LevelSlack {
  const { count, from, to, done, waitsFor } = level;
  const last = to.reduce((a, b) => Math.max(a, b), -Infinity);
  const slack = new Float64Array(count);
  const due = new Float64Array(count + 1).fill(Infinity);
  const dueAt = new Int32Array(count + 1).fill(NONE);
  const next = new Int32Array(count).fill(NONE);
  for (let i = count - 1; i >= 0; i--) {
    const after = firstAtLeast(from, done[i]);
    slack[i] = Math.min(last, due[after]) - to[i];
    if (due[after] < last) next[i] = dueAt[after];
    const own = waitsFor[i] === NONE ? Infinity : to[waitsFor[i]] + slack[i];
    const isEarlier = own < due[i + 1];
    due[i] = isEarlier ? own : due[i + 1];
    dueAt[i] = isEarlier ? i : dueAt[i + 1];
  }
  return { last, slack, due, dueAt, next };
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
function limitsIn(level: Level, { last: end, slack, due }: LevelSlack, chain: readonly number[]): Float64Array {
  const { from, to, done, waitsFor } = level;
  const isOnChain = new Uint8Array(level.count);
  for (const i of chain) isOnChain[i] = 1;
  const beside = new RangeMinimum(chain.length);
  const starts = Float64Array.from(chain, (i) => from[i]);
  let first = 0; // of the chain, the first that is not done when the next one starts
  for (let i = 0; i < level.count; i++) {
    while (first < chain.length && done[chain[first]] <= from[i]) first++;
    if (isOnChain[i] === 0) beside.lay(first, firstAtLeast(starts, done[i]) - 1, slack[i]);
  }
  const limits = beside.finish();
  for (const [at, i] of chain.entries()) {
    if (waitsFor[i] === NONE) continue;
    // What waited for it waited for what it waited for, too.
    const next = Math.min(end, due[firstAtLeast(from, done[i])]);
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

/** Clamps the children of a span to it, and gives those that held it up for any time, in order of start. */
function clampChildren({ tree, trace, ends }: LeafGraph, row: number, times: Clamped, isTop: Uint8Array): Uint32Array {
  const { start } = trace.spans;
  const rows: number[] = [];
  for (let i = tree.offsets[row]; i < tree.offsets[row + 1]; i++) {
    const child = tree.children[i];
    const from = Math.max(start[child], times.from[row]);
    const to = Math.min(ends[child], times.to[row]);
    if (to <= from || isTop[child] === 1 || isDetached(trace.spans, child, row)) continue;
    times.from[child] = from;
    times.to[child] = to;
    rows.push(child);
  }
  return Uint32Array.from(rows);
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
    this.#level(levelOf(Uint32Array.from(rows), this.#times, 0), 0, Infinity);
  }

  /** What is in a span that has its own slack already. */
  inside(row: number): void {
    const from = this.#times.from[row];
    const duration = this.#times.to[row] - from;
    if (Number.isNaN(duration)) return;
    const rows = clampChildren(this.#graph, row, this.#times, this.#isTop);
    const limit = this.#limit[row];
    this.drag[row] = 0;
    if (rows.length === 0) {
      if (!Number.isNaN(limit)) this.drag[row] = Math.min(duration, limit);
      return;
    }
    const level = levelOf(rows, this.#times, toleranceIn(this.#tolerance, duration));
    this.#level(level, this.slack[row], limit);
    if (!Number.isNaN(limit)) this.drag[row] = Math.min(duration - timeWithin(level, from), limit);
  }

  #level(level: Level, slackAround: number, limitAround: number): void {
    const within = slackIn(level);
    for (const [i, row] of level.rows.entries()) {
      this.slack[row] = within.slack[i] + slackAround;
      if (level.waitsFor[i] !== NONE) this.waitsFor[row] = level.rows[level.waitsFor[i]];
      if (within.next[i] !== NONE) this.next[row] = level.rows[within.next[i]];
    }
    if (level.count === 0 || Number.isNaN(limitAround)) return;
    const chain = chainIn(level);
    const limits = limitsIn(level, within, chain);
    for (const [at, i] of chain.entries()) {
      this.#limit[level.rows[i]] = Math.min(limits[at], limitAround);
      this.isOnPath[level.rows[i]] = 1;
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
