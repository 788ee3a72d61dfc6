import { isTerminal } from '@flowprof/model';
import type { Timers } from '@flowprof/conductor';
import type { Execution, Store, TenantStore } from '@flowprof/store';
import type { Logger } from 'pino';
import { ApiError, notFound, unavailable } from '../http/errors.ts';

/** How often it is looked whether another server has done what it was asked, and how often at most. */
const LOOK_MS = 100;
const LOOKS = 100;

/** How often a server looks for requests that it has not heard. */
const POLL_MS = 2000;

const RETRY_AFTER_SECONDS = 5;

/**
 * Lets the server that runs an execution cancel it, and resolves once that is stored.
 * @throws {ApiError} `already_ended`; `not_running_here` when no living server runs it; `cancel_pending` when the other
 *   server does not do it in time
 */
export async function cancelElsewhere(tenant: TenantStore, execution: Execution, timers: Timers): Promise<Execution> {
  if (isTerminal(execution.status)) {
    throw new ApiError('already_ended', 'The execution ended before it could be cancelled.');
  }
  if (!(await tenant.requestCancel(execution.id))) {
    throw new ApiError('not_running_here', 'No living server runs the execution.');
  }
  for (let look = 0; look < LOOKS; look++) {
    await timers.sleep(LOOK_MS, new AbortController().signal);
    const now = await tenant.getExecution(execution.id);
    if (now === null) throw notFound();
    if (isTerminal(now.status)) return now;
  }
  const detail = 'The server that runs the execution has not cancelled it yet.';
  throw unavailable('cancel_pending', detail, RETRY_AFTER_SECONDS);
}

interface CancelWatchOptions {
  readonly store: Store;
  /** Cancels an execution if this server has it. */
  readonly cancel: (executionId: string) => void;
  readonly timers: Timers;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Cancels what other servers ask this one to. @param signal ends that */
export async function heedCancelRequests(
  { store, cancel, timers, logger }: CancelWatchOptions,
  signal: AbortSignal,
): Promise<void> {
  const { live } = store;
  if (!live.isShared) return;
  const stopListening = live.listen((told) => {
    if (told.type === 'cancel') cancel(told.executionId);
  });
  while (!signal.aborted) {
    await timers.sleep(POLL_MS, signal).catch(() => undefined);
    if (signal.aborted) break;
    try {
      for (const { executionId } of await live.cancelRequests()) cancel(executionId);
    } catch (error) {
      logger.warn({ err: error }, 'requests to cancel executions cannot be looked for now');
    }
  }
  stopListening();
}
