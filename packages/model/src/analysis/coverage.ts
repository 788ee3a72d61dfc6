import { RowHeap } from './heap.ts';

/** Intervals by row, with how deep each stands. */
export interface Intervals {
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly depth: Uint32Array;
}

/** Takes a piece of the divided time; `row` is -1 where nothing covers it. */
export type TakePiece = (from: number, to: number, row: number) => void;

/**
 * Divides `[from, to)` at every instant by the deepest of some intervals that covers it; of equally deep ones the one
 * that started last counts, then the larger row. The pieces are in order and partition the time exactly.
 * O(k log k) for k rows.
 */
export function divideByDeepest(
  intervals: Intervals,
  rows: Iterable<number>,
  from: number,
  to: number,
  take: TakePiece,
) {
  const { start, end, depth } = intervals;
  const inside: number[] = [];
  for (const row of rows) if (start[row] < to && end[row] > from && end[row] > start[row]) inside.push(row);
  inside.sort((a, b) => start[a] - start[b] || a - b);
  const active = new RowHeap((a, b) => {
    if (depth[a] !== depth[b]) return depth[a] > depth[b];
    return start[a] === start[b] ? a > b : start[a] > start[b];
  });
  let cursor = from;
  let next = 0;
  while (cursor < to) {
    while (next < inside.length && start[inside[next]] <= cursor) active.push(inside[next++]);
    while (active.peek() !== -1 && end[active.peek()] <= cursor) active.pop();
    const top = active.peek();
    let until = next < inside.length ? Math.min(to, start[inside[next]]) : to;
    if (top !== -1) until = Math.min(until, end[top]);
    take(cursor, until, top);
    cursor = until;
  }
}
