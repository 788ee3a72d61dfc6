import type { Theme } from '../theme.ts';

/** The fills that are not plain: diagonal lines for what is unaccounted, dots for connecting, and what only one side has. */
export interface Patterns {
  readonly hatched: CanvasPattern | string;
  readonly dotted: CanvasPattern | string;
  readonly added: CanvasPattern | string;
  readonly removed: CanvasPattern | string;
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

/** Lines that rise (1) or fall (-1) from left to right. */
function lines(size: number, ink: string, line: string, width: number, slope: 1 | -1): HTMLCanvasElement {
  return tile(size, ink, (c) => {
    c.strokeStyle = line;
    c.lineWidth = width;
    c.beginPath();
    for (const shift of [-size, 0, size]) {
      c.moveTo(shift - 1, slope === 1 ? size + 1 : -1);
      c.lineTo(shift + size + 1, slope === 1 ? -1 : size + 1);
    }
    c.stroke();
  });
}

/** Makes the patterns for a theme and a pixel ratio. */
export function patternsFor(context: CanvasRenderingContext2D, theme: Theme, dpr: number): Patterns {
  const step = Math.max(4, Math.round(6 * dpr));
  const thin = Math.max(1, dpr * 0.9);
  const hatched = lines(step, theme.unaccounted.fill, theme.pattern, thin, 1);
  const { added, removed, slower, faster } = theme.difference;
  const wide = Math.max(6, Math.round(9 * dpr));
  const addedLines = lines(wide, added.fill, slower[slower.length - 1].fill, thin * 2, 1);
  const removedLines = lines(wide, removed.fill, faster[faster.length - 1].fill, thin * 2, -1);
  const gap = Math.max(3, Math.round(4 * dpr));
  const dot = Math.max(1, Math.round(1.4 * dpr));
  const dotted = tile(gap, theme.connect.fill, (c) => {
    c.fillStyle = theme.pattern;
    c.fillRect(0, 0, dot, dot);
  });
  return {
    hatched: context.createPattern(hatched, 'repeat') ?? theme.unaccounted.fill,
    dotted: context.createPattern(dotted, 'repeat') ?? theme.connect.fill,
    added: context.createPattern(addedLines, 'repeat') ?? added.fill,
    removed: context.createPattern(removedLines, 'repeat') ?? removed.fill,
  };
}
