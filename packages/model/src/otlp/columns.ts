import type { JsonObject, JsonValue } from '../json.ts';
import type { OtlpStrings, OtlpTexts } from './strings.ts';
import { hex, TraceNumbers } from './trace-numbers.ts';

/**
 * OpenTelemetry's spans as columns (struct of arrays): what every reader of OTLP makes, from protobuf, JSON or files, and
 * what everything after reads. All arrays are plain typed arrays, so that the whole can be handed to another thread.
 */

/** The types of an attribute's value; `ATTRIBUTE` has their codes. */
export const ATTRIBUTE = {
  /** No value was set. */
  empty: 0,
  /** `value` is the number of a string. */
  string: 1,
  /** `value` is 0 or 1. */
  bool: 2,
  /** `value` is the integer itself. */
  int: 3,
  /** An integer beyond 2^53: `value` is the number of the string of its digits. */
  bigint: 4,
  /** `value` is the number itself, which may be infinite or NaN. */
  double: 5,
  /** An array or a list of keys and values: `value` is the number of the string of its JSON. */
  json: 6,
  /** `value` is the number of a string that is any bytes. */
  bytes: 7,
} as const;

/**
 * Attributes of many owners: owner `i` has those at `offsets[i] .. offsets[i + 1]`. A key may occur twice: the later counts.
 */
export interface OtlpAttributes {
  readonly offsets: Uint32Array<ArrayBuffer>;
  /** Numbers of strings. */
  readonly key: Uint32Array<ArrayBuffer>;
  /** Codes of `ATTRIBUTE`, which say what `value` is. */
  readonly type: Uint8Array<ArrayBuffer>;
  readonly value: Float64Array<ArrayBuffer>;
}

/** What a span came from. Each request has its own, so the same may occur more than once. */
export interface OtlpResources {
  readonly length: number;
  readonly schemaUrl: Uint32Array<ArrayBuffer>;
  readonly droppedAttributes: Uint32Array<ArrayBuffer>;
  readonly attributes: OtlpAttributes;
}

/** The instrumentation that made a span. */
export interface OtlpScopes {
  readonly length: number;
  readonly name: Uint32Array<ArrayBuffer>;
  readonly version: Uint32Array<ArrayBuffer>;
  readonly schemaUrl: Uint32Array<ArrayBuffer>;
  readonly droppedAttributes: Uint32Array<ArrayBuffer>;
  readonly attributes: OtlpAttributes;
}

/** Events of spans: span `i` has those at `offsets[i] .. offsets[i + 1]`. */
export interface OtlpEvents {
  readonly offsets: Uint32Array<ArrayBuffer>;
  /** Microseconds since the epoch. */
  readonly time: Float64Array<ArrayBuffer>;
  readonly name: Uint32Array<ArrayBuffer>;
  readonly droppedAttributes: Uint32Array<ArrayBuffer>;
  readonly attributes: OtlpAttributes;
}

/** Links of spans to spans of any trace: span `i` has those at `offsets[i] .. offsets[i + 1]`. */
export interface OtlpLinks {
  readonly offsets: Uint32Array<ArrayBuffer>;
  /** 16 bytes a link. */
  readonly traceId: Uint8Array<ArrayBuffer>;
  /** 8 bytes a link. */
  readonly spanId: Uint8Array<ArrayBuffer>;
  readonly traceState: Uint32Array<ArrayBuffer>;
  readonly flags: Uint32Array<ArrayBuffer>;
  readonly droppedAttributes: Uint32Array<ArrayBuffer>;
  readonly attributes: OtlpAttributes;
}

/** Bits of `marks`: what was wrong with a span that is kept all the same. */
export const MARK = {
  /** The end is before the start; both are as they came. */
  endBeforeStart: 1,
  /** No start was given; it is 0. */
  noStart: 2,
  /** No end was given; it is 0. */
  noEnd: 4,
  /** The parent's id is not 8 bytes long; the span has none. */
  badParent: 8,
  /** It has no name. */
  noName: 16,
  /** A link names no trace or span; it is left out and counted in `droppedLinks`. */
  badLink: 32,
  /** The value of an attribute was nested too deep; what is deeper became null. */
  cutValue: 64,
  /** The start or end is no whole number of microseconds: nanoseconds were cut off. */
  cutTime: 128,
} as const;

/** The kinds of a span by their codes in OTLP. */
export const OTLP_KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

/** The codes of a span's status in OTLP. */
export const OTLP_STATUS = { unset: 0, ok: 1, error: 2 } as const;

