/**
 * Gets the events out of a trace-event file. Tracers that are killed leave files that end anywhere, so the format allows
 * the array to lack its end; whatever events are whole are read.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { TraceFileError } from '../errors.ts';
import { isJsonArray, parseJson } from '../json-reader.ts';
import { textOf } from '../web.ts';
import { mendJson, type Mended } from './mend.ts';

/** The events of a file, and what else it holds. */
export interface EventFile {
  readonly events: readonly JsonValue[];
  /** The fields of the object form beside the events. */
  readonly header: JsonObject;
  /** Where the last whole event ends, in bytes, if the file ends in the middle. */
  readonly truncatedAt: number | null;
  /** How many places were no JSON and could be mended, with the first of them in words. */
  readonly mended: Omit<Mended, 'text'>;
}

const NOT_MENDED = { count: 0, example: '' };

/** A JavaScript string holds about 512 MiB; longer files are read in pieces. */
const WHOLE_TEXT_BYTES = 400 * 1024 * 1024;

/** How much text is parsed at once when a file is read in pieces. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** An unfinished event at the end of a file may be this long; more is taken for damage and not for a cut. */
const LONGEST_CUT_EVENT = 1024 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** `line 3, byte 57`, counted from 1 and 0. */
function place(bytes: Uint8Array, at: number): string {
  let line = 1;
  for (let i = 0; i < at && i < bytes.length; i++) if (bytes[i] === 0x0a) line++;
  return `line ${line}, byte ${at}`;
}

/** The end of the JSON value that begins at a position; -1 when the file ends in it. */
function endOfValue(bytes: Uint8Array, from: number): number {
  let depth = 0;
  for (let i = from; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      i++;
      while (i < bytes.length && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
      if (depth === 0 && i < bytes.length) return i + 1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth--;
      if (depth === 0) return i + 1;
      if (depth < 0) return i;
    } else if (depth === 0 && (byte === COMMA || isSpace(byte))) return i;
  }
  return -1;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && isSpace(bytes[at])) at++;
  return at;
}

/** Where the array of events begins, after its bracket, with the fields that stand before it. */
function findArray(bytes: Uint8Array): {
  readonly at: number;
  readonly header: JsonObject;
  readonly isObject: boolean;
} {
  let at = skipSpace(bytes, bytes[0] === 0xef ? 3 : 0);
  if (bytes[at] === OPEN_BRACKET) return { at: at + 1, header: {}, isObject: false };
  if (bytes[at] !== OPEN_BRACE) throw new TraceFileError('malformed', 'trace events are an array or an object');
  const fields: [string, JsonValue][] = [];
  at = skipSpace(bytes, at + 1);
  while (at < bytes.length && bytes[at] === QUOTE) {
    const keyEnd = endOfValue(bytes, at);
    if (keyEnd < 0) break;
    const key = parseJson(textOf(bytes.subarray(at, keyEnd)));
    const colon = skipSpace(bytes, keyEnd);
    const value = skipSpace(bytes, colon + 1);
    if (key === 'traceEvents' && bytes[value] === OPEN_BRACKET)
      return { at: value + 1, header: Object.fromEntries(fields), isObject: true };
    const end = endOfValue(bytes, value);
    if (end < 0) break;
    if (typeof key === 'string') fields.push([key, parseJson(textOf(bytes.subarray(value, end)))]);
    at = skipSpace(bytes, skipSpace(bytes, end) + (bytes[skipSpace(bytes, end)] === COMMA ? 1 : 0));
  }
  throw new TraceFileError('malformed', `the file holds no trace events; it was read up to ${place(bytes, at)}`);
}

/** What is read of the events, piece by piece. */
interface Sink {
  readonly events: JsonValue[];
  mended: Omit<Mended, 'text'>;
}

/** Parses text that may need mending. @throws {TraceFileError} `malformed` */
function parseMended(text: string, into: Sink): JsonValue {
  const { text: mended, count, example } = mendJson(text);
  const value = parseJson(mended);
  if (count > 0) into.mended = { count: into.mended.count + count, example: into.mended.example || example };
  return value;
}

