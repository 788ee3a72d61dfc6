import { utf8 } from './web.ts';

const VARINT = 0;
const BYTES = 2;
const FIRST_CAPACITY = 1 << 10;

/** Writes protocol buffers by hand, field after field (https://protobuf.dev/programming-guides/encoding/). */
export class ProtobufWriter {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #length = 0;

  /** A whole number that is not 0, which is left out as the encoding does; negative ones take ten bytes. */
  int(field: number, value: number | bigint): void {
    if (Number(value) === 0) return;
    this.#varint((field << 3) | VARINT);
    this.#varint(value);
  }

  /** Whole numbers in one field. */
  packed(field: number, values: readonly number[]): void {
    this.message(field, (out) => {
      for (const value of values) out.#varint(value);
    });
  }

  text(field: number, text: string): void {
    this.#block(field, utf8(text));
  }

  message(field: number, fill: (out: ProtobufWriter) => void): void {
    const inner = new ProtobufWriter();
    fill(inner);
    this.#block(field, inner.finish());
  }

  /** What was written. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #block(field: number, bytes: Uint8Array): void {
    this.#varint((field << 3) | BYTES);
    this.#varint(bytes.byteLength);
    this.#room(bytes.byteLength);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.byteLength;
  }

  #varint(value: number | bigint): void {
    this.#room(10);
    if (typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) {
      let rest = value;
      while (rest >= 0x80) {
        this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
        rest = Math.floor(rest / 0x80);
      }
      this.#bytes[this.#length++] = rest;
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest >= 0x80n) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.byteLength) return;
    const larger = new Uint8Array(2 ** Math.ceil(Math.log2(this.#length + bytes)));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
