type Paint = (text: string) => string;

/** How a cell looks; of two that want the same cell the one of the higher rank gets it, or the later one. */
interface Cell {
  readonly glyph: string;
  readonly paint: Paint;
  readonly rank: number;
}

/** A line of a chart: intervals of time drawn into cells. A later interval wins where its rank is not lower. */
export class ChartLine {
  readonly #cells: (Cell | undefined)[];
  readonly #from: number;
  readonly #perCell: number;

  /**
   * @param width cells
   * @param from the time at the left edge, in microseconds
   * @param length the time from edge to edge, in microseconds
   */
  constructor(width: number, from: number, length: number) {
    this.#cells = Array.from({ length: width });
    this.#from = from;
    this.#perCell = length > 0 ? length / width : 1;
  }

  /** Draws an interval; however short, it takes one cell. */
  draw(start: number, end: number, look: Cell): void {
    const first = Math.floor((start - this.#from) / this.#perCell + 1e-9);
    this.#fill(first, Math.max(first, Math.ceil((end - this.#from) / this.#perCell - 1e-9) - 1), look);
  }

  /** Draws an interval into the cells of which it takes at least half; a short one takes none. */
  drawRounded(start: number, end: number, look: Cell): void {
    const first = Math.round((start - this.#from) / this.#perCell);
    this.#fill(first, Math.round((end - this.#from) / this.#perCell) - 1, look);
  }

  #fill(from: number, to: number, look: Cell): void {
    const last = this.#cells.length - 1;
    for (let i = Math.min(last, Math.max(0, from)); i <= Math.min(last, to); i++) {
      const cell = this.#cells[i];
      if (!cell || cell.rank <= look.rank) this.#cells[i] = look;
    }
  }

  /** The line as text: neighbours of one look are painted together. */
  toString(): string {
    let out = '';
    for (let i = 0; i < this.#cells.length;) {
      const cell = this.#cells[i];
      let end = i + 1;
      while (end < this.#cells.length && this.#cells[end]?.paint === cell?.paint && !cell === !this.#cells[end]) end++;
      const text = this.#cells
        .slice(i, end)
        .map((each) => each?.glyph ?? ' ')
        .join('');
      out += cell ? cell.paint(text) : text;
      i = end;
    }
    return out;
  }
}
