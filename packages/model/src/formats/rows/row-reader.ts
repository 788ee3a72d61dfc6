/**
 * Reads what is a list of records in any of the spellings that lists come in: text with delimiters and a first line of
 * names, JSON Lines, an array of objects, or an object that holds one.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Trace } from '../../trace/trace.ts';
import { TraceFileError } from '../errors.ts';
import type { ChunkReader } from '../format.ts';
import { JsonItems, parseExactJson, type JsonItemsResult } from '../json-items.ts';
import { isJsonArray } from '../json-reader.ts';
import { textDecoder, textOf } from '../web.ts';
import { delimiterOf, DelimitedRows } from './delimited.ts';

/** What became of the file itself. */
export interface RowsEnd {
  readonly truncatedAt: string | null;
  readonly mended: JsonItemsResult['mended'];
  /** Records that were no objects. */
  readonly notRecords: number;
}

/** Takes records. */
export interface RowSink {
  /** @param line the line that it begins at, from 1 */
  readonly row: (row: JsonObject, line: number) => void;
  /** A field of the object around the records. */
  readonly field?: (key: string, value: JsonValue) => void;
  readonly finish: (end: RowsEnd) => readonly Trace[];
}

const NOT_MENDED = { count: 0, example: '' };

/** The first line must end within so many bytes. */
const LONGEST_FIRST_LINE = 1 << 20;

interface Part {
  readonly push: (chunk: Uint8Array) => void;
  readonly finish: () => Omit<RowsEnd, 'notRecords'>;
}

/** Rows of text with delimiters, each as an object by the names of the first line. Values stay text. */
class DelimitedPart implements Part {
  readonly #decoder = textDecoder();
  readonly #row: (row: JsonObject, line: number) => void;
  #head = '';
  #rows: DelimitedRows | null = null;
  #names: readonly string[] | null = null;

  constructor(row: (row: JsonObject, line: number) => void) {
    this.#row = row;
  }

  push(chunk: Uint8Array): void {
    this.#take(this.#decoder.push(chunk));
  }

  finish(): Omit<RowsEnd, 'notRecords'> {
    this.#take(this.#decoder.finish());
    if (this.#rows === null) this.#begin();
    const isCut = this.#rows?.finish() === true;
    const truncatedAt = isCut ? `the last whole row ends before line ${this.#rows?.line ?? 1}` : null;
    return { truncatedAt, mended: NOT_MENDED };
  }

  #take(text: string): void {
    if (this.#rows !== null) return this.#rows.push(text);
    this.#head = (this.#head + text).replace(/^\uFEFF?[\r\n]*/, '');
    if (/[\r\n]/.test(this.#head) || this.#head.length > LONGEST_FIRST_LINE) this.#begin();
  }

  #begin(): void {
    const head = this.#head;
    this.#head = '';
    this.#rows = new DelimitedRows(delimiterOf(/^[^\r\n]*/.exec(head)?.[0] ?? ''), (values, line) =>
      this.#add(values, line),
    );
    this.#rows.push(head);
  }

  #add(values: readonly string[], line: number): void {
    if (this.#names === null) {
      this.#names = values.map((name, i) => name.trim() || `column ${i + 1}`);
      return;
    }
    const names = this.#names;
    const row: JsonObject = Object.fromEntries(values.map((value, i) => [names[i] ?? `column ${i + 1}`, value]));
    this.#row(row, line);
  }
}

/** Records of JSON, in which long integers are text. */
class JsonPart implements Part {
  readonly #items: JsonItems;

  constructor(
    sink: Pick<RowSink, 'field'> & { item: (value: JsonValue, line: number) => void },
    arrays: readonly string[],
  ) {
    this.#items = new JsonItems(sink, { arrays, parse: parseExactJson });
  }

  push(chunk: Uint8Array): void {
    this.#items.push(chunk);
  }

  finish(): Omit<RowsEnd, 'notRecords'> {
    const { truncatedAt, mended } = this.#items.finish();
    return { truncatedAt: truncatedAt === null ? null : `the last whole record ends at byte ${truncatedAt}`, mended };
  }
}

/** Reads a list of records piece by piece. */
export class RowReader implements ChunkReader {
  readonly #sink: RowSink;
  readonly #arrays: readonly string[];
  #part: Part | null = null;
  #notRecords = 0;

  /** @param arrays the fields of an object around the records that hold them */
  constructor(sink: RowSink, arrays: readonly string[]) {
    this.#sink = sink;
    this.#arrays = arrays;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#part ??= this.#choose(chunk);
    this.#part.push(chunk);
  }

  finish(): readonly Trace[] {
    if (this.#part === null) throw new TraceFileError('empty', 'the file is empty');
    return this.#sink.finish({ ...this.#part.finish(), notRecords: this.#notRecords });
  }

  #choose(chunk: Uint8Array): Part {
    const first = textOf(chunk.subarray(0, 4096)).trimStart()[0];
    const { field } = this.#sink;
    if (first !== '{' && first !== '[' && first !== '\u001e')
      return new DelimitedPart((row, line) => this.#sink.row(row, line));
    const item = (value: JsonValue, line: number) => this.#item(value, line);
    return new JsonPart({ item, ...(field !== undefined && { field }) }, this.#arrays);
  }

  /** An item that is an object is a record; one that is a list, or an object around one, holds records (pages). */
  #item(value: JsonValue, line: number): void {
    if (isJsonObject(value)) {
      const inner = this.#arrays.find((key) => Array.isArray(value[key]));
      if (inner === undefined) return this.#sink.row(value, line);
      for (const [key, other] of Object.entries(value)) if (key !== inner) this.#sink.field?.(key, other);
      return this.#item(value[inner] ?? null, line);
    }
    if (!isJsonArray(value)) {
      this.#notRecords++;
      return;
    }
    for (const one of value) {
      if (isJsonObject(one)) this.#sink.row(one, line);
      else this.#notRecords++;
    }
  }
}
