import { NONE } from '@flowprof/model';
import { pixelAt } from '../camera.ts';
import type { Arrow } from '../scene/arrows.ts';
import { METRICS } from '../scene/metrics.ts';
import { device, type Frame, type Surface } from './frame.ts';
import { laneTopPixel } from './overlays.ts';
import type { Pen } from './pen.ts';

/** How far an arrow goes sideways before it turns, and how long its head is, in CSS pixels. */
const STUB = 7;
const HEAD = 6;

type Point = readonly [x: number, y: number];

/** From the end of one bar to the start of the other; where that lies further left, round between the lanes. */
function pathOf(frame: Frame, { from, to }: Arrow): readonly Point[] {
  const { layout } = frame.scene;
  const middle = device(frame, METRICS.barHeight) / 2;
  const stub = device(frame, STUB);
  const x1 = pixelAt(frame.scale, layout.end[from]);
  const x2 = pixelAt(frame.scale, layout.start[to]);
  const y1 = laneTopPixel(frame, layout.laneOf[from]) + middle;
  const y2 = laneTopPixel(frame, layout.laneOf[to]) + middle;
  if (x2 >= x1) {
    const turn = x2 - Math.min(stub * 2, (x2 - x1) / 2);
    return [
      [x1, y1],
      [turn, y1],
      [turn, y2],
      [x2, y2],
    ];
  }
  const between =
    y2 === y1 ? y1 + device(frame, METRICS.lanePitch) / 2 : y2 > y1 ? y2 - middle - stub / 3 : y2 + middle + stub / 3;
  return [
    [x1, y1],
    [x1 + stub, y1],
    [x1 + stub, between],
    [x2 - stub, between],
    [x2 - stub, y2],
    [x2, y2],
  ];
}

function line(context: Pen, points: readonly Point[]): void {
  context.beginPath();
  points.forEach(([x, y], at) => (at === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  context.stroke();
}

function head(frame: Frame, context: Pen, [x, y]: Point): void {
  const size = device(frame, HEAD);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x - size, y - size * 0.6);
  context.lineTo(x - size, y + size * 0.6);
  context.fill();
}

/** Draws what the selected span's node waited for and what waited for it: whole where it counted, else dashed. */
export function drawArrows(frame: Frame, surface: Surface): void {
  const { context } = surface;
  const { theme, dpr } = frame;
  // What counted is drawn last, over the others.
  for (const decisive of [false, true]) {
    for (const arrow of frame.arrows) {
      if (arrow.decisive !== decisive || frame.scene.layout.laneOf[arrow.from] === NONE) continue;
      const points = pathOf(frame, arrow);
      const [first] = points;
      const last = points[points.length - 1];
      if (Math.max(first[0], last[0]) < 0 || Math.min(first[0], last[0]) > frame.width) continue;
      context.setLineDash([]);
      context.strokeStyle = theme.background;
      context.lineWidth = 4 * dpr;
      line(context, points);
      context.strokeStyle = theme.selection;
      context.fillStyle = theme.selection;
      context.lineWidth = (decisive ? 2 : 1.25) * dpr;
      context.setLineDash(decisive ? [] : [4 * dpr, 3 * dpr]);
      line(context, points);
      context.setLineDash([]);
      head(frame, context, last);
    }
  }
}
