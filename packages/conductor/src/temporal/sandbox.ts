import { toEpochMicros, type Clock, type RandomBytes } from '@flowprof/model';
import { CancellationScope, sleep } from '@temporalio/workflow';
import type { Timers } from '../types.ts';

/** The time of the workflow task, which is the same when the history is gone through again. */
export const workflowClock: Clock = { now: () => toEpochMicros(Date.now() * 1000) };

/** Temporal gives each run a seed for it. */
export const workflowRandom: RandomBytes = (into) => {
  for (let i = 0; i < into.length; i++) into[i] = Math.floor(Math.random() * 256);
  return into;
};

/** Timers of Temporal: they outlive the worker. */
export const workflowTimers: Timers = {
  async sleep(ms, signal) {
    const scope = new CancellationScope();
    const lift = (): void => scope.cancel();
    if (signal.aborted) throw signal.reason;
    signal.addEventListener('abort', lift, { once: true });
    try {
      await scope.run(() => sleep(Math.max(1, Math.ceil(ms))));
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', lift);
    }
  },
};
