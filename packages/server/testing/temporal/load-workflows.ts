/** Workflows for a Temporal server whose parts are killed: each kind of execution that a sync must tell right. */
import {
  continueAsNew,
  executeChild,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';

/** What the worker does for them. */
export interface LoadActivities {
  /** Takes some time; the first attempts fail, as many as are wanted. */
  work(ms: number, failures: number): Promise<string>;
}

const { work } = proxyActivities<LoadActivities>({
  startToCloseTimeout: '20 seconds',
  // A worker that was killed is missed soon.
  heartbeatTimeout: '3 seconds',
  retry: { initialInterval: 100, backoffCoefficient: 1.5, maximumInterval: '1 second' },
});
const { work: workOnce } = proxyActivities<LoadActivities>({
  startToCloseTimeout: '20 seconds',
  heartbeatTimeout: '3 seconds',
  retry: { maximumAttempts: 1 },
});
const { work: workHere } = proxyLocalActivities<LoadActivities>({ startToCloseTimeout: '5 seconds' });

export async function loadSteps(steps: number): Promise<string[]> {
  const made: string[] = [];
  for (let step = 0; step < steps; step++) made.push(await work(20 + step * 10, step % 3));
  return made;
}

/** Many things at once, then a wait. */
export async function loadFan(width: number): Promise<number> {
  const made = await Promise.all(Array.from({ length: width }, (_, at) => work(10 + (at % 7) * 15, at % 2)));
  await sleep(300);
  await workHere(5, 0);
  return made.length;
}

export async function loadFails(): Promise<void> {
  await workOnce(30, 1);
}

/** Children, of which one fails. */
export async function loadFamily(children: number): Promise<string[]> {
  const { workflowId } = workflowInfo();
  const settled = await Promise.allSettled(
    Array.from({ length: children }, (_, at) =>
      at === 1
        ? executeChild(loadFails, { workflowId: `${workflowId}-failing` })
        : executeChild(loadSteps, { workflowId: `${workflowId}-child-${at}`, args: [2] }),
    ),
  );
  return settled.map(({ status }) => status);
}

/** Goes on as a new run, some times. */
export async function loadChain(left: number): Promise<string> {
  await work(25, 0);
  if (left > 0) await continueAsNew<typeof loadChain>(left - 1);
  return 'the last one';
}
