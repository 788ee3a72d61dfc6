import { OPEN, type Analysis } from '@flowprof/model';
import { explain, type Explanation } from './blanks.ts';

/** How far a run was over time. All columns are by point. */
export interface Progress {
  /** Microseconds from the execution's start, evenly spaced. */
  readonly time: Float64Array;
  /** How many nodes had ended by then. */
  readonly ended: Float64Array;
  /** How many ran, and how many waited for a place to run, on average since the point before. */
  readonly running: Float64Array;
  readonly queued: Float64Array;
}

const POINTS = 300;

/** Adds one to the average of each stretch that lies between two times, and its part to those that do so partly. */
function addBetween(sums: Float64Array, start: number, end: number): void {
  const first = Math.max(0, Math.floor(start));
  const last = Math.min(sums.length - 1, Math.floor(end));
  for (let at = first; at <= last; at++) {
    const part = Math.min(end, at + 1) - Math.max(start, at);
    if (part > 0) sums[at] = (sums[at] ?? 0) + part;
  }
}

/** As `addBetween`, for very many: whole stretches are counted by their ends. */
class Averages {
  readonly #parts: Float64Array;
  readonly #whole: Float64Array;

  constructor(points: number) {
    this.#parts = new Float64Array(points);
    this.#whole = new Float64Array(points + 1);
  }

  add(start: number, end: number): void {
    const from = Math.ceil(start);
    const to = Math.floor(end);
    if (to <= from) return addBetween(this.#parts, start, end);
    addBetween(this.#parts, start, from);
    addBetween(this.#parts, to, end);
    const points = this.#parts.length;
    const [first, last] = [Math.max(0, from), Math.min(points, to)];
    this.#whole[first] = (this.#whole[first] ?? 0) + 1;
    this.#whole[last] = (this.#whole[last] ?? 0) - 1;
  }

  all(): Float64Array {
    let sum = 0;
    return this.#parts.map((part, at) => {
      sum += this.#whole[at] ?? 0;
      return part + sum;
    });
  }
}

/** How far a run was over time; null where nothing has started. O(nodes). */
export function progressOf({ graph, measures }: Analysis): Progress | null {
  if (measures === null || measures.makespan <= 0) return null;
  const { leaves, trace } = graph;
  const { from, makespan } = measures;
  const place = (time: number) => ((time - from) / makespan) * POINTS;
  const running = new Averages(POINTS);
  const queued = new Averages(POINTS);
  const ended = new Float64Array(POINTS);
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    const [submit, start, end] = [leaves.submit[leaf] ?? 0, leaves.start[leaf] ?? 0, leaves.end[leaf] ?? 0];
    running.add(place(start), place(end));
    if (start > submit) queued.add(place(submit), place(start));
    if (trace.spans.duration[leaves.span[leaf] ?? 0] === OPEN) continue;
    const at = Math.min(POINTS - 1, Math.max(0, Math.ceil(place(end)) - 1));
    ended[at] = (ended[at] ?? 0) + 1;
  }
  let sum = 0;
  return {
    time: Float64Array.from(ended, (_, at) => from + ((at + 1) / POINTS) * makespan),
    ended: ended.map((count) => (sum += count)),
    running: running.all(),
    queued: queued.all(),
  };
}

/** A stretch of time in which no node ended. */
export interface Stall {
  readonly start: number;
  readonly end: number;
  readonly because: readonly Explanation[];
}

/** Shorter than this part of the makespan, nobody calls it a stall. */
const LEAST_SHARE = 0.08;
const MOST_STALLS = 3;

/** The longest stretches in which no node ended, the longest first, with what they went to. */
export function stallsOf({ graph, measures, accounting }: Analysis): Stall[] {
  if (measures === null || accounting === null || graph.leaves.length < 3) return [];
  const ends = graph.leaves.end.slice(0, graph.leaves.length).sort();
  const stalls: { start: number; end: number }[] = [];
  let last: number = measures.from;
  for (const end of ends) {
    if (end - last >= measures.makespan * LEAST_SHARE) stalls.push({ start: last, end });
    last = end;
  }
  return stalls
    .sort((a, b) => b.end - b.start - (a.end - a.start))
    .slice(0, MOST_STALLS)
    .map(({ start, end }) => ({ start, end, because: explain(graph.trace, accounting.segments, start, end) }));
}
