import type { Layout } from '../layout/layout.ts';

/** Sizes of the picture, in CSS pixels. */
export const METRICS = {
  lanePitch: 22,
  barHeight: 20,
  /** Space above a stack that is parallel to the one above it. */
  stackGap: 7,
  headingPitch: 28,
  axisHeight: 28,
  minimapHeight: 46,
  topPadding: 8,
  bottomPadding: 16,
  labelPadding: 6,
  waitHeight: 6,
} as const;

/** The top of every lane below the axis, in CSS pixels; the last entry is the bottom of the lanes. */
export function laneTopsOf(layout: Layout): Float64Array {
  const tops = new Float64Array(layout.laneCount + 1);
  const headings = new Set(layout.sections.map((section) => section.headingLane));
  const firsts = new Set(layout.sections.map((section) => section.firstLane));
  let y: number = METRICS.topPadding;
  for (let lane = 0; lane < layout.laneCount; lane++) {
    if (layout.stackStart[lane] === 1 && !firsts.has(lane)) y += METRICS.stackGap;
    tops[lane] = y;
    y += headings.has(lane) ? METRICS.headingPitch : METRICS.lanePitch;
  }
  tops[layout.laneCount] = y;
  return tops;
}

/** The last lane whose top is at or above `y`, or -1. */
export function laneAtY(tops: Float64Array, y: number): number {
  let low = 0;
  let high = tops.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tops[middle] <= y) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