/** Parses the events between two positions; when one of them is not JSON and cannot be mended, says where. */
function parsePiece(bytes: Uint8Array, starts: readonly number[], end: number, into: Sink): void {
  const text = `[${textOf(bytes.subarray(starts[0], end))}]`;
  let parsed: JsonValue;
  try {
    parsed = tryParse(text) ?? parseMended(text, into);
  } catch {
    for (const at of starts) {
      try {
        parseJson(mendJson(textOf(bytes.subarray(at, endOfValue(bytes, at)))).text);
      } catch {
        throw new TraceFileError('malformed', `an event is not valid JSON at ${place(bytes, at)}`);
      }
    }
    throw new TraceFileError('malformed', `events are not separated by commas after ${place(bytes, starts[0])}`);
  }
  if (!isJsonArray(parsed)) return;
  for (const event of parsed) into.events.push(event);
}

/** The value of JSON text, or null when it is none. */
function tryParse(text: string): JsonValue | null {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/** The fields behind the array of events, which ends at a position; null where they end in the middle. */
function fieldsAfter(bytes: Uint8Array, from: number): JsonObject | null {
  const fields = tryParse(`{"":0${textOf(bytes.subarray(from))}`);
  if (!isJsonObject(fields)) return null;
  const { '': _, ...rest } = fields;
  return rest;
}

/** Reads the array event by event, up to where the file ends. */
function readPieces(bytes: Uint8Array): EventFile {
  const { at: first, header, isObject } = findArray(bytes);
  const into: Sink = { events: [], mended: NOT_MENDED };
  let starts: number[] = [];
  let lastEnd = first;
  let at = skipSpace(bytes, first);
  let isWhole = false;
  while (at < bytes.length) {
    if (bytes[at] === CLOSE_BRACKET) {
      isWhole = true;
      break;
    }
    const end = endOfValue(bytes, at);
    if (end < 0) break;
    if (end === at) throw new TraceFileError('malformed', `unexpected character at ${place(bytes, at)}`);
    starts.push(at);
    lastEnd = end;
    if (end - starts[0] > PIECE_BYTES) {
      parsePiece(bytes, starts, end, into);
      starts = [];
    }
    at = skipSpace(bytes, end);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
  }
  if (starts.length > 0) parsePiece(bytes, starts, lastEnd, into);
  if (!isWhole && bytes.length - lastEnd > LONGEST_CUT_EVENT) {
    throw new TraceFileError('malformed', `an event does not end after ${place(bytes, lastEnd)}`);
  }
  const after = isWhole && isObject ? fieldsAfter(bytes, at + 1) : {};
  return { ...into, header: { ...header, ...after }, truncatedAt: isWhole && after !== null ? null : lastEnd };
}

function fromWhole(value: JsonValue): EventFile {
  if (isJsonArray(value)) return { events: value, header: {}, truncatedAt: null, mended: NOT_MENDED };
  if (!isJsonObject(value)) throw new TraceFileError('malformed', 'trace events are an array or an object');
  const { traceEvents, ...header } = value;
  if (traceEvents === undefined) throw new TraceFileError('malformed', 'the file holds no trace events');
  if (!isJsonArray(traceEvents)) throw new TraceFileError('malformed', '/traceEvents is not an array');
  return { events: traceEvents, header, truncatedAt: null, mended: NOT_MENDED };
}

/**
 * The events of a trace-event file in its array or its object form.
 * @throws {TraceFileError} `malformed`, with the line and byte, when it is neither and was not merely cut off.
 */
export function readEvents(bytes: Uint8Array): EventFile {
  if (bytes.byteLength > WHOLE_TEXT_BYTES) return readPieces(bytes);
  let value: JsonValue;
  try {
    value = parseJson(textOf(bytes));
  } catch {
    return readPieces(bytes);
  }
  return fromWhole(value);
}
