import { NONE } from '../trace/trace.ts';
import { utf8, wholeTextOf } from '../formats/web.ts';

/**
 * Distinct byte strings, one after the other: number `i` is `bytes[offsets[i] .. offsets[i + 1])`. Number 0 is the empty
 * one. They are UTF-8, but for the values of attributes of type `bytes`, and for what a sender got wrong. Two
 * different numbers are never the same bytes.
 */
export interface OtlpStrings {
  readonly length: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly offsets: Uint32Array<ArrayBuffer>;
}

/** How many places a string may be away from the one that its hash names: bounds what made-up collisions cost. */
const MAX_PROBES = 32;

/** Strings are hashed whole up to twice this length; of longer ones, so much of the beginning and the end, and the length. */
const HASHED_ENDS = 64;

const SEED = 0x811c9dc5;
const FACTOR = 0x9e3779b1;

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, FACTOR);
  return product ^ (product >>> 15);
}

/** Hashes bytes, four at a time; the last four may overlap those before. */
function hashOf(source: DataView, start: number, end: number): number {
  const length = end - start;
  let hash = SEED ^ length;
  if (length < 4) {
    for (let i = start; i < end; i++) hash = mixed(hash, source.getUint8(i));
    return hash;
  }
  const last = end - 4;
  const head = length > 2 * HASHED_ENDS ? start + HASHED_ENDS : last;
  let at = start;
  for (; at < head; at += 4) hash = mixed(hash, source.getInt32(at, true));
  if (head !== last) for (at = end - HASHED_ENDS; at < last; at += 4) hash = mixed(hash, source.getInt32(at, true));
  return mixed(hash, source.getInt32(last, true));
}

function areEqual(one: DataView, at: number, other: DataView, start: number, length: number): boolean {
  if (length < 4) {
    for (let i = 0; i < length; i++) if (one.getUint8(at + i) !== other.getUint8(start + i)) return false;
    return true;
  }
  const last = length - 4;
  for (let i = 0; i < last; i += 4) if (one.getInt32(at + i, true) !== other.getInt32(start + i, true)) return false;
  return one.getInt32(at + last, true) === other.getInt32(start + last, true);
}

/** Calls take no more arguments than so. */
const MAX_ARGUMENTS = 4096;

/** Bytes as a key of a map, one character a byte. */
function keyOf(source: DataView, start: number, end: number): string {
  let key = '';
  for (let at = start; at < end; at += MAX_ARGUMENTS) {
    const length = Math.min(MAX_ARGUMENTS, end - at);
    key += String.fromCharCode(...new Uint8Array(source.buffer, source.byteOffset + at, length));
  }
  return key;
}

/** Bytes as what a table of strings reads from. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Gives each distinct byte string a number; what is known is found by its bytes, with nothing decoded. */
export class OtlpStringTable {
  length = 0;
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #offsets = new Uint32Array(256);
  #hashes = new Int32Array(256);
  /** Open addressing, at most half full: the number of a string plus one. */
  #slots = new Int32Array(1024);
  /** Strings whose places were all taken. Such a map cannot be flooded: its hashes are not to be foreseen. */
  #overflow: Map<string, number> | null = null;
  /** The numbers of texts that came as text. */
  readonly #texts = new Map<string, number>();

