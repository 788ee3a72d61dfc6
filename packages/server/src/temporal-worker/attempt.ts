import type { Context } from '@temporalio/activity';
import type { DayClock } from './clock.ts';

/** Times of heartbeats that are told of an attempt; of more it is told how many there were. */
const MAX_HEARTBEATS = 1000;

const MAX_MESSAGE = 2000;
const MAX_CODE = 200;

/** The worker that an attempt runs in. */
export interface WorkerFacts {
  /** Of the worker, as Temporal has it; null where it is not known. */
  readonly identity: string | null;
  readonly buildId: string | null;
}

/** How an attempt stands; nothing more is told of one that `running` was the last word of. */
type AttemptStatus = 'running' | 'completed' | 'failed' | 'cancelled' | 'timeout';

/** An attempt as it is sent. Times are milliseconds since 1970, with fractions. */
export interface AttemptMessage {
  readonly run_id: string;
  readonly workflow_id: string;
  readonly namespace: string;
  readonly activity_id: string;
  readonly activity_type: string;
  readonly attempt: number;
  readonly is_local: boolean;
  readonly scheduled_ms: number | null;
  readonly attempt_scheduled_ms: number | null;
  readonly started_ms: number;
  readonly ended_ms: number | null;
  readonly status: AttemptStatus;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly task_queue: string | null;
  readonly identity: string | null;
  readonly build_id: string | null;
  readonly heartbeats_ms: readonly number[];
  readonly heartbeat_count: number;
}

/** What an attempt is of: `Info` of any SDK that has these. */
export type AttemptInfo = Pick<
  Context['info'],
  | 'activityId'
  | 'activityType'
  | 'attempt'
  | 'currentAttemptScheduledTimestampMs'
  | 'heartbeatTimeoutMs'
  | 'isLocal'
  | 'scheduledTimestampMs'
  | 'startToCloseTimeoutMs'
  | 'taskQueue'
> & {
  readonly namespace: string;
  readonly workflowExecution: { readonly workflowId: string; readonly runId: string };
};

/** What an activity's context says of why it was cancelled, by the SDKs that say so. */
export interface Cancellation {
  readonly isAborted: boolean;
  readonly timedOut: boolean;
  /** Temporal does not know of the attempt any more: it gave it up, or the workflow has ended. */
  readonly isGone: boolean;
  readonly workerShutdown: boolean;
}

/** Microseconds are as fine as it gets. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function textAt(value: object, key: string): string | null {
  const entry: unknown = Reflect.get(value, key);
  return typeof entry === 'string' && entry !== '' ? entry : null;
}

/** As the worker tells Temporal, so that it is the same error in the history: the type that the code gave it, or its class. */
function errorOf(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'Error', message: String(error).slice(0, MAX_MESSAGE) };
  const code = error.name === 'ApplicationFailure' ? textAt(error, 'type') : error.constructor.name;
  return { code: (code ?? error.name).slice(0, MAX_CODE), message: error.message.slice(0, MAX_MESSAGE) };
}

/** Whether an activity only said that something else will complete it. Known by name: there may be several SDKs. */
function isCompletedElsewhere(error: unknown): boolean {
  return nameOf(error) === 'CompleteAsyncError';
}

function isOfCancellation(error: unknown): boolean {
  return ['CancelledFailure', 'AbortError'].includes(nameOf(error));
}

/** One attempt of an activity, while it runs and until it is told of. */
export class Attempt {
  readonly info: AttemptInfo;
  readonly #worker: WorkerFacts;
  readonly #clock: DayClock;
  readonly #startedMs: number;
  readonly #startedSteadyMs: number;
  readonly #heartbeats: number[] = [];
  /** When it last told that it lives, and for how long at most it did not. */
  #aliveMs: number;
  #silenceMs = 0;
  #heartbeatCount = 0;
  #isOver = false;
  #endedMs: number | null = null;
  #status: AttemptStatus = 'running';
  #error: AttemptMessage['error'] = null;

