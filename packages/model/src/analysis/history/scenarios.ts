import { ascending, spreadOf } from '../statistics/robust.ts';
import { logTime } from './evidence.ts';
import { nodesById, ownTime } from './series.ts';
import type { HistoryRun } from './run-summary.ts';

/** What a node took in each of some runs, by their position; NaN where it was not in a run. Microseconds. */
export interface NodeColumn {
  /** An instance, on average. */
  readonly each: Float64Array;
  readonly count: Float64Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** The known values of `each`, ascending. */
  readonly sorted: Float64Array;
  /** The spread of their logarithms. */
  readonly deviation: number;
}

/** The least spread of a history that something has already outlasted. */
const LEAST_SPREAD = 0.1;

/** The nodes of some runs as columns, by their id. O(runs x nodes). */
export function nodeColumns(runs: readonly HistoryRun[]): Map<string, NodeColumn> {
  const columns = new Map<string, Omit<NodeColumn, 'sorted' | 'deviation'>>();
  const empty = (): Float64Array => new Float64Array(runs.length).fill(Number.NaN);
  for (const [at, run] of runs.entries()) {
    for (const [id, node] of nodesById(run)) {
      let column = columns.get(id);
      if (column === undefined) {
        column = { each: empty(), count: empty(), from: empty(), to: empty() };
        columns.set(id, column);
      }
      column.each[at] = ownTime(node) / Math.max(1, node.count);
      column.count[at] = Math.max(1, node.count);
      column.from[at] = node.from;
      column.to[at] = node.to;
    }
  }
  return new Map(Array.from(columns, ([id, column]) => [id, { ...column, ...distributionOf(column.each) }]));
}

/** The known values of a column, ascending, with the spread of their logarithms. */
export function distributionOf(values: Float64Array): Pick<NodeColumn, 'sorted' | 'deviation'> {
  const sorted = ascending(values.filter((value) => Number.isFinite(value)));
  return { sorted, deviation: spreadOf(sorted.map(logTime))?.deviation ?? 0 };
}

/** The position of the first sorted value above another. */
function firstAbove(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * How long something takes in all that has already taken `elapsed`: its time in a run of the history if that is more, else one
 * of those that are more, else (nothing ever took so long) somewhat more than now, by the spread of the history.
 * @param own its time in the run; NaN when it was not in it
 * @param share from 0 to 1, which of the others is taken
 */
export function givenElapsed(
  { sorted, deviation }: Pick<NodeColumn, 'sorted' | 'deviation'>,
  own: number,
  elapsed: number,
  share: number,
): number {
  if (own > elapsed) return own;
  const from = firstAbove(sorted, elapsed);
  if (from < sorted.length) return sorted[from + Math.floor(share * (sorted.length - from))];
  return elapsed * (1 + Math.max(deviation, LEAST_SPREAD) * share * 2);
}
