import type { EpochMicros } from './units.ts';

/** Where the time comes from. Injected everywhere, so that a test can drive it. */
export interface Clock {
  /** The present moment. Never runs backwards within a process. */
  now(): EpochMicros;
}

/** Where randomness comes from: fills the array with random bytes and returns it. */
export type RandomBytes = (into: Uint8Array) => Uint8Array;
