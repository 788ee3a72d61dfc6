import { NONE } from '@flowprof/model';
import { pixelAt } from '../camera.ts';
import { METRICS } from '../scene/metrics.ts';
import type { MarkKind } from '../scene/span-marks.ts';
import { device, type Frame, type Surface } from './frame.ts';
import { laneTopPixel } from './overlays.ts';
import type { Pen } from './pen.ts';

/** Half the size of a mark, and how far apart two in a lane are at least, in CSS pixels. */
const HALF = 4;
const APART = 8;

/** The outline of a sign around a place. */
function outline(context: Pen, kind: MarkKind, x: number, y: number, half: number): void {
  context.beginPath();
  switch (kind) {
    case 'retry':
      // An arrow that turns round.
      context.arc(x, y, half * 0.7, -0.3 * Math.PI, 1.35 * Math.PI);
      context.moveTo(x - half * 0.95, y - half * 0.9);
      context.lineTo(x - half * 0.3, y - half * 0.65);
      context.lineTo(x - half * 0.85, y - half * 0.05);
      break;
    case 'rate-limit':
      // An hourglass.
      context.moveTo(x - half * 0.7, y - half);
      context.lineTo(x + half * 0.7, y - half);
      context.lineTo(x - half * 0.7, y + half);
      context.lineTo(x + half * 0.7, y + half);
      context.lineTo(x - half * 0.7, y - half);
      break;
    case 'error':
      context.moveTo(x - half * 0.7, y - half * 0.7);
      context.lineTo(x + half * 0.7, y + half * 0.7);
      context.moveTo(x + half * 0.7, y - half * 0.7);
      context.lineTo(x - half * 0.7, y + half * 0.7);
      break;
    case 'annotation':
      context.moveTo(x, y - half);
      context.lineTo(x + half, y);
      context.lineTo(x, y + half);
      context.lineTo(x - half, y);
      context.lineTo(x, y - half);
      break;
    default:
      kind satisfies never;
  }
}

/** Draws one mark on a round plate, so that it can be seen on a bar of any colour. */
export function drawSign(
  context: Pen,
  { theme, dpr }: Pick<Frame, 'theme' | 'dpr'>,
  kind: MarkKind,
  x: number,
  y: number,
): void {
  const half = HALF * dpr;
  context.fillStyle = theme.background;
  context.strokeStyle = theme.text;
  context.lineWidth = Math.max(1, dpr);
  context.beginPath();
  context.arc(x, y, half + 2 * dpr, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
  context.lineWidth = 1.3 * dpr;
  context.fillStyle = theme.text;
  outline(context, kind, x, y, half * 0.85);
  if (kind === 'annotation') context.fill();
  else context.stroke();
}

/** Draws annotations, retries and rate limits onto the lanes `[first, last)`; those of the execution are on lane `NONE`, the axis. */
export function drawMarks(frame: Frame, surface: Surface, first: number, last: number): void {
  const { context } = surface;
  if (frame.marks === null) return;
  const { all, offsets } = frame.marks;
  const apart = device(frame, APART);
  for (let lane = first; lane < last; lane++) {
    const y =
      lane === NONE
        ? device(frame, METRICS.axisHeight) - device(frame, HALF)
        : laneTopPixel(frame, lane) + device(frame, 1);
    let taken = -Infinity;
    for (let i = offsets[lane + 1]; i < offsets[lane + 2]; i++) {
      const x = pixelAt(frame.scale, all[i].time);
      if (x < -apart || x - taken < apart) continue;
      if (x > frame.width + apart) break;
      taken = x;
      drawSign(context, frame, all[i].kind, x, y);
    }
  }
}
