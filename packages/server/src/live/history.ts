import type { Timers } from '@flowprof/conductor';
import { toMicros } from '@flowprof/model';
import type { LiveHistory, Store } from '@flowprof/store';
import type { Logger } from 'pino';

/** What is kept of a workflow's events, for those who come back. */
const HISTORY: LiveHistory = { events: 10_000, age: toMicros(24 * 3_600_000_000) };

const EVERY_MS = 60_000;

interface HistoryOptions {
  readonly store: Store;
  readonly timers: Timers;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Deletes events from time to time that nobody needs to come back to. @param signal ends that */
export async function keepHistoryShort({ store, timers, logger }: HistoryOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await timers.sleep(EVERY_MS, signal).catch(() => undefined);
    if (signal.aborted) return;
    await store.live.prune(HISTORY).catch((error: unknown) => {
      logger.warn({ err: error }, 'old events cannot be deleted now');
    });
  }
}
