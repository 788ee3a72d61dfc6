/** Numbers that look random and are the same in every run (mulberry32). */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** 32 bits. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  pick(values: readonly string[]): string {
    return values[this.next() % values.length] ?? '';
  }

  /** So many bytes in hex. */
  hex(bytes: number): string {
    let text = '';
    for (let i = 0; i < bytes; i++) text += (this.next() & 0xff).toString(16).padStart(2, '0');
    return text;
  }
}
