/** Work that can be done in parts: each `yield` is a place at which others may have a turn. */
export type Steps<T> = Generator<void, T>;

/** How the others of a process get their turn. */
export interface Turns {
  /** Milliseconds from any moment on. */
  now(): number;
  /** Resolves once the others have had a turn. */
  next(): Promise<void>;
}

/** How long work goes on before others get a turn, in milliseconds. */
const SLICE_MS = 10;

/** Does all of it at once. */
export function allAtOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
  }
}

/** Does it in slices of about 10 ms, so that large input holds up nobody else. Small input is done in the first. */
export async function inSlices<T>(steps: Steps<T>, turns: Turns): Promise<T> {
  let until = turns.now() + SLICE_MS;
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
    if (turns.now() < until) continue;
    await turns.next();
    until = turns.now() + SLICE_MS;
  }
}
