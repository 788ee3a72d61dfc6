import type { Timers } from '@flowprof/conductor';
import type { Store } from '@flowprof/store';
import type { Logger } from 'pino';

const INTERVAL_MS = 15_000;

export interface RecoveryOptions {
  readonly store: Pick<Store, 'recoverInterrupted'>;
  readonly timers: Timers;
  readonly logger: Pick<Logger, 'warn'>;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/**
 * Marks from time to time what servers left unfinished that died while this one runs. A database that is away is tried
 * again at the next time.
 * @returns resolves once the signal has fired and nothing is under way
 */
export async function watchForInterrupted({ store, timers, logger, signal }: RecoveryOptions): Promise<void> {
  while (!signal.aborted) {
    const slept = await timers.sleep(INTERVAL_MS, signal).then(
      () => true,
      () => false,
    );
    if (!slept || signal.aborted) return;
    try {
      for (const execution of await store.recoverInterrupted()) logger.warn(execution, 'execution was interrupted');
    } catch (error) {
      logger.warn({ err: error }, 'interrupted executions could not be looked for');
    }
  }
}
