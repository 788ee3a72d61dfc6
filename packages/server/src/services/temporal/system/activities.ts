import { ApplicationFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { z } from 'zod';
import type { Look, LookInput, SyncInput, Synced, SyncedConnection, SystemActivities } from './seam.ts';

/** How often an activity says that its worker is alive. Who does not say so for 15 seconds is taken for dead. */
const BEAT_MS = 4000;
/** How many executions one look may give. */
const MOST = 100;

/** What the sync is made of. All of it can be done again, by any worker, at any time. */
export interface SyncWork {
  /** Whether this worker may do something for that connection. */
  isServed(connection: SyncedConnection): Promise<boolean>;
  /** Lists what is new when that is due and takes executions that are due; waits a while where there are none. */
  look(input: LookInput, signal: AbortSignal): Promise<Look>;
  sync(input: SyncInput, signal: AbortSignal): Promise<Synced>;
}

const connectionParts = { workspaceId: z.string().max(100), connectionId: z.string().max(100) };
const lookInput = z.object({ ...connectionParts, atMost: z.int().min(1).max(MOST) });
const syncInput = z.object({ ...connectionParts, runId: z.string().max(100) });

/** Does the work with signs of life; the signal fires when the result is not wanted any more, or the worker stops. */
async function alive<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const context = Context.current();
  const beating = setInterval(() => context.heartbeat(), BEAT_MS);
  try {
    const result = await work(context.cancellationSignal);
    // What was broken off half-way is no result: it is done again, here or elsewhere.
    context.cancellationSignal.throwIfAborted();
    return result;
  } finally {
    clearInterval(beating);
  }
}

/**
 * The work as activities. What comes in is not trusted: whoever runs the Temporal server can ask for anything, so a worker
 * does nothing for connections to another server.
 */
export function systemActivities(work: SyncWork): SystemActivities {
  const mustServe = async (connection: SyncedConnection): Promise<void> => {
    if (await work.isServed(connection)) return;
    // Another flowprof uses the same task queue: its own worker gets it in a later try.
    throw ApplicationFailure.retryable('this flowprof has no such connection', 'other_connection');
  };
  return {
    lookForDue: async (given) => {
      const input = lookInput.parse(given);
      await mustServe(input);
      return alive((signal) => work.look(input, signal));
    },
    syncExecution: async (given) => {
      const input = syncInput.parse(given);
      await mustServe(input);
      return alive((signal) => work.sync(input, signal));
    },
  };
}
