import { FLAG, NONE, OPEN, type SpanTable } from './trace.ts';

/**
 * The children of every span as compressed rows, in the order of their start (ties: longer first, then by row), and
 * every span's depth. Built without recursion: a chain of a million spans is as good as any other shape.
 */
export interface SpanTree {
  /** The spans at the top. */
  readonly roots: Uint32Array;
  /** The children of span `i` are `children[offsets[i] .. offsets[i + 1])`. */
  readonly offsets: Uint32Array;
  readonly children: Uint32Array;
  /** 0 at the top. */
  readonly depth: Uint32Array;
  /** Every span, each before its children, siblings in order. */
  readonly order: Uint32Array;
}

/**
 * Cuts every cycle in a column of parents at the first span of it that is met in row order, which is then at the top
 * and flagged. A parent out of range counts as none. Changes the arrays in place.
 * @returns the rows at which a cycle was cut
 */
export function cutParentCycles(parent: Int32Array, flags: Uint8Array): number[] {
  const n = parent.length;
  const seenIn = new Int32Array(n).fill(NONE);
  const cut: number[] = [];
  for (let row = 0; row < n; row++) {
    let at = row;
    while (at !== NONE && seenIn[at] === NONE) {
      seenIn[at] = row;
      if (parent[at] >= n || parent[at] < 0) parent[at] = NONE;
      at = parent[at];
    }
    if (at !== NONE && seenIn[at] === row) {
      parent[at] = NONE;
      flags[at] |= FLAG.cycle;
      cut.push(at);
    }
  }
  return cut;
}

/**
 * Flags every span that starts before its parent or ends after it, which spans of several clocks do. They keep their
 * times: only what reads them knows how to clamp them. A span or parent that still runs has no end to compare.
 * @returns the rows of those spans
 */
export function flagOutsideParent({ length, start, duration, parent, flags }: SpanTable): number[] {
  const outside: number[] = [];
  for (let row = 0; row < length; row++) {
    const up = parent[row];
    if (up === NONE) continue;
    const end = start[row] + Math.max(0, duration[row]);
    const endsAfter = duration[up] !== OPEN && end > start[up] + duration[up];
    if (start[row] >= start[up] && !endsAfter) continue;
    flags[row] |= FLAG.outside;
    outside.push(row);
  }
  return outside;
}

type CompareRows = (a: number, b: number) => number;

/** The order of siblings: by start, then longer first (one that still runs is the longest), then by row. */
function siblingOrder({ start, duration }: Pick<SpanTable, 'start' | 'duration'>): CompareRows {
  return (a, b) => {
    if (start[a] !== start[b]) return start[a] - start[b];
    if (duration[a] === duration[b]) return a - b;
    if (duration[a] === OPEN) return -1;
    return duration[b] === OPEN ? 1 : duration[b] - duration[a];
  };
}

/** Sorts a stretch of rows in place. Most sources write siblings in order, and looking is much cheaper than sorting. */
function sortRows(rows: Uint32Array, from: number, to: number, start: Float64Array, compare: CompareRows): void {
  for (let i = from + 1; i < to; i++) {
    if (start[rows[i - 1]] < start[rows[i]] || compare(rows[i - 1], rows[i]) < 0) continue;
    rows.subarray(from, to).sort(compare);
    return;
  }
}

/** Builds the tree of a span table whose parents have no cycle (see `cutParentCycles`). O(n log n). */
export function buildSpanTree(spans: Pick<SpanTable, 'length' | 'parent' | 'start' | 'duration'>): SpanTree {
  const n = spans.length;
  const { parent, start } = spans;
  const offsets = new Uint32Array(n + 1);
  let rootCount = 0;
  for (let row = 0; row < n; row++) {
    if (parent[row] === NONE) rootCount++;
    else offsets[parent[row] + 1]++;
  }
  for (let row = 0; row < n; row++) offsets[row + 1] += offsets[row];

  const next = offsets.slice(0, n);
  const children = new Uint32Array(n - rootCount);
  const roots = new Uint32Array(rootCount);
  let root = 0;
  for (let row = 0; row < n; row++) {
    if (parent[row] === NONE) roots[root++] = row;
    else children[next[parent[row]]++] = row;
  }
  const compare = siblingOrder(spans);
  sortRows(roots, 0, rootCount, start, compare);
  for (let row = 0; row < n; row++) sortRows(children, offsets[row], offsets[row + 1], start, compare);

  const depth = new Uint32Array(n);
  const order = new Uint32Array(n);
  const stack = new Uint32Array(n);
  let top = 0;
  let placed = 0;
  for (let i = rootCount - 1; i >= 0; i--) stack[top++] = roots[i];
  while (top > 0) {
    const row = stack[--top];
    order[placed++] = row;
    for (let i = offsets[row + 1] - 1; i >= offsets[row]; i--) {
      depth[children[i]] = depth[row] + 1;
      stack[top++] = children[i];
    }
  }
  return { roots, offsets, children, depth, order };
}
