import { NONE } from '@flowprof/model';
import type { Viewport } from '../api.ts';
import { centreRange, fitRange, reveal, type CameraBounds } from '../camera.ts';
import { METRICS } from './metrics.ts';
import type { Scene } from './scene.ts';

/** Moves a viewport up or down as little as needed so that the lane of a row can be seen. */
function withLane(view: Viewport, { layout, laneTops }: Scene, row: number, bounds: CameraBounds): Viewport {
  const lane = layout.laneOf[row];
  if (lane === NONE) return view;
  const top = laneTops[lane] - METRICS.stackGap;
  return reveal(view, view, top, top + METRICS.lanePitch + METRICS.stackGap * 2, bounds);
}

function rangeOf({ layout }: Scene, row: number) {
  return { start: layout.start[row], end: layout.end[row] };
}

/** Fits a row into the width. */
export function fitRow(view: Viewport, scene: Scene, row: number, bounds: CameraBounds): Viewport {
  return withLane(fitRange(view, rangeOf(scene, row), bounds), scene, row, bounds);
}

/** Moves a row into the middle without zooming. */
export function centreRow(view: Viewport, scene: Scene, row: number, bounds: CameraBounds): Viewport {
  return withLane(centreRange(view, rangeOf(scene, row), bounds), scene, row, bounds);
}

/** Moves as little as needed so that a row can be seen. */
export function revealRow(view: Viewport, scene: Scene, row: number, bounds: CameraBounds): Viewport {
  const moved = reveal(view, rangeOf(scene, row), -Infinity, -Infinity, bounds);
  return withLane({ ...moved, scrollTop: view.scrollTop }, scene, row, bounds);
}
