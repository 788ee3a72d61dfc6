/** The zoo: one workflow for each thing that a history can tell of. Runs in Temporal's sandbox: imports `@temporalio/workflow` and types. */
import {
  ActivityCancellationType,
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowCancellationType,
  condition,
  continueAsNew,
  createNexusServiceClient,
  defineSignal,
  defineUpdate,
  executeChild,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  patched,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  sleep,
  startChild,
  upsertMemo,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { ZooActivities } from './activities.ts';
import { zooService } from './nexus-service.ts';

const QUICKLY = { initialInterval: 20, backoffCoefficient: 2, maximumInterval: 200 };

const { greet, failUntil, beat, write } = proxyActivities<ZooActivities>({
  startToCloseTimeout: '20 seconds',
  retry: QUICKLY,
});
const local = proxyLocalActivities<ZooActivities>({ startToCloseTimeout: '5 seconds', retry: QUICKLY });

export const go = defineSignal<[string]>('go');
export const add = defineUpdate<number, [number]>('add');

/** Two activities one after the other, and two at once. */
export async function succeeds(name: string): Promise<string> {
  const first = await greet(name);
  const [second, third] = await Promise.all([greet(first), greet('you')]);
  return [second, third].join(', ');
}

export async function retries(): Promise<number> {
  return failUntil(3);
}

export async function exhausts(): Promise<number> {
  const { failUntil: never } = proxyActivities<ZooActivities>({
    startToCloseTimeout: '20 seconds',
    retry: { ...QUICKLY, maximumAttempts: 3 },
  });
  return never(100);
}

export async function hasNoRetries(): Promise<number> {
  const { failUntil: never } = proxyActivities<ZooActivities>({
    startToCloseTimeout: '20 seconds',
    retry: { maximumAttempts: 1 },
  });
  return never(100);
}

export async function isRefused(): Promise<void> {
  const { refuse } = proxyActivities<ZooActivities>({ startToCloseTimeout: '20 seconds', retry: QUICKLY });
  await refuse();
}

/** Each attempt takes too long. */
export async function timesOutStarted(): Promise<void> {
  const { hang } = proxyActivities<ZooActivities>({
    startToCloseTimeout: 300,
    retry: { ...QUICKLY, maximumAttempts: 2 },
  });
  await hang(1500);
}

/** Nobody takes it. */
export async function timesOutQueued(): Promise<void> {
  const { greet: unheard } = proxyActivities<ZooActivities>({
    startToCloseTimeout: '20 seconds',
    scheduleToStartTimeout: 300,
    taskQueue: `${workflowInfo().taskQueue}-nobody`,
  });
  await unheard('nobody');
}

/** All attempts together take too long. */
export async function timesOutAltogether(): Promise<void> {
  const { failUntil: never } = proxyActivities<ZooActivities>({
    scheduleToCloseTimeout: 700,
    retry: { initialInterval: 150, backoffCoefficient: 1 },
  });
  await never(100);
}

/** Says that it lives, then not any more, once; the next attempt does well. */
export async function losesHeartbeat(): Promise<number> {
  const { beat: weak } = proxyActivities<ZooActivities>({
    startToCloseTimeout: '20 seconds',
    heartbeatTimeout: 500,
    retry: { ...QUICKLY, maximumAttempts: 3 },
    cancellationType: ActivityCancellationType.TRY_CANCEL,
  });
  return weak(3, 60, 2);
}

/** Its heart stops for good. */
export async function timesOutHeartbeat(): Promise<number> {
  const { beat: weak } = proxyActivities<ZooActivities>({
    startToCloseTimeout: '20 seconds',
    heartbeatTimeout: 300,
    retry: { maximumAttempts: 1 },
  });
  return weak(2, 40, 100);
}

/** Waits for an activity until it is cancelled, and cleans up. */
export async function isCancelled(): Promise<string> {
  const { untilCancelled } = proxyActivities<ZooActivities>({
    startToCloseTimeout: '1 minute',
    heartbeatTimeout: '5 seconds',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });
  try {
    await untilCancelled();
    return 'it ended';
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => greet('the broom'));
    throw error;
  }
}

/** Local activities: one that works, one that needs three attempts, one that cannot. */
export async function staysLocal(): Promise<string> {
  const { failUntil: never } = proxyLocalActivities<ZooActivities>({
    startToCloseTimeout: '5 seconds',
    retry: { ...QUICKLY, maximumAttempts: 2 },
  });
  const greeting = await local.greet('here');
  const attempts = await local.failUntil(3);
  const failed = await never(100).then(
    () => 'it worked',
    () => 'it failed',
  );
  return [greeting, attempts, failed].join(', ');
}

/** One timer that fires, one that is cancelled. */
export async function waits(): Promise<void> {
  const other = new CancellationScope();
  const cancelled = other.run(() => sleep('1 hour')).catch(() => undefined);
  await sleep(150);
  other.cancel();
  await cancelled;
  await sleep(50);
}

/** Waits for a signal, and sends it on to another workflow, and to one that is not there. */
export async function isSignalled(toWorkflowId: string | null): Promise<string> {
  let heard: string | null = null;
  setHandler(go, (word) => {
    heard = word;
  });
  await condition(() => heard !== null);
  if (toWorkflowId !== null) {
    await getExternalWorkflowHandle(toWorkflowId).signal(go, 'further');
    await getExternalWorkflowHandle('nobody-has-this-id')
      .signal(go, 'lost')
      .catch(() => undefined);
  }
  return heard ?? '';
}

