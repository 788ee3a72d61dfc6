import type { Timers } from '@flowprof/conductor';
import { systemTimers } from '../src/services/system.ts';

/**
 * The machine's timers for a server, which tell of every pause: before one, whoever works by the clock has done a round
 * of its work. So a test sees what comes of such work as soon as it is there, without asking again and again.
 */
export class Rounds implements Timers {
  readonly #waiting = new Set<() => void>();

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    return systemTimers.sleep(ms, signal);
  }

  /** What is looked at, once it is as it is meant to be; looked at anew after each round. */
  async until<T>(look: () => Promise<T>, isMeant: (seen: T) => boolean): Promise<T> {
    for (;;) {
      const next = new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
      const seen = await look();
      if (isMeant(seen)) return seen;
      await next;
    }
  }
}
