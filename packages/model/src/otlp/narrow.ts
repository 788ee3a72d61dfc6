import { TraceFileError } from '../formats/errors.ts';

/** How the numbers of a column stand in a segment. */
const FORM = {
  /** All are the same: one number of 8 bytes. */
  same: 0,
  /** The least, 8 bytes; then the differences to it in 1, 2 or 4 bytes each. */
  u8: 1,
  u16: 2,
  u32: 4,
  /** As they are, 8 bytes each. */
  f64: 8,
} as const;

type Numbers = Float64Array | Uint32Array | Uint8Array;

const INT32_END = 2 ** 32;

/** Writes columns one after the other into bytes that grow. */
export class ColumnWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #at = 0;

  constructor(expected: number) {
    this.#bytes = new Uint8Array(Math.max(1024, expected));
    this.#view = new DataView(this.#bytes.buffer);
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  /** Bytes as they are; whoever reads them knows how many there are. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.byteLength);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.byteLength;
  }

  /** Numbers in as few bytes as all of them fit in. */
  numbers(values: Numbers): void {
    const { length } = values;
    if (length === 0) return;
    const { form, least } = formOf(values);
    this.#reserve(9 + form * length);
    const view = this.#view;
    view.setUint8(this.#at, form);
    this.#at += 1;
    if (form === FORM.f64) {
      for (let i = 0; i < length; i++) view.setFloat64(this.#at + 8 * i, values[i], true);
      this.#at += 8 * length;
      return;
    }
    view.setFloat64(this.#at, least, true);
    const at = this.#at + 8;
    if (form === FORM.u8) for (let i = 0; i < length; i++) this.#bytes[at + i] = values[i] - least;
    else if (form === FORM.u16) for (let i = 0; i < length; i++) view.setUint16(at + 2 * i, values[i] - least, true);
    else if (form === FORM.u32) for (let i = 0; i < length; i++) view.setUint32(at + 4 * i, values[i] - least, true);
    this.#at = at + form * length;
  }

  /** Offsets, of which the first is 0, as the numbers of what lies between. */
  offsets(offsets: Uint32Array): void {
    const counts = new Uint32Array(offsets.length - 1);
    for (let i = 0; i < counts.length; i++) counts[i] = offsets[i + 1] - offsets[i];
    this.numbers(counts);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#at);
  }

  #reserve(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

function formOf(values: Numbers): { readonly form: number; readonly least: number } {
  let least = values[0];
  let most = values[0];
  let areWhole = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < least) least = value;
    if (value > most) most = value;
    // -0 and NaN are no whole numbers here: they must come back as they were.
    if (value !== Math.floor(value) || (value === 0 && 1 / value < 0)) areWhole = false;
  }
  const range = most - least;
  if (!areWhole || !(range < INT32_END) || !Number.isSafeInteger(most) || !Number.isSafeInteger(least)) {
    return { form: FORM.f64, least: 0 };
  }
  if (range === 0) return { form: FORM.same, least };
  return { form: range < 256 ? FORM.u8 : range < 65536 ? FORM.u16 : FORM.u32, least };
}

/** Reads what `ColumnWriter` wrote. What is not as it wrote it is a `TraceFileError` of code `malformed`. */
export class ColumnReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether all has been read. */
  get isAtEnd(): boolean {
    return this.#at === this.#bytes.byteLength;
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** So many bytes, in an array of their own. */
  raw(length: number): Uint8Array<ArrayBuffer> {
    const at = this.#take(length);
    return new Uint8Array(this.#bytes.subarray(at, at + length));
  }

  u8(length: number): Uint8Array<ArrayBuffer> {
    return this.#numbers(length, (n) => new Uint8Array(n));
  }

  u32(length: number): Uint32Array<ArrayBuffer> {
    return this.#numbers(length, (n) => new Uint32Array(n));
  }

  f64(length: number): Float64Array<ArrayBuffer> {
    return this.#numbers(length, (n) => new Float64Array(n));
  }

  /** The offsets of so many owners. */
  offsets(owners: number): Uint32Array<ArrayBuffer> {
    const counts = this.u32(owners);
    const offsets = new Uint32Array(owners + 1);
    for (let i = 0; i < owners; i++) offsets[i + 1] = offsets[i] + counts[i];
    return offsets;
  }

  #numbers<T extends Numbers>(length: number, make: (length: number) => T): T {
    if (length === 0) return make(0);
    const view = this.#view;
    const form = view.getUint8(this.#take(1));
    if (form === FORM.f64) {
      const at = this.#take(8 * length);
      const into = make(length);
      for (let i = 0; i < length; i++) into[i] = view.getFloat64(at + 8 * i, true);
      return into;
    }
    const least = view.getFloat64(this.#take(8), true);
    const at = this.#take(form * length);
    const into = make(length);
    if (form === FORM.same) into.fill(least);
    else if (form === FORM.u8) for (let i = 0; i < length; i++) into[i] = least + this.#bytes[at + i];
    else if (form === FORM.u16) for (let i = 0; i < length; i++) into[i] = least + view.getUint16(at + 2 * i, true);
    else if (form === FORM.u32) for (let i = 0; i < length; i++) into[i] = least + view.getUint32(at + 4 * i, true);
    else throw damaged('a column of no known form');
    return into;
  }

  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.byteLength) throw damaged('a column is cut off');
    this.#at = at + length;
    return at;
  }
}

/** A segment that is not as it was written. */
export function damaged(problem: string): TraceFileError {
  return new TraceFileError('malformed', `the segment is damaged: ${problem}`);
}
