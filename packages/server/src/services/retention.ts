import type { Timers } from '@flowprof/conductor';
import type { Store } from '@flowprof/store';
import type { Logger } from 'pino';

/** How long after the start the first look is, and how long after one the next. */
const FIRST_MS = 60_000;
const INTERVAL_MS = 15 * 60_000;

/**
 * Between two transactions others get four times as long as the last one took, and this much at least and at most: a
 * clock that was put forward makes one seem to have taken hours.
 */
const SHARE = 4;
const LEAST_PAUSE_MS = 20;
const MOST_PAUSE_MS = 10_000;

export interface RetentionOptions {
  readonly store: Pick<Store, 'listWorkspaces' | 'retain'>;
  readonly timers: Timers;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Removes from every workspace what it need not keep any longer, from time to time. What fails in one workspace is
 * told and does not keep the others from their turn.
 * @param signal ends the watch after the transaction that is under way
 * @returns resolves once the signal has fired and nothing is under way
 */
export async function watchRetention(options: RetentionOptions, signal: AbortSignal): Promise<void> {
  const { timers } = options;
  let wait = FIRST_MS;
  while (!signal.aborted) {
    await timers.sleep(wait, signal).catch(() => undefined);
    if (signal.aborted) return;
    await retainAll(options, signal);
    wait = INTERVAL_MS;
  }
}

async function retainAll(options: RetentionOptions, signal: AbortSignal): Promise<void> {
  const { store, logger } = options;
  try {
    for (const { id } of await store.listWorkspaces()) {
      if (signal.aborted) return;
      await retainOne(options, id, signal);
    }
  } catch (error) {
    logger.warn({ err: error }, 'workspaces could not be listed for retention');
  }
}

async function retainOne({ store, timers, logger }: RetentionOptions, id: string, signal: AbortSignal): Promise<void> {
  const pause = (tookMs: number): Promise<void> =>
    timers.sleep(Math.min(MOST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, SHARE * tookMs)), signal).catch(() => undefined);
  try {
    const run = await store.retain(id, { signal, pause });
    if (run === null) return;
    const { trimmed, rowsRemoved, removed } = run;
    if (rowsRemoved + removed > 0) {
      logger.info({ workspace: id, trimmed, rows: rowsRemoved, executions: removed }, 'removed what need not be kept');
    }
  } catch (error) {
    logger.warn({ workspace: id, err: error }, 'retention failed');
  }
}
