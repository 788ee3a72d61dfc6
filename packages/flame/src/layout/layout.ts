import { NONE, spanEnds, type SpanTable } from '@flowprof/model';
import { laneOrder } from './order.ts';
import { LanePacker } from './packer.ts';

/** What of a span table the layout reads. */
export type LayoutSpans = Pick<SpanTable, 'length' | 'start' | 'duration' | 'parent' | 'track' | 'tracks'>;

export interface LayoutOptions {
  /** Up to where spans that still run are drawn, in microseconds; the latest time in the trace when null. */
  readonly now?: number | null;
  /** The parents to lay out by, where they are not those of the table (see `hoistSoleAttempts`). */
  readonly parent?: Int32Array;
  /** Rows with a 1 here get no lane; nothing that is shown may have one of them as its parent. */
  readonly hidden?: Uint8Array | null;
}

/** A labelled part of the chart: the spans of one track. */
export interface Section {
  /** Empty when the trace has no tracks. */
  readonly label: string;
  /** The lane of its heading, or `NONE` when it has none. */
  readonly headingLane: number;
  readonly firstLane: number;
  /** The lane after its last one. */
  readonly endLane: number;
}

/**
 * Where every span is drawn. A lane is one horizontal line of the chart; no two spans in it overlap, and they are in
 * the order of their start and of their end, so that a lane can be searched by halving.
 */
export interface Layout {
  readonly laneCount: number;
  /** The rows in lane `l` are `laneRows[laneOffsets[l] .. laneOffsets[l + 1])`. */
  readonly laneOffsets: Uint32Array;
  readonly laneRows: Uint32Array;
  /** The start and end of every row in the order of `laneRows`: what is searched and drawn lies side by side. */
  readonly laneStart: Float64Array;
  readonly laneEnd: Float64Array;
  /** The lane of every row; `NONE` when it is not shown. */
  readonly laneOf: Int32Array;
  /** 1 where a lane begins a new stack at the top: a little space above it keeps parallel stacks apart. */
  readonly stackStart: Uint8Array;
  /** The parent by which a row was laid out. */
  readonly parent: Int32Array;
  /** The children of row `i` are `children[childOffsets[i] .. childOffsets[i + 1])`, in the order of their start. */
  readonly childOffsets: Uint32Array;
  readonly children: Uint32Array;
  /** The rows at the top, in the order of their start. */
  readonly roots: Uint32Array;
  readonly start: Float64Array;
  /** The end of every row, also of those that still run. */
  readonly end: Float64Array;
  readonly sections: readonly Section[];
  /** The earliest start and the latest end; both 0 when there are no spans. */
  readonly minTime: number;
  readonly maxTime: number;
}

interface Family {
  readonly order: Uint32Array;
  readonly offsets: Uint32Array;
  readonly children: Uint32Array;
  readonly roots: Uint32Array;
  /** Every shown row, each before its children. */
  readonly preorder: Uint32Array;
}

/** Children by parent as compressed rows, siblings in lane order, and a preorder, without recursion. */
function familyOf(order: Uint32Array, parent: Int32Array, hidden: Uint8Array | null): Family {
  const n = order.length;
  const offsets = new Uint32Array(n + 1);
  let rootCount = 0;
  let shown = 0;
  for (let row = 0; row < n; row++) {
    if (hidden !== null && hidden[row] === 1) continue;
    shown++;
    if (parent[row] === NONE) rootCount++;
    else offsets[parent[row] + 1]++;
  }
  for (let row = 0; row < n; row++) offsets[row + 1] += offsets[row];
  const next = offsets.slice(0, n);
  const children = new Uint32Array(shown - rootCount);
  const roots = new Uint32Array(rootCount);
  let root = 0;
  for (const row of order) {
    if (hidden !== null && hidden[row] === 1) continue;
    if (parent[row] === NONE) roots[root++] = row;
    else children[next[parent[row]]++] = row;
  }
  const preorder = new Uint32Array(shown);
  const stack = new Uint32Array(shown);
  let top = 0;
  let placed = 0;
  for (let i = rootCount - 1; i >= 0; i--) stack[top++] = roots[i];
  while (top > 0) {
    const row = stack[--top];
    preorder[placed++] = row;
    for (let i = offsets[row + 1] - 1; i >= offsets[row]; i--) stack[top++] = children[i];
  }
  return { order, offsets, children, roots, preorder: preorder.subarray(0, placed) };
}

