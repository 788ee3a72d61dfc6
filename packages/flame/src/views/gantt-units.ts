import { KIND, NONE, type Trace } from '@flowprof/model';
import { LanePacker } from '../layout/packer.ts';
import type { RowSource } from './gantt-rows.ts';

/** So many instances that run at once are shown below each other without being asked for. */
const MOST_STACKED = 4;
/** So many lanes a row has at most; what is more is drawn as one. */
const MOST_LANES = 500;

/** A row as it is drawn. */
export interface GanttRow {
  readonly id: string;
  readonly name: string;
  readonly nodeKey: string | null;
  readonly depth: number;
  /** How many instances have started, and their time added up, waits included; microseconds. */
  readonly count: number;
  readonly total: number;
  readonly notStarted: number;
  /** Whether there is something in it that can be folded away, and whether it is. */
  readonly fold: 'none' | 'open' | 'folded';
  readonly lane: number;
  readonly endLane: number;
}

/** The bars of a Gantt view as columns: an instance, an attempt, or several instances that ran at once. */
class Units {
  readonly span: number[] = [];
  readonly start: number[] = [];
  readonly end: number[] = [];
  /** Where it began to run after it had waited. */
  readonly ran: number[] = [];
  readonly lane: number[] = [];
  readonly row: number[] = [];
  /** How many instances it stands for, and how many of them ran at once at most. */
  readonly count: number[] = [];
  readonly atOnce: number[] = [];
  readonly total: number[] = [];
  readonly failed: number[] = [];
  /** The spans of a bar that stands for several. */
  readonly several = new Map<number, readonly number[]>();

  get length(): number {
    return this.span.length;
  }

  add(row: number, lane: number, span: number, start: number, end: number, ran: number): number {
    this.row.push(row);
    this.lane.push(lane);
    this.start.push(start);
    this.end.push(end);
    this.ran.push(ran);
    this.count.push(1);
    this.atOnce.push(1);
    this.total.push(end - start);
    this.failed.push(0);
    return this.span.push(span) - 1;
  }
}

export interface GanttPicture {
  readonly rows: readonly GanttRow[];
  readonly units: Units;
  readonly laneCount: number;
  /** By span, the bar that it is drawn in, for instances and attempts; `NONE` for others. */
  readonly unitOf: Int32Array;
}

/** The times that bars are drawn by. */
export interface GanttTimes {
  readonly start: Float64Array;
  readonly ends: Float64Array;
  readonly ran: Float64Array;
  /** 1 for spans that failed. */
  readonly failed: Uint8Array;
}

/** By node's span, its attempts in order, where there are several. */
export function attemptsOf({ spans }: Trace): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (let row = 0; row < spans.length; row++) {
    if (spans.kind[row] !== KIND.attempt || spans.parent[row] === NONE) continue;
    const known = found.get(spans.parent[row]);
    if (known) known.push(row);
    else found.set(spans.parent[row], [row]);
  }
  for (const [node, attempts] of found) {
    if (attempts.length < 2) found.delete(node);
    else attempts.sort((a, b) => spans.start[a] - spans.start[b] || a - b);
  }
  return found;
}

class Drafting {
  readonly units = new Units();
  readonly unitOf: Int32Array;
  readonly #times: GanttTimes;
  readonly #attempts: ReadonlyMap<number, readonly number[]>;
  readonly #packer = new LanePacker();

  constructor(spanCount: number, times: GanttTimes, attempts: ReadonlyMap<number, readonly number[]>) {
    this.unitOf = new Int32Array(spanCount).fill(NONE);
    this.#times = times;
    this.#attempts = attempts;
  }

  /** How many of the spans run at once at most; they come in the order of their start. */
  lanesOf(spans: readonly number[]): number {
    const { start, ends } = this.#times;
    this.#packer.reset();
    for (const span of spans) this.#packer.place(start[span], ends[span]);
    return this.#packer.lanes;
  }

  /** A bar for each span, those that run at once below each other. */
  stack(row: number, spans: readonly number[], firstLane: number): void {
    const { start, ends } = this.#times;
    this.#packer.reset();
    for (const span of spans) this.#one(row, span, firstLane + this.#packer.place(start[span], ends[span]));
  }

