import { spanLabelAt } from '@flowprof/model';
import { pixelAt } from '../camera.ts';
import { isPatterned } from '../views/difference.ts';
import { LOOK } from '../scene/looks.ts';
import { METRICS } from '../scene/metrics.ts';
import { formatDuration } from '../time.ts';
import type { WideBar } from './bars.ts';
import { device, type Frame, type Surface } from './frame.ts';
import type { Pen } from './pen.ts';

/** How long a span took, whatever of it is cut. */
function durationOf({ trace, realEnd }: Frame['scene'], row: number): number {
  return realEnd[row] - trace.spans.start[row];
}

/** The sign of a failure: a cross, so that it does not depend on colour. */
function drawCross(context: Pen, x: number, y: number, size: number, dpr: number): void {
  context.lineWidth = Math.max(1.5, 1.8 * dpr);
  context.lineCap = 'round';
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + size, y + size);
  context.moveTo(x + size, y);
  context.lineTo(x, y + size);
  context.stroke();
  context.lineCap = 'butt'; // else what is drawn later depends on whether a cross was
}

/** The sign of a time limit that was reached: a clock. */
function drawClock(context: Pen, x: number, y: number, size: number, dpr: number): void {
  const radius = size / 2;
  context.lineWidth = Math.max(1, 1.4 * dpr);
  context.lineCap = 'round';
  context.beginPath();
  context.arc(x + radius, y + radius, radius, 0, 2 * Math.PI);
  context.moveTo(x + radius, y + radius * 0.45);
  context.lineTo(x + radius, y + radius);
  context.lineTo(x + radius * 1.45, y + radius * 1.2);
  context.stroke();
  context.lineCap = 'butt';
}

/** Names a wait, or what waited where its run is out of view, on a plate that interrupts the thin bar. */
function drawWaitLabel(frame: Frame, surface: Surface, row: number, from: number, to: number, top: number): void {
  const { context, meter } = surface;
  const name = spanLabelAt(frame.scene.trace, row);
  const isWait = frame.scene.looks.look(row) === LOOK.wait;
  const label = `${name} ${isWait ? formatDuration(durationOf(frame.scene, row)) : 'waits'}`;
  const width = meter.width(label);
  const pad = device(frame, METRICS.labelPadding);
  if (width + pad * 6 > to - from) return;
  const left = from + pad * 3;
  const height = device(frame, METRICS.barHeight);
  context.fillStyle = frame.theme.background;
  context.fillRect(left - pad / 2, top, width + pad, height);
  context.fillStyle = frame.theme.mutedText;
  context.fillText(label, left, top + height / 2 + frame.dpr * 0.5);
}

/** Draws the name of a bar, its duration where there is room, and the sign of a failure. */
function drawBarLabel(frame: Frame, surface: Surface, bar: WideBar, from: number): void {
  const { context, meter } = surface;
  const { looks, trace } = frame.scene;
  const look = looks.look(bar.row);
  const height = device(frame, METRICS.barHeight);
  const roomy = bar.to - from >= device(frame, 64);
  const pad = device(frame, roomy ? METRICS.labelPadding : METRICS.labelPadding - 2);
  const right = bar.to - pad;
  const middle = bar.top + height / 2 + frame.dpr * 0.5;
  let left = from + pad;
  context.fillStyle = bar.ink.text;
  context.strokeStyle = bar.ink.text;
  if ((look === LOOK.failed || look === LOOK.timeout) && right - left > device(frame, 11)) {
    const size = device(frame, look === LOOK.timeout ? 9 : 7);
    const drawSign = look === LOOK.timeout ? drawClock : drawCross;
    drawSign(context, left, Math.round(bar.top + (height - size) / 2), size, frame.dpr);
    left += size + pad;
  }
  const name = meter.fit(spanLabelAt(trace, bar.row), right - left);
  if (name === '') return;
  const width = meter.width(name);
  const compared = isPatterned(frame.scene, bar.row);
  const onPattern = compared || look === LOOK.connect || look === LOOK.unaccounted;
  if (onPattern && !bar.faded) {
    context.fillStyle = bar.ink.fill;
    context.fillRect(left - pad / 2, bar.top, width + pad, height);
    context.fillStyle = bar.ink.text;
  }
  context.fillText(name, left, middle);
  const duration = frame.scene.amountOf?.(bar.row) ?? formatDuration(durationOf(frame.scene, bar.row));
  const needed = meter.width(duration);
  if ((onPattern && !compared) || left + width + pad * 2 + needed > right) return;
  if (compared && !bar.faded) {
    context.fillStyle = bar.ink.fill;
    context.fillRect(right - needed - pad / 2, bar.top, needed + pad, height);
    context.fillStyle = bar.ink.text;
  }
  context.globalAlpha = compared ? 1 : 0.72;
  context.fillText(duration, right - needed, middle);
  context.globalAlpha = 1;
}

/** Draws names, durations and signs into bars that have room for them. Text stays in view while its bar is. */
export function drawLabels(frame: Frame, surface: Surface, bars: readonly WideBar[]): void {
  const { context } = surface;
  const { looks } = frame.scene;
  context.font = surface.font;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  for (const bar of bars) {
    const ran = Math.max(bar.from, Math.min(pixelAt(frame.scale, looks.ranFrom(bar.row)), bar.to));
    const waits = looks.look(bar.row) === LOOK.wait || ran >= frame.width - device(frame, 22);
    if (!waits) drawBarLabel(frame, surface, bar, ran);
    else if (!bar.faded && frame.layers.queue) drawWaitLabel(frame, surface, bar.row, bar.from, bar.to, bar.top);
  }
}
