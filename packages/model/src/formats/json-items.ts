/**
 * Reads the items of a JSON document as it comes, piece by piece: those of an array at the top, of an array in one of the
 * fields of an object at the top, or of several documents one after the other (JSON Lines). So a file may be longer than a
 * JavaScript string can be, and needs no more memory than what is made of its items.
 */
import type { JsonObject, JsonValue } from '../json.ts';
import { mendJson, type Mended } from './mend-json.ts';
import { TraceFileError } from './errors.ts';
import { isJsonArray, parseJson } from './json-reader.ts';
import { textOf } from './web.ts';

/** About how much text is parsed at once. */
const BATCH_BYTES = 1 << 20;

/** One item may be this long; JavaScript strings end at twice of it. */
const LONGEST_ITEM = 256 * 1024 * 1024;

/** An unfinished item at the end of a file may be this long; more is taken for damage and not for a cut. */
const LONGEST_CUT_ITEM = 1024 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const LINE_FEED = 0x0a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** Stands before each document in JSON text sequences (RFC 7464). */
const RECORD_SEPARATOR = 0x1e;

/** Takes what is read. */
export interface JsonItemsSink {
  /** An item, with the line that it begins at, from 1; and whether it is a document of its own, in no array. */
  readonly item: (value: JsonValue, line: number, isDocument: boolean) => void;
  /** A field of the object around the items. */
  readonly field?: (key: string, value: JsonValue) => void;
}

export interface JsonItemsOptions {
  /** The fields of an object at the top whose arrays hold the items. */
  readonly arrays?: readonly string[];
  /** What an item is called in messages. */
  readonly what?: string;
  /** What parses text; by default `JSON.parse`. It may throw whatever it likes. */
  readonly parse?: (text: string) => JsonValue;
}

/** What had to be mended of a document. */
export interface JsonItemsResult {
  /** Where the last whole item ends, in bytes, if the file ends in the middle. */
  readonly truncatedAt: number | null;
  /** How many places were no JSON and could be mended, with the first of them in words. */
  readonly mended: Omit<Mended, 'text'>;
  /** Whether the items were in an array. */
  readonly hasArray: boolean;
}

/**
 * `top`: before a document; `items`: in an array of items; `key`, `value`: in the object around; `documents`: between
 * documents that are items themselves.
 */
type Place = 'top' | 'items' | 'key' | 'value' | 'documents';

/** What the parser is in the middle of. A value that is not whole yet is gone on with where the scan stopped. */
interface Scan {
  /** Where the value begins in the buffer, or -1. */
  from: number;
  at: number;
  depth: number;
  inString: boolean;
}

const NO_BYTES = new Uint8Array(0);

/** Whether a byte is white space between values. */
function isJsonSpace(byte: number): boolean {
  return byte === 0x20 || byte === LINE_FEED || byte === 0x0d || byte === 0x09;
}

export class JsonItems {
  readonly #sink: JsonItemsSink;
  readonly #arrays: ReadonlySet<string>;
  readonly #parse: (text: string) => JsonValue;
  readonly #what: string;
  #buffer: Uint8Array = NO_BYTES;
  /** The part of the buffer that was not handed on yet; its first is byte `#base` of the file. */
  #bytes: Uint8Array = NO_BYTES;
  #base = 0;
  #at = 0;
  #line = 1;
  #place: Place = 'top';
  /** The object at the top, while it may still turn out to be an item itself: the first of JSON Lines. */
  #fields: Map<string, JsonValue> | null = null;
  #fieldsLine = 1;
  #key = '';
  #isInObject = false;
  #hasItems = false;
  #isDone = false;
  readonly #scan: Scan = { from: -1, at: 0, depth: 0, inString: false };
  /** The items that wait to be parsed: where each begins and ends in the buffer, and its line. */
  #starts: number[] = [];
  #ends: number[] = [];
  #lines: number[] = [];
  #lastEnd = 0;
  #mended = { count: 0, example: '' };

