/** What the zoo's workflows do, and the book that is kept of it: what a worker itself knows of each attempt. */
import { activityInfo, ApplicationFailure, CancelledFailure, cancelled, heartbeat, sleep } from '@temporalio/activity';

/** One attempt as the activity saw it. Times in milliseconds since the epoch, with fractions. */
export interface LoggedAttempt {
  readonly runId: string;
  readonly workflowId: string;
  readonly activityId: string;
  readonly activityType: string;
  readonly attempt: number;
  readonly isLocal: boolean;
  readonly startedMs: number;
  /** Null where it never came back. */
  endedMs: number | null;
  readonly heartbeatsMs: number[];
}

export type AttemptLog = LoggedAttempt[];

const nowMs = (): number => performance.timeOrigin + performance.now();

function enter(log: AttemptLog): LoggedAttempt {
  const { workflowExecution, activityId, activityType, attempt, isLocal } = activityInfo();
  const entry: LoggedAttempt = {
    runId: workflowExecution?.runId ?? '',
    workflowId: workflowExecution?.workflowId ?? '',
    activityId,
    activityType,
    attempt,
    isLocal,
    startedMs: nowMs(),
    endedMs: null,
    heartbeatsMs: [],
  };
  log.push(entry);
  return entry;
}

/** The activities, which write down what they do. */
export function zooActivities(log: AttemptLog) {
  const logged =
    <A extends unknown[], R>(run: (entry: LoggedAttempt, ...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const entry = enter(log);
      try {
        return await run(entry, ...args);
      } finally {
        entry.endedMs = nowMs();
      }
    };
  return {
    /** Says who it greets. */
    greet: logged(async (_entry, name: string) => {
      await sleep(5);
      return `Hello ${name}`;
    }),
    /** Fails until its attempt of that number. */
    failUntil: logged(async (_entry, attempt: number, takesMs = 10) => {
      await sleep(takesMs);
      if (activityInfo().attempt < attempt) throw ApplicationFailure.create({ type: 'Flaky', message: 'not yet' });
      return attempt;
    }),
    /** Fails with what is not retried, whatever the policy. */
    refuse: logged(async () => {
      await sleep(5);
      throw ApplicationFailure.nonRetryable('card declined', 'CardDeclined');
    }),
    /** Takes longer than it may, and does not say that it lives. */
    hang: logged(async (_entry, ms: number) => {
      await sleep(ms).catch(() => undefined);
      return ms;
    }),
    /** Says that it lives some times, and in the attempts before that of the number not any more. */
    beat: logged(async (entry, times: number, everyMs: number, attempt: number) => {
      for (let count = 0; count < times; count++) {
        entry.heartbeatsMs.push(nowMs());
        heartbeat({ count });
        await sleep(everyMs);
      }
      // It is given up, and learns of that when nobody listens any more.
      if (activityInfo().attempt < attempt) await sleep(everyMs * 100).catch(() => undefined);
      return times;
    }),
    /** Runs until it is cancelled. */
    untilCancelled: logged(async (entry) => {
      const beating = setInterval(() => {
        entry.heartbeatsMs.push(nowMs());
        heartbeat();
      }, 50);
      try {
        await cancelled();
      } catch (error) {
        if (error instanceof CancelledFailure) throw error;
        throw new Error('it was not cancelled', { cause: error });
      } finally {
        clearInterval(beating);
      }
    }),
    /** Gives back as many characters. */
    write: logged(async (_entry, chars: number) => 'x'.repeat(chars)),
  };
}

export type ZooActivities = ReturnType<typeof zooActivities>;
