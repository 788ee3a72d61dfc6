/** A queue that gives the lowest number first; both operations take logarithmic time. */
export class MinHeap {
  readonly #items: number[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** The lowest number; undefined when there is none. */
  get first(): number | undefined {
    return this.#items[0];
  }

  push(item: number): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const up = (at - 1) >> 1;
      const above = items[up] ?? 0;
      if (above <= item) break;
      items[at] = above;
      at = up;
    }
    items[at] = item;
  }

  /** Takes the lowest number out; undefined when there is none. */
  pop(): number | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= items.length) break;
      if (down + 1 < items.length && (items[down + 1] ?? 0) < (items[down] ?? 0)) down++;
      const below = items[down] ?? 0;
      if (below >= last) break;
      items[at] = below;
      at = down;
    }
    items[at] = last;
    return first;
  }
}