/** Stacks siblings: a block is a span with all that is nested below it. */
class BlockStacker {
  readonly #packer = new LanePacker();
  #heights: number[] = [];
  /** From when to when a block reaches: children may start before their parent and end after it. */
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** How many lanes a block takes. */
  readonly height: Uint32Array;
  /** The first lane of a block within the area of its siblings. */
  readonly offset: Uint32Array;

  constructor(start: Float64Array, end: Float64Array) {
    this.from = start.slice();
    this.to = end.slice();
    this.height = new Uint32Array(start.length);
    this.offset = new Uint32Array(start.length);
  }

  /** Stacks the siblings in `rows[a .. b)`; returns the heights of their stacks, which are valid until the next call. */
  stack(rows: Uint32Array, a: number, b: number): readonly number[] {
    const { from, to, height, offset } = this;
    const heights = this.#heights;
    heights.length = 0;
    let ordered = true;
    for (let i = a + 1; i < b && ordered; i++) ordered = from[rows[i]] >= from[rows[i - 1]];
    const sorted = ordered ? rows : rows.slice(a, b).sort((x, y) => from[x] - from[y] || x - y);
    const [first, last] = ordered ? [a, b] : [0, b - a];
    this.#packer.reset();
    for (let i = first; i < last; i++) {
      const row = sorted[i];
      const stack = this.#packer.place(from[row], to[row]);
      offset[row] = stack;
      if (stack === heights.length) heights.push(height[row]);
      else if (heights[stack] < height[row]) heights[stack] = height[row];
    }
    return heights;
  }

  /** Turns the stack numbers that `stack` wrote into lanes, the first of which is `base`; returns the lane after. */
  settle(rows: Uint32Array, a: number, b: number, base: number): number {
    const { offset } = this;
    let lane = base;
    const tops = this.#heights;
    for (let i = 0; i < tops.length; i++) {
      const height = tops[i];
      tops[i] = lane;
      lane += height;
    }
    for (let i = a; i < b; i++) offset[rows[i]] = tops[offset[rows[i]]];
    return lane;
  }
}

/** The roots of each track, in the order of the tracks; all in one when no root has a track. */
function rootsByTrack(spans: LayoutSpans, roots: Uint32Array): { label: string; roots: Uint32Array }[] {
  const { track, tracks } = spans;
  if (track === null) return [{ label: '', roots }];
  const counts = new Uint32Array(tracks.length + 2);
  for (const row of roots) counts[track[row] + 2]++;
  for (let i = 1; i < counts.length; i++) counts[i] += counts[i - 1];
  const sorted = new Uint32Array(roots.length);
  const next = counts.slice();
  for (const row of roots) sorted[next[track[row] + 1]++] = row;
  const groups: { label: string; roots: Uint32Array }[] = [];
  for (let i = 0; i <= tracks.length; i++) {
    if (counts[i] === counts[i + 1]) continue;
    groups.push({ label: i === 0 ? '' : tracks[i - 1], roots: sorted.subarray(counts[i], counts[i + 1]) });
  }
  return groups;
}

