import type { Timers } from '@flowprof/conductor';

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 2000;

export interface RetryOptions {
  readonly timers: Timers;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Whether an error may go away by itself. */
  readonly isPassing: (error: unknown) => boolean;
  /** Told of each failure that will be tried again. */
  readonly onRetry: (error: unknown, attempt: number) => void;
}

/**
 * Does something again, with growing waits, for as long as it fails in a way that may pass. For writes that must not
 * be lost while the database restarts; they are idempotent.
 * @throws the last error when it does not pass, or when the signal ends the waiting
 */
export async function untilItPasses<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1, delay = FIRST_DELAY_MS; ; attempt++, delay = Math.min(delay * 2, MAX_DELAY_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!options.isPassing(error) || options.signal.aborted) throw error;
      options.onRetry(error, attempt);
      await options.timers.sleep(delay, options.signal).catch(() => undefined);
      if (options.signal.aborted) throw error;
    }
  }
}
