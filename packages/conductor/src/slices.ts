import { setImmediate as turn } from 'node:timers/promises';

/** Work that can be done in parts: each `yield` is a place at which others may have a turn. */
export type Steps<T> = Generator<void, T>;

/** How long work goes on before others of the process get a turn, in milliseconds. */
const SLICE_MS = 10;

/** Does all of it at once. */
export function allAtOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
  }
}

/** Does it in slices of about 10 ms, so that large input holds up nobody else. Small input is done in the first. */
export async function inSlices<T>(steps: Steps<T>): Promise<T> {
  let until = performance.now() + SLICE_MS;
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
    if (performance.now() < until) continue;
    await turn();
    until = performance.now() + SLICE_MS;
  }
}

/** How many small things are done between two places at which others may have a turn. */
export const STRIDE = 100;
