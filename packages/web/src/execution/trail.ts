import type { Stretch } from './urlState.ts';

/** A place is worth going back to when it showed at least so many times as much as what came after it. */
const NESTED = 2;
const MOST = 8;

function width({ start, end }: Stretch): number {
  return end - start;
}

/**
 * The way into the part of the run that is in view: what was in view on the way and contains it, the widest first, and
 * itself as the last. Empty for the whole run.
 * @param view null for the whole run
 */
export function trailAfter(trail: readonly Stretch[], view: Stretch | null): readonly Stretch[] {
  if (view === null) return [];
  const { start, end } = view;
  const around = trail.filter(
    (place) => place.start <= start && place.end >= end && width(place) >= NESTED * width(view),
  );
  return [...around.slice(0, MOST - 1), { start, end }];
}
