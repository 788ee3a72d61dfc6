import { inSlices as inSlicesOf, type Steps, type Turns } from '@flowprof/model';

export { allAtOnce, type Steps } from '@flowprof/model';

/** What is to go on after others had their turn, oldest first. */
const waiting: (() => void)[] = [];

/** Browsers have no `setImmediate`. */
const soon = typeof setImmediate === 'function' ? (run: () => void) => setImmediate(run) : setTimeout;

/** Only one goes on in a turn of the event loop, so that many that are done in slices do not make a long turn together. */
function goOn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) soon(goOn);
}

const turns: Turns = {
  now: () => performance.now(),
  next: () =>
    new Promise((resolve) => {
      if (waiting.push(resolve) === 1) soon(goOn);
    }),
};

/**
 * Does it in slices of about 10 ms, one in a turn of the event loop, so that large input holds up nobody else. Small
 * input is done at once, unless something large is being done.
 */
export async function inSlices<T>(steps: Steps<T>): Promise<T> {
  if (waiting.length > 0) await turns.next();
  return inSlicesOf(steps, turns);
}

/** How many small things are done between two places at which others may have a turn. */
export const STRIDE = 100;
