import { NONE } from '@flowprof/model';
import { colorOf } from '../color.ts';
import { METRICS } from '../scene/metrics.ts';
import type { Theme } from '../theme.ts';
import { formatDuration } from '../time.ts';
import type { GanttRow } from '../views/gantt-units.ts';
import type { Pen } from './pen.ts';
import type { TextMeter } from './text.ts';

/** The names of rows beside their lanes. */
export interface NamesFrame {
  readonly rows: readonly GanttRow[];
  readonly laneTops: Float64Array;
  readonly scrollTop: number;
  readonly theme: Theme;
  readonly dpr: number;
  readonly width: number;
  readonly height: number;
  readonly font: string;
  readonly meter: TextMeter;
  /** The lane of what is selected, or `NONE`. */
  readonly selectedLane: number;
}

/** How far a row is put in for each row around it, and the room for the sign of a fold, in CSS pixels. */
const INDENT = 10;
const SIGN = 14;

/** How often and how long a row ran, in as many words as there is room for. */
function amounts({ count, total, notStarted }: GanttRow): string[] {
  if (count === 0) return [notStarted > 1 ? `×${notStarted.toLocaleString('en')}` : ''];
  const time = formatDuration(total);
  return count === 1 ? [time, ''] : [`×${count.toLocaleString('en')} · ${time}`, time, ''];
}

function drawSign(context: Pen, x: number, y: number, size: number, isOpen: boolean): void {
  context.beginPath();
  if (isOpen) {
    context.moveTo(x, y - size / 2);
    context.lineTo(x + size, y - size / 2);
    context.lineTo(x + size / 2, y + size / 2);
  } else {
    context.moveTo(x, y - size / 2);
    context.lineTo(x + size, y);
    context.lineTo(x, y + size / 2);
  }
  context.fill();
}

/** Draws the name of a row, how often it ran and how long in all; under it a line as long as its share of the longest. */
function drawRow(context: Pen, frame: NamesFrame, row: GanttRow, most: number): void {
  const { theme, dpr, meter, width } = frame;
  const px = (css: number): number => Math.round(css * dpr);
  const top = px(frame.laneTops[row.lane] - frame.scrollTop + METRICS.axisHeight);
  const bottom = px(frame.laneTops[row.endLane - 1] + METRICS.lanePitch - frame.scrollTop + METRICS.axisHeight);
  const axis = px(METRICS.axisHeight);
  if (bottom < axis || top > frame.height) return;
  // The name of a row with many lanes stays in view.
  const line = px(METRICS.lanePitch);
  const at = Math.max(top, Math.min(axis + px(2), bottom - line));
  const middle = at + line / 2;
  const isSelected = frame.selectedLane >= row.lane && frame.selectedLane < row.endLane;
  if (isSelected) {
    context.fillStyle = theme.minimapShade;
    context.fillRect(0, top - px(3), width, bottom - top + px(4));
  }
  const left = px(6 + Math.min(row.depth, 6) * INDENT);
  if (row.fold !== 'none') {
    context.fillStyle = theme.mutedText;
    drawSign(context, left, middle, px(7), row.fold === 'open');
  }
  const from = left + px(SIGN);
  const right = width - px(8);
  const name = meter.width(row.name);
  const amount = amounts(row).find((text) => Math.min(name, px(90)) + meter.width(text) + px(12) < right - from) ?? '';
  const room = right - from - (amount === '' ? 0 : meter.width(amount) + px(10));
  context.fillStyle = row.count === 0 ? theme.mutedText : theme.text;
  context.fillText(meter.fit(row.name, room), from, middle);
  context.fillStyle = theme.mutedText;
  context.fillText(amount, right - meter.width(amount), middle);
  if (row.count === 0 || most === 0) return;
  context.fillStyle = theme.palette[0][colorOf(row.nodeKey ?? row.name)].fill;
  context.fillRect(from, at + line - px(3), Math.max(px(1), ((right - from) * row.total) / most), px(2));
}

/** Draws the names of the rows in view. */
export function drawNames(context: Pen, frame: NamesFrame): void {
  const { theme, dpr, width, height } = frame;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  context.font = frame.font;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  let most = 0;
  for (const { total } of frame.rows) if (total > most) most = total;
  for (const row of frame.rows) drawRow(context, frame, row, most);
  const axis = Math.round(METRICS.axisHeight * dpr);
  context.fillStyle = theme.axisBackground;
  context.fillRect(0, 0, width, axis);
  context.fillStyle = theme.axisText;
  context.fillText(frame.meter.fit('Node', width), Math.round(8 * dpr), axis / 2);
  context.fillStyle = theme.border;
  context.fillRect(0, axis - Math.max(1, Math.floor(dpr)), width, Math.max(1, Math.floor(dpr)));
  context.fillRect(width - Math.max(1, Math.floor(dpr)), 0, Math.max(1, Math.floor(dpr)), height);
}

/** The row that a lane belongs to, or `NONE`. */
export function rowOfLane(rows: readonly GanttRow[], lane: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].lane <= lane) low = middle + 1;
    else high = middle;
  }
  return low > 0 && lane >= 0 && lane < rows[low - 1].endLane ? low - 1 : NONE;
}