/** Takes updates, refuses negative ones, and ends when it is told to. */
export async function isUpdated(): Promise<number> {
  let sum = 0;
  let isDone = false;
  setHandler(
    add,
    async (by) => {
      await greet('an update');
      return (sum += by);
    },
    {
      validator: (by) => {
        if (by < 0) throw ApplicationFailure.nonRetryable('only upwards', 'Negative');
      },
    },
  );
  setHandler(go, () => {
    isDone = true;
  });
  await condition(() => isDone);
  return sum;
}

/** A child that sleeps: of workflows, and of Nexus operations. */
export async function nap(ms: number): Promise<string> {
  await sleep(ms);
  return `slept ${ms} ms`;
}

/** A child that works, with a child that works. */
export async function hasChildren(): Promise<string> {
  const inner = executeChild(succeeds, { args: ['child'] });
  const outer = executeChild(hasGrandchild, { args: [] });
  const abandoned = await startChild(nap, {
    args: [300],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    cancellationType: ChildWorkflowCancellationType.ABANDON,
  });
  return [await inner, await outer, abandoned.workflowId === '' ? '' : 'one is left'].join(', ');
}

export async function hasGrandchild(): Promise<string> {
  return executeChild(nap, { args: [50] });
}

/** A child that fails, and one that is cancelled. */
export async function losesChildren(): Promise<string> {
  const cancelled = await CancellationScope.cancellable(async () => {
    const child = startChild(nap, { args: [60_000] });
    await child;
    CancellationScope.current().cancel();
    return (await child).result();
  }).catch(() => 'one was cancelled');
  await executeChild(isRefused, { args: [] });
  return cancelled;
}

/** Goes on as another run, so many times. */
export async function continues(left: number): Promise<string> {
  await greet(`run ${left}`);
  if (left > 0) await continueAsNew<typeof continues>(left - 1);
  return 'done';
}

/** The first run fails and is retried, by the policy of the workflow. */
export async function isRetried(): Promise<number> {
  const { attempt } = workflowInfo();
  await greet(`run ${attempt}`);
  if (attempt < 2) throw ApplicationFailure.create({ type: 'Flaky', message: 'not in the first run' });
  return attempt;
}

/** For cron. */
export async function ticks(): Promise<string> {
  return greet('the clock');
}

/** For resets: two activities one after the other. */
export async function isReset(): Promise<string> {
  await greet('before');
  return greet('after');
}

/** Never ends by itself. */
export async function staysOpen(): Promise<void> {
  await greet('nobody');
  await condition(() => false);
}

/** Takes longer than its run may. */
export async function runsOutOfTime(): Promise<void> {
  await sleep('1 hour');
}

/** Markers of versions, a memo, an id that is drawn. */
export async function leavesMarks(): Promise<string> {
  const version = patched('zoo-second') ? 'second' : 'first';
  upsertMemo({ version });
  await greet(version);
  return uuid4().length === 36 ? version : '';
}

/** Its code is broken for its first moments, so that workflow tasks fail and come again. */
export async function failsTasks(forMs: number): Promise<string> {
  const { unsafe, startTime } = workflowInfo();
  if (unsafe.now() < startTime.getTime() + forMs) throw new Error('the code is broken');
  return greet('at last');
}

/** Operations of Nexus: at once, in a while, and one that fails. */
export async function callsNexus(endpoint: string): Promise<string> {
  const client = createNexusServiceClient({ endpoint, service: zooService });
  const echo = await client.executeOperation('echo', 'hello', { scheduleToCloseTimeout: '20 seconds' });
  const slept = await client.executeOperation('sleep', 100, { scheduleToCloseTimeout: '20 seconds' });
  const failed = await client.executeOperation('fail', 'no', { scheduleToCloseTimeout: '20 seconds' }).then(
    () => 'it worked',
    () => 'it failed',
  );
  return [echo, slept, failed].join(', ');
}

/** An activity that needs attempts that are long and far apart, so that what is pending can be seen. */
export async function isSlowToRetry(): Promise<number> {
  const { failUntil: slow } = proxyActivities<ZooActivities>({
    startToCloseTimeout: '20 seconds',
    retry: { initialInterval: 700, backoffCoefficient: 1, maximumAttempts: 5 },
  });
  return slow(3, 300);
}

/** Says that it lives all the time. */
export async function beats(): Promise<number> {
  return beat(5, 100, 1);
}

/** A group of many activities at once. */
export async function fansOut(width: number): Promise<number> {
  const all = await Promise.all(Array.from({ length: width }, (_, index) => greet(`number ${index}`)));
  return all.length;
}

/**
 * As many events as are wanted.
 * @param of `notes` are single events that one workflow task writes hundreds of; `timers` are two events each, `activities`
 *   three, and come as they do in life
 */
export async function isLong(of: 'notes' | 'timers' | 'activities', rounds: number, width: number): Promise<number> {
  const numbers = Array.from({ length: width }, (_, index) => index);
  for (let round = 0; round < rounds; round++) {
    if (of === 'notes') {
      for (const number of numbers) upsertMemo({ round, number });
      // Ends the workflow task, so that none grows without bounds.
      await sleep(1);
    } else {
      await Promise.all(numbers.map((number) => (of === 'timers' ? sleep(1) : greet(`${round}.${number}`))));
    }
  }
  return rounds * width;
}

/** A large result. */
export async function writesMuch(chars: number): Promise<number> {
  const text = await write(chars);
  return text.length;
}
