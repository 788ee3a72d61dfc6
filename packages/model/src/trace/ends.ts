import { OPEN, type SpanTable } from './trace.ts';

/**
 * The end of every span. One that still runs ends at `now`, or where that is not given at the latest time that the spans
 * (or `known`, a time that something else tells of) have reached; never before its own start.
 */
export function spanEnds(
  spans: Pick<SpanTable, 'length' | 'start' | 'duration'>,
  now: number | null = null,
  known = -Infinity,
): Float64Array {
  const { start, duration, length } = spans;
  const ends = new Float64Array(length);
  let latest = known;
  for (let row = 0; row < length; row++) {
    ends[row] = start[row] + Math.max(0, duration[row]);
    if (ends[row] > latest) latest = ends[row];
  }
  const close = now ?? latest;
  for (let row = 0; row < length; row++) if (duration[row] === OPEN) ends[row] = Math.max(start[row], close);
  return ends;
}
