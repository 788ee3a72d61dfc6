import { describeSpan } from '@flowprof/flame';
import { spanEnds, type Trace } from '@flowprof/model';
import { durationOf } from '../spanValues.ts';
import type { Stretch } from '../urlState.ts';
import { rangeIndexOf, rangeStats, sortedRange, type RangeRow } from './rangeStats.ts';

/** At most so many spans are copied; who wants all of them exports the execution. */
const MOST_ROWS = 10_000;

/** A cell of a table of tabs. A spreadsheet takes what begins like a formula as one, and so a quote goes in front. */
function cell(value: string | number): string {
  const text = String(value).replaceAll(/[\t\r\n]+/g, ' ');
  return typeof value === 'string' && /^[=+\-@]/.test(text) ? `'${text}` : text;
}

function lines(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => row.map(cell).join('\t')).join('\n');
}

/** Microseconds as milliseconds, with a point. */
function ms(micros: number): number {
  return Math.round(micros) / 1000;
}

/** The statistics of a range as a table to paste. */
function rangeText(rows: readonly RangeRow[]): string {
  const body = sortedRange(rows, 'total', false).map(({ name, kind, count, total, self, average }) => {
    return [name, kind, count, ms(total), ms(self), ms(average)];
  });
  return lines([['Name', 'Kind', 'Count', 'Total (ms)', 'Self (ms)', 'Average (ms)'], ...body]);
}

/** The spans that are in view, in the order of their start, as a table to paste. */
function spansText(trace: Trace, view: Stretch | null, now: number): string {
  const { spans } = trace;
  const ends = spanEnds(spans, now);
  const rows: number[] = [];
  for (let row = 0; row < spans.length; row++) {
    if (view === null || ((spans.start[row] ?? 0) <= view.end && (ends[row] ?? 0) >= view.start)) rows.push(row);
  }
  rows.sort((a, b) => (spans.start[a] ?? 0) - (spans.start[b] ?? 0) || a - b);
  const body = rows.slice(0, MOST_ROWS).map((row) => {
    const { name, kind, node, status, start } = describeSpan(trace, row);
    return [name, kind, node ?? '', status, ms(start), ms(durationOf(spans, row, now))];
  });
  return lines([['Name', 'Kind', 'Node', 'Status', 'Start (ms)', 'Duration (ms)'], ...body]);
}

/** What is shown as lines of tabs: the statistics of the selected range, or else the spans that are in view. */
export function tableText(trace: Trace, range: Stretch | null, view: Stretch | null, now: number): string {
  return range ? rangeText(rangeStats(rangeIndexOf(trace, now), range)) : spansText(trace, view, now);
}
