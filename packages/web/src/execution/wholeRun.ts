import { asMicros, OPEN, spanEnds, type Micros, type Trace } from '@flowprof/model';
import type { View } from './urlState.ts';

/** A range of time in microseconds from the execution's start. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/**
 * From the earliest start to the latest end of a trace's spans.
 * @param now where spans that still run end; where they start when null
 */
export function extentOf(trace: Trace, now: number | null): Extent {
  const { spans } = trace;
  let start = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < spans.length; row++) {
    const from = spans.start[row] ?? 0;
    const duration = spans.duration[row] ?? 0;
    start = Math.min(start, from);
    end = Math.max(end, duration === OPEN ? Math.max(from, now ?? from) : from + duration);
  }
  return spans.length === 0 ? { start: 0, end: 0 } : { start, end };
}

/** Whether all of a run's time is in view. */
export function isWhole(view: Pick<View, 'start' | 'end'>, extent: Extent): boolean {
  return view.start <= extent.start && view.end >= extent.end;
}

/** What of a run is in view; null where it is the whole of it, so that the address stays short and a run can grow. */
export function partInView(view: View, extent: Extent): View | null {
  return isWhole(view, extent) && view.scrollTop < 1 ? null : view;
}

/** The latest time that is known of a trace in which something still runs; null when nothing does. */
export function latestKnown({ spans }: Trace, told = NaN): Micros | null {
  if (!spans.duration.includes(OPEN)) return null;
  let latest = Number.isFinite(told) ? told : 0;
  for (const end of spanEnds(spans)) if (end > latest) latest = end;
  return asMicros(latest);
}
