import { KIND, NONE, OPEN, type Trace } from '@flowprof/model';

import { extentOf } from './chart-rows.ts';
import { count } from './quantity.ts';
import type { Style } from './style.ts';
import { padEnd, padStart } from './text.ts';

const MAX_TRACKS = 24;
const TIME_WIDTH = 12;
const COUNT_WIDTH = 10;

interface Track {
  readonly name: string;
  spans: number;
  busy: number;
  /** Busy microseconds in each cell. */
  readonly cells: Float64Array;
}

/** Adds an interval to the cells that it covers. */
function cover(cells: Float64Array, perCell: number, start: number, end: number): void {
  const last = cells.length - 1;
  const first = Math.min(last, Math.floor(start / perCell));
  for (let i = first; i <= last && i * perCell < end; i++) {
    const from = Math.max(start, i * perCell);
    const to = Math.min(end, (i + 1) * perCell);
    if (to > from) cells[i] = (cells[i] ?? 0) + (to - from);
  }
}

/**
 * How busy each track was over time; spans inside another one of their track do not count twice, and those of the source
 * itself not at all.
 */
function tracksOf(trace: Trace, width: number): Track[] {
  const { spans } = trace;
  const { start: from, end: to } = extentOf(spans);
  const perCell = Math.max(1, to - from) / width;
  const tracks = spans.tracks.map((name): Track => ({ name, spans: 0, busy: 0, cells: new Float64Array(width) }));
  const order = Uint32Array.from({ length: spans.length }, (_, row) => row).sort(
    (a, b) => (spans.start[a] ?? 0) - (spans.start[b] ?? 0),
  );
  const busyUntil = new Float64Array(tracks.length).fill(Number.NEGATIVE_INFINITY);
  for (const row of order) {
    const index = spans.track?.[row] ?? NONE;
    const track = tracks[index];
    if (!track || spans.kind[row] === KIND.system) continue;
    track.spans++;
    const duration = spans.duration[row] ?? OPEN;
    const start = Math.max(spans.start[row] ?? 0, busyUntil[index] ?? 0);
    const end = duration === OPEN ? to : (spans.start[row] ?? 0) + duration;
    if (end <= start) continue;
    track.busy += end - start;
    busyUntil[index] = end;
    cover(track.cells, perCell, start - from, end - from);
  }
  return tracks.filter((track) => track.spans > 0);
}

/** Threads and processes as lanes, the busiest ones; the height of a cell says how busy its time was. */
export function trackLines(trace: Trace, style: Style): string[] {
  const label = Math.min(34, Math.floor(style.columns * 0.32));
  const width = style.columns - label - TIME_WIDTH - COUNT_WIDTH - 3;
  const { start, end } = extentOf(trace.spans);
  const tracks = tracksOf(trace, width);
  if (tracks.length === 0) return [];
  const shown = [...tracks].sort((a, b) => b.busy - a.busy || a.name.localeCompare(b.name, 'en')).slice(0, MAX_TRACKS);
  const perCell = Math.max(1, end - start) / width;
  const { levels } = style.glyph;
  const lines = shown.map((track) => {
    const cells = Array.from(track.cells, (busy) => {
      if (busy <= 0) return ' ';
      return levels[Math.min(levels.length - 1, Math.floor((busy / perCell) * levels.length))] ?? ' ';
    });
    const name = padEnd(style.clean(track.name, label), label);
    const numbers = padStart(style.duration(track.busy / 1000), TIME_WIDTH) + padStart(count(track.spans), COUNT_WIDTH);
    return `  ${name} ${style.node(track.name)(cells.join(''))}${numbers}`;
  });
  const head = `  ${' '.repeat(label + 1 + width)}${padStart('busy', TIME_WIDTH)}${padStart('spans', COUNT_WIDTH)}`;
  const more = tracks.length - shown.length;
  return [
    style.heading('Tracks', 'busiest first'),
    style.dim(head),
    ...lines,
    ...(more > 0 ? [style.dim(`  ${style.glyph.ellipsis} and ${count(more)} more`)] : []),
  ];
}
