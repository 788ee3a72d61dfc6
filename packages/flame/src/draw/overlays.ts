import { NONE } from '@flowprof/model';
import { pixelAt } from '../camera.ts';
import { METRICS } from '../scene/metrics.ts';
import { formatDuration } from '../time.ts';
import { device, type Frame, type Surface } from './frame.ts';
import type { Pen } from './pen.ts';

/** The top of a lane in device pixels from the top of the canvas. */
export function laneTopPixel(frame: Frame, lane: number): number {
  return device(frame, frame.scene.laneTops[lane] - frame.view.scrollTop + METRICS.axisHeight);
}

/** At most so many sections of the critical path are looked at for joints in one picture. */
const MOST_JOINTS = 2_000;
/** Joints are drawn where they can be followed: between sections of this width, and this far apart, in CSS pixels. */
const JOINED_WIDTH = 4;
const JOINT_DISTANCE = 8;

/** Draws the critical path through the lanes `[first, last)`: a line at the foot of the bars. */
export function drawCritical(frame: Frame, surface: Surface, first: number, last: number): void {
  const { critical, scale, dpr, theme } = frame;
  if (critical === null || !frame.layers.criticalPath) return;
  const { context } = surface;
  const thick = Math.max(2, Math.round(3 * dpr));
  const foot = device(frame, METRICS.barHeight) - thick;
  context.fillStyle = theme.critical;
  for (let lane = first; lane < last; lane++) {
    const y = laneTopPixel(frame, lane) + foot;
    let taken = -1;
    for (let i = critical.offsets[lane]; i < critical.offsets[lane + 1]; i++) {
      const from = Math.max(0, taken, pixelAt(scale, critical.start[i]));
      if (from >= frame.width) break;
      const to = Math.min(frame.width, Math.max(from + 1, pixelAt(scale, critical.end[i])));
      if (pixelAt(scale, critical.end[i]) < from) continue;
      context.fillRect(from, y, to - from, thick);
      taken = to;
    }
  }
  drawJoints(frame, context, foot, thick);
}

/** Joins the sections of the critical path: down or up to the next lane, dashed through the time in which none ran. */
function drawJoints(frame: Frame, context: Pen, foot: number, thick: number): void {
  const { critical, scale, view, theme, dpr } = frame;
  if (critical === null) return;
  const { lane, start, end } = critical.inTime;
  let low = 0;
  let high = lane.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (end[middle] < view.start) low = middle + 1;
    else high = middle;
  }
  const line = Math.max(1, Math.round(1.5 * dpr));
  context.strokeStyle = theme.critical;
  context.lineWidth = line;
  const wide = device(frame, JOINED_WIDTH) / scale.perMicro;
  let lastX = -Infinity;
  const stop = Math.min(lane.length, low + MOST_JOINTS);
  for (let i = Math.max(1, low); i < stop; i++) {
    if (end[i - 1] > view.end) break;
    if (start[i] < end[i - 1] || lane[i] === lane[i - 1]) continue;
    if (end[i - 1] - start[i - 1] < wide || end[i] - start[i] < wide) continue;
    const x = pixelAt(scale, end[i - 1]) - line / 2;
    if (x - lastX < device(frame, JOINT_DISTANCE)) continue;
    lastX = x;
    const to = pixelAt(scale, start[i]);
    const from = laneTopPixel(frame, lane[i - 1]) + foot + thick / 2;
    const into = laneTopPixel(frame, lane[i]) + foot + thick / 2;
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(x, from);
    context.lineTo(x, into);
    context.stroke();
    if (to - x > 2 * dpr) {
      context.setLineDash([3 * dpr, 3 * dpr]);
      context.beginPath();
      context.moveTo(x, into);
      context.lineTo(to, into);
      context.stroke();
    }
  }
  context.setLineDash([]);
}

function outlineSpan(frame: Frame, surface: Surface, row: number, color: string, width: number): void {
  const { layout } = frame.scene;
  const lane = layout.laneOf[row];
  if (lane === NONE) return;
  const from = pixelAt(frame.scale, layout.start[row]);
  const to = Math.max(from + 1, pixelAt(frame.scale, layout.end[row]));
  if (to < -4 || from > frame.width + 4) return;
  const { context } = surface;
  const line = Math.max(1, Math.round(width * frame.dpr));
  const left = Math.max(from, -line * 2) - line / 2;
  const right = Math.min(to, frame.width + line * 2) + line / 2 - Math.round(frame.dpr);
  const top = laneTopPixel(frame, lane) - line / 2;
  context.strokeStyle = color;
  context.lineWidth = line;
  context.setLineDash([]);
  context.strokeRect(left, top, Math.max(right - left, line), device(frame, METRICS.barHeight) + line);
}

