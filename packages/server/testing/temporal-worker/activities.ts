import { ApplicationFailure, Context, heartbeat, sleep } from '@temporalio/activity';

/** What a worker itself notes of an attempt, by its own clock. */
export interface Logged {
  readonly runId: string;
  readonly activity: string;
  readonly attempt: number;
  readonly startedMs: number;
  endedMs: number;
}

/** Notes when an attempt starts and ends, as an activity that logs would. */
async function logged<T>(log: Logged[], run: (attempt: number) => Promise<T>): Promise<T> {
  const { workflowExecution, activityType, attempt } = Context.current().info;
  const own = { runId: workflowExecution?.runId ?? '', activity: activityType, attempt, startedMs: Date.now() };
  const entry: Logged = { ...own, endedMs: Number.NaN };
  log.push(entry);
  try {
    return await run(attempt);
  } finally {
    entry.endedMs = Date.now();
  }
}

export function makeActivities(log: Logged[]) {
  return {
    flaky: (result: string) =>
      logged(log, async (attempt) => {
        await sleep(20);
        if (attempt < 3) throw new RangeError(`attempt ${attempt} fails`);
        return result;
      }),
    stubborn: () =>
      logged(log, async () => {
        await sleep(10);
        throw ApplicationFailure.nonRetryable('the card is refused', 'CardRefused');
      }),
    beating: () =>
      logged(log, async (attempt) => {
        for (let beat = 0; beat < 3; beat++) {
          heartbeat(beat);
          await sleep(50);
        }
        const { runId } = Context.current().info.workflowExecution ?? {};
        const of = (which: number) => log.find((one) => one.runId === runId && one.attempt === which);
        // The first one says nothing until it is tried again; the second waits until the first knows.
        for (;;) {
          await sleep(20);
          if (attempt === 2 && !Number.isNaN(of(1)?.endedMs)) return;
          if (attempt === 1 && of(2) !== undefined) heartbeat();
        }
      }),
    slow: () =>
      logged(log, async () => {
        await new Promise((resolve) => setTimeout(resolve, 700));
      }),
    waiting: () =>
      logged(log, async (attempt) => {
        for (;;) {
          heartbeat();
          await sleep(50);
          if (attempt > 1) return;
        }
      }),
    quick: () => logged(log, async () => undefined),
  };
}

export type Activities = ReturnType<typeof makeActivities>;
