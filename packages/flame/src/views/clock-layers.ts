import type { CriticalPath, CriticalSegments, Highlight } from '../api.ts';
import { criticalLanesOf, type CriticalLanes } from '../scene/critical.ts';
import { highlightMarksOf, type HighlightMarks } from '../scene/highlight.ts';
import type { ModeScene } from './mode-scene.ts';

function onRows(segments: CriticalSegments, view: ModeScene): CriticalSegments {
  return { ...segments, row: segments.row.map((span) => view.rowOf(span)) };
}

/** What lies over the bars of spans where the axis is the clock: the critical path, and what is pointed out. */
export class ClockLayers {
  critical: CriticalLanes | null = null;
  lit: HighlightMarks | null = null;
  #path: CriticalPath | null = null;
  #highlight: Highlight | null = null;
  #view: ModeScene | null = null;

  /** Makes them ready for another scene. */
  show(view: ModeScene): void {
    this.#view = view;
    this.setPath(this.#path);
    this.setHighlight(this.#highlight);
  }

  setPath(path: CriticalPath | null): void {
    this.#path = path;
    const view = this.#view;
    if (path === null || view?.isClock !== true) this.critical = null;
    else {
      const rows = path instanceof Int32Array ? path.map((span) => view.rowOf(span)) : onRows(path, view);
      this.critical = criticalLanesOf(rows, view.scene);
    }
  }

  setHighlight(highlight: Highlight | null): void {
    this.#highlight = highlight;
    const view = this.#view;
    this.lit =
      highlight === null || view?.isClock !== true ? null : highlightMarksOf(onRows(highlight, view), view.scene);
  }
}
