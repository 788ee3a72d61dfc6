/** Random choices that follow from one integer: the same seed gives the same choices on every machine. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    // Neighbouring seeds are to begin far from each other.
    this.#state = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) >>> 0;
    this.next();
    this.next();
  }

  /** From 0 to less than 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the values. */
  pick<const T>(values: readonly [T, ...T[]]): T {
    return values[this.int(0, values.length - 1)] ?? values[0];
  }

  /** What the function gives, or undefined. */
  maybe<T>(probability: number, make: () => T): T | undefined {
    return this.chance(probability) ? make() : undefined;
  }

  /** Milliseconds in quarters: mostly short, so that many things happen at the same moment. */
  ms(longest = 40): number {
    if (this.chance(0.15)) return 0;
    return this.chance(0.5) ? this.int(1, 5) : this.int(1, longest * 4) / 4;
  }
}
