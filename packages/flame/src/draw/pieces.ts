import type { TimeRange } from '../api.ts';
import type { TimeMap } from '../time-map.ts';

/** The parts of a range of the chart between its breaks, in the time of the run. */
export function piecesOf(view: TimeRange, map: TimeMap): TimeRange[] {
  const pieces: TimeRange[] = [];
  let from = view.start;
  for (const cut of map.breaks) {
    if (cut.chartEnd <= from) continue;
    if (cut.chartStart >= view.end) break;
    if (cut.chartStart > from) pieces.push({ start: map.toReal(from), end: cut.start });
    from = cut.chartEnd;
  }
  if (from < view.end) pieces.push({ start: map.toReal(from), end: map.toReal(view.end) });
  return pieces;
}
