import { NONE } from '../trace/trace.ts';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** So many bytes as hex digits. */
export function hex(bytes: Uint8Array, from: number, length: number): string {
  let text = '';
  for (let i = from; i < from + length; i++) text += HEX[bytes[i]];
  return text;
}

/** How many places a trace may be away from the one that its hash names: bounds what made-up collisions cost. */
const MAX_PROBES = 32;

/** Numbers the traces of spans as they first occur. */
export class TraceNumbers {
  /** The first row of each trace. */
  readonly first: number[] = [];
  readonly #ids: Uint8Array;
  readonly #words: Uint32Array;
  /** Open addressing: the number of a trace plus one. */
  readonly #slots: Int32Array;
  /** Traces whose places were all taken. */
  readonly #overflow = new Map<string, number>();

  constructor(spans: { readonly length: number; readonly traceId: Uint8Array }) {
    this.#ids = spans.traceId;
    this.#words = new Uint32Array(spans.traceId.buffer, spans.traceId.byteOffset, 4 * spans.length);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * spans.length + 2)));
  }

  of(row: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let probe = 0, slot = this.#hash(row) & mask; probe < MAX_PROBES; probe++, slot = (slot + 1) & mask) {
      const found = slots[slot] - 1;
      if (found === NONE) {
        slots[slot] = this.first.push(row);
        return this.first.length - 1;
      }
      if (this.#isSame(this.first[found], row)) return found;
    }
    const id = hex(this.#ids, 16 * row, 16);
    let number = this.#overflow.get(id);
    if (number === undefined) {
      number = this.first.push(row) - 1;
      this.#overflow.set(id, number);
    }
    return number;
  }

  #hash(row: number): number {
    const words = this.#words;
    let hash = Math.imul(words[4 * row], 0x9e3779b1) ^ words[4 * row + 1];
    hash = Math.imul(hash, 0x85ebca77) ^ words[4 * row + 2];
    hash = Math.imul(hash, 0xc2b2ae3d) ^ words[4 * row + 3];
    return Math.imul(hash, 0x27d4eb2f) >>> 7;
  }

  #isSame(one: number, other: number): boolean {
    const words = this.#words;
    for (let i = 0; i < 4; i++) if (words[4 * one + i] !== words[4 * other + i]) return false;
    return true;
  }
}
