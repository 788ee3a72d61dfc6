/**
 * A trace as an Apache Arrow IPC file, which data frames and databases open: one row a span with the columns of
 * `span-columns.ts`. Readers of such files go by the footer at the end, which says where the parts are. So before the
 * footer there is room for what no table of spans holds: the trace itself as `encodeTrace` writes it, followed by its
 * length and a mark of 4 bytes each. `readArrow` takes that and leaves the table alone; it reads the streams of
 * `encodeTrace` too.
 */
import {
  columnFromArray,
  dictionary,
  float64,
  int32,
  int64,
  Table,
  tableFromColumns,
  tableToIPC,
  timestamp,
  TimeUnit,
  utf8 as text,
  uint32,
} from '@uwdata/flechette';
import type { Trace } from '../trace/trace.ts';
import { decodeTrace, encodeTrace } from './arrow.ts';
import { TraceFileError } from './errors.ts';
import { executionToJson } from './execution-json.ts';
import { spanColumns, type ColumnType, type SpanColumn } from './span-columns.ts';

const MAGIC = 'ARROW1';
/** The length of the footer and the magic behind it. */
const END_BYTES = 4 + MAGIC.length;
/** `FPRT` in little-endian order. */
const MARK = 0x54525046;
const MARK_BYTES = 8;

/** How sure it is that a file which begins with this text, made of bytes that are none, is of the format. */
export function sniffArrow(head: string): number {
  if (head.startsWith(MAGIC)) return 0.9;
  return head.startsWith('\uFFFD\uFFFD\uFFFD\uFFFD') && head.includes('flowprof.version') ? 0.9 : 0;
}

function arrowType(type: ColumnType) {
  switch (type) {
    case 'text':
      return text();
    case 'word':
      return dictionary(text(), uint32());
    case 'integer':
      return int32();
    case 'number':
      return float64();
    case 'moment':
      return int64();
    default:
      return type satisfies never;
  }
}

function columnOf({ at, type }: SpanColumn, length: number) {
  const values = Array.from({ length }, (_, row) => {
    const value = at(row);
    return type === 'moment' && typeof value === 'number' ? BigInt(value) : value;
  });
  return columnFromArray(values, arrowType(type));
}

function tableOf(trace: Trace): Uint8Array {
  const columns = spanColumns(trace);
  const built = columns.map((column) => [column.name, columnOf(column, trace.spans.length)] as const);
  const plain = tableFromColumns(Object.fromEntries(built));
  // The library takes moments in milliseconds and multiplies, which does not always give the same microsecond. As whole
  // numbers they lie in the same bytes.
  const fields = plain.schema.fields.map((field, i) => {
    return columns[i].type === 'moment' ? { ...field, type: timestamp(TimeUnit.MICROSECOND, 'UTC') } : field;
  });
  const metadata = new Map([['flowprof.execution', JSON.stringify(executionToJson(trace.execution))]]);
  const file = tableToIPC(new Table({ ...plain.schema, fields, metadata }, plain.children), { format: 'file' });
  if (file === null) throw new RangeError('the Arrow encoder gave no bytes');
  return file;
}

/** Where the footer of a file begins; null when the bytes are no whole Arrow file. */
function footerOf(file: Uint8Array): number | null {
  const end = file.byteLength - END_BYTES;
  if (end < MARK_BYTES) return null;
  const magic = String.fromCharCode(...file.subarray(end + 4));
  const footer = end - new DataView(file.buffer, file.byteOffset + end, 4).getUint32(0, true);
  return magic === MAGIC && footer >= MARK_BYTES ? footer : null;
}

/** Writes a trace as an Arrow file. */
export function writeArrow(trace: Trace): Uint8Array {
  const file = tableOf(trace);
  const whole = encodeTrace(trace);
  const footer = footerOf(file);
  if (footer === null) throw new RangeError('the Arrow encoder gave no file');
  const bytes = new Uint8Array(file.byteLength + whole.byteLength + MARK_BYTES);
  bytes.set(file.subarray(0, footer));
  bytes.set(whole, footer);
  const mark = new DataView(bytes.buffer, footer + whole.byteLength, MARK_BYTES);
  mark.setUint32(0, whole.byteLength, true);
  mark.setUint32(4, MARK, true);
  bytes.set(file.subarray(footer), footer + whole.byteLength + MARK_BYTES);
  return bytes;
}

function isFile(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, MAGIC.length)) === MAGIC;
}

/**
 * Reads an Arrow file that `writeArrow` wrote, or a stream that the flame-chart endpoint answered.
 * @throws {TraceFileError} `malformed`, also when another program wrote the file: a table does not say what is a trace
 */
export function readArrow(bytes: Uint8Array): readonly Trace[] {
  if (!isFile(bytes)) return [decodeTrace(bytes)];
  const footer = footerOf(bytes);
  if (footer === null) throw new TraceFileError('malformed', 'the Arrow file ends in the middle');
  const view = new DataView(bytes.buffer, bytes.byteOffset + footer - MARK_BYTES, MARK_BYTES);
  const from = footer - MARK_BYTES - view.getUint32(0, true);
  if (view.getUint32(4, true) !== MARK || from < MAGIC.length) {
    throw new TraceFileError(
      'malformed',
      'the Arrow file was not written by flowprof, or by a program that left out its trace',
    );
  }
  return [decodeTrace(bytes.subarray(from, footer - MARK_BYTES))];
}
