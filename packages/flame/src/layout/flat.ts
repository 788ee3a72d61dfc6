import { NONE, OPEN, type Steps } from '@flowprof/model';
import type { Layout, LayoutSpans } from './lanes.ts';

/** So many rows are dealt with in a step. */
const STRIDE = 262_144;
/** With more lanes than that, looking through them one by one is no longer quicker than a tree over them. */
const MOST_LANES = 32;

/** Whether no span is in another one, and none is told apart by its track. O(n) at most, and a few milliseconds for a million. */
export function isFlat({ parent, track }: Pick<LayoutSpans, 'parent' | 'track'>): boolean {
  if (track !== null) return false;
  for (let row = 0; row < parent.length; row++) if (parent[row] !== NONE) return false;
  return true;
}

/** Gives rows their lanes and ends; returns how many rows of each lane there are, or null where they need more than this. */
function* pack({ start, duration }: LayoutSpans, laneOf: Int32Array, end: Float64Array): Steps<Uint32Array | null> {
  const n = laneOf.length;
  const freeFrom = new Float64Array(MOST_LANES).fill(-Infinity);
  const counts = new Uint32Array(MOST_LANES);
  let before = -Infinity;
  let wasEmpty = true;
  for (let from = 0; from < n; from += STRIDE) {
    const to = Math.min(n, from + STRIDE);
    for (let row = from; row < to; row++) {
      const at = start[row];
      const lasts = duration[row];
      // Rows out of order, spans that run, and empty ones behind others of the same start want more care.
      if (at < before || lasts === OPEN || (at === before && lasts === 0 && !wasEmpty)) return null;
      let lane = 0;
      while (lane < MOST_LANES && freeFrom[lane] > at) lane++;
      if (lane === MOST_LANES) return null;
      const ended = lasts > 0 ? at + lasts : at;
      freeFrom[lane] = ended;
      end[row] = ended;
      laneOf[row] = lane;
      counts[lane]++;
      before = at;
      wasEmpty = lasts === 0;
    }
    yield;
  }
  return counts;
}

/** The rows in the order of their lanes, with their times side by side. */
function* fill(laneOf: Int32Array, offsets: Uint32Array, start: Float64Array, end: Float64Array) {
  const n = laneOf.length;
  const rows = new Uint32Array(n);
  if (offsets.length === 2) {
    for (let row = 0; row < n; row++) rows[row] = row;
    return { laneRows: rows, laneStart: start, laneEnd: end };
  }
  const laneStart = new Float64Array(n);
  const laneEnd = new Float64Array(n);
  const next = offsets.slice(0, -1);
  for (let from = 0; from < n; from += STRIDE) {
    const to = Math.min(n, from + STRIDE);
    for (let row = from; row < to; row++) {
      const at = next[laneOf[row]]++;
      rows[at] = row;
      laneStart[at] = start[row];
      laneEnd[at] = end[row];
    }
    yield;
  }
  return { laneRows: rows, laneStart, laneEnd };
}

/**
 * The layout of a flat table (see `isFlat`) whose rows are in the order of their start, in two passes: what logs and
 * callbacks mostly give. Null for tables that it is not for; the layout is then the one that `layOut` makes, to the lane.
 */
export function* layFlat(spans: LayoutSpans): Steps<Layout | null> {
  const { length, start, parent } = spans;
  const laneOf = new Int32Array(length);
  const end = new Float64Array(length);
  const counts = yield* pack(spans, laneOf, end);
  if (counts === null) return null;
  const unused = counts.indexOf(0);
  const laneCount = unused === -1 ? MOST_LANES : unused;
  const laneOffsets = new Uint32Array(laneCount + 1);
  for (let lane = 0; lane < laneCount; lane++) laneOffsets[lane + 1] = laneOffsets[lane] + counts[lane];
  const lanes = yield* fill(laneOf, laneOffsets, start, end);
  let roots = lanes.laneRows;
  if (laneCount > 1) {
    roots = new Uint32Array(length);
    for (let row = 0; row < length; row++) roots[row] = row;
  }
  let maxTime = 0;
  for (let lane = 0; lane < laneCount; lane++) maxTime = Math.max(maxTime, lanes.laneEnd[laneOffsets[lane + 1] - 1]);
  return {
    laneCount,
    laneOffsets,
    ...lanes,
    laneOf,
    stackStart: new Uint8Array(laneCount).fill(1),
    parent,
    childOffsets: new Uint32Array(length + 1),
    children: new Uint32Array(0),
    roots,
    start,
    end,
    sections: [{ label: '', headingLane: NONE, firstLane: 0, endLane: laneCount }],
    minTime: length > 0 ? start[0] : 0,
    maxTime: length > 0 ? maxTime : 0,
  };
}
