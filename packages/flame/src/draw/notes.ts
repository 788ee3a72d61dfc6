import { pixelAt } from '../camera.ts';
import { NARROWEST_NOTE, NOTE_STRIP } from '../scene/beside.ts';
import { METRICS } from '../scene/metrics.ts';
import { device, type Frame, type Surface } from './frame.ts';

/** Draws notes: a flag on the axis over their time, and a faint band with dotted edges down through the lanes. */
export function drawNotes(frame: Frame, surface: Surface): void {
  const { context } = surface;
  const { theme, dpr, scale } = frame;
  const axis = device(frame, METRICS.axisHeight);
  const strip = device(frame, NOTE_STRIP);
  for (const note of frame.notes) {
    const from = pixelAt(scale, note.start);
    const to = Math.max(pixelAt(scale, note.end), from + device(frame, NARROWEST_NOTE));
    if (to < 0 || from > frame.width) continue;
    context.fillStyle = theme.note;
    context.globalAlpha = 0.07;
    context.fillRect(from, axis, to - from, frame.height - axis);
    context.globalAlpha = 1;
    context.fillRect(from, 0, to - from, strip);
    context.beginPath();
    context.moveTo(from, strip);
    context.lineTo(from + strip, strip);
    context.lineTo(from, strip * 1.8);
    context.fill();
    context.strokeStyle = theme.note;
    context.lineWidth = Math.max(1, dpr);
    context.setLineDash([dpr, 3 * dpr]);
    for (const x of [from, to]) {
      context.beginPath();
      context.moveTo(x, strip);
      context.lineTo(x, frame.height);
      context.stroke();
    }
    context.setLineDash([]);
  }
}
