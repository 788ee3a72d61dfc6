import { NONE } from '@flowprof/model';
import type { ModeScene } from './mode-scene.ts';

/** What is selected: a span, whichever way the run is shown. */
export class Selection {
  span: number = NONE;
  /** The row that was clicked, which of several rows that stand for the span is the one that is meant. */
  #clicked: { readonly view: ModeScene; readonly span: number; readonly row: number } | null = null;

  /** The row of what is selected. */
  rowIn(view: ModeScene | null): number {
    if (view === null) return NONE;
    const clicked = this.#clicked;
    return clicked?.view === view && clicked.span === this.span ? clicked.row : view.rowOf(this.span);
  }

  /** The span that is meant by a click on a row, or with `NONE` on nothing. */
  click(view: ModeScene, row: number): number {
    const span = view.spanOf(row, this.span);
    this.#clicked = row === NONE ? null : { view, span, row };
    return span;
  }
}
