import type { TimeRange } from '../api.ts';
import { rangeOfSpan, rangeWithEdgeMoved } from './range.ts';
import type { Scene } from './scene.ts';

/** The stretch of the run that somebody has chosen, in the time of the run. */
export class ChosenRange {
  range: TimeRange | null = null;

  /** Chooses another stretch; returns whether it is another. */
  choose(range: TimeRange | null): boolean {
    if (range?.start === this.range?.start && range?.end === this.range?.end) return false;
    this.range = range;
    return true;
  }

  /** The same in the time of the chart; null where that is no clock. */
  inChart(scene: Scene | null): TimeRange | null {
    return scene && this.range && scene.time.rangeToChart(this.range);
  }

  /**
   * The stretch with an edge moved by a part of what is in view; where none is chosen, that of a span.
   * @param view what is in view, in the time of the chart, as is `reach`
   */
  withEdgeMoved(
    scene: Scene | null,
    span: number | null,
    { edge, part, view, reach }: Readonly<{ edge: 'start' | 'end'; part: number; view: TimeRange; reach: TimeRange }>,
  ): TimeRange | null {
    const range = this.range ?? rangeOfSpan(scene, span);
    return range && rangeWithEdgeMoved(scene, range, { edge, by: (view.end - view.start) * part, reach });
  }
}