  constructor(sink: JsonItemsSink, { arrays = [], parse = parseJson, what = 'item' }: JsonItemsOptions = {}) {
    this.#what = what;
    this.#sink = sink;
    this.#arrays = new Set(arrays);
    this.#parse = parse;
  }

  /** Takes more of the file. @throws {TraceFileError} `malformed`, with line and byte */
  push(chunk: Uint8Array): void {
    this.#append(chunk);
    this.#advance();
    this.#flush();
    this.#forget();
  }

  /** Puts a chunk behind what is kept; the buffer doubles, so that a long item in small chunks is not copied each time. */
  #append(chunk: Uint8Array): void {
    const { length } = this.#bytes;
    const isFirst = this.#base === 0 && length === 0;
    const needed = length + chunk.length;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      grown.set(this.#bytes);
      this.#buffer = grown;
    }
    this.#buffer.set(chunk, length);
    this.#bytes = this.#buffer.subarray(0, needed);
    if (isFirst && chunk[0] === 0xef && chunk[1] === 0xbb) this.#at = 3;
  }

  /** The end of the file. @throws {TraceFileError} `malformed` when it ends in an item that is too long for a cut */
  finish(): JsonItemsResult {
    const rest = this.#base + this.#bytes.length - this.#lastEnd;
    if (this.#scan.from >= 0) this.#finishScalar();
    this.#flush();
    const isCut = this.#scan.from >= 0 || this.#place === 'items' || this.#place === 'key' || this.#place === 'value';
    if (isCut && rest > LONGEST_CUT_ITEM)
      throw new TraceFileError(
        'malformed',
        `an ${this.#what} does not end after ${this.#where(this.#lastEnd - this.#base)}`,
      );
    if (isCut && !this.#hasItems) this.#giveFields();
    return { truncatedAt: isCut ? this.#lastEnd : null, mended: this.#mended, hasArray: this.#hasItems };
  }

  /** A number or word at the top ends with the file. */
  #finishScalar(): void {
    const first = this.#bytes[this.#scan.from];
    if (this.#place !== 'documents' && this.#place !== 'top') return;
    if (this.#scan.inString || this.#scan.depth > 0 || first === QUOTE) return;
    this.#takeItem(this.#scan.from, this.#bytes.length);
    this.#scan.from = -1;
  }

  #where(at: number): string {
    return `line ${this.#line}, byte ${this.#base + at}`;
  }

  #fail(what: string, at = this.#at): never {
    throw new TraceFileError('malformed', `${what} at ${this.#where(at)}`);
  }

  /** Goes through the buffer as far as it is whole. */
  #advance(): void {
    while (this.#skipSpace()) {
      if (this.#isDone) return;
      if (!this.#step(this.#bytes[this.#at])) return;
    }
  }

  /** One value, or one sign between values. Returns false when the buffer ends in it. */
  #step(byte: number): boolean {
    switch (this.#place) {
      case 'top':
        return this.#begin(byte);
      case 'items':
        if (byte === CLOSE_BRACKET) this.#endItems();
        else return byte === COMMA ? this.#skip() : this.#value((from, to) => this.#takeItem(from, to));
        return true;
      case 'documents':
        if (byte === RECORD_SEPARATOR || byte === COMMA) return this.#skip();
        return this.#value((from, to) => this.#takeItem(from, to));
      case 'key':
        return this.#keyOrEnd(byte);
      case 'value':
        return this.#fieldValue(byte);
      default:
        return this.#place satisfies never;
    }
  }

  #skip(): true {
    this.#at++;
    return true;
  }

  #begin(byte: number): boolean {
    if (byte === RECORD_SEPARATOR) return this.#skip();
    this.#lastEnd = this.#base + this.#at;
    if (byte === OPEN_BRACKET) {
      this.#place = 'items';
      this.#hasItems = true;
      return this.#skip();
    }
    if (byte === OPEN_BRACE && this.#arrays.size > 0) {
      this.#place = 'key';
      this.#isInObject = true;
      this.#fields = new Map();
      this.#fieldsLine = this.#line;
      return this.#skip();
    }
    this.#place = 'documents';
    return true;
  }

  #endItems(): void {
    this.#flush();
    this.#at++;
    this.#lastEnd = this.#base + this.#at;
    this.#place = this.#isInObject ? 'key' : 'documents';
  }

  #keyOrEnd(byte: number): boolean {
    if (byte === COMMA) return this.#skip();
    if (byte === CLOSE_BRACE) {
      this.#at++;
      this.#lastEnd = this.#base + this.#at;
      this.#isInObject = false;
      this.#place = 'documents';
      if (!this.#hasItems) this.#giveItem();
      return true;
    }
    if (byte !== QUOTE) {
      if (this.#hasItems) return this.#endDamaged();
      this.#fail('an object has no name for a field');
    }
    return this.#value((from, to) => {
      const key = this.#parseText(textOf(this.#bytes.subarray(from, to)));
      this.#key = typeof key === 'string' ? key : '';
      this.#place = 'value';
    });
  }

  /** What follows the items and is no field of the object: the file is taken to end here. */
  #endDamaged(): false {
    this.#isDone = true;
    return false;
  }

  #fieldValue(byte: number): boolean {
    if (byte === COLON) return this.#skip();
    if (byte === OPEN_BRACKET && this.#arrays.has(this.#key)) {
      this.#giveFields();
      this.#place = 'items';
      this.#hasItems = true;
      this.#lastEnd = this.#base + this.#at + 1;
      return this.#skip();
    }
    return this.#value((from, to) => {
      const value = this.#parseText(textOf(this.#bytes.subarray(from, to)));
      if (this.#hasItems) this.#sink.field?.(this.#key, value);
      else this.#fields?.set(this.#key, value);
      this.#place = 'key';
    });
  }

  /** The object at the top holds items: what else is in it are fields. */
  #giveFields(): void {
    for (const [key, value] of this.#fields ?? []) this.#sink.field?.(key, value);
    this.#fields = null;
  }

  /** The object at the top holds no items: it is one. */
  #giveItem(): void {
    const fields: JsonObject = Object.fromEntries(this.#fields ?? []);
    this.#fields = null;
    this.#sink.item(fields, this.#fieldsLine, true);
  }

  #takeItem(from: number, to: number): void {
    this.#starts.push(from);
    this.#ends.push(to);
    this.#lines.push(this.#line);
    this.#lastEnd = this.#base + to;
    if (to - this.#starts[0] > BATCH_BYTES) this.#flush();
  }

  /** Moves over white space; false at the end of the buffer. */
  #skipSpace(): boolean {
    const bytes = this.#bytes;
    let at = this.#at;
    for (; at < bytes.length && isJsonSpace(bytes[at]); at++) if (bytes[at] === LINE_FEED) this.#line++;
    this.#at = at;
    return at < bytes.length;
  }

  /** Scans a value and hands on where it stands, once it is whole. Returns false when the buffer ends in it. */
  #value(take: (from: number, to: number) => void): boolean {
    const scan = this.#scan;
    if (scan.from < 0) Object.assign(scan, { from: this.#at, at: this.#at, depth: 0, inString: false });
    const line = this.#line;
    const end = this.#endOfValue();
    if (end < 0) {
      if (this.#bytes.length - scan.from > LONGEST_ITEM) this.#fail(`an ${this.#what} is too long`, scan.from);
      return false;
    }
    const { from } = scan;
    scan.from = -1;
    const after = this.#line;
    this.#line = line;
    if (end === from) this.#fail('unexpected character', from);
    this.#at = end;
    take(from, end);
    this.#line = after;
    return true;
  }

  /** The end of the value that is being scanned, or -1 when the buffer ends in it. */
  #endOfValue(): number {
    const bytes = this.#bytes;
    const { length } = bytes;
    const scan = this.#scan;
    let { at, depth, inString } = scan;
    let lines = 0;
    let end = -1;
    for (; at < length; at++) {
      if (inString) {
        while (at < length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
        if (at >= length) break;
        inString = false;
        if (depth > 0) continue;
        end = at + 1;
        break;
      }
      const byte = bytes[at];
      if (byte === QUOTE) inString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth--;
        if (depth > 0) continue;
        end = depth === 0 ? at + 1 : at;
        break;
      } else if (byte === LINE_FEED && depth > 0) lines++;
      else if (depth === 0 && (byte === COMMA || byte === COLON || byte === RECORD_SEPARATOR || isJsonSpace(byte))) {
        end = at;
        break;
      }
    }
    this.#line += lines;
    Object.assign(scan, { at, depth, inString });
    return end;
  }

  #flush(): void {
    if (this.#starts.length === 0) return;
    const values = this.#parseBatch();
    const isDocument = this.#place !== 'items';
    const lines = this.#lines;
    this.#starts = [];
    this.#ends = [];
    this.#lines = [];
    for (const [i, value] of values.entries()) this.#sink.item(value, lines[i], isDocument);
  }

  /** Parses the items that wait: all at once, and each by itself when that fails. */
  #parseBatch(): readonly JsonValue[] {
    const [starts, ends, bytes] = [this.#starts, this.#ends, this.#bytes];
    const isList = this.#place === 'items' || this.#separate();
    if (isList) {
      try {
        const values = this.#parse(`[${textOf(bytes.subarray(starts[0], ends[ends.length - 1]))}]`);
        if (isJsonArray(values) && values.length === starts.length) return values;
      } catch {
        // Each is looked at by itself, so that the one that is broken can be named or mended.
      }
    }
    return starts.map((from, i) => {
      try {
        return this.#parseText(textOf(bytes.subarray(from, ends[i])));
      } catch {
        throw new TraceFileError(
          'malformed',
          `an ${this.#what} is not valid JSON at line ${this.#lines[i]}, byte ${this.#base + from}`,
        );
      }
    });
  }

  /** Puts a comma between documents, in the buffer, which is our own; false where there is no room for one. */
  #separate(): boolean {
    for (let i = 0; i + 1 < this.#starts.length; i++) {
      const between = this.#ends[i];
      if (between >= this.#starts[i + 1]) return false;
      this.#bytes.fill(0x20, between, this.#starts[i + 1]);
      this.#bytes[between] = COMMA;
    }
    return true;
  }

  #parseText(text: string): JsonValue {
    try {
      return this.#parse(text);
    } catch {
      const { text: mended, count, example } = mendJson(text);
      const value = this.#parse(mended);
      this.#mended = { count: this.#mended.count + count, example: this.#mended.example || example };
      return value;
    }
  }

  /** Lets go of what was handed on. */
  #forget(): void {
    const { from } = this.#scan;
    const keep = from >= 0 ? from : Math.min(this.#at, this.#bytes.length);
    if (keep > 0) this.#buffer.copyWithin(0, keep, this.#bytes.length);
    this.#bytes = this.#buffer.subarray(0, this.#bytes.length - keep);
    this.#base += keep;
    this.#at -= keep;
    if (from >= 0) {
      this.#scan.from = 0;
      this.#scan.at -= keep;
    }
  }
}

/** Integers that a JavaScript number cannot hold, outside of strings. */
const STRING_OR_LONG_INTEGER = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/** Parses JSON in which integers of 16 digits and more become strings, so that ids survive. */
export function parseExactJson(text: string): JsonValue {
  if (!/\d{16}/.test(text)) return parseJson(text);
  return parseJson(text.replace(STRING_OR_LONG_INTEGER, (found) => (found.startsWith('"') ? found : `"${found}"`)));
}
