import { NONE } from '@flowprof/model';
import { reduceLane, RunBuffer } from '../scene/runs.ts';
import { laneAtY, METRICS } from '../scene/metrics.ts';
import { drawArrows } from './arrows.ts';
import { drawAxis, drawGrid, drawHeadings, drawScrollbar } from './axis.ts';
import type { BarBackEnd } from './bars.ts';
import { drawBreaks } from './breaks.ts';
import type { Frame, Surface } from './frame.ts';
import { drawLabels } from './labels.ts';
import { drawMarks } from './marks.ts';
import { drawNotes } from './notes.ts';
import { drawProfiles } from './profiles.ts';
import { drawCritical, drawHighlight, drawNotStarted, drawOutlines, drawRange, laneTopPixel } from './overlays.ts';

const runs = new RunBuffer();

/** Draws one picture: only what is in view, lane by lane. */
export function drawPicture(frame: Frame, surface: Surface, bars: BarBackEnd): void {
  const { context } = surface;
  const { scene, view } = frame;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha = 1;
  context.fillStyle = frame.theme.background;
  context.fillRect(0, 0, frame.width, frame.height);
  drawGrid(frame, surface);
  const first = Math.max(0, laneAtY(scene.laneTops, view.scrollTop));
  const bottom = view.scrollTop + frame.height / frame.dpr - METRICS.axisHeight;
  const last = Math.min(scene.layout.laneCount, laneAtY(scene.laneTops, bottom) + 1);
  const marks = { failed: scene.failed, match: frame.match };
  bars.begin(frame);
  for (let lane = first; lane < last; lane++) {
    reduceLane(scene.layout, lane, frame.scale, marks, runs);
    if (runs.count > 0) bars.lane(runs, laneTopPixel(frame, lane));
  }
  const wide = bars.finish();
  drawProfiles(frame, surface, first, last);
  drawHeadings(frame, surface);
  drawLabels(frame, surface, wide);
  drawNotStarted(frame, surface);
  drawCritical(frame, surface, first, last);
  drawBreaks(frame, surface);
  drawOutlines(frame, surface);
  drawArrows(frame, surface);
  drawMarks(frame, surface, first, last);
  drawAxis(frame, surface);
  drawMarks(frame, surface, NONE, 0);
  drawNotes(frame, surface);
  drawHighlight(frame, surface);
  drawRange(frame, surface);
  drawScrollbar(frame, surface);
}
