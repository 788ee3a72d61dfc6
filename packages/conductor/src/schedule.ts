import { clearTimeout, setTimeout } from 'node:timers';

/** Calls a function after a time unless the function that it gives is called first. Does not keep the process alive. */
export type Schedule = (ms: number, then: () => void) => () => void;

/** With the timers of the process. */
export const systemSchedule: Schedule = (ms, then) => {
  const timer = setTimeout(then, ms).unref();
  return () => clearTimeout(timer);
};
