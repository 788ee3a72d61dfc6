import { NONE } from '@flowprof/model';
import type { Highlight } from '../api.ts';
import { shownRow } from '../layout/layout.ts';
import type { BitSet } from './bits.ts';
import { markedIn } from './runs.ts';
import type { Scene } from './scene.ts';

/** Stretches of time that are pointed out, made ready to be drawn. */
export interface HighlightMarks {
  /** The spans that the stretches are of, by their positions in the lanes. */
  readonly marked: BitSet;
  /** In the order of time. */
  readonly start: Float64Array;
  readonly end: Float64Array;
}

/** Makes stretches of time ready to be drawn in a scene. */
export function highlightMarksOf(
  { row, start, end }: Highlight,
  { layout, time }: Pick<Scene, 'layout' | 'time'>,
): HighlightMarks {
  const isLit = new Uint8Array(layout.laneOf.length);
  for (const of of row) {
    const shown = shownRow(layout, of);
    if (shown !== NONE) isLit[shown] = 1;
  }
  return { marked: markedIn(layout, (of) => isLit[of] === 1), start: time.column(start), end: time.column(end) };
}
