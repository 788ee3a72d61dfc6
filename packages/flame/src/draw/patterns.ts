import type { Theme } from '../theme.ts';

/** The fills that are not plain: diagonal lines for what is unaccounted, dots for connecting. */
export interface Patterns {
  readonly hatched: CanvasPattern | string;
  readonly dotted: CanvasPattern | string;
}

function tile(size: number, background: string, paint: (context: CanvasRenderingContext2D) => void): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext('2d');
  if (context) {
    context.fillStyle = background;
    context.fillRect(0, 0, size, size);
    paint(context);
  }
  return canvas;
}

/** Makes the patterns for a theme and a pixel ratio. */
export function patternsFor(context: CanvasRenderingContext2D, theme: Theme, dpr: number): Patterns {
  const step = Math.max(4, Math.round(6 * dpr));
  const hatched = tile(step, theme.unaccounted.fill, (c) => {
    c.strokeStyle = theme.pattern;
    c.lineWidth = Math.max(1, dpr * 0.9);
    c.beginPath();
    for (const shift of [-step, 0, step]) {
      c.moveTo(shift - 1, step + 1);
      c.lineTo(shift + step + 1, -1);
    }
    c.stroke();
  });
  const gap = Math.max(3, Math.round(4 * dpr));
  const dot = Math.max(1, Math.round(1.4 * dpr));
  const dotted = tile(gap, theme.connect.fill, (c) => {
    c.fillStyle = theme.pattern;
    c.fillRect(0, 0, dot, dot);
  });
  return {
    hatched: context.createPattern(hatched, 'repeat') ?? theme.unaccounted.fill,
    dotted: context.createPattern(dotted, 'repeat') ?? theme.connect.fill,
  };
}
