import type { Timers } from '@flowprof/conductor';
import { systemTimers } from '../src/services/system.ts';

/** Timers of which a test fires some by hand; the others are the machine's. */
export class HandTimers implements Timers {
  readonly #byHand: readonly number[];
  readonly #sleepers = new Map<number, Set<() => void>>();
  readonly #owed = new Set<number>();

  /** @param byHand the lengths, in milliseconds, of those that wait for `fire` */
  constructor(...byHand: readonly number[]) {
    this.#byHand = byHand;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#byHand.includes(ms)) return systemTimers.sleep(ms, signal);
    if (this.#owed.delete(ms)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const sleepers = this.#sleepers.get(ms) ?? new Set();
      this.#sleepers.set(ms, sleepers);
      sleepers.add(resolve);
      signal.addEventListener('abort', () => {
        sleepers.delete(resolve);
        reject(new Error('aborted'));
      });
    });
  }

  /** Ends the sleep of all who sleep so long; where nobody does now, of the next who wants to. */
  fire(ms: number): void {
    const sleepers = [...(this.#sleepers.get(ms) ?? [])];
    if (sleepers.length === 0) this.#owed.add(ms);
    this.#sleepers.get(ms)?.clear();
    for (const wake of sleepers) wake();
  }
}
