import type { JsonObject, JsonValue } from '@flowprof/model';
import { RetryState, TimeoutType } from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  proxyActivities,
  sleep,
  TimeoutFailure,
  type ActivityOptions,
} from '@temporalio/workflow';
import { z } from 'zod';
import type { RegisteredType, WorkElsewhere } from '../node-type.ts';
import { isRetried, NodeFailure, utf8Length } from './engine.ts';
import { MAX_PAYLOAD, toWirePlan, type ActivityDone, type ActivityWork, type NodeHeader } from './wire.ts';

/** For an attempt that has no time limit: a server wants one. */
const LONGEST_ATTEMPT_MS = 7 * 86_400_000;

/** How often a node is begun again because the worker that had it was lost, which is no failure of the node. */
const MAX_LOST = 20;

/** How failures by the time limits are called in a retry policy of Temporal. */
const TIMEOUTS = ['TemporalTimeout:StartToClose', 'TemporalTimeout:ScheduleToStart'] as const;

type RunActivity = (work: ActivityWork) => Promise<ActivityDone>;

function timedOut(what: 'node' | 'attempt', ms: number | null): NodeFailure {
  return new NodeFailure('timeout', `the ${what} took longer than ${ms ?? LONGEST_ATTEMPT_MS} ms`);
}

function ofTimeout(cause: TimeoutFailure, { timeoutMs, attemptTimeoutMs }: WorkElsewhere): NodeFailure {
  const isWhole = cause.timeoutType === TimeoutType.SCHEDULE_TO_CLOSE && timeoutMs !== null;
  return isWhole ? timedOut('node', timeoutMs) : timedOut('attempt', attemptTimeoutMs ?? timeoutMs);
}

function isRetryable(details: readonly unknown[] | null | undefined): boolean {
  const [first] = details ?? [];
  return !(typeof first === 'object' && first !== null && 'retryable' in first && first.retryable === false);
}

/** Whatever an activity ended with, as the failure that its node would have ended with in process. */
function failureOf(error: unknown, work: WorkElsewhere): NodeFailure {
  if (error instanceof CancelledFailure) return new NodeFailure('cancelled', 'the attempt was cancelled');
  if (!(error instanceof ActivityFailure)) {
    return new NodeFailure('handler_error', error instanceof Error ? error.message : String(error));
  }
  const { cause, retryState } = error;
  // There was no time for another attempt.
  if (retryState === RetryState.TIMEOUT && work.timeoutMs !== null) return timedOut('node', work.timeoutMs);
  if (cause instanceof CancelledFailure) return new NodeFailure('cancelled', 'the attempt was cancelled');
  if (cause instanceof TimeoutFailure) return ofTimeout(cause, work);
  if (cause instanceof ApplicationFailure) {
    return new NodeFailure(cause.type ?? 'handler_error', cause.message, { retryable: isRetryable(cause.details) });
  }
  return new NodeFailure('handler_error', cause?.message ?? error.message);
}

/** Whether the worker was lost that had the node. */
function isLost(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  return cause instanceof TimeoutFailure && cause.timeoutType === TimeoutType.HEARTBEAT;
}

/**
 * The policy and the limits of a node as Temporal's own. Jitter and what a service asks for with Retry-After are said by
 * each failure itself; codes that are not tried again are decided by the activity.
 */
function optionsOf(work: WorkElsewhere, lost: number, heartbeatMs: number): ActivityOptions {
  const { path, name, retry, timeoutMs, attemptTimeoutMs } = work;
  const tries = isRetried(retry, timedOut('attempt', attemptTimeoutMs));
  return {
    activityId: path,
    summary: name,
    startToCloseTimeout: attemptTimeoutMs ?? timeoutMs ?? LONGEST_ATTEMPT_MS,
    ...(timeoutMs !== null && { scheduleToCloseTimeout: timeoutMs }),
    heartbeatTimeout: heartbeatMs,
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: {
      initialInterval: Math.max(1, retry.delayMs),
      backoffCoefficient: Math.max(1, retry.factor),
      maximumInterval: Math.max(1, retry.delayMs, retry.maxDelayMs),
      // The last attempt may have been lost: what was asked for beyond that is one more.
      maximumAttempts: lost > 0 ? 1 : Number.isFinite(retry.maxAttempts) ? retry.maxAttempts : 0,
      nonRetryableErrorTypes: tries ? [] : [...TIMEOUTS],
    },
  };
}

export interface RemoteHost {
  readonly executionId: string;
  readonly heartbeatMs: number;
  /** Notes that the attempt of a node that is under way may end although it is cancelled. */
  mayFinish(path: string): void;
}

/** The type of all nodes that are activities. Whether their parameters fit is found out there. */
export class RemoteNodes {
  readonly type: RegisteredType;
  readonly #host: RemoteHost;
  readonly #open = new Set<Promise<unknown>>();

  constructor(host: RemoteHost) {
    this.#host = host;
    this.type = {
      params: z.record(z.string(), z.unknown()),
      phase: null,
      evaluationIsWork: false,
      start: () => {
        throw new NodeFailure('handler_error', 'the node runs elsewhere');
      },
      elsewhere: (work) => this.#run(work),
    };
  }

  /** Waits until nothing is under way any more, but not longer than so many milliseconds. */
  async settle(patienceMs: number): Promise<void> {
    if (this.#open.size === 0) return;
    const patience = new CancellationScope();
    const over = patience.run(() => sleep(patienceMs)).catch(() => {});
    await Promise.race([Promise.allSettled(this.#open), over]);
    patience.cancel();
  }

  async #run(work: WorkElsewhere): Promise<JsonValue> {
    const params = sized(work.params);
    const scope = new CancellationScope();
    const stop = (): void => scope.cancel();
    const giveUp = (): void => {
      this.#host.mayFinish(work.path);
      scope.cancel();
    };
    work.signal.addEventListener('abort', stop, { once: true });
    work.noMore.addEventListener('abort', giveUp, { once: true });
    const running = scope.run(() => this.#attempts(work, params));
    this.#open.add(running);
    try {
      return await running;
    } catch (error) {
      throw failureOf(error, work);
    } finally {
      this.#open.delete(running);
      work.signal.removeEventListener('abort', stop);
      work.noMore.removeEventListener('abort', giveUp);
    }
  }

  async #attempts(work: WorkElsewhere, params: JsonObject): Promise<JsonValue> {
    const { id, path, key, iteration, name, type, retry, attemptTimeoutMs } = work;
    const node: NodeHeader = { id, path, key, iteration, name, type };
    const { executionId, heartbeatMs } = this.#host;
    for (let lost = 0; ; lost++) {
      const activities = proxyActivities<Record<string, RunActivity>>(optionsOf(work, lost, heartbeatMs));
      const run = activities[type];
      if (run === undefined) throw new NodeFailure('handler_error', `there is no activity "${type}"`);
      try {
        const done = await run({ node, executionId, params, retry: toWirePlan(retry), attemptTimeoutMs });
        return done.output;
      } catch (error) {
        if (!isLost(error) || lost >= MAX_LOST) throw error;
      }
    }
  }
}

/** @throws {NodeFailure} where a server would not take the parameters */
function sized(params: JsonObject): JsonObject {
  const bytes = utf8Length(JSON.stringify(params));
  if (bytes <= MAX_PAYLOAD) return params;
  const message = `its parameters are ${bytes} bytes; a node on Temporal may have ${MAX_PAYLOAD}`;
  throw new NodeFailure('payload_too_large', message, { retryable: false });
}
