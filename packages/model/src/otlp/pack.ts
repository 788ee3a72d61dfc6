/**
 * Spans as one segment of bytes, to be kept or sent. Numbers stand in as few bytes as they need, each trace id once,
 * and a parent as its row; the rest is left to a compressor.
 *
 * A segment is a head of 16 bytes (`FPOS`, version, length of the body, XXH32 of the body; numbers in little-endian order)
 * and the body: the numbers of rows of each table, then the columns in the order of the code below.
 */
import { TraceFileError } from '../formats/errors.ts';
import { xxh32 } from './checksum.ts';
import {
  ATTRIBUTE,
  type OtlpAttributes,
  type OtlpEvents,
  type OtlpLinks,
  type OtlpResources,
  type OtlpScopes,
  type OtlpSpans,
} from './columns.ts';
import { damaged, ColumnReader, ColumnWriter } from './narrow.ts';
import type { OtlpStrings } from './strings.ts';
import { TraceNumbers } from './trace-numbers.ts';
import { SpanRows } from './span-rows.ts';

const MAGIC = 0x534f5046;
const VERSION = 1;
const HEAD_BYTES = 16;

/** In the column of types: an integer whose value stands among the wide ones. */
const WIDE_INT = 8;
const INT32_END = 2 ** 32;

function isWide(type: number, value: number): boolean {
  if (type === ATTRIBUTE.double) return true;
  return type === ATTRIBUTE.int && !(value >= 0 && value < INT32_END && !Object.is(value, -0));
}

function writeAttributes(writer: ColumnWriter, { offsets, key, type, value }: OtlpAttributes): void {
  writer.offsets(offsets);
  writer.numbers(key);
  const narrow = new Uint32Array(value.length);
  const types = type.slice();
  const wide: number[] = [];
  for (let i = 0; i < value.length; i++) {
    if (isWide(type[i], value[i])) {
      wide.push(value[i]);
      if (type[i] === ATTRIBUTE.int) types[i] = WIDE_INT;
    } else narrow[i] = value[i];
  }
  writer.numbers(types);
  writer.numbers(narrow);
  writer.uint32(wide.length);
  writer.numbers(Float64Array.from(wide));
}

function readAttributes(reader: ColumnReader, owners: number): OtlpAttributes {
  const offsets = reader.offsets(owners);
  const length = offsets[owners];
  const key = reader.u32(length);
  const type = reader.u8(length);
  const value = reader.f64(length);
  const wide = reader.f64(reader.uint32());
  let next = 0;
  for (let i = 0; i < length; i++) {
    if (type[i] !== WIDE_INT && type[i] !== ATTRIBUTE.double) continue;
    if (type[i] === WIDE_INT) type[i] = ATTRIBUTE.int;
    value[i] = wide[next++];
  }
  return { offsets, key, type, value };
}

function writeEvents(writer: ColumnWriter, events: OtlpEvents): void {
  writer.offsets(events.offsets);
  writer.numbers(events.time);
  writer.numbers(events.name);
  writer.numbers(events.droppedAttributes);
  writeAttributes(writer, events.attributes);
}

function readEvents(reader: ColumnReader, owners: number): OtlpEvents {
  const offsets = reader.offsets(owners);
  const length = offsets[owners];
  return {
    offsets,
    time: reader.f64(length),
    name: reader.u32(length),
    droppedAttributes: reader.u32(length),
    attributes: readAttributes(reader, length),
  };
}

function writeLinks(writer: ColumnWriter, links: OtlpLinks): void {
  writer.offsets(links.offsets);
  writer.raw(links.traceId);
  writer.raw(links.spanId);
  writer.numbers(links.traceState);
  writer.numbers(links.flags);
  writer.numbers(links.droppedAttributes);
  writeAttributes(writer, links.attributes);
}

function readLinks(reader: ColumnReader, owners: number): OtlpLinks {
  const offsets = reader.offsets(owners);
  const length = offsets[owners];
  return {
    offsets,
    traceId: reader.raw(16 * length),
    spanId: reader.raw(8 * length),
    traceState: reader.u32(length),
    flags: reader.u32(length),
    droppedAttributes: reader.u32(length),
    attributes: readAttributes(reader, length),
  };
}

