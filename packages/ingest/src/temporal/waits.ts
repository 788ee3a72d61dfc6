import { setTimeout as sleep } from 'node:timers/promises';
import type { Waits } from './limiter.ts';

/** The time of this machine. */
export const MACHINE_WAITS: Waits = {
  now: () => performance.now(),
  wait: async (ms, signal) => {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  },
};
