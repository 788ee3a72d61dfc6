/**
 * Writes executions as CSV (RFC 4180): a line for the names of the columns, then one a span. Text that a spreadsheet
 * would take for a formula gets an apostrophe before it, which says that it is text (https://owasp.org/www-community/attacks/CSV_Injection).
 */
import type { Trace } from '../trace/trace.ts';
import { spanColumns, type ColumnType } from './span-columns.ts';
import { TextSink } from './text-sink.ts';

const SPECIAL = /[",\r\n]/;
/** What makes a formula of a cell, also behind white space that a spreadsheet passes over. */
const FORMULA = /^[\s\p{Cc}\uFEFF]*[=+\-@\t\r|\uFF1D\uFF0B\uFF0D\uFF20]/u;
export const LINE_END = '\r\n';

/** A text as a cell that no spreadsheet takes for a formula. */
export function textCell(text: string): string {
  const isFormula = FORMULA.test(text) || /^[\t\r]/.test(text);
  if (!isFormula && !SPECIAL.test(text)) return text;
  return `"${isFormula ? "'" : ''}${text.replaceAll('"', '""')}"`;
}

/** ISO 8601 in UTC with microseconds. */
function isoMicros(time: number): string {
  const seconds = Math.floor(time / 1e6);
  const head = new Date(seconds * 1000).toISOString().slice(0, -4);
  return `${head}${String(time - seconds * 1e6).padStart(6, '0')}Z`;
}

function cell(value: string | number | null, type: ColumnType): string {
  if (value === null) return '';
  if (typeof value === 'string') return textCell(value);
  return type === 'moment' ? isoMicros(value) : String(value);
}

/** Writes the spans of executions one after the other; the first columns say whose they are. */
export function writeCsv(traces: readonly Trace[]): Uint8Array {
  const sink = new TextSink();
  for (const [position, trace] of traces.entries()) {
    const columns = spanColumns(trace);
    if (position === 0) sink.add(columns.map(({ name }) => name).join(',') + LINE_END);
    for (let row = 0; row < trace.spans.length; row++) {
      sink.add(columns.map(({ at, type }) => cell(at(row), type)).join(',') + LINE_END);
    }
  }
  return sink.finish();
}
