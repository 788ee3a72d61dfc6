import { rowWindow } from '../components/rowWindow.ts';

/** Lists up to this long are on the page as a whole, so that the browser's own search finds everything. */
const WHOLE = 200;
/** All rows are equally tall. */
const NOTHING_MORE: ReadonlyMap<number, number> = new Map();

/** Rows of equal height of which only those near the window are on the page. All measures in CSS pixels. */
export interface WindowOfRows {
  readonly count: number;
  readonly rowHeight: number;
  /** Where the first row begins, seen from the upper edge of the window; negative once it is scrolled past. */
  readonly top: number;
  readonly windowHeight: number;
}

/** The rows from `first` up to, and without, `end`. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/** Which rows are on the page. */
export function rowsNear({ count, rowHeight, top, windowHeight }: WindowOfRows): RowRange {
  if (count <= WHOLE || rowHeight <= 0) return { first: 0, end: count };
  const { first, end } = rowWindow({ count, height: rowHeight, extra: NOTHING_MORE }, -top, windowHeight);
  return { first, end };
}

/** Which rows can be seen. */
export function rowsInView({ count, rowHeight, top, windowHeight }: WindowOfRows): RowRange {
  if (rowHeight <= 0) return { first: 0, end: count };
  const clamp = (row: number): number => Math.max(0, Math.min(count, row));
  return { first: clamp(Math.floor(-top / rowHeight)), end: clamp(Math.ceil((windowHeight - top) / rowHeight)) };
}

/** A piece of the list as it is on the page: a row, or the room of so many rows that are not. */
export type Piece = { readonly row: number } | { readonly gap: number; readonly after: number };

/** The pieces of a list, in order; the row that has the focus is there wherever it is. */
export function piecesOf({ first, end }: RowRange, count: number, focused: number | null): Piece[] {
  const pieces: Piece[] = [];
  let next = 0;
  const add = (row: number): void => {
    if (row > next) pieces.push({ gap: row - next, after: next });
    pieces.push({ row });
    next = row + 1;
  };
  const kept = focused !== null && focused >= 0 && focused < count ? focused : null;
  if (kept !== null && kept < first) add(kept);
  for (let row = first; row < end; row++) add(row);
  if (kept !== null && kept >= end) add(kept);
  if (next < count) pieces.push({ gap: count - next, after: next });
  return pieces;
}
