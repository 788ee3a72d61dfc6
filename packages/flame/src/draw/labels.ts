import { spanNameAt } from '@flowprof/model';
import { pixelAt } from '../camera.ts';
import { LOOK } from '../scene/looks.ts';
import { METRICS } from '../scene/metrics.ts';
import { formatDuration } from '../time.ts';
import type { WideBar } from './bars.ts';
import { device, type Frame, type Surface } from './frame.ts';

/** The sign of a failure: a cross, so that it does not depend on colour. */
function drawCross(context: CanvasRenderingContext2D, x: number, y: number, size: number, dpr: number): void {
  context.lineWidth = Math.max(1.5, 1.8 * dpr);
  context.lineCap = 'round';
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + size, y + size);
  context.moveTo(x + size, y);
  context.lineTo(x, y + size);
  context.stroke();
}

/** Draws names, durations and signs into bars that have room for them. Text stays in view while its bar is. */
export function drawLabels(frame: Frame, surface: Surface, bars: readonly WideBar[]): void {
  const { context, meter } = surface;
  const { spans } = frame.scene.trace;
  const { look, ranFrom } = frame.scene.looks;
  const { start, end } = frame.scene.layout;
  const roomy = device(frame, 64);
  const height = device(frame, METRICS.barHeight);
  context.font = surface.font;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  for (const bar of bars) {
    if (look[bar.row] === LOOK.wait) continue;
    const pad = device(frame, bar.to - bar.from < roomy ? METRICS.labelPadding - 2 : METRICS.labelPadding);
    const ran = pixelAt(frame.scale, ranFrom[bar.row]);
    let left = Math.max(bar.from, Math.min(ran, bar.to)) + pad;
    const right = bar.to - pad;
    const middle = bar.top + height / 2 + frame.dpr * 0.5;
    context.fillStyle = bar.ink.text;
    context.strokeStyle = bar.ink.text;
    if (look[bar.row] === LOOK.failed && right - left > device(frame, 9)) {
      const size = device(frame, 7);
      drawCross(context, left, Math.round(bar.top + (height - size) / 2), size, frame.dpr);
      left += size + pad;
    }
    const name = meter.fit(spanNameAt(spans, bar.row), right - left);
    if (name === '') continue;
    const plate = look[bar.row] === LOOK.connect || look[bar.row] === LOOK.unaccounted;
    const width = meter.width(name);
    if (plate && !bar.faded) {
      context.fillStyle = bar.ink.fill;
      context.fillRect(left - pad / 2, bar.top, width + pad, height);
      context.fillStyle = bar.ink.text;
    }
    context.fillText(name, left, middle);
    const duration = formatDuration(end[bar.row] - start[bar.row]);
    const needed = meter.width(duration);
    if (left + width + pad * 2 + needed <= right && !plate) {
      context.globalAlpha = 0.72;
      context.fillText(duration, right - needed, middle);
      context.globalAlpha = 1;
    }
  }
}
