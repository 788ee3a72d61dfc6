import { getRandomValues } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { toEpochMicros, type Clock, type RandomBytes } from '@flowprof/model';
import type { Timers } from './types.ts';

/** Microseconds since the epoch, counted by the monotonic clock from the wall clock's time at the start of the process. */
export const systemClock: Clock = {
  now: () => toEpochMicros((performance.timeOrigin + performance.now()) * 1000),
};

/** Random bytes of the operating system. */
export const systemRandom: RandomBytes = (into) => {
  getRandomValues(into);
  return into;
};

const MAX_TIMER_MS = 2_147_483_647;

/** The timers of the process. */
export const systemTimers: Timers = {
  sleep: (ms, signal) => wait(Math.min(ms, MAX_TIMER_MS), undefined, { signal }),
};

/** A random number from 0 to 1. */
export function randomFraction(random: RandomBytes): number {
  const bytes = random(new Uint8Array(4));
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 0xffff_ffff;
}
