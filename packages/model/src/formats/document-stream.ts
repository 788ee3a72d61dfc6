import type { JsonValue } from '../json.ts';
import { TraceFileError } from './errors.ts';
import { join } from './gunzip.ts';
import type { BrokenLines } from './json-documents.ts';
import { JsonItems } from './json-items.ts';
import { parseJson } from './json-reader.ts';
import { textOf } from './web.ts';

const NEWLINE = 0x0a;

/** One document may be this long before it is taken apart; a line may always be. */
const LARGE = 64 * 1024 * 1024;

/** JavaScript strings end at twice of it. */
const LONGEST_LINE = 256 * 1024 * 1024;

function tryParse(bytes: Uint8Array): JsonValue | undefined {
  try {
    return parseJson(textOf(bytes));
  } catch {
    return undefined;
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09);
}

/**
 * Reads one JSON document, or JSON Lines, as it comes: each line is handed over before the next is read, and lines that are
 * no JSON are left out and counted. A single document is handed over as a whole; one that is large item by item.
 */
export class DocumentStream {
  readonly #take: (document: JsonValue) => void;
  readonly #arrays: readonly string[];
  /** `first`: within the first line, which tells whether there are lines; `whole`: in a document of several. */
  #mode: 'first' | 'lines' | 'whole' = 'first';
  #items: JsonItems | null = null;
  #chunks: Uint8Array[] = [];
  #length = 0;
  #line = 0;
  #broken = 0;
  #firstBroken = 0;

  /** @param arrays the fields of an object at the top whose items may be handed over one by one */
  constructor(take: (document: JsonValue) => void, arrays: readonly string[]) {
    this.#take = take;
    this.#arrays = arrays;
  }

  /** Takes more of the file. @throws {TraceFileError} */
  push(chunk: Uint8Array): void {
    if (this.#items !== null) return this.#items.push(chunk);
    if (this.#mode === 'whole') return this.#keep(chunk);
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to >= 0; to = chunk.indexOf(NEWLINE, from)) {
      const line =
        this.#length === 0
          ? chunk.subarray(from, to)
          : join([...this.#chunks, chunk.subarray(from, to)], this.#length + to - from);
      if (this.#mode === 'first' && !this.#isLine(line)) {
        this.#mode = 'whole';
        return this.#keep(chunk.subarray(from));
      }
      this.#drop();
      this.#endLine(line);
      from = to + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  /** The end of the file. @throws {TraceFileError} `malformed` when it is no JSON */
  finish(): BrokenLines {
    if (this.#items !== null) {
      const { truncatedAt } = this.#items.finish();
      return { count: truncatedAt === null ? 0 : 1, first: 1 };
    }
    const rest = join(this.#chunks, this.#length);
    this.#drop();
    if (this.#mode === 'lines') this.#endLine(rest);
    else this.#take(parseJson(textOf(rest)));
    return { count: this.#broken, first: this.#firstBroken };
  }

  /** Whether the first line is a document of its own. */
  #isLine(line: Uint8Array): boolean {
    const first = tryParse(line);
    if (typeof first !== 'object' || first === null) return false;
    this.#mode = 'lines';
    return true;
  }

  #endLine(line: Uint8Array): void {
    this.#line++;
    if (isBlank(line)) return;
    const value = tryParse(line);
    if (value !== undefined) return this.#take(value);
    this.#broken++;
    this.#firstBroken ||= this.#line;
  }

  /** Whoever hands over a chunk may use its memory again. */
  #keep(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk.slice());
    this.#length += chunk.length;
    if (this.#mode === 'lines' ? this.#length <= LONGEST_LINE : this.#length <= LARGE) return;
    if (this.#mode === 'lines') throw new TraceFileError('too_large', `line ${this.#line + 1} is too long`);
    this.#items = new JsonItems({ item: (item) => this.#take(item) }, { arrays: this.#arrays });
    for (const one of this.#chunks) this.#items.push(one);
    this.#drop();
  }

  #drop(): void {
    this.#chunks = [];
    this.#length = 0;
  }
}
