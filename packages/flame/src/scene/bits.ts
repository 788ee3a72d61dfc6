/** The lowest bit that is set of a word that is not 0. */
function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/**
 * A set of positions that tells at once whether one of them lies in a stretch: a bit for each position, and over every
 * 32 bits one that says whether there is any below, level by level. An eighth of a byte a position.
 */
export class BitSet {
  /** How many positions are in it. */
  size = 0;
  readonly #levels: Uint32Array[] = [];

  /** @param length all positions are below it */
  constructor(length: number) {
    let bits = Math.max(1, length);
    do {
      bits = Math.ceil(bits / 32);
      this.#levels.push(new Uint32Array(bits));
    } while (bits > 1);
  }

  add(position: number): void {
    const words = this.#levels[0];
    const at = position >>> 5;
    const known = words[at];
    const bit = 1 << (position & 31);
    if ((known & bit) !== 0) return;
    words[at] = known | bit;
    this.size++;
    if (known === 0) this.#raise(at);
  }

  has(position: number): boolean {
    return (this.#levels[0][position >>> 5] & (1 << (position & 31))) !== 0;
  }

  /** The first position at or after `from`, or -1. */
  next(from: number): number {
    let at = from;
    for (let level = 0; level < this.#levels.length; level++) {
      const words = this.#levels[level];
      const index = at >>> 5;
      if (index >= words.length) return -1;
      const word = words[index] & (-1 << (at & 31));
      if (word !== 0) return this.#descend(level, index * 32 + lowestBit(word));
      at = index + 1;
    }
    return -1;
  }

  /** Whether one lies in `[from, to)`. */
  anyIn(from: number, to: number): boolean {
    if (this.size === 0) return false;
    if (to - from === 1) return this.has(from);
    const found = this.next(from);
    return found !== -1 && found < to;
  }

  /** Says in the levels above that there is something in a word of the lowest. */
  #raise(word: number): void {
    let at = word;
    for (let level = 1; level < this.#levels.length; level++) {
      const words = this.#levels[level];
      const known = words[at >>> 5];
      words[at >>> 5] = known | (1 << (at & 31));
      if (known !== 0) return; // the levels above know already
      at >>>= 5;
    }
  }

  /** The first position below a bit of a level. */
  #descend(level: number, bit: number): number {
    let at = bit;
    for (let below = level - 1; below >= 0; below--) at = at * 32 + lowestBit(this.#levels[below][at]);
    return at;
  }
}
