/** What `find` answers where there is no id, and where the id is of no row. */
const NO_ID = 0;
const NOT_HERE = 1;
/** Added to a row. */
const FIRST_ROW = 2;

/** How many places an id may be away from the one that its hash names; beyond that it counts as of no row. */
const MAX_PROBES = 16;

function wordsOf(ids: Uint8Array): Uint32Array {
  return new Uint32Array(ids.buffer, ids.byteOffset, ids.byteLength / 4);
}

function slotOf(low: number, high: number, mask: number): number {
  const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca77);
  return (mixed ^ (mixed >>> 15)) & mask;
}

/** Finds spans by their ids of 8 bytes. */
export class SpanRows {
  readonly #words: Uint32Array;
  /** Open addressing: a row plus one. */
  readonly #slots: Int32Array;

  constructor(spanIds: Uint8Array, length: number) {
    this.#words = wordsOf(spanIds);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * length + 2)));
    const mask = this.#slots.length - 1;
    for (let row = 0; row < length; row++) {
      let slot = slotOf(this.#words[2 * row], this.#words[2 * row + 1], mask);
      for (let probe = 0; probe < MAX_PROBES && this.#slots[slot] !== 0; probe++) slot = (slot + 1) & mask;
      if (this.#slots[slot] === 0) this.#slots[slot] = row + 1;
    }
  }

  /** The row of a span by the id at a row of `ids`, plus 2; 1 where it was not found, 0 where the id is all zero. */
  find(ids: Uint8Array, row: number): number {
    const words = wordsOf(ids);
    const low = words[2 * row];
    const high = words[2 * row + 1];
    if (low === 0 && high === 0) return NO_ID;
    const mask = this.#slots.length - 1;
    for (let probe = 0, slot = slotOf(low, high, mask); probe <= MAX_PROBES; probe++, slot = (slot + 1) & mask) {
      const found = this.#slots[slot] - 1;
      if (found < 0) return NOT_HERE;
      if (this.#words[2 * found] === low && this.#words[2 * found + 1] === high) return found + FIRST_ROW;
    }
    return NOT_HERE;
  }
}
