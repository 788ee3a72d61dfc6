/** A queue that gives what comes first; adding and taking out take logarithmic time. */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #isBefore: (a: T, b: T) => boolean;

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  /** What comes first; undefined when there is nothing. */
  get first(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const above = items[up];
      if (above === undefined || !this.#isBefore(item, above)) break;
      items[at] = above;
      at = up;
    }
    items[at] = item;
  }

  /** Takes out what comes first; undefined when there is nothing. */
  pop(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      let below = items[down];
      if (below === undefined) break;
      const other = items[down + 1];
      if (other !== undefined && this.#isBefore(other, below)) {
        below = other;
        down++;
      }
      if (!this.#isBefore(below, last)) break;
      items[at] = below;
      at = down;
    }
    items[at] = last;
    return first;
  }
}