function writeShared(writer: ColumnWriter, { resources, scopes, strings }: OtlpSpans): void {
  writer.uint32(resources.length);
  writer.numbers(resources.schemaUrl);
  writer.numbers(resources.droppedAttributes);
  writeAttributes(writer, resources.attributes);
  writer.uint32(scopes.length);
  writer.numbers(scopes.name);
  writer.numbers(scopes.version);
  writer.numbers(scopes.schemaUrl);
  writer.numbers(scopes.droppedAttributes);
  writeAttributes(writer, scopes.attributes);
  writer.uint32(strings.length);
  writer.offsets(strings.offsets);
  writer.raw(strings.bytes);
}

function readResources(reader: ColumnReader): OtlpResources {
  const length = reader.uint32();
  return {
    length,
    schemaUrl: reader.u32(length),
    droppedAttributes: reader.u32(length),
    attributes: readAttributes(reader, length),
  };
}

function readScopes(reader: ColumnReader): OtlpScopes {
  const length = reader.uint32();
  return {
    length,
    name: reader.u32(length),
    version: reader.u32(length),
    schemaUrl: reader.u32(length),
    droppedAttributes: reader.u32(length),
    attributes: readAttributes(reader, length),
  };
}

function readStrings(reader: ColumnReader): OtlpStrings {
  const length = reader.uint32();
  const offsets = reader.offsets(length);
  return { length, offsets, bytes: reader.raw(offsets[length]) };
}

/** The distinct trace ids, and of each span the number of its own. */
function writeTraceIds(writer: ColumnWriter, spans: OtlpSpans): void {
  const numbers = new TraceNumbers(spans);
  const trace = new Uint32Array(spans.length);
  for (let row = 0; row < spans.length; row++) trace[row] = numbers.of(row);
  const ids = new Uint8Array(16 * numbers.first.length);
  for (const [number, row] of numbers.first.entries()) {
    ids.set(spans.traceId.subarray(16 * row, 16 * row + 16), 16 * number);
  }
  writer.uint32(numbers.first.length);
  writer.raw(ids);
  writer.numbers(trace);
}

/** The distinct trace ids of a segment, and of each span the number of its own. */
interface TraceColumn {
  readonly ids: Uint8Array<ArrayBuffer>;
  readonly trace: Uint32Array<ArrayBuffer>;
}

function readTraces(reader: ColumnReader, length: number): TraceColumn {
  const ids = reader.raw(16 * reader.uint32());
  return { ids, trace: reader.u32(length) };
}

function traceIdsOf({ ids, trace }: TraceColumn): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(16 * trace.length);
  const words = new Uint32Array(all.buffer);
  const distinct = new Uint32Array(ids.buffer, ids.byteOffset, ids.byteLength / 4);
  for (let row = 0; row < trace.length; row++) {
    for (let i = 0; i < 4; i++) words[4 * row + i] = distinct[4 * trace[row] + i];
  }
  return all;
}

/** A parent is a row plus 2 where it is in the segment, 0 where there is none, else 1, and its id stands apart. */
function writeParents(writer: ColumnWriter, spans: OtlpSpans): void {
  const rows = new SpanRows(spans.spanId, spans.length);
  const parents = new Uint32Array(spans.length);
  const apart: number[] = [];
  for (let row = 0; row < spans.length; row++) {
    const found = rows.find(spans.parentId, row);
    parents[row] = found;
    if (found === 1) apart.push(row);
  }
  const ids = new Uint8Array(8 * apart.length);
  for (const [i, row] of apart.entries()) ids.set(spans.parentId.subarray(8 * row, 8 * row + 8), 8 * i);
  writer.numbers(parents);
  writer.uint32(apart.length);
  writer.raw(ids);
}

function readParents(reader: ColumnReader, spanId: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const parents = reader.u32(length);
  const apart = reader.raw(8 * reader.uint32());
  const ids = new Uint8Array(8 * length);
  let next = 0;
  for (let row = 0; row < length; row++) {
    const parent = parents[row];
    if (parent === 0) continue;
    const source = parent === 1 ? apart : spanId;
    const at = parent === 1 ? 8 * next++ : 8 * (parent - 2);
    for (let i = 0; i < 8; i++) ids[8 * row + i] = source[at + i];
  }
  return ids;
}

/** Ends stand as durations, but where such numbers are too high for that to be exact. */
function writeTimes(writer: ColumnWriter, { start, end }: OtlpSpans): void {
  const duration = new Float64Array(start.length);
  let areExact = true;
  for (let row = 0; row < start.length; row++) {
    duration[row] = end[row] - start[row];
    if (start[row] + duration[row] !== end[row]) areExact = false;
  }
  writer.numbers(start);
  writer.uint32(areExact ? 1 : 0);
  writer.numbers(areExact ? duration : end);
}

