import { NONE } from '@flowprof/model';

/** What the pointer is over: a row, and what else lies there. */
export class Hovering {
  /** A row. */
  row: number = NONE;
  #told = '';

  /** Takes note of what the pointer is over now; returns what of that is new, or null for nothing. */
  move(row: number, told: readonly string[]): { readonly isOtherRow: boolean } | null {
    const text = told.join();
    const isOtherRow = row !== this.row;
    if (!isOtherRow && text === this.#told && row === NONE && told.length === 0) return null;
    this.row = row;
    this.#told = text;
    return { isOtherRow };
  }
}
