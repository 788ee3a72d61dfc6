/** A binary heap of small integers (rows), the best first, by an order that the caller gives. */
export class RowHeap {
  readonly #rows: number[] = [];
  readonly #isBefore: (a: number, b: number) => boolean;

  /** @param isBefore whether row `a` comes before row `b`; a strict total order keeps results the same on every run. */
  constructor(isBefore: (a: number, b: number) => boolean) {
    this.#isBefore = isBefore;
  }

  /** The first row, or -1 when there is none. */
  peek(): number {
    return this.#rows[0] ?? -1;
  }

  push(row: number): void {
    const rows = this.#rows;
    let at = rows.length;
    rows.push(row);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#isBefore(row, rows[above])) break;
      rows[at] = rows[above];
      at = above;
    }
    rows[at] = row;
  }

  /** Takes the first row out; does nothing when there is none. */
  pop(): void {
    const rows = this.#rows;
    const last = rows.pop();
    if (last === undefined || rows.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= rows.length) break;
      if (below + 1 < rows.length && this.#isBefore(rows[below + 1], rows[below])) below++;
      if (!this.#isBefore(rows[below], last)) break;
      rows[at] = rows[below];
      at = below;
    }
    rows[at] = last;
  }
}

/**
 * The first few of some rows in an order, without sorting all. O(n log limit).
 * @param isBefore see `RowHeap`
 */
export function firstRows(rows: Uint32Array, limit: number, isBefore: (a: number, b: number) => boolean): number[] {
  if (limit <= 0) return [];
  const lastFirst = new RowHeap((a, b) => isBefore(b, a));
  for (let i = 0; i < rows.length; i++) {
    if (i >= limit && isBefore(lastFirst.peek(), rows[i])) continue;
    if (i >= limit) lastFirst.pop();
    lastFirst.push(rows[i]);
  }
  const kept: number[] = [];
  for (let row = lastFirst.peek(); row !== -1; row = lastFirst.peek()) {
    kept.push(row);
    lastFirst.pop();
  }
  return kept.reverse();
}
