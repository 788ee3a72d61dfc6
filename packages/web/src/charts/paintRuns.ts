import type { Ink } from './ink.ts';
import { shapeOf, type RunPicture, type RunPoint, type RunShape } from './runPicture.ts';

/** A canvas with the scales of a chart: places and milliseconds to its own pixels. */
interface Paper {
  readonly ctx: CanvasRenderingContext2D;
  readonly ink: Ink;
  /** How many pixels of the canvas a CSS pixel has. */
  readonly ratio: number;
  /** The area of the picture, in pixels of the canvas. */
  readonly box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  readonly x: (place: number) => number;
  readonly y: (ms: number) => number;
}

/** Half the size of a point, in CSS pixels. */
const REACH = 3.5;

/** Draws nothing outside of the picture. */
function inside({ ctx, box }: Paper, draw: () => void): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.left, box.top - 12, box.width, box.height + 12);
  ctx.clip();
  draw();
  ctx.restore();
}

/** Half way to the neighbour, so that a level reaches from one step to the next. */
function edgesOf(places: readonly number[], from: number, to: number): readonly [number, number] {
  const [first = 0, last = 0] = [places[from], places[to]];
  const [before = first, after = last] = [places[from - 1], places[to + 1]];
  return [(first + before) / 2, (last + after) / 2];
}

/** What lies below the points: where most runs of each level lie, its median, and the lines to hold them against. */
export function paintLevels(paper: Paper, picture: RunPicture, places: readonly number[]): void {
  const { ctx, ink, ratio, box, x, y } = paper;
  inside(paper, () => {
    for (const { from, to, low, high, median } of picture.levels) {
      const [start, end] = edgesOf(places, from, to);
      const [left, width] = [x(start), x(end) - x(start)];
      ctx.globalAlpha = 0.13;
      ctx.fillStyle = ink.work;
      ctx.fillRect(left, y(high), width, y(low) - y(high));
      ctx.globalAlpha = 1;
      ctx.fillRect(left, y(median) - ratio, width, 2 * ratio);
    }
    for (const { value, label } of picture.lines) {
      ctx.strokeStyle = ink.strong;
      ctx.lineWidth = ratio;
      ctx.setLineDash([6 * ratio, 4 * ratio]);
      ctx.beginPath();
      ctx.moveTo(box.left, y(value));
      ctx.lineTo(box.left + box.width, y(value));
      ctx.stroke();
      ctx.setLineDash([]);
      word(paper, label, box.left + 6 * ratio, y(value) - 5 * ratio, ink.soft);
    }
  });
}

function word({ ctx, ink, ratio }: Paper, text: string, x: number, y: number, colour: string): void {
  ctx.font = ink.font.replace(/^\d+/, String(11 * ratio));
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  ctx.lineJoin = 'round';
  ctx.strokeStyle = ink.surface;
  ctx.lineWidth = 3 * ratio;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}

/** Where runs went to another level: a line across, and the direction in words. */
export function paintSteps(paper: Paper, picture: RunPicture, places: readonly number[]): void {
  const { ctx, ink, ratio, box, x } = paper;
  inside(paper, () => {
    for (const { at, isSlower } of picture.steps) {
      const [edge] = edgesOf(places, at, at);
      const colour = isSlower ? ink.bad : ink.good;
      ctx.strokeStyle = colour;
      ctx.lineWidth = 1.5 * ratio;
      ctx.setLineDash([2 * ratio, 3 * ratio]);
      ctx.beginPath();
      ctx.moveTo(x(edge), box.top);
      ctx.lineTo(x(edge), box.top + box.height);
      ctx.stroke();
      ctx.setLineDash([]);
      word(paper, isSlower ? '▲ slower' : '▼ faster', x(edge) + 5 * ratio, box.top + 10 * ratio, colour);
    }
  });
}

function trace(ctx: CanvasRenderingContext2D, shape: RunShape, x: number, y: number, r: number): void {
  ctx.beginPath();
  switch (shape) {
    case 'disc':
    case 'ring':
      ctx.arc(x, y, r, 0, 2 * Math.PI);
      break;
    case 'cross':
      ctx.moveTo(x - r, y - r);
      ctx.lineTo(x + r, y + r);
      ctx.moveTo(x + r, y - r);
      ctx.lineTo(x - r, y + r);
      break;
    case 'square':
      ctx.rect(x - r, y - r, 2 * r, 2 * r);
      break;
    case 'diamond':
      ctx.moveTo(x, y - 1.3 * r);
      ctx.lineTo(x + 1.3 * r, y);
      ctx.lineTo(x, y + 1.3 * r);
      ctx.lineTo(x - 1.3 * r, y);
      ctx.closePath();
      break;
    default:
      shape satisfies never;
  }
}

function colourOf(shape: RunShape, ink: Ink): string {
  switch (shape) {
    case 'disc':
      return ink.work;
    case 'cross':
      return ink.bad;
    case 'square':
      return ink.warn;
    case 'diamond':
    case 'ring':
      return ink.soft;
    default:
      return shape satisfies never;
  }
}

function paintPoint(paper: Paper, point: RunPoint, place: number): void {
  const { ctx, ink, ratio, box } = paper;
  const shape = shapeOf(point.status);
  const [x, r] = [paper.x(place), REACH * ratio];
  // One that has no duration stands at the bottom.
  const y = point.value === null ? box.top + box.height - r - ratio : paper.y(point.value);
  trace(ctx, shape, x, y, r);
  if (shape === 'disc') {
    ctx.fillStyle = ink.work;
    ctx.fill();
  } else {
    ctx.strokeStyle = colourOf(shape, ink);
    ctx.lineWidth = 2 * ratio;
    ctx.stroke();
  }
  if (!point.isUnusual) return;
  ctx.strokeStyle = ink.warn;
  ctx.lineWidth = 1.5 * ratio;
  trace(ctx, 'ring', x, y, 2 * r);
  ctx.stroke();
}

/** The runs: a thin line from one that completed to the next, and each as a point by how it ended. */
export function paintRuns(paper: Paper, picture: RunPicture, places: readonly number[]): void {
  const { ctx, ink, ratio } = paper;
  inside(paper, () => {
    ctx.globalAlpha = 0.45;
    ctx.strokeStyle = ink.work;
    ctx.lineWidth = ratio;
    ctx.beginPath();
    let begun = false;
    picture.points.forEach(({ status, value }, at) => {
      if (status !== 'completed' || value === null) return;
      if (begun) ctx.lineTo(paper.x(places[at] ?? 0), paper.y(value));
      else ctx.moveTo(paper.x(places[at] ?? 0), paper.y(value));
      begun = true;
    });
    ctx.stroke();
    ctx.globalAlpha = 1;
    picture.points.forEach((point, at) => paintPoint(paper, point, places[at] ?? 0));
  });
}
