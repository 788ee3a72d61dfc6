import { contextOf } from '../elements.ts';
import { METRICS } from '../scene/metrics.ts';
import type { About } from './about.ts';
import { CanvasBars } from './bars.ts';
import type { Frame, Surface } from './frame.ts';
import { drawHeader, drawLegend, legendHeight, placeLegend, SHEET, type LegendKind } from './legend.ts';
import { drawMinimap, type MinimapFrame } from './minimap.ts';
import { drawNames, type NamesFrame } from './names.ts';
import { patternsFor } from './patterns.ts';
import { drawPicture } from './picture.ts';
import { patternDefs, SvgPen, svgDocument, SVG_PATTERNS, type SvgPiece } from './svg-pen.ts';

/** What a picture has in it that needs to be explained. */
function legendOf(frame: Pick<Frame, 'scene' | 'layers' | 'critical' | 'marks' | 'notes'>): LegendKind[] {
  const { scene, layers, critical, marks, notes } = frame;
  if (scene.difference) return ['slower', 'faster', 'added', 'removed'];
  const kinds: LegendKind[] = ['node', 'attempt', 'phase'];
  if (layers.queue) kinds.push('wait');
  kinds.push('sleep', 'connect', 'unaccounted', 'failed', 'timeout', 'cancelled');
  if (critical !== null && layers.criticalPath) kinds.push('critical');
  for (const kind of ['retry', 'rate-limit', 'annotation'] as const) {
    if (marks?.all.some((mark) => mark.kind === kind) === true) kinds.push(kind);
  }
  if (notes.length > 0) kinds.push('note');
  if (scene.time.breaks.length > 0) kinds.push('cut');
  return kinds;
}

interface SvgParts extends Pick<Surface, 'font' | 'meter'> {
  readonly frame: Frame;
  readonly minimap: MinimapFrame | null;
  readonly names: NamesFrame | null;
}

/** The picture with title, minimap, axis and legend as an SVG, drawn from the same runs as the one on the screen. */
export function svgSheet({ frame, minimap, names, font, meter }: SvgParts, about: About): Blob {
  const { theme } = frame;
  const beside = names?.width ?? 0;
  const width = beside + frame.width;
  const ground = { theme, patterns: SVG_PATTERNS, dpr: 1, font, meter, width };
  const { placed, rows } = placeLegend(legendOf(frame), (text) => meter.width(text), width, 1);
  const pieces: SvgPiece[] = [];
  const put = (place: Omit<SvgPiece, 'markup'>, draw: (pen: SvgPen) => void): void => {
    const pen = new SvgPen();
    draw(pen);
    pieces.push({ ...place, markup: pen.markup() });
  };
  const strip = minimap === null ? 0 : METRICS.minimapHeight;
  const lanes = { top: SHEET.header + strip, height: frame.height };
  put({ left: 0, top: 0, width, height: SHEET.header }, (pen) =>
    drawHeader({ ...ground, pen }, about.title, about.detail),
  );
  if (minimap !== null) {
    put({ left: beside, top: SHEET.header, width: frame.width, height: strip }, (pen) => drawMinimap(pen, minimap));
  }
  if (names !== null) put({ ...lanes, left: 0, width: beside }, (pen) => drawNames(pen, names));
  put({ ...lanes, left: beside, width: frame.width }, (pen) =>
    drawPicture(frame, { context: pen, font, meter }, new CanvasBars(pen, () => SVG_PATTERNS)),
  );
  const foot = { top: lanes.top + lanes.height, height: legendHeight(rows, 1) };
  put({ ...foot, left: 0, width }, (pen) => drawLegend({ ...ground, pen }, placed, 0));
  const size = { width, height: foot.top + foot.height, title: about.title, background: theme.background };
  return new Blob([svgDocument(size, patternDefs(theme), pieces)], { type: 'image/svg+xml' });
}

interface Canvases {
  readonly minimap: HTMLCanvasElement | null;
  readonly names: HTMLCanvasElement;
  readonly canvas: HTMLCanvasElement;
}

/** The canvases of a chart at their places, with title and legend, as a PNG. */
export function pngSheet(
  frame: Frame,
  { minimap, names, canvas }: Canvases,
  { font, meter }: Surface,
  about: About,
): Promise<Blob> {
  const { theme, dpr } = frame;
  const width = names.width + canvas.width;
  const { placed, rows } = placeLegend(legendOf(frame), (text) => meter.width(text), width, dpr);
  const sheet = document.createElement('canvas');
  const header = Math.round(SHEET.header * dpr);
  const lanes = header + (minimap?.height ?? 0);
  sheet.width = width;
  sheet.height = lanes + canvas.height + legendHeight(rows, dpr);
  const pen = contextOf(sheet);
  pen.fillStyle = theme.background;
  pen.fillRect(0, 0, sheet.width, sheet.height);
  const ground = { pen, theme, patterns: patternsFor(pen, theme, dpr), dpr, font, meter, width };
  drawHeader(ground, about.title, about.detail);
  if (minimap !== null) pen.drawImage(minimap, names.width, header);
  if (names.width > 0) pen.drawImage(names, 0, lanes);
  pen.drawImage(canvas, names.width, lanes);
  drawLegend(ground, placed, lanes + canvas.height);
  return new Promise((resolve, reject) => {
    sheet.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture could not be encoded'))), 'image/png');
  });
}
