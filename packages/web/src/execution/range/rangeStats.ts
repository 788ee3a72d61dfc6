import { NONE, spanEnds, spanKindAt, spanNameAt, type SpanKind, type Trace } from '@flowprof/model';
import type { Stretch } from '../urlState.ts';

/** The spans of one name and kind in a stretch of time, each counted only as far as it lies within. Microseconds. */
export interface RangeRow {
  readonly name: string;
  readonly kind: SpanKind;
  readonly count: number;
  /** The sum of the durations; what ran side by side counts each time. */
  readonly total: number;
  /** The part of the total that no child covers. */
  readonly self: number;
  readonly average: number;
  /** The span that lies in the range longest. */
  readonly longest: number;
}

export const RANGE_COLUMNS = ['name', 'count', 'total', 'self', 'average'] as const;
export type RangeColumn = (typeof RANGE_COLUMNS)[number];

/** What of a trace the statistics of any range need: the ends of its spans, and its rows in the order of their start. */
export interface RangeIndex {
  readonly trace: Trace;
  readonly ends: Float64Array;
  readonly order: Uint32Array;
}

export function rangeIndexOf(trace: Trace, now: number | null): RangeIndex {
  const { length, start } = trace.spans;
  const order = Uint32Array.from({ length }, (_, row) => row);
  // Most traces are in this order already.
  if (!start.every((time, row) => row === 0 || time >= (start[row - 1] ?? 0))) {
    order.sort((a, b) => (start[a] ?? 0) - (start[b] ?? 0) || a - b);
  }
  return { trace, ends: spanEnds(trace.spans, now), order };
}

interface Sum {
  readonly name: string;
  readonly kind: SpanKind;
  count: number;
  total: number;
  covered: number;
  longest: number;
  longestTime: number;
}

/** How much of every span in the range its children cover: one walk in the order of start. */
function coveredIn({ trace, ends, order }: RangeIndex, range: Stretch): Float64Array {
  const { start, parent, length } = trace.spans;
  const covered = new Float64Array(length);
  const reached = new Float64Array(length).fill(-Infinity);
  for (const row of order) {
    const from = start[row] ?? 0;
    if (from >= range.end) break;
    const up = parent[row] ?? NONE;
    if (up === NONE) continue;
    const left = Math.max(from, range.start, start[up] ?? 0, reached[up] ?? 0);
    const right = Math.min(ends[row] ?? 0, range.end, ends[up] ?? 0);
    if (right <= left) continue;
    covered[up] = (covered[up] ?? 0) + right - left;
    reached[up] = right;
  }
  return covered;
}

/**
 * Count, total, self and average of the spans in a stretch of time, by name and kind. What only touches it does not
 * count; a span without a duration counts where it lies within. O(spans).
 */
export function rangeStats(index: RangeIndex, range: Stretch): RangeRow[] {
  const { trace, ends, order } = index;
  const { spans } = trace;
  const covered = coveredIn(index, range);
  const sums = new Map<number, Sum>();
  for (const row of order) {
    const from = spans.start[row] ?? 0;
    if (from > range.end) break;
    const end = ends[row] ?? from;
    const time = Math.min(end, range.end) - Math.max(from, range.start);
    if (time < 0 || (time === 0 && end > from)) continue;
    const key = (spans.name[row] ?? 0) * 4 + (spans.kind[row] ?? 0);
    let sum = sums.get(key);
    if (!sum) {
      sum = {
        name: spanNameAt(spans, row),
        kind: spanKindAt(spans, row),
        count: 0,
        total: 0,
        covered: 0,
        longest: row,
        longestTime: -1,
      };
      sums.set(key, sum);
    }
    sum.count++;
    sum.total += time;
    sum.covered += covered[row] ?? 0;
    if (time <= sum.longestTime) continue;
    sum.longestTime = time;
    sum.longest = row;
  }
  return Array.from(sums.values(), ({ name, kind, count, total, covered: of, longest }) => {
    return { name, kind, count, total, self: Math.max(0, total - of), average: total / count, longest };
  });
}

/** The rows by a column, numbers the largest first and names from A; the other way round when `reversed`. */
export function sortedRange(rows: readonly RangeRow[], by: RangeColumn, reversed: boolean): RangeRow[] {
  const sign = reversed ? -1 : 1;
  return rows.toSorted((a, b) => {
    const order = by === 'name' ? a.name.localeCompare(b.name, 'en') : b[by] - a[by];
    return order * sign || b.total - a.total || a.name.localeCompare(b.name, 'en');
  });
}