function readTimes(reader: ColumnReader, length: number): Pick<OtlpSpans, 'start' | 'end'> {
  const start = reader.f64(length);
  const areDurations = reader.uint32() === 1;
  const end = reader.f64(length);
  if (areDurations) for (let row = 0; row < length; row++) end[row] += start[row];
  return { start, end };
}

/** Writes spans as a segment; `unpackOtlp` gives them back. */
export function packOtlp(spans: OtlpSpans): Uint8Array<ArrayBuffer> {
  const writer = new ColumnWriter(64 * spans.length + spans.strings.bytes.byteLength + 4096);
  for (let i = 0; i < HEAD_BYTES / 4; i++) writer.uint32(0);
  writer.uint32(spans.length);
  writeTraceIds(writer, spans);
  writer.raw(spans.spanId);
  writeParents(writer, spans);
  writeTimes(writer, spans);
  for (const column of [spans.name, spans.kind, spans.status, spans.statusMessage]) writer.numbers(column);
  for (const column of [spans.traceState, spans.flags, spans.resource, spans.scope]) writer.numbers(column);
  for (const column of [spans.marks, spans.droppedAttributes, spans.droppedEvents]) writer.numbers(column);
  writer.numbers(spans.droppedLinks);
  writer.uint32(spans.cutTimes);
  writeAttributes(writer, spans.attributes);
  writeEvents(writer, spans.events);
  writeLinks(writer, spans.links);
  writeShared(writer, spans);
  const bytes = writer.finish();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, bytes.byteLength - HEAD_BYTES, true);
  view.setUint32(12, xxh32(bodyOf(bytes)), true);
  return bytes;
}

function bodyOf(segment: Uint8Array): DataView {
  return new DataView(segment.buffer, segment.byteOffset + HEAD_BYTES, segment.byteLength - HEAD_BYTES);
}

/** Checks the head and the checksum of a segment, and reads from its body on. */
function openSegment(segment: Uint8Array): ColumnReader {
  if (segment.byteLength < HEAD_BYTES) throw damaged('it is too short');
  const head = new DataView(segment.buffer, segment.byteOffset, HEAD_BYTES);
  if (head.getUint32(0, true) !== MAGIC) throw damaged('it does not begin as one');
  const version = head.getUint32(4, true);
  if (version !== VERSION) throw new TraceFileError('unsupported_version', `a segment of version ${version}`);
  if (head.getUint32(8, true) !== segment.byteLength - HEAD_BYTES) throw damaged('it has another length');
  if (head.getUint32(12, true) !== xxh32(bodyOf(segment))) throw damaged('its checksum is another');
  return new ColumnReader(segment.subarray(HEAD_BYTES));
}

/**
 * Reads the spans of a segment.
 * @throws {TraceFileError} `malformed` when it is damaged, `unsupported_version` when it is of a later version
 */
export function unpackOtlp(segment: Uint8Array): OtlpSpans {
  const reader = openSegment(segment);
  const length = reader.uint32();
  const traces = readTraces(reader, length);
  const spanId = reader.raw(8 * length);
  const parentId = readParents(reader, spanId, length);
  const times = readTimes(reader, length);
  const spans: OtlpSpans = {
    length,
    traceId: traceIdsOf(traces),
    spanId,
    parentId,
    ...times,
    name: reader.u32(length),
    kind: reader.u8(length),
    status: reader.u8(length),
    statusMessage: reader.u32(length),
    traceState: reader.u32(length),
    flags: reader.u32(length),
    resource: reader.u32(length),
    scope: reader.u32(length),
    marks: reader.u8(length),
    droppedAttributes: reader.u32(length),
    droppedEvents: reader.u32(length),
    droppedLinks: reader.u32(length),
    cutTimes: reader.uint32(),
    attributes: readAttributes(reader, length),
    events: readEvents(reader, length),
    links: readLinks(reader, length),
    resources: readResources(reader),
    scopes: readScopes(reader),
    strings: readStrings(reader),
  };
  if (!reader.isAtEnd) throw damaged('it goes on after its end');
  return spans;
}

/**
 * The distinct trace ids of a segment, 16 bytes each, without reading more than that of it.
 * @throws {TraceFileError} as `unpackOtlp` does
 */
export function traceIdsOfSegment(segment: Uint8Array): Uint8Array<ArrayBuffer> {
  const reader = openSegment(segment);
  reader.uint32();
  return reader.raw(16 * reader.uint32());
}
