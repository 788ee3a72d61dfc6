import type { Timers } from '@flowprof/conductor';
import { epochFromMs, toEpochMicros, type Clock, type EpochMicros } from '@flowprof/model';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * A clock and timers that several loops share. Time stands still while any of them works, whatever it waits for, and
 * goes on to the next timer once all of them sleep.
 */
export class CommonTime {
  readonly clock: Clock = { now: () => this.#now };
  readonly timers: Timers = { sleep: (ms, signal) => this.#sleep(ms, signal) };
  /** How many loops there are. */
  members = 0;
  readonly #sleepers = new Set<Sleeper>();
  #now: EpochMicros;
  #onSleep: () => void = () => {};

  constructor(start: string) {
    this.#now = epochFromMs(Date.parse(start));
  }

  /** Lets time pass in which nobody is there. */
  jump(to: string): void {
    this.#now = epochFromMs(Date.parse(to));
  }

  /** Lets the loops do all that they do until a moment. */
  async until(end: string): Promise<void> {
    const last = Date.parse(end) * 1000;
    for (;;) {
      await this.#allAsleep();
      const next = Math.min(...Array.from(this.#sleepers, ({ at }) => at));
      this.#now = toEpochMicros(Math.min(next, last));
      if (next > last) return;
      for (const sleeper of this.#sleepers) if (sleeper.at <= this.#now) sleeper.wake();
    }
  }

  async #allAsleep(): Promise<void> {
    while (this.#sleepers.size < this.members) {
      await new Promise<void>((resolve) => {
        this.#onSleep = resolve;
      });
    }
  }

  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new Error('aborted'));
      const leave = (): void => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener('abort', onAbort);
      };
      const sleeper: Sleeper = {
        at: this.#now + Math.round(ms * 1000),
        wake: () => {
          leave();
          resolve();
        },
      };
      const onAbort = (): void => {
        leave();
        reject(new Error('aborted'));
      };
      signal.addEventListener('abort', onAbort);
      this.#sleepers.add(sleeper);
      this.#onSleep();
    });
  }
}