/** Sorts the rows into their lanes by counting. */
function fillLanes(
  order: Uint32Array,
  laneOf: Int32Array,
  laneCount: number,
  times: Pick<Layout, 'start' | 'end'>,
): Pick<Layout, 'laneOffsets' | 'laneRows' | 'laneStart' | 'laneEnd'> {
  const laneOffsets = new Uint32Array(laneCount + 1);
  let shown = 0;
  for (const lane of laneOf) {
    if (lane === NONE) continue;
    laneOffsets[lane + 1]++;
    shown++;
  }
  for (let lane = 0; lane < laneCount; lane++) laneOffsets[lane + 1] += laneOffsets[lane];
  const next = laneOffsets.slice(0, laneCount);
  const laneRows = new Uint32Array(shown);
  const laneStart = new Float64Array(shown);
  const laneEnd = new Float64Array(shown);
  for (const row of order) {
    const lane = laneOf[row];
    if (lane === NONE) continue;
    const at = next[lane]++;
    laneRows[at] = row;
    laneStart[at] = times.start[row];
    laneEnd[at] = times.end[row];
  }
  return { laneOffsets, laneRows, laneStart, laneEnd };
}

/**
 * Lays out a span table in lanes. Siblings that overlap in time are stacked, each in the lowest stack that is free, and
 * what is nested in a span lies below it within its stack. O(n log n) at most, without recursion; spans that hang on a
 * cycle of parents are not shown.
 */
export function layOut(spans: LayoutSpans, options: LayoutOptions = {}): Layout {
  const n = spans.length;
  const { start } = spans;
  const parent = options.parent ?? spans.parent;
  const end = spanEnds(spans, options.now);
  const { order, offsets, children, roots, preorder } = familyOf(laneOrder(start, end), parent, options.hidden ?? null);

  const blocks = new BlockStacker(start, end);
  for (let i = preorder.length - 1; i >= 0; i--) {
    const row = preorder[i];
    const a = offsets[row];
    const b = offsets[row + 1];
    if (a === b) {
      blocks.height[row] = 1;
      continue;
    }
    blocks.stack(children, a, b);
    blocks.height[row] = blocks.settle(children, a, b, 1);
    for (let c = a; c < b; c++) {
      const child = children[c];
      if (blocks.from[child] < blocks.from[row]) blocks.from[row] = blocks.from[child];
      if (blocks.to[child] > blocks.to[row]) blocks.to[row] = blocks.to[child];
    }
  }

  const groups = rootsByTrack(spans, roots);
  const sections: Section[] = [];
  const stackStarts: number[] = [];
  let lane = 0;
  for (const group of groups) {
    const headingLane = groups.length > 1 && group.label !== '' ? lane++ : NONE;
    const firstLane = lane;
    let at = lane;
    for (const height of blocks.stack(group.roots, 0, group.roots.length)) {
      stackStarts.push(at);
      at += height;
    }
    lane = blocks.settle(group.roots, 0, group.roots.length, lane);
    sections.push({ label: group.label, headingLane, firstLane, endLane: lane });
  }

  const laneOf = new Int32Array(n).fill(NONE);
  for (const row of preorder) {
    laneOf[row] = (parent[row] === NONE ? 0 : laneOf[parent[row]]) + blocks.offset[row];
  }
  const stackStart = new Uint8Array(lane);
  for (const first of stackStarts) stackStart[first] = 1;
  let minTime = Infinity;
  let maxTime = -Infinity;
  for (const row of preorder) {
    if (start[row] < minTime) minTime = start[row];
    if (end[row] > maxTime) maxTime = end[row];
  }
  return {
    laneCount: lane,
    ...fillLanes(order, laneOf, lane, { start, end }),
    laneOf,
    stackStart,
    parent,
    childOffsets: offsets,
    children,
    roots,
    start,
    end,
    sections,
    minTime: preorder.length > 0 ? minTime : 0,
    maxTime: preorder.length > 0 ? maxTime : 0,
  };
}

/** The row that stands for a row in the picture: itself, or for a hidden one what it was laid out below; or `NONE`. */
export function shownRow(layout: Layout, row: number): number {
  if (row < 0 || row >= layout.laneOf.length) return NONE;
  if (layout.laneOf[row] !== NONE) return row;
  const up = layout.parent[row];
  return up !== NONE && layout.laneOf[up] !== NONE ? up : NONE;
}