  /** A bar for each stretch in which spans ran at once, and for each span that ran alone. */
  merge(row: number, spans: readonly number[], lane: number): void {
    const { start, ends } = this.#times;
    for (let i = 0; i < spans.length;) {
      let end = ends[spans[i]];
      let next = i + 1;
      while (next < spans.length && start[spans[next]] < end) end = Math.max(end, ends[spans[next++]]);
      if (next === i + 1) this.#one(row, spans[i], lane);
      else this.#many(row, spans.slice(i, next), end, lane);
      i = next;
    }
  }

  #one(row: number, span: number, lane: number): void {
    const { start, ends, ran } = this.#times;
    const attempts = this.#attempts.get(span);
    if (attempts === undefined) {
      this.unitOf[span] = this.units.add(row, lane, span, start[span], ends[span], ran[span]);
      return;
    }
    let from = start[span];
    for (const attempt of attempts) {
      if (ends[attempt] < from) continue; // attempts that ran beside each other
      const begins = Math.max(from, start[attempt], ran[attempt]);
      this.unitOf[attempt] = this.units.add(row, lane, attempt, from, ends[attempt], Math.min(begins, ends[attempt]));
      from = ends[attempt];
    }
    if (from < ends[span]) this.units.add(row, lane, span, from, ends[span], from);
    this.unitOf[span] = this.units.length - 1;
  }

  #many(row: number, spans: readonly number[], end: number, lane: number): void {
    const { start, ends, ran } = this.#times;
    let longest = spans[0];
    let total = 0;
    let ranFrom = Infinity;
    let failed = 0;
    for (const span of spans) {
      total += ends[span] - start[span];
      ranFrom = Math.min(ranFrom, ran[span]);
      if (this.#times.failed[span] === 1) failed++;
      if (ends[span] - start[span] > ends[longest] - start[longest]) longest = span;
    }
    const unit = this.units.add(row, lane, longest, start[spans[0]], end, Math.min(ranFrom, end));
    this.units.count[unit] = spans.length;
    this.units.atOnce[unit] = this.lanesOf(spans);
    this.units.total[unit] = total;
    this.units.failed[unit] = failed;
    this.units.several.set(unit, spans);
    for (const span of spans) this.unitOf[span] = unit;
  }
}

/**
 * Gives every row its lanes and every instance its bar. What runs at once stands below each other while it is little, or
 * when it is asked for.
 * @param folds by id, rows that were folded (true) or opened by hand
 */
export function ganttPicture(
  sources: readonly RowSource[],
  spanCount: number,
  times: GanttTimes,
  attempts: ReadonlyMap<number, readonly number[]>,
  folds: ReadonlyMap<string, boolean>,
): GanttPicture {
  const drafting = new Drafting(spanCount, times, attempts);
  const groups = new Uint8Array(sources.length);
  for (const { parent } of sources) if (parent !== NONE) groups[parent] = 1;
  const rows: GanttRow[] = [];
  const depth = new Int32Array(sources.length);
  /** 1 where a row above hides it. */
  const hidden = new Uint8Array(sources.length);
  let lane = 0;
  for (const [at, source] of sources.entries()) {
    const { id, name, nodeKey, notStarted, parent, spans } = source;
    if (parent !== NONE) {
      depth[at] = depth[parent] + 1;
      hidden[at] = hidden[parent] === 1 || folds.get(sources[parent].id) === true ? 1 : 0;
    }
    if (hidden[at] === 1) continue;
    const most = drafting.lanesOf(spans);
    const isGroup = groups[at] === 1;
    const folded = folds.get(id) ?? (!isGroup && most > MOST_STACKED);
    const merges = most > MOST_LANES || (isGroup ? most > MOST_STACKED : folded);
    const row = rows.length;
    if (merges) drafting.merge(row, spans, lane);
    else drafting.stack(row, spans, lane);
    const endLane = lane + (merges ? 1 : Math.max(1, most));
    const canFold = isGroup || (most > 1 && most <= MOST_LANES);
    const total = spans.reduce((sum, span) => sum + times.ends[span] - times.start[span], 0);
    const fold = canFold ? (folded ? 'folded' : 'open') : 'none';
    rows.push({ id, name, nodeKey, depth: depth[at], count: spans.length, total, notStarted, fold, lane, endLane });
    lane = endLane;
  }
  return { rows, units: drafting.units, laneCount: lane, unitOf: drafting.unitOf };
}
