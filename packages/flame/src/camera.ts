import type { TimeRange, Viewport } from './api.ts';

/** The narrowest range of time that can be in view, in microseconds. */
export const NARROWEST = 4;

/** How many pixels and microseconds the camera works with; all pure functions below take what they need of it. */
export interface CameraBounds {
  /** The range of time that can be reached. */
  readonly time: TimeRange;
  /** The height of all lanes and of the part of them that can be seen, in CSS pixels. */
  readonly contentHeight: number;
  readonly viewHeight: number;
}

/** What is no number is the lowest, so that it never gets into what is drawn. */
function clamp(value: number, low: number, high: number): number {
  return Number.isNaN(value) ? low : Math.max(low, Math.min(high, value));
}

/** The range that a chart of a run can reach: a little more than the run, so that its edges can be seen. */
export function reachOf(minTime: number, maxTime: number): TimeRange {
  const length = Math.max(maxTime - minTime, NARROWEST);
  return { start: minTime - length * 0.005, end: minTime + length * 1.015 };
}

/** The same for a run that is looked at beside another: what that one reaches, on this one's clock, can be reached, too. */
export function reachWith(
  run: { readonly minTime: number; readonly maxTime: number },
  beyond: TimeRange | null,
): TimeRange {
  if (beyond === null) return reachOf(run.minTime, run.maxTime);
  return reachOf(Math.min(run.minTime, beyond.start), Math.max(run.maxTime, beyond.end));
}

/** Moves a viewport into its bounds without changing its width if it can be helped; without a width, all is in view. */
export function clampViewport(view: Viewport, bounds: CameraBounds): Viewport {
  const reach = bounds.time.end - bounds.time.start;
  const asked = view.end - view.start;
  const width = Number.isNaN(asked) ? reach : clamp(asked, Math.min(NARROWEST, reach), reach);
  const start = clamp(view.start, bounds.time.start, bounds.time.end - width);
  const scrollTop = clamp(view.scrollTop, 0, Math.max(0, bounds.contentHeight - bounds.viewHeight));
  return { start, end: start + width, scrollTop };
}

/** Makes the width of a viewport `factor` times as wide so that `time` comes to lie at `fraction` of it. */
export function zoomAt(view: Viewport, factor: number, time: number, fraction: number, bounds: CameraBounds): Viewport {
  const reach = bounds.time.end - bounds.time.start;
  const width = clamp((view.end - view.start) * factor, Math.min(NARROWEST, reach), reach);
  const start = time - fraction * width;
  return clampViewport({ start, end: start + width, scrollTop: view.scrollTop }, bounds);
}

/** Moves a viewport by a part of its width. */
export function panBy(view: Viewport, fraction: number, bounds: CameraBounds): Viewport {
  const by = (view.end - view.start) * fraction;
  return clampViewport({ ...view, start: view.start + by, end: view.end + by }, bounds);
}

export function scrollBy(view: Viewport, pixels: number, bounds: CameraBounds): Viewport {
  return clampViewport({ ...view, scrollTop: view.scrollTop + pixels }, bounds);
}

/** Moves a viewport sideways by a part of its width, and down by CSS pixels. */
export function moveBy(view: Viewport, fraction: number, pixels: number, bounds: CameraBounds): Viewport {
  const panned = fraction === 0 ? view : panBy(view, fraction, bounds);
  return pixels === 0 ? panned : scrollBy(panned, pixels, bounds);
}

/** Fits a range of time into the width, with some room on both sides. */
export function fitRange(view: Viewport, range: TimeRange, bounds: CameraBounds, room = 0.06): Viewport {
  const width = Math.max(range.end - range.start, NARROWEST / 2);
  return clampViewport({ ...view, start: range.start - width * room, end: range.end + width * room }, bounds);
}

/** Moves a range into the middle without zooming; zooms out only when it would not fit. */
export function centreRange(view: Viewport, range: TimeRange, bounds: CameraBounds): Viewport {
  const width = view.end - view.start;
  if (range.end - range.start > width) return fitRange(view, range, bounds);
  const start = (range.start + range.end - width) / 2;
  return clampViewport({ ...view, start, end: start + width }, bounds);
}

/** Moves as little as needed so that a range and a band of lanes (from `top` to `bottom`, CSS pixels) can be seen. */
export function reveal(view: Viewport, range: TimeRange, top: number, bottom: number, bounds: CameraBounds): Viewport {
  let { start, end, scrollTop } = view;
  const width = end - start;
  const margin = width * 0.05;
  if (range.start >= end - margin || range.end <= start + margin) {
    start = range.end - range.start > width ? range.start - margin : (range.start + range.end - width) / 2;
    end = start + width;
  }
  if (top < scrollTop) scrollTop = top;
  else if (bottom > scrollTop + bounds.viewHeight) scrollTop = bottom - bounds.viewHeight;
  return clampViewport({ start, end, scrollTop }, bounds);
}

/** A range with one edge moved within a reach; the edge stops at the other one. */
export function withEdgeMoved(range: TimeRange, edge: 'start' | 'end', by: number, reach: TimeRange): TimeRange {
  return edge === 'start'
    ? { start: clamp(range.start + by, reach.start, range.end), end: range.end }
    : { start: range.start, end: clamp(range.end + by, range.start, reach.end) };
}

/** The viewport `t` (0 to 1) of the way between two. Linear, so a time that has the same place in both keeps it. */
export function between(from: Viewport, to: Viewport, t: number): Viewport {
  if (t >= 1) return to;
  const mix = (a: number, b: number): number => a + (b - a) * t;
  return {
    start: mix(from.start, to.start),
    end: mix(from.end, to.end),
    scrollTop: mix(from.scrollTop, to.scrollTop),
  };
}

/** Whether two viewports look the same. */
export function sameViewport(a: Viewport, b: Viewport): boolean {
  return a.start === b.start && a.end === b.end && a.scrollTop === b.scrollTop;
}

/**
 * Time to pixels. The grid of pixels is anchored in time and not in the viewport, so that moving sideways never changes
 * which spans share a pixel.
 */
export interface Scale {
  /** Pixels per microsecond. */
  readonly perMicro: number;
  /** The pixel, counted from time 0, at the left edge. */
  readonly origin: number;
  readonly width: number;
}

export function scaleOf(view: TimeRange, width: number): Scale {
  const perMicro = width / (view.end - view.start);
  return { perMicro, origin: Math.round(view.start * perMicro), width };
}

/** The whole pixel from the left edge at which a time lies. */
export function pixelAt(scale: Scale, time: number): number {
  return Math.round(time * scale.perMicro) - scale.origin;
}

/** The time at a pixel from the left edge. */
export function timeAt(scale: Scale, pixel: number): number {
  return (pixel + scale.origin) / scale.perMicro;
}
