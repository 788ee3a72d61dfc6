import { allAtOnce, NONE, OPEN, type Steps } from '@flowprof/model';
import { Blocks } from './blocks.ts';
import { familyOf } from './family.ts';
import { isFlat, layFlat } from './flat.ts';
import type { Layout, LayoutSpans, Section } from './lanes.ts';
import { laneOrder } from './order.ts';

export type { Layout, LayoutSpans, Section } from './lanes.ts';

export interface LayoutOptions {
  /** Up to where spans that still run are drawn, in microseconds; the latest time in the trace when null. */
  readonly now?: number | null;
  /** The parents to lay out by, where they are not those of the table (see `hoistSoleAttempts`). */
  readonly parent?: Int32Array;
  /** Rows with a 1 here get no lane; nothing that is shown may have one of them as its parent. */
  readonly hidden?: Uint8Array | null;
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

/** So many rows are sorted into their lanes in a step. */
const STRIDE = 262_144;

type Lanes = Pick<Layout, 'laneOffsets' | 'laneRows' | 'laneStart' | 'laneEnd'>;

/** Sorts the rows into their lanes by counting. */
function* fillLanes(
  order: Uint32Array,
  laneOf: Int32Array,
  laneCount: number,
  times: Pick<Layout, 'start' | 'end'>,
): Steps<Lanes> {
  const laneOffsets = new Uint32Array(laneCount + 1);
  let shown = 0;
  for (let row = 0; row < laneOf.length; row++) {
    if (laneOf[row] === NONE) continue;
    laneOffsets[laneOf[row] + 1]++;
    shown++;
  }
  for (let lane = 0; lane < laneCount; lane++) laneOffsets[lane + 1] += laneOffsets[lane];
  // All in one lane and in order: its columns are those of the table.
  if (laneCount === 1 && shown === order.length && isIdentity(order))
    return { laneOffsets, laneRows: order, laneStart: times.start, laneEnd: times.end };
  const lanes = {
    laneOffsets,
    laneRows: new Uint32Array(shown),
    laneStart: new Float64Array(shown),
    laneEnd: new Float64Array(shown),
  };
  const next = laneOffsets.slice(0, laneCount);
  for (let from = 0; from < order.length; from += STRIDE) {
    yield;
    sortIn(order, from, Math.min(order.length, from + STRIDE), laneOf, next, times, lanes);
  }
  return lanes;
}

function isIdentity(order: Uint32Array): boolean {
  for (let i = 0; i < order.length; i++) if (order[i] !== i) return false;
  return true;
}

function sortIn(
  order: Uint32Array,
  from: number,
  to: number,
  laneOf: Int32Array,
  next: Uint32Array,
  { start, end }: Pick<Layout, 'start' | 'end'>,
  { laneRows, laneStart, laneEnd }: Lanes,
): void {
  for (let i = from; i < to; i++) {
    const row = order[i];
    const lane = laneOf[row];
    if (lane === NONE) continue;
    const at = next[lane]++;
    laneRows[at] = row;
    laneStart[at] = start[row];
    laneEnd[at] = end[row];
  }
}

interface Ends {
  /** Where every span ends; one that still runs, at `now`, or else at the latest time that is known. */
  readonly end: Float64Array;
  /** Until when a span has its place to itself: one that still runs, for ever. */
  readonly occupied: Float64Array;
}

function endsOf({ length, start, duration }: LayoutSpans, now: number | null): Ends {
  const end = new Float64Array(length);
  let latest = -Infinity;
  let running = false;
  for (let row = 0; row < length; row++) {
    const lasts = duration[row];
    if (lasts === OPEN) running = true;
    const ended = lasts > 0 ? start[row] + lasts : start[row];
    end[row] = ended;
    if (ended > latest) latest = ended;
  }
  if (!running) return { end, occupied: end };
  const occupied = end.slice();
  for (let row = duration.indexOf(OPEN); row !== -1; row = duration.indexOf(OPEN, row + 1)) {
    occupied[row] = Infinity;
    end[row] = Math.max(start[row], now ?? latest);
  }
  return { end, occupied };
}

/** The earliest start and the latest end in lanes, both 0 where there is nothing in them. */
function extentOf({ laneOffsets, laneStart, laneEnd }: Lanes): Pick<Layout, 'minTime' | 'maxTime'> {
  let minTime = Infinity;
  let maxTime = -Infinity;
  for (let lane = 0; lane + 1 < laneOffsets.length; lane++) {
    const first = laneOffsets[lane];
    const last = laneOffsets[lane + 1] - 1;
    if (last < first) continue;
    if (laneStart[first] < minTime) minTime = laneStart[first];
    if (laneEnd[last] > maxTime) maxTime = laneEnd[last];
  }
  return minTime > maxTime ? { minTime: 0, maxTime: 0 } : { minTime, maxTime };
}

/**
 * Lays out a span table in lanes. Siblings that overlap in time are stacked, each in the lowest stack that is free, and
 * what is nested in a span lies below it within its stack. O(n log n) at most, without recursion; spans that hang on a
 * cycle of parents are not shown.
 *
 * Where a span lies follows from what began before it, and a span that runs keeps its place to itself. So nothing that
 * is shown moves to another stack when a trace grows as time goes by, and a finished trace looks as it did when it was
 * watched. Stacks move down where one above them needs more lanes for what is nested in it.
 */
export function layOut(spans: LayoutSpans, options: LayoutOptions = {}): Layout {
  return allAtOnce(layOutInSteps(spans, options));
}

/** The same in steps, each of which takes a few milliseconds at most up to some million spans. */
export function* layOutInSteps(spans: LayoutSpans, options: LayoutOptions = {}): Steps<Layout> {
  const parent = options.parent ?? spans.parent;
  if ((options.hidden ?? null) === null && isFlat({ parent, track: spans.track })) {
    const flat = yield* layFlat({ ...spans, parent });
    if (flat !== null) return flat;
  }
  return yield* layNested(spans, parent, options);
}

/** The layout of any table. */
export function* layNested(spans: LayoutSpans, parent: Int32Array, options: LayoutOptions): Steps<Layout> {
  const { start, duration } = spans;
  const { end, occupied } = endsOf(spans, options.now ?? null);
  yield;
  const order = yield* laneOrder(start, duration);
  yield;
  const family = yield* familyOf(order, parent, options.hidden ?? null);
  yield;
  const blocks = new Blocks(start, occupied, family);
  yield* blocks.stackChildren();
  const sections: Section[] = [];
  const stackStarts: number[] = [];
  let lane = 0;
  const groups = rootsByTrack(spans, family.roots);
  for (const group of groups) {
    const headingLane = groups.length > 1 && group.label !== '' ? lane++ : NONE;
    const tops = yield* blocks.stackRoots(group.roots, lane);
    const endLane = tops.pop() ?? lane;
    for (const top of tops) stackStarts.push(top);
    sections.push({ label: group.label, headingLane, firstLane: lane, endLane });
    lane = endLane;
  }
  yield* blocks.settle(parent);
  const laneOf = blocks.place;
  const stackStart = new Uint8Array(lane);
  for (const first of stackStarts) stackStart[first] = 1;
  const lanes = yield* fillLanes(order, laneOf, lane, { start, end });
  return {
    laneCount: lane,
    ...lanes,
    laneOf,
    stackStart,
    parent,
    childOffsets: family.offsets,
    children: family.children,
    roots: family.roots,
    start,
    end,
    sections,
    ...extentOf(lanes),
  };
}

/**
 * Moves the end of what still runs, which is the last span of its lane, in the columns themselves; nothing else changes.
 * O(lanes).
 */
export function moveNow(layout: Layout, { duration }: Pick<LayoutSpans, 'duration'>, now: number): Layout {
  const { laneOffsets, laneRows, laneStart, laneEnd, end } = layout;
  for (let lane = 0; lane < layout.laneCount; lane++) {
    const last = laneOffsets[lane + 1] - 1;
    if (last < laneOffsets[lane] || duration[laneRows[last]] !== OPEN) continue;
    laneEnd[last] = Math.max(laneStart[last], now);
    end[laneRows[last]] = laneEnd[last];
  }
  return { ...layout, ...extentOf(layout) };
}

/** The row that stands for a row in the picture: itself, or for a hidden one what it was laid out below; or `NONE`. */
export function shownRow(layout: Layout, row: number): number {
  if (row < 0 || row >= layout.laneOf.length) return NONE;
  if (layout.laneOf[row] !== NONE) return row;
  const up = layout.parent[row];
  return up !== NONE && layout.laneOf[up] !== NONE ? up : NONE;
}
