import type { Timers } from '@flowprof/conductor';
import type { InterruptedExecution, Store } from '@flowprof/store';
import type { Logger } from 'pino';

/** How long after its owner was seen dead an execution waits at most for this server to look. */
const INTERVAL_MS = 10_000;

/** How many are claimed at once; the next look finds the others. */
const MAX_CLAIMED = 100;

export interface RecoveryOptions {
  readonly store: Pick<Store, 'claimInterrupted'>;
  /** How many more executions this server can take. */
  readonly room: () => number;
  /** Runs an execution on that has been claimed. */
  readonly adopt: (workspaceId: string, executionId: string) => Promise<void>;
  readonly timers: Timers;
  readonly logger: Pick<Logger, 'warn'>;
}

/**
 * Claims executions that no living server runs, as many as there is room for, and runs them on. One that was interrupted
 * again and again without getting further is failed by the store and only told of.
 */
export async function recoverInterrupted(options: RecoveryOptions): Promise<readonly InterruptedExecution[]> {
  const { store, room, adopt, logger } = options;
  const limit = Math.min(MAX_CLAIMED, room());
  if (limit === 0) return [];
  const claimed = await store.claimInterrupted(limit);
  for (const interrupted of claimed) {
    const { id, workspaceId, workflowName, executionNumber, completedSteps, stepCount, resumptions } = interrupted;
    const isLost = interrupted.status === 'failed';
    const line = { execution: id, workspace: workspaceId, status: interrupted.status, resumptions };
    const what = isLost ? 'was interrupted too often and has failed' : 'was interrupted and goes on';
    const howFar = `${completedSteps} of ${stepCount} steps had completed`;
    logger.warn({ ...line, completedSteps, stepCount }, `${workflowName} #${executionNumber} ${what}: ${howFar}`);
    if (isLost) continue;
    await adopt(workspaceId, id);
  }
  return claimed;
}

/**
 * Looks from time to time for what servers left unfinished that died while this one runs. A database that is away is
 * tried again at the next time.
 * @param signal ends the watch
 * @returns resolves once the signal has fired and nothing is under way
 */
export async function watchForInterrupted(options: RecoveryOptions, signal: AbortSignal): Promise<void> {
  const { timers, logger } = options;
  while (!signal.aborted) {
    const slept = await timers.sleep(INTERVAL_MS, signal).then(
      () => true,
      () => false,
    );
    if (!slept || signal.aborted) return;
    try {
      await recoverInterrupted(options);
    } catch (error) {
      logger.warn({ err: error }, 'interrupted executions could not be looked for');
    }
  }
}