  constructor() {
    this.ofBytes(this.#view, 0, 0);
  }

  /** The number of the string of these bytes; a new one if it has none yet. */
  ofBytes(source: DataView, start: number, end: number): number {
    const hash = hashOf(source, start, end);
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let probe = 0, slot = hash & mask; probe < MAX_PROBES; probe++, slot = (slot + 1) & mask) {
      const found = slots[slot] - 1;
      if (found === NONE) {
        slots[slot] = this.length + 1;
        return this.#append(source, start, end, hash);
      }
      if (this.#hashes[found] === hash && this.#isAt(found, source, start, end)) return found;
    }
    const key = keyOf(source, start, end);
    const known = this.#overflow?.get(key);
    if (known !== undefined) return known;
    (this.#overflow ??= new Map()).set(key, this.length);
    return this.#append(source, start, end, hash);
  }

  /** The number of a text; a new one if it has none yet. */
  of(text: string): number {
    let number = this.#texts.get(text);
    if (number === undefined) {
      const bytes = utf8(text);
      number = this.ofBytes(viewOf(bytes), 0, bytes.byteLength);
      this.#texts.set(text, number);
    }
    return number;
  }

  /** The strings so far, in arrays of their own. */
  finish(): OtlpStrings {
    const { length } = this;
    return {
      length,
      bytes: this.#bytes.slice(0, this.#offsets[length]),
      offsets: this.#offsets.slice(0, length + 1),
    };
  }

  #isAt(number: number, source: DataView, start: number, end: number): boolean {
    const at = this.#offsets[number];
    const length = end - start;
    return this.#offsets[number + 1] - at === length && areEqual(this.#view, at, source, start, length);
  }

  #append(source: DataView, start: number, end: number, hash: number): number {
    const number = this.length++;
    if (number + 2 > this.#offsets.length) this.#growNumbers();
    const at = this.#offsets[number];
    const length = end - start;
    if (at + length > this.#bytes.length) this.#growBytes(at + length);
    const bytes = this.#bytes;
    if (length > 64) bytes.set(new Uint8Array(source.buffer, source.byteOffset + start, length), at);
    else for (let i = 0; i < length; i++) bytes[at + i] = source.getUint8(start + i);
    this.#offsets[number + 1] = at + length;
    this.#hashes[number] = hash;
    if (2 * this.length > this.#slots.length) this.#rehash();
    return number;
  }

  #growNumbers(): void {
    const offsets = new Uint32Array(2 * this.#offsets.length);
    offsets.set(this.#offsets);
    this.#offsets = offsets;
    const hashes = new Int32Array(offsets.length);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
  }

  #growBytes(needed: number): void {
    const bytes = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }

  #rehash(): void {
    const slots = new Int32Array(4 * this.#slots.length);
    const mask = slots.length - 1;
    const moved = new Set(this.#overflow?.values());
    for (let number = 0; number < this.length; number++) {
      if (moved.has(number)) continue;
      let slot = this.#hashes[number] & mask;
      let probes = 0;
      while (slots[slot] !== 0 && ++probes < MAX_PROBES) slot = (slot + 1) & mask;
      if (slots[slot] === 0) slots[slot] = number + 1;
      else {
        const key = keyOf(this.#view, this.#offsets[number], this.#offsets[number + 1]);
        (this.#overflow ??= new Map()).set(key, number);
      }
    }
    this.#slots = slots;
  }
}

/** Reads strings as text, each decoded once, when it is first asked for. */
export class OtlpTexts {
  readonly #strings: OtlpStrings;
  readonly #decoded: (string | undefined)[] = [];

  constructor(strings: OtlpStrings) {
    this.#strings = strings;
  }

  /** The string of a number as text; bytes that are not UTF-8 become U+FFFD. */
  at(number: number): string {
    const known = this.#decoded[number];
    if (known !== undefined) return known;
    const text = wholeTextOf(this.bytesAt(number));
    this.#decoded[number] = text;
    return text;
  }

  /** The bytes of a string; not a copy. */
  bytesAt(number: number): Uint8Array {
    const { bytes, offsets } = this.#strings;
    return bytes.subarray(offsets[number], offsets[number + 1]);
  }

  /** The number of a text, or `NONE` where nothing is called so. Looks at all strings: for keys that are known beforehand. */
  find(text: string): number {
    const wanted = utf8(text);
    const { length, bytes, offsets } = this.#strings;
    for (let number = 0; number < length; number++) {
      const at = offsets[number];
      if (offsets[number + 1] - at !== wanted.length) continue;
      let i = 0;
      while (i < wanted.length && bytes[at + i] === wanted[i]) i++;
      if (i === wanted.length) return number;
    }
    return NONE;
  }
}

/**
 * The same strings under the same numbers, some of them replaced: what redaction does. Strings that `replace` gives null
 * for stay; those that become equal keep their numbers, so that two numbers may then be the same text.
 * @param added strings that get the next numbers
 */
export function replaceStrings(
  strings: OtlpStrings,
  replace: (number: number) => string | null,
  added: readonly string[] = [],
): OtlpStrings {
  const length = strings.length + added.length;
  const offsets = new Uint32Array(length + 1);
  const replaced = new Map<number, Uint8Array>();
  for (let number = 0; number < length; number++) {
    const text = number < strings.length ? replace(number) : added[number - strings.length];
    if (text !== null) replaced.set(number, utf8(text));
    const size = replaced.get(number)?.byteLength ?? strings.offsets[number + 1] - strings.offsets[number];
    offsets[number + 1] = offsets[number] + size;
  }
  if (replaced.size === 0) return strings;
  const bytes = new Uint8Array(offsets[length]);
  for (let number = 0; number < length; number++) {
    const source = replaced.get(number) ?? strings.bytes.subarray(strings.offsets[number], strings.offsets[number + 1]);
    bytes.set(source, offsets[number]);
  }
  return { length, bytes, offsets };
}
