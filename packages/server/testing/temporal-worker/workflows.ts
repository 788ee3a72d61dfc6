/** Workflows whose attempts are reported, for `temporal-worker/worker.test.ts`. */
import { ActivityCancellationType, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from './activities.ts';

const { flaky, stubborn, beating, waiting, quick } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '1 second',
  retry: { initialInterval: '200 ms', backoffCoefficient: 2, maximumAttempts: 3 },
});
const patient = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '1 second',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});
const hasty = proxyLocalActivities<Activities>({ startToCloseTimeout: '500 ms', retry: { maximumAttempts: 1 } });
const local = proxyLocalActivities<Activities>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '100 ms', maximumAttempts: 3 },
});

/** An activity that fails twice and then succeeds. */
export async function retried(): Promise<string> {
  return flaky('remote');
}

/** One that is not tried again. */
export async function failed(): Promise<void> {
  await stubborn();
}

/** One that stops to tell that it lives, and is tried again. */
export async function lost(): Promise<void> {
  await beating();
}

/** One that takes longer than it may. */
export async function late(): Promise<void> {
  await hasty.slow();
}

/** One that runs until it is cancelled. */
export async function cancelled(): Promise<void> {
  await patient.waiting();
}

/** As `cancelled`, tried again after what happens to its worker. */
export async function shutDown(): Promise<void> {
  await waiting();
}

export async function localRetried(): Promise<string> {
  return local.flaky('local');
}

/** Many activities at once. */
export async function many(count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => quick()));
}
