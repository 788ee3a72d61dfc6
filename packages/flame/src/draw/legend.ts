import type { Theme } from '../theme.ts';
import { drawSign } from './marks.ts';
import type { Patterns } from './patterns.ts';
import type { Pen } from './pen.ts';
import type { TextMeter } from './text.ts';

/** What a legend explains. */
export type LegendKind =
  | 'node'
  | 'attempt'
  | 'phase'
  | 'wait'
  | 'sleep'
  | 'connect'
  | 'unaccounted'
  | 'failed'
  | 'timeout'
  | 'cancelled'
  | 'critical'
  | 'retry'
  | 'rate-limit'
  | 'annotation'
  | 'note'
  | 'cut'
  | 'slower'
  | 'faster'
  | 'added'
  | 'removed';

const WORDS: Readonly<Record<LegendKind, string>> = {
  node: 'node (a colour each)',
  attempt: 'attempt',
  phase: 'phase',
  wait: 'waits',
  sleep: 'sleeps',
  connect: 'connects',
  unaccounted: 'unaccounted',
  failed: 'failed',
  timeout: 'time limit',
  cancelled: 'cancelled',
  critical: 'critical path',
  retry: 'retry',
  'rate-limit': 'rate limit',
  annotation: 'annotation',
  note: 'note',
  cut: 'idle time cut',
  slower: 'slower',
  faster: 'faster',
  added: 'new',
  removed: 'removed',
};

/** Where things of a sheet stand, in CSS pixels. */
export const SHEET = { pad: 14, titleSize: 15, header: 48, legendRow: 20, swatch: 22 } as const;

/** How an entry's sign is drawn: at the left, in a box of `SHEET.swatch` by 12 device-independent pixels. */
interface Ground {
  readonly pen: Pen;
  readonly theme: Theme;
  readonly patterns: Patterns;
  readonly dpr: number;
}

function fillOf({ theme, patterns }: Ground, kind: LegendKind): Pen['fillStyle'] {
  switch (kind) {
    case 'node':
      return theme.palette[0][0].fill;
    case 'attempt':
      return theme.palette[1][0].fill;
    case 'phase':
      return theme.palette[2][0].fill;
    case 'connect':
      return patterns.dotted;
    case 'unaccounted':
      return patterns.hatched;
    case 'added':
      return patterns.added;
    case 'removed':
      return patterns.removed;
    case 'slower':
      return theme.difference.slower[theme.difference.slower.length - 1].fill;
    case 'faster':
      return theme.difference.faster[theme.difference.faster.length - 1].fill;
    case 'cut':
      return theme.minimapShade;
    case 'retry':
    case 'rate-limit':
    case 'annotation':
      return theme.background;
    case 'critical':
      return theme.critical;
    case 'note':
      return theme.note;
    case 'wait':
    case 'sleep':
    case 'failed':
    case 'timeout':
    case 'cancelled':
      return theme[kind].fill;
    default:
      return kind satisfies never;
  }
}

function drawSwatch(ground: Ground, kind: LegendKind, x: number, middle: number): void {
  const { pen, theme, dpr } = ground;
  const width = SHEET.swatch * dpr;
  const thin = kind === 'wait' || kind === 'critical' || kind === 'note';
  const height = (thin ? 4 : 12) * dpr;
  if (kind === 'retry' || kind === 'rate-limit' || kind === 'annotation') {
    drawSign(pen, { theme, dpr }, kind, x + width / 2, middle);
    return;
  }
  pen.fillStyle = fillOf(ground, kind);
  pen.fillRect(x, middle - height / 2, width, height);
  if (kind === 'cut') {
    pen.strokeStyle = theme.minimapHandle;
    pen.lineWidth = dpr;
    pen.strokeRect(x, middle - height / 2, width, height);
  }
  if (kind === 'failed') {
    pen.strokeStyle = theme.failed.text;
    pen.lineWidth = 1.6 * dpr;
    pen.beginPath();
    pen.moveTo(x + width / 2 - 3 * dpr, middle - 3 * dpr);
    pen.lineTo(x + width / 2 + 3 * dpr, middle + 3 * dpr);
    pen.moveTo(x + width / 2 + 3 * dpr, middle - 3 * dpr);
    pen.lineTo(x + width / 2 - 3 * dpr, middle + 3 * dpr);
    pen.stroke();
  }
}

/** An entry at its place in the legend, in device pixels. */
interface Placed {
  readonly kind: LegendKind;
  readonly x: number;
  readonly row: number;
}

/** Puts entries side by side, and into further rows where the width is too small. */
export function placeLegend(
  kinds: readonly LegendKind[],
  widthOf: (text: string) => number,
  width: number,
  dpr: number,
): { readonly placed: readonly Placed[]; readonly rows: number } {
  const placed: Placed[] = [];
  let x: number = SHEET.pad * dpr;
  let row = 0;
  for (const kind of kinds) {
    const needed = (SHEET.swatch + 6 + 18) * dpr + widthOf(WORDS[kind]);
    if (x + needed > width && x > SHEET.pad * dpr) {
      x = SHEET.pad * dpr;
      row++;
    }
    placed.push({ kind, x, row });
    x += needed;
  }
  return { placed, rows: row + 1 };
}

/** How tall the legend of some entries is, in device pixels. */
export function legendHeight(rows: number, dpr: number): number {
  return Math.round((rows * SHEET.legendRow + SHEET.pad) * dpr);
}

/** Draws a legend with its top at `top`. */
export function drawLegend(
  ground: Ground & { readonly meter: TextMeter; readonly font: string },
  placed: readonly Placed[],
  top: number,
): void {
  const { pen, theme, dpr, font } = ground;
  for (const { kind, x, row } of placed) {
    const middle = top + (row + 0.75) * SHEET.legendRow * dpr;
    drawSwatch(ground, kind, x, middle);
    pen.font = font;
    pen.textBaseline = 'middle';
    pen.textAlign = 'left';
    pen.fillStyle = theme.text;
    pen.fillText(WORDS[kind], x + (SHEET.swatch + 6) * dpr, middle);
  }
}

/** Draws the title of a picture and, below it, what of the run it shows. */
export function drawHeader(
  ground: Ground & { readonly meter: TextMeter; readonly font: string; readonly width: number },
  title: string,
  detail: string,
): void {
  const { pen, theme, dpr, font, meter, width } = ground;
  const room = width - 2 * SHEET.pad * dpr;
  pen.textBaseline = 'middle';
  pen.textAlign = 'left';
  pen.fillStyle = theme.text;
  pen.font = `bold ${SHEET.titleSize * dpr}px ${theme.fontFamily}`;
  // The widths are known of the smaller font; bold and larger is at most half as wide again.
  pen.fillText(meter.fit(title, room / 1.5), SHEET.pad * dpr, 17 * dpr);
  pen.font = font;
  pen.fillStyle = theme.mutedText;
  pen.fillText(meter.fit(detail, room), SHEET.pad * dpr, 35 * dpr);
}