/** Spans of any number of traces; row `i` of every column is one span. */
export interface OtlpSpans {
  readonly length: number;
  /** 16 bytes a span, never all zero. */
  readonly traceId: Uint8Array<ArrayBuffer>;
  /** 8 bytes a span, never all zero. */
  readonly spanId: Uint8Array<ArrayBuffer>;
  /** 8 bytes a span; all zero where it has no parent. */
  readonly parentId: Uint8Array<ArrayBuffer>;
  /** Microseconds since the epoch, nanoseconds cut off; exact up to the year 2255. */
  readonly start: Float64Array<ArrayBuffer>;
  readonly end: Float64Array<ArrayBuffer>;
  readonly name: Uint32Array<ArrayBuffer>;
  /** A position in `OTLP_KINDS`; what is unknown is 0. */
  readonly kind: Uint8Array<ArrayBuffer>;
  /** A code of `OTLP_STATUS`; what is unknown is 0. */
  readonly status: Uint8Array<ArrayBuffer>;
  readonly statusMessage: Uint32Array<ArrayBuffer>;
  /** The header `tracestate` of W3C, as it came. */
  readonly traceState: Uint32Array<ArrayBuffer>;
  /** W3C's trace flags in the lowest 8 bits, then whether it is known that the parent is remote, and whether it is. */
  readonly flags: Uint32Array<ArrayBuffer>;
  /** A row of `resources`. */
  readonly resource: Uint32Array<ArrayBuffer>;
  /** A row of `scopes`. */
  readonly scope: Uint32Array<ArrayBuffer>;
  /** Bits of `MARK`. */
  readonly marks: Uint8Array<ArrayBuffer>;
  readonly droppedAttributes: Uint32Array<ArrayBuffer>;
  readonly droppedEvents: Uint32Array<ArrayBuffer>;
  readonly droppedLinks: Uint32Array<ArrayBuffer>;
  readonly attributes: OtlpAttributes;
  readonly events: OtlpEvents;
  readonly links: OtlpLinks;
  readonly resources: OtlpResources;
  readonly scopes: OtlpScopes;
  readonly strings: OtlpStrings;
  /** How many spans are marked `cutTime`. */
  readonly cutTimes: number;
}

/** The trace id of a row of 16 bytes, as 32 hex digits. */
export function traceIdAt(table: { readonly traceId: Uint8Array }, row: number): string {
  return hex(table.traceId, 16 * row, 16);
}

/** The span id of a row of 8 bytes, as 16 hex digits. */
export function otlpSpanIdAt(table: { readonly spanId: Uint8Array }, row: number): string {
  return hex(table.spanId, 8 * row, 8);
}

/** The id of a span's parent, as 16 hex digits; null where it has none. */
export function parentIdAt(spans: OtlpSpans, row: number): string | null {
  for (let i = 8 * row; i < 8 * row + 8; i++) if (spans.parentId[i] !== 0) return hex(spans.parentId, 8 * row, 8);
  return null;
}

const parse: (text: string) => JsonValue = JSON.parse;

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bytes as base64, as OTLP's JSON has them. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group = (bytes[i] << 16) | ((left > 1 ? bytes[i + 1] : 0) << 8) | (left > 2 ? bytes[i + 2] : 0);
    text += BASE64[group >> 18] + BASE64[(group >> 12) & 63];
    text += left > 1 ? BASE64[(group >> 6) & 63] : '=';
    text += left > 2 ? BASE64[group & 63] : '=';
  }
  return text;
}

/** A double as JSON, which has no word for the infinite and for NaN: they are texts, as OTLP's JSON has them. */
function doubleToJson(value: number): JsonValue {
  return Number.isFinite(value) ? value : String(value);
}

/**
 * The value of an attribute as JSON: integers beyond 2^53 are decimal texts, bytes are base64, and so on; null where no
 * value was set.
 */
export function attributeValueAt(attributes: OtlpAttributes, at: number, texts: OtlpTexts): JsonValue {
  const value = attributes.value[at];
  switch (attributes.type[at]) {
    case ATTRIBUTE.string:
    case ATTRIBUTE.bigint:
      return texts.at(value);
    case ATTRIBUTE.bool:
      return value !== 0;
    case ATTRIBUTE.int:
      return value;
    case ATTRIBUTE.double:
      return doubleToJson(value);
    case ATTRIBUTE.json:
      return parse(texts.at(value));
    case ATTRIBUTE.bytes:
      return base64(texts.bytesAt(value));
    default:
      return null;
  }
}

/** The attributes of an owner as an object. */
export function attributesAt(attributes: OtlpAttributes, owner: number, texts: OtlpTexts): JsonObject {
  const entries: [string, JsonValue][] = [];
  for (let at = attributes.offsets[owner]; at < attributes.offsets[owner + 1]; at++) {
    entries.push([texts.at(attributes.key[at]), attributeValueAt(attributes, at, texts)]);
  }
  return Object.fromEntries(entries);
}

/** All buffers of columns, for handing them to another thread instead of copying. */
export function otlpBuffers(spans: OtlpSpans): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const tables: unknown[] = [spans];
  while (tables.length > 0) {
    const table = tables.pop();
    if (typeof table !== 'object' || table === null) continue;
    if (!ArrayBuffer.isView(table)) for (const part of Object.values(table)) tables.push(part);
    else if (table.buffer instanceof ArrayBuffer) buffers.add(table.buffer);
  }
  return [...buffers];
}

/** The traces among spans: trace `i` has the spans in `rows[offsets[i] .. offsets[i + 1])`, in the order in which they came. */
export interface OtlpTraces {
  readonly length: number;
  readonly offsets: Uint32Array<ArrayBuffer>;
  readonly rows: Uint32Array<ArrayBuffer>;
}

/** Sorts spans by their traces; traces are in the order of their first spans. */
export function groupByTrace(spans: Pick<OtlpSpans, 'length' | 'traceId'>): OtlpTraces {
  const { length } = spans;
  const numbers = new TraceNumbers(spans);
  const trace = new Uint32Array(length);
  for (let row = 0; row < length; row++) trace[row] = numbers.of(row);
  const { first } = numbers;
  const offsets = new Uint32Array(first.length + 1);
  for (let row = 0; row < length; row++) offsets[trace[row] + 1]++;
  for (let i = 0; i < first.length; i++) offsets[i + 1] += offsets[i];
  const next = offsets.slice(0, first.length);
  const rows = new Uint32Array(length);
  for (let row = 0; row < length; row++) rows[next[trace[row]]++] = row;
  return { length: first.length, offsets, rows };
}
