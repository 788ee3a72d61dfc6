import { NONE } from '@flowprof/model';
import type { Layout } from '../layout/layout.ts';
import { laneAtY, METRICS } from './metrics.ts';

/** How far from a span, in pixels, one may point and still mean it. */
const REACH_PIXELS = 3;

/** The first position of a lane whose span starts after the time. */
function firstStartingAfter(layout: Layout, lane: number, time: number): number {
  let low = layout.laneOffsets[lane];
  let high = layout.laneOffsets[lane + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (layout.laneStart[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The span of a lane that covers a time, or else the nearest one within `reach` microseconds, or `NONE`. */
function spanAtTime(layout: Layout, lane: number, time: number, reach: number): number {
  const after = firstStartingAfter(layout, lane, time);
  const before = after - 1;
  let best = NONE;
  let distance = reach;
  if (before >= layout.laneOffsets[lane]) {
    const row = layout.laneRows[before];
    const away = time - layout.end[row];
    if (away < 0 || away <= distance) {
      best = row;
      distance = Math.max(0, away);
    }
  }
  if (distance > 0 && after < layout.laneOffsets[lane + 1]) {
    const row = layout.laneRows[after];
    if (layout.start[row] - time < distance || (best === NONE && layout.start[row] - time <= distance)) best = row;
  }
  return best;
}

/**
 * The span at a place.
 * @param y CSS pixels from the top of the lanes, the scroll position added
 * @param microsPerPixel how much time a CSS pixel is
 * @returns a row of the span table, or `NONE`
 */
export function pick(layout: Layout, laneTops: Float64Array, y: number, time: number, microsPerPixel: number): number {
  const lane = laneAtY(laneTops, y);
  if (lane < 0 || lane >= layout.laneCount || y - laneTops[lane] > METRICS.lanePitch) return NONE;
  return spanAtTime(layout, lane, time, microsPerPixel * REACH_PIXELS);
}
