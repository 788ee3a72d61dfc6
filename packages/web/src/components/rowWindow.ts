/** The rows of a long list that are worth being in the document. */
export interface RowWindow {
  readonly first: number;
  /** After the last one. */
  readonly end: number;
  /** The height of the rows before and after them, in CSS pixels. */
  readonly before: number;
  readonly after: number;
}

interface Rows {
  readonly count: number;
  /** Of each row, in CSS pixels. */
  readonly height: number;
  /** What some rows have in height beyond that, by their position. */
  readonly extra: ReadonlyMap<number, number>;
}

/** So many rows above and below what is in view are there, so that nothing is blank while it is scrolled. */
const BESIDE = 12;

/** Which rows are in view, with some beside them. */
export function rowWindow({ count, height, extra }: Rows, top: number, room: number): RowWindow {
  const tall = [...extra].filter(([row]) => row < count).sort(([a], [b]) => a - b);
  const whole = count * height + tall.reduce((sum, [, more]) => sum + more, 0);
  /** How far down a row begins. */
  const startOf = (row: number) => tall.reduce((sum, [at, more]) => (at < row ? sum + more : sum), row * height);
  /** The row at a distance from the top. */
  const rowAt = (distance: number) => {
    let above = 0;
    for (const [at, more] of tall) {
      if (distance < (at + 1) * height + above) break;
      if (distance < (at + 1) * height + above + more) return at;
      above += more;
    }
    return Math.floor((distance - above) / height);
  };
  const first = Math.max(0, Math.min(count, rowAt(Math.max(0, top)) - BESIDE));
  const end = Math.max(first, Math.min(count, rowAt(Math.max(0, top) + room) + 1 + BESIDE));
  return { first, end, before: startOf(first), after: Math.max(0, whole - startOf(end)) };
}