  /** It starts now. */
  constructor(info: AttemptInfo, worker: WorkerFacts, clock: DayClock) {
    this.info = info;
    this.#worker = worker;
    this.#clock = clock;
    this.#startedMs = clock.nowMs();
    this.#aliveMs = this.#startedMs;
    this.#startedSteadyMs = clock.steadyMs();
  }

  /** Whether nothing more happens to it here. It may go on elsewhere. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** What a message of it takes, about, in bytes. */
  get size(): number {
    return 700 + (this.#error?.message.length ?? 0) + 18 * this.#heartbeats.length;
  }

  /** The present, by the time of its start: so it never ends before that, whatever is done to the time of day. */
  #nowMs(): number {
    return this.#startedMs + (this.#clock.steadyMs() - this.#startedSteadyMs);
  }

  /** @param mayKeep whether there is room for its time */
  heartbeat(mayKeep: boolean): boolean {
    this.#heartbeatCount++;
    this.#silenceMs = this.#longestSilence();
    this.#aliveMs = this.#nowMs();
    const isKept = mayKeep && this.#heartbeats.length < MAX_HEARTBEATS;
    if (isKept) this.#heartbeats.push(this.#aliveMs);
    return isKept;
  }

  get keptHeartbeats(): number {
    return this.#heartbeats.length;
  }

  completed(cancellation: Cancellation): void {
    this.#end(this.#isTooLate(cancellation) ? 'timeout' : 'completed');
  }

  failed(error: unknown, cancellation: Cancellation): void {
    if (isCompletedElsewhere(error)) {
      this.#isOver = true;
      return;
    }
    if (this.#isTooLate(cancellation)) {
      this.#end('timeout', errorOf(error));
      return;
    }
    if (!cancellation.isAborted || !isOfCancellation(error)) this.#end('failed', errorOf(error));
    else if (!cancellation.workerShutdown) this.#end('cancelled', { ...errorOf(error), code: 'CanceledFailure' });
    else this.#end('cancelled', { code: 'WorkerShutdown', message: 'the worker was shut down meanwhile' });
  }

  /**
   * Whether Temporal has given it up before, and takes no result any more, as far as the worker was told. That the time
   * is over says nothing: Temporal's timers are up to a second late, and until then it takes results.
   */
  #isTooLate({ timedOut, isGone }: Cancellation): boolean {
    const { startToCloseTimeoutMs: most, heartbeatTimeoutMs: silence = 0 } = this.info;
    const isLate = most > 0 && this.#nowMs() - this.#startedMs >= most;
    const isSilent = silence > 0 && this.#longestSilence() >= silence;
    return timedOut || (isGone && (isLate || isSilent));
  }

  #longestSilence(): number {
    return Math.max(this.#silenceMs, this.#nowMs() - this.#aliveMs);
  }

  #end(status: AttemptStatus, error: AttemptMessage['error'] = null): void {
    this.#isOver = true;
    this.#endedMs = this.#nowMs();
    this.#status = status;
    this.#error = error;
  }

  message(): AttemptMessage {
    const { info } = this;
    return {
      run_id: info.workflowExecution.runId,
      workflow_id: info.workflowExecution.workflowId,
      namespace: info.namespace,
      activity_id: info.activityId,
      activity_type: info.activityType,
      attempt: info.attempt,
      is_local: info.isLocal,
      scheduled_ms: info.scheduledTimestampMs || null,
      attempt_scheduled_ms: info.currentAttemptScheduledTimestampMs || null,
      started_ms: rounded(this.#startedMs),
      ended_ms: this.#endedMs === null ? null : rounded(this.#endedMs),
      status: this.#status,
      error: this.#error,
      task_queue: info.taskQueue || null,
      identity: this.#worker.identity,
      build_id: this.#worker.buildId,
      heartbeats_ms: this.#heartbeats.map(rounded),
      heartbeat_count: this.#heartbeatCount,
    };
  }
}
