import { pixelAt } from '../camera.ts';
import { METRICS } from '../scene/metrics.ts';
import { formatTick, ticksOf } from '../time.ts';
import { piecesOf } from './pieces.ts';
import { device, type Frame, type Surface } from './frame.ts';

const TICK_DISTANCE = 96;
const MOST_TICKS = 1_000;

/** Round times in view with their places; between breaks they have the same step. */
function ticks(frame: Frame): { step: number; at: { time: number; x: number }[] } {
  const { time: map } = frame.scene;
  const at: { time: number; x: number }[] = [];
  const { step } = ticksOf(frame.view.start, frame.view.end, frame.width / frame.dpr, TICK_DISTANCE);
  for (const piece of piecesOf(frame.view, map)) {
    for (let i = Math.ceil(piece.start / step); i * step <= piece.end && at.length < MOST_TICKS; i++) {
      at.push({ time: i * step, x: pixelAt(frame.scale, map.toChart(i * step)) });
    }
  }
  return { step, at };
}

/** Which pixels the vertical lines of the time axis take. */
export function gridPixels(frame: Frame): { readonly from: number; readonly to: number }[] {
  const line = Math.max(1, Math.floor(frame.dpr));
  return ticks(frame).at.map(({ x }) => ({ from: x, to: x + line }));
}

/** Draws the vertical lines of the time axis behind the bars. */
export function drawGrid(frame: Frame, surface: Surface): void {
  const { context } = surface;
  context.fillStyle = frame.theme.grid;
  for (const { from, to } of gridPixels(frame)) context.fillRect(from, 0, to - from, frame.height);
}

/** Draws the time axis over the top of the lanes. */
export function drawAxis(frame: Frame, surface: Surface): void {
  const { context, meter } = surface;
  const { theme, dpr } = frame;
  const height = device(frame, METRICS.axisHeight);
  const line = Math.max(1, Math.floor(dpr));
  context.fillStyle = theme.axisBackground;
  context.fillRect(0, 0, frame.width, height);
  context.fillStyle = theme.border;
  context.fillRect(0, height - line, frame.width, line);
  const { step, at } = ticks(frame);
  const { start, end } = frame.scene.time.rangeToReal(frame.view);
  const largest = Math.max(Math.abs(start), Math.abs(end));
  context.font = surface.font;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  const pad = device(frame, 5);
  let taken = -Infinity;
  for (const { time, x } of at) {
    context.fillStyle = theme.border;
    context.fillRect(x, device(frame, 8), line, height - device(frame, 8));
    const text = formatTick(time, step, largest);
    const right = x + pad + meter.width(text);
    if (right > frame.width || x < taken) continue;
    taken = right;
    context.fillStyle = theme.axisText;
    context.fillText(text, x + pad, height / 2 + 0.5 * dpr);
  }
}

/** Draws the headings of sections. */
export function drawHeadings(frame: Frame, surface: Surface): void {
  const { context, meter } = surface;
  const { theme, dpr } = frame;
  context.font = surface.font;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  for (const section of frame.scene.layout.sections) {
    if (section.headingLane < 0) continue;
    const top = device(frame, frame.scene.laneTops[section.headingLane] - frame.view.scrollTop + METRICS.axisHeight);
    const height = device(frame, METRICS.headingPitch - 2);
    if (top > frame.height || top + height < 0) continue;
    context.fillStyle = theme.minimapShade;
    context.fillRect(0, top + device(frame, 3), frame.width, height - device(frame, 5));
    context.fillStyle = theme.mutedText;
    const text = meter.fit(section.label, frame.width - device(frame, 16));
    context.fillText(text, device(frame, 8), top + height / 2 + dpr);
  }
}

/** Draws where the part in view lies among all lanes, when they do not all fit. */
export function drawScrollbar(frame: Frame, surface: Surface): void {
  const axis = METRICS.axisHeight;
  const seen = frame.height / frame.dpr - axis;
  const all = frame.scene.contentHeight;
  if (all <= seen) return;
  const size = Math.max(24, (seen * seen) / all);
  const top = axis + ((seen - size) * frame.view.scrollTop) / (all - seen);
  const { context } = surface;
  context.fillStyle = frame.theme.minimapHandle;
  context.globalAlpha = 0.55;
  context.fillRect(frame.width - device(frame, 7), device(frame, top), device(frame, 5), device(frame, size));
  context.globalAlpha = 1;
}
