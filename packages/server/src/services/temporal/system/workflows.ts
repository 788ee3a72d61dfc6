/**
 * The sync of a Temporal server as workflows on that server. They hold nothing but the order of things: what is due, how
 * often something is tried and how long is waited is decided by the activities, so that a new flowprof can decide
 * otherwise without a change here. What does change here has to be told apart with `patched` from `@temporalio/workflow`:
 * coordinators of the flowprof before it go on with this code (`workflows.test.ts` replays the histories of earlier ones).
 */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  condition,
  continueAsNew,
  defineQuery,
  executeChild,
  isCancellation,
  proxyActivities,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import {
  SYNC_TYPE,
  syncId,
  type CoordinatorInput,
  type SyncInput,
  type Synced,
  type SystemActivities,
} from './seam.ts';

/** Whatever befalls a worker, or the database of it: it is tried again until it can be done. */
const UNTIL_IT_CAN = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '20 seconds' } as const;

const { lookForDue } = proxyActivities<SystemActivities>({
  startToCloseTimeout: '3 minutes',
  // A worker that was killed is missed after this.
  heartbeatTimeout: '15 seconds',
  retry: UNTIL_IT_CAN,
});

const { syncExecution: syncOne } = proxyActivities<SystemActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '15 seconds',
  // What is given up here is due again: nobody has it any more.
  scheduleToCloseTimeout: '20 minutes',
  retry: UNTIL_IT_CAN,
});

/** What a coordinator does at the moment. */
export interface CoordinatorState {
  /** Executions that are being synced. */
  readonly running: readonly string[];
  /** How many syncs this run of the coordinator began, and how many of them came to an end. */
  readonly begun: number;
  readonly ended: number;
}

export const coordinatorState = defineQuery<CoordinatorState>('flowprof.state');

/** Syncs that are under way, each in a child workflow. */
class Children {
  readonly #input: CoordinatorInput;
  readonly #running = new Set<string>();
  #begun = 0;
  #ended = 0;
  #pauseMs = 0;

  constructor(input: CoordinatorInput) {
    this.#input = input;
  }

  get room(): number {
    return this.#input.atOnce - this.#running.size;
  }

  get state(): CoordinatorState {
    return { running: [...this.#running], begun: this.#begun, ended: this.#ended };
  }

  /** How long the server wants to be left alone; told once. */
  takePause(): number {
    const pause = this.#pauseMs;
    this.#pauseMs = 0;
    return pause;
  }

  begin(runId: string): void {
    if (this.#running.has(runId)) return;
    this.#running.add(runId);
    this.#begun++;
    void this.#sync(runId).finally(() => {
      this.#running.delete(runId);
      this.#ended++;
    });
  }

  async #sync(runId: string): Promise<void> {
    const { workspaceId, connectionId } = this.#input;
    const input: SyncInput = { workspaceId, connectionId, runId };
    try {
      const { pauseMs } = await executeChild<(given: SyncInput) => Promise<Synced>>(SYNC_TYPE, {
        workflowId: syncId(input),
        args: [input],
      });
      this.#pauseMs = Math.max(this.#pauseMs, pauseMs);
    } catch (error) {
      if (isCancellation(error)) return;
      // One that still runs does the same. Any other was given up, and is due again.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) this.#pauseMs = Math.max(this.#pauseMs, 1000);
    }
  }
}

/** Coordinates the sync of one connection for as long as that is wanted. */
async function syncCoordinator(input: CoordinatorInput): Promise<void> {
  const { workspaceId, connectionId, atOnce, maxEvents } = input;
  const children = new Children(input);
  setHandler(coordinatorState, () => children.state);
  for (;;) {
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    if (continueAsNewSuggested || historyLength >= maxEvents) {
      // What a child gives is told to this run only, so all of them end first.
      await condition(() => children.room === atOnce);
      return continueAsNew<typeof syncCoordinator>(input);
    }
    // One look for several executions, but no slow one keeps the others waiting.
    if (children.room < atOnce / 2) await condition(() => children.room >= atOnce / 2, '1 second');
    await condition(() => children.room > 0);
    const pause = children.takePause();
    if (pause > 0) await sleep(pause);
    const { runs, isOver } = await lookForDue({ workspaceId, connectionId, atMost: children.room });
    if (isOver) {
      await condition(() => children.room === atOnce);
      return;
    }
    for (const runId of runs) children.begin(runId);
  }
}

/** Syncs one execution once. */
async function syncExecution(input: SyncInput): Promise<Synced> {
  return syncOne(input);
}

// The names are those of the seam: what Temporal's own pages show.
export { syncCoordinator as 'flowprof.syncCoordinator', syncExecution as 'flowprof.syncExecution' };
