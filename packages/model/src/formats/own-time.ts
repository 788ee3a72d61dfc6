/** The time that is a span's own: what none of its children covers. */
import { KIND, type SpanTable, type Trace } from '../trace/trace.ts';
import { spanEnds } from '../trace/ends.ts';
import { buildSpanTree, type SpanTree } from '../trace/tree.ts';

/** The stretches in which spans have themselves to tell of, each as long as nothing inside its span runs. */
interface Stretches {
  readonly row: Uint32Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** A trace's tree with what writers need of it. */
export interface TimedTree {
  readonly tree: SpanTree;
  /** The end of every span; of one that runs, the latest time that is known. */
  readonly ends: Float64Array;
  /** Microseconds of every span in which none of its children runs. */
  readonly self: Float64Array;
}

/** Calls back for each stretch of a span that no child of it covers. Children may overlap each other and stick out. */
function eachStretch(
  { start, length }: SpanTable,
  tree: SpanTree,
  ends: Float64Array,
  tell: (row: number, from: number, to: number) => void,
): void {
  for (let row = 0; row < length; row++) {
    let cursor = start[row];
    const end = ends[row];
    for (let i = tree.offsets[row]; i < tree.offsets[row + 1] && cursor < end; i++) {
      const child = tree.children[i];
      const from = Math.min(start[child], end);
      if (from > cursor) tell(row, cursor, from);
      cursor = Math.max(cursor, ends[child]);
    }
    if (cursor < end) tell(row, cursor, end);
  }
}

/** The tree of a trace's spans with their ends and own times. O(n log n). */
export function timeTree({ spans }: Pick<Trace, 'spans'>): TimedTree {
  const tree = buildSpanTree(spans);
  const ends = spanEnds(spans);
  const self = new Float64Array(spans.length);
  eachStretch(spans, tree, ends, (row, from, to) => {
    self[row] += to - from;
  });
  return { tree, ends, self };
}

function stretchesOf(spans: SpanTable, { tree, ends }: TimedTree): Stretches {
  // Each child cuts its parent once at most.
  const most = spans.length * 2;
  const row = new Uint32Array(most);
  const from = new Float64Array(most);
  const to = new Float64Array(most);
  let count = 0;
  eachStretch(spans, tree, ends, (at, begin, end) => {
    if (spans.kind[at] === KIND.system) return;
    row[count] = at;
    from[count] = begin;
    to[count++] = end;
  });
  return { row: row.subarray(0, count), from: from.subarray(0, count), to: to.subarray(0, count) };
}

/** The position of a time in a sorted list that has it. */
function positionOf(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Divides the wall clock: each moment goes to the spans that run by themselves then, in equal parts. All parts together
 * are the time in which anything ran. Spans of kind `system` get none: their recorder drew them over the others.
 * @returns microseconds by row, with fractions
 */
export function wallShares({ spans }: Pick<Trace, 'spans'>, timed: TimedTree): Float64Array {
  const { row, from, to } = stretchesOf(spans, timed);
  const begins = from.slice().sort();
  const endings = to.slice().sort();
  const times = new Float64Array(row.length * 2);
  times.set(begins);
  times.set(endings, row.length);
  times.sort();
  // What one span gets that runs from the first time up to each other.
  const upTo = new Float64Array(times.length);
  let running = 0;
  let begun = 0;
  let ended = 0;
  for (let i = 0; i < times.length; i++) {
    const time = times[i];
    if (i > 0) upTo[i] = upTo[i - 1] + (running > 0 ? (time - times[i - 1]) / running : 0);
    while (begun < begins.length && begins[begun] <= time) begun++;
    while (ended < endings.length && endings[ended] <= time) ended++;
    running = begun - ended;
  }
  const shares = new Float64Array(spans.length);
  for (let i = 0; i < row.length; i++) {
    shares[row[i]] += upTo[positionOf(times, to[i])] - upTo[positionOf(times, from[i])];
  }
  return shares;
}