/** Outlines the span under the pointer and the selected one. */
export function drawOutlines(frame: Frame, surface: Surface): void {
  const { layout } = frame.scene;
  const { hovered, selected, theme } = frame;
  if (hovered !== NONE && hovered !== selected && hovered < layout.laneOf.length) {
    outlineSpan(frame, surface, hovered, theme.hover, 1);
  }
  if (selected !== NONE && selected < layout.laneOf.length) outlineSpan(frame, surface, selected, theme.selection, 2);
}

/** A long name is cut to this part of the chart's width. */
const OUTLINE_SHARE = 0.4;

/** Draws nodes that have not started as dotted outlines. */
export function drawNotStarted(frame: Frame, surface: Surface): void {
  const { context, meter } = surface;
  const { theme, dpr } = frame;
  const pad = device(frame, METRICS.labelPadding);
  const height = device(frame, METRICS.barHeight);
  context.font = surface.font;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.lineWidth = Math.max(1, Math.round(dpr));
  context.strokeStyle = theme.minimapHandle;
  context.fillStyle = theme.mutedText;
  context.setLineDash([2 * dpr, 3 * dpr]);
  for (const outline of frame.scene.outlines) {
    const top = device(frame, outline.top - frame.view.scrollTop + METRICS.axisHeight);
    if (top > frame.height || top + height < 0) continue;
    const text = `${meter.fit(outline.name, frame.width * OUTLINE_SHARE)} · ${outline.why}`;
    const width = meter.width(text) + pad * 2;
    const wanted = pixelAt(frame.scale, outline.time);
    const left = Math.max(pad, Math.min(wanted, frame.width - width - pad)) + 0.5;
    context.strokeRect(left, top + 0.5, width, height);
    context.fillText(text, left + pad, top + height / 2 + 0.5 * dpr);
  }
  context.setLineDash([]);
}

/** Draws bands over the stretches of time that are pointed out, with a solid foot on the axis. */
export function drawHighlight(frame: Frame, surface: Surface): void {
  const { highlight, scale, theme, dpr } = frame;
  if (highlight === null) return;
  const { context } = surface;
  const { start, end } = highlight;
  const axis = device(frame, METRICS.axisHeight);
  const foot = Math.max(2, Math.round(4 * dpr));
  context.fillStyle = theme.range;
  let taken = 0;
  for (let i = 0; i < start.length; i++) {
    const from = Math.max(taken, pixelAt(scale, start[i]));
    if (from >= frame.width) break;
    const to = Math.min(frame.width, Math.max(pixelAt(scale, start[i]) + 1, pixelAt(scale, end[i])));
    if (to <= from) continue;
    context.globalAlpha = 0.1;
    context.fillRect(from, axis, to - from, frame.height - axis);
    context.globalAlpha = 1;
    context.fillRect(from, axis - foot, to - from, foot);
    taken = to;
  }
}

/** Draws the selected range of time with its length. */
export function drawRange(frame: Frame, surface: Surface): void {
  const { range, scale, theme, dpr } = frame;
  if (range === null) return;
  const { context, meter } = surface;
  const from = pixelAt(scale, range.start);
  const to = pixelAt(scale, range.end);
  const axis = device(frame, METRICS.axisHeight);
  context.fillStyle = theme.range;
  context.globalAlpha = 0.12;
  context.fillRect(from, axis, to - from, frame.height - axis);
  context.globalAlpha = 1;
  const line = Math.max(1, Math.round(dpr));
  context.fillRect(from, 0, line, frame.height);
  context.fillRect(to - line, 0, line, frame.height);
  context.font = surface.font;
  const real = frame.scene.time.rangeToReal(range);
  const text = formatDuration(real.end - real.start);
  const pad = device(frame, METRICS.labelPadding);
  const width = meter.width(text) + pad * 2;
  const left = Math.max(0, Math.min((from + to - width) / 2, frame.width - width));
  context.fillRect(left, device(frame, 4), width, axis - device(frame, 8));
  context.fillStyle = theme.background;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.fillText(text, left + pad, axis / 2 + 0.5 * dpr);
}
