import type { Timers } from '@flowprof/conductor';
import type { Logger } from 'pino';

interface LookerOptions {
  readonly timers: Timers;
  readonly logger: Pick<Logger, 'warn'>;
  /** What is logged when a look fails. */
  readonly failure: string;
  /** How long after a look that failed the next one is, in milliseconds. */
  readonly againMs: number;
}

/** Looks for work again and again: when the last look said, or at once when it is woken. */
export class Looker {
  readonly #options: LookerOptions;
  #sleeping = new AbortController();

  constructor(options: LookerOptions) {
    this.#options = options;
  }

  /** Looks at once: there may be something to do. */
  wake(): void {
    this.#sleeping.abort();
  }

  /**
   * Goes on until the signal fires; resolves when nothing is under way any more.
   * @param look does what there is to do, and says how many milliseconds later it is to look again
   */
  async run(signal: AbortSignal, look: (signal: AbortSignal) => Promise<number>): Promise<void> {
    const { timers, logger, failure, againMs } = this.#options;
    const stop = (): void => this.wake();
    signal.addEventListener('abort', stop);
    while (!signal.aborted) {
      // Whoever wakes it from here on wants another look.
      this.#sleeping = new AbortController();
      const { signal: woken } = this.#sleeping;
      const ms = await look(signal).catch((error: unknown) => {
        logger.warn({ err: error }, failure);
        return againMs;
      });
      if (ms > 0 && !signal.aborted) await timers.sleep(ms, woken).catch(() => undefined);
    }
    signal.removeEventListener('abort', stop);
  }
}
