import type { Timers } from '@flowprof/conductor';
import { toEpochMicros, type Clock } from '@flowprof/model';
import { systemClock, systemTimers } from '../src/services/system.ts';

/** The machine's time, which a test puts forward: whoever sleeps until a moment that is then past wakes up. */
export class JumpTime {
  readonly clock: Clock = { now: () => toEpochMicros(systemClock.now() + this.#ahead) };
  readonly timers: Timers = { sleep: (ms, signal) => this.#sleep(ms, signal) };
  readonly #sleepers = new Map<AbortController, number>();
  #ahead: number;

  constructor(seconds = 0) {
    this.#ahead = seconds * 1e6;
  }

  jump(seconds: number): void {
    this.#ahead += seconds * 1e6;
    for (const [sleeper, until] of this.#sleepers) if (until <= this.clock.now()) sleeper.abort();
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    const jumped = new AbortController();
    this.#sleepers.set(jumped, this.clock.now() + ms * 1000);
    try {
      await systemTimers.sleep(ms, AbortSignal.any([signal, jumped.signal]));
    } catch (error) {
      if (!jumped.signal.aborted || signal.aborted) throw error;
    } finally {
      this.#sleepers.delete(jumped);
    }
  }
}
