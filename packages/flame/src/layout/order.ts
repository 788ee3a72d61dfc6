import type { Steps } from '@flowprof/model';

/**
 * The rows in the order of their start: a radix sort over the bits of the offset from the earliest start, which are in
 * numeric order for doubles that are not negative. Times are whole microseconds, so the offsets are exact. Stable, O(n).
 */
function* radixOrder(start: Float64Array): Steps<Uint32Array> {
  const n = start.length;
  let min = Infinity;
  for (let i = 0; i < n; i++) if (start[i] < min) min = start[i];
  const keys = new Float64Array(n);
  for (let i = 0; i < n; i++) keys[i] = start[i] - min;
  const halves = new Uint16Array(keys.buffer);
  let from: Uint32Array = identity(n);
  let into: Uint32Array = new Uint32Array(n);
  const counts = new Uint32Array(65_537);
  for (let digit = 0; digit < 4; digit++) {
    yield;
    counts.fill(0);
    for (let i = 0; i < n; i++) counts[halves[i * 4 + digit] + 1]++;
    if (counts[halves[digit] + 1] === n) continue;
    for (let i = 1; i < 65_537; i++) counts[i] += counts[i - 1];
    for (let i = 0; i < n; i++) {
      const row = from[i];
      into[counts[halves[row * 4 + digit]]++] = row;
    }
    [from, into] = [into, from];
  }
  return from;
}

function identity(n: number): Uint32Array {
  const rows = new Uint32Array(n);
  for (let i = 0; i < n; i++) rows[i] = i;
  return rows;
}

/** Moves the rows of no length to the front of `order[from .. to)`, rows of equal start; nothing else changes its place. */
function emptyFirst(order: Uint32Array, from: number, to: number, duration: Float64Array): void {
  const rows = order.slice(from, to);
  let at = from;
  for (const row of rows) if (duration[row] === 0) order[at++] = row;
  for (const row of rows) if (duration[row] !== 0) order[at++] = row;
}

/** Whether rows are in the order of start already, as what engines record mostly is, and need no mending among equals. */
function orderOf(start: Float64Array, duration: Float64Array): { readonly sorted: boolean; readonly mend: boolean } {
  let mend = false;
  for (let i = 1; i < start.length; i++) {
    if (start[i] > start[i - 1]) continue;
    if (start[i] < start[i - 1]) return { sorted: false, mend: true };
    if (duration[i] === 0 && duration[i - 1] !== 0) mend = true;
  }
  return { sorted: true, mend };
}

/**
 * All rows in the order in which lanes are filled: by start; among equal starts spans of no length first (they may
 * share a lane with what begins or ends there), then by row. How long a span is has no part in it: of those that still
 * run nobody knows, and what has a place must keep it when they end.
 */
export function* laneOrder(start: Float64Array, duration: Float64Array): Steps<Uint32Array> {
  const n = start.length;
  const { sorted, mend } = orderOf(start, duration);
  yield;
  const order = sorted ? identity(n) : yield* radixOrder(start);
  if (!mend) return order;
  yield;
  for (let from = 0; from < n;) {
    let to = from + 1;
    let empty = duration[order[from]] === 0 ? 1 : 0;
    for (; to < n && start[order[to]] === start[order[from]]; to++) if (duration[order[to]] === 0) empty++;
    if (empty > 0 && empty < to - from) emptyFirst(order, from, to, duration);
    from = to;
  }
  return order;
}
