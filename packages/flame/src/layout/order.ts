/** Whether the column is in ascending order already, as what engines record mostly is. */
function isSorted(start: Float64Array): boolean {
  for (let i = 1; i < start.length; i++) if (start[i] < start[i - 1]) return false;
  return true;
}

/**
 * The rows in the order of their start: a radix sort over the bits of the offset from the earliest start, which are in
 * numeric order for doubles that are not negative. Times are whole microseconds, so the offsets are exact. Stable, O(n).
 */
function radixOrder(start: Float64Array): Uint32Array {
  const n = start.length;
  let min = Infinity;
  for (let i = 0; i < n; i++) if (start[i] < min) min = start[i];
  const keys = new Float64Array(n);
  for (let i = 0; i < n; i++) keys[i] = start[i] - min;
  const halves = new Uint16Array(keys.buffer);
  let from = new Uint32Array(n);
  let into = new Uint32Array(n);
  for (let i = 0; i < n; i++) from[i] = i;
  const counts = new Uint32Array(65_537);
  for (let digit = 0; digit < 4; digit++) {
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

/** Runs of equal starts up to this length are sorted by insertion: most have two spans, a parent and its first child. */
const SHORT_RUN = 12;

/** Sorts `order[from .. to)`, rows of equal start. */
function sortTies(order: Uint32Array, from: number, to: number, compare: (a: number, b: number) => number): void {
  if (to - from > SHORT_RUN) {
    order.subarray(from, to).sort(compare);
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const row = order[i];
    let at = i;
    for (; at > from && compare(order[at - 1], row) > 0; at--) order[at] = order[at - 1];
    order[at] = row;
  }
}

/**
 * All rows in the order in which lanes are filled: by start; among equal starts spans of no length first (they may
 * share a lane with what begins or ends there), then the longer one, then by row.
 */
export function laneOrder(start: Float64Array, end: Float64Array): Uint32Array {
  const n = start.length;
  let order: Uint32Array;
  if (isSorted(start)) {
    order = new Uint32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
  } else {
    order = radixOrder(start);
  }
  const compare = (a: number, b: number): number => {
    const emptyA = end[a] === start[a];
    const emptyB = end[b] === start[b];
    if (emptyA !== emptyB) return emptyA ? -1 : 1;
    return end[b] - end[a] || a - b;
  };
  for (let from = 0; from < n;) {
    let to = from + 1;
    while (to < n && start[order[to]] === start[order[from]]) to++;
    if (to - from > 1) sortTies(order, from, to, compare);
    from = to;
  }
  return order;
}
