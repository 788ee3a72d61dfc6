import { webcrypto } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Timers } from '@flowprof/conductor';
import { epochFromMs, type Clock, type RandomBytes } from '@flowprof/model';

/** The machine's clock: the time of day at the start of the process, then the monotonic clock, so never backwards. */
export const systemClock: Clock = {
  now: () => epochFromMs(performance.timeOrigin + performance.now()),
};

export const systemRandom: RandomBytes = (into) => {
  const bytes = webcrypto.getRandomValues(new Uint8Array(into.length));
  into.set(bytes);
  return into;
};

export const systemTimers: Timers = {
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};
