/**
 * The time of an operation of which single attempts are told. What the history knows counts where reports say otherwise:
 * when it was scheduled and closed, how it ended, how many attempts there were. Everything is kept within that, and told.
 */
import type { JsonObject } from '../../json.ts';
import { isTerminal, type Status } from '../../trace/status.ts';
import type { WarningCode } from '../../trace/warnings.ts';
import { toEpochMicros, type EpochMicros } from '../../units.ts';
import { heartbeatsOf, type AttemptReport } from './attempts.ts';
import type { KnownTimes } from './clocks.ts';
import type { Failure } from './failures.ts';
import { present } from './fields.ts';
import { estimatedWait, retryWindowJson } from './retries.ts';
import { queueWait, type Step, type Tried } from './steps.ts';

/** By so much two clocks, or two ways to round, may differ before it is worth a word. */
const TOLERANCE = 3000;

/** So many waits between attempts that are not known are added up. */
const MAX_WAITS = 1000;

/** What is known of the operation besides its attempts. */
export interface TriedOperation extends KnownTimes {
  /** Where its time begins. */
  readonly from: EpochMicros;
  /** The attributes of the event that it begins with, for its retry policy. */
  readonly attributes: JsonObject | null;
  readonly queue: string | null;
  /** What the attempt before the last failed with. */
  readonly lastFailure: Failure | null;
  /** What it failed with in the end. */
  readonly failure: Failure | null;
  /** For warnings: what it is called. */
  readonly name: string;
  /** When the server means to try again; null where that is not known. */
  readonly nextAt: EpochMicros | null;
}

export interface TriedContext {
  readonly warn: (code: WarningCode, example: string) => void;
  /** By how much the clock of who told is ahead, in microseconds. */
  readonly offsetOf: (report: AttemptReport) => number;
}

/** An attempt with its times by the server's clock. */
interface Attempt {
  readonly number: number;
  readonly scheduled: EpochMicros | null;
  readonly from: EpochMicros;
  readonly to: EpochMicros | null;
  readonly status: Status;
  readonly report: AttemptReport | null;
  readonly offset: number;
}

/** An attempt as it is drawn. */
interface Ended {
  /** Null while it runs. */
  readonly to: EpochMicros | null;
  readonly status: Status | null;
  readonly notes: JsonObject | null;
}

function attemptOf(report: AttemptReport, offset: number): Attempt {
  const { attempt: number, attemptScheduledAt, startedAt, endedAt, status } = report;
  const to = endedAt === null || endedAt < startedAt ? null : toEpochMicros(endedAt - offset);
  // Workers do not know when they meant to try a local activity again: they tell when they were asked to run it.
  const isKnown = !report.isLocal && attemptScheduledAt !== null && Number.isFinite(attemptScheduledAt);
  const scheduled = isKnown ? attemptScheduledAt : null;
  return { number, scheduled, from: toEpochMicros(startedAt - offset), to, status, report, offset };
}

function within(time: EpochMicros, low: EpochMicros, high: EpochMicros | null): EpochMicros {
  if (time < low) return low;
  return high !== null && time > high ? high : time;
}

/** Lays out the attempts of one operation. */
class Layout {
  readonly steps: Step[] = [];
  readonly #operation: TriedOperation;
  readonly #context: TriedContext;
  readonly #attempts: readonly Attempt[];
  #cursor: EpochMicros;
  #before = 0;

  constructor(operation: TriedOperation, reports: readonly AttemptReport[], context: TriedContext) {
    this.#operation = operation;
    this.#context = context;
    this.#cursor = operation.from;
    this.#attempts = this.#known(reports);
  }

  run(): readonly Step[] {
    for (const [i, attempt] of this.#attempts.entries()) this.#take(attempt, this.#attempts[i + 1] ?? null);
    return this.steps;
  }

  /** The attempts that can have been, the last one also where only the history has it. */
  #known(reports: readonly AttemptReport[]): Attempt[] {
    const { lastNumber, lastStart, close, name } = this.#operation;
    const attempts: Attempt[] = [];
    for (const report of reports) {
      // The history of what is open can be behind.
      if (close !== null && lastNumber !== null && report.attempt > lastNumber)
        this.#context.warn('contradicting_attempt', `${name}: attempt ${report.attempt} of ${lastNumber}`);
      else attempts.push(attemptOf(report, this.#context.offsetOf(report)));
    }
    if (lastNumber === null || lastStart === null || attempts.some(({ number }) => number >= lastNumber))
      return attempts;
    const last = { number: lastNumber, scheduled: null, from: lastStart, to: null, report: null, offset: 0 };
    attempts.push({ ...last, status: this.#operation.status ?? 'running' });
    return attempts;
  }

  #take(attempt: Attempt, next: Attempt | null): void {
    const { close } = this.#operation;
    const { number, scheduled } = attempt;
    const due = scheduled === null ? null : within(scheduled, this.#cursor, close);
    const from = within(attempt.from, due ?? this.#cursor, close);
    if (Math.abs(from - attempt.from) > TOLERANCE)
      this.#context.warn('contradicting_attempt', `${this.#operation.name}: the start of attempt ${number}`);
    this.#waitFor(number, due, from);
    const ended = next === null ? this.#last(attempt, from) : this.#superseded(attempt, from, next);
    this.steps.push({ name: 'execute', until: ended.to, attempt: this.#tried(attempt, from, ended) });
    if (ended.to === null) return;
    this.#cursor = ended.to;
    this.#before = number;
    if (next === null) this.#rest(attempt);
  }

  /** The time before an attempt: since the operation was scheduled, or since the attempt before. */
  #waitFor(number: number, due: EpochMicros | null, from: EpochMicros): void {
    const { queue, attributes, lastFailure, lastNumber } = this.#operation;
    const missing = number - this.#before - 1;
    if (missing > 0) {
      const failure = number === lastNumber ? (lastFailure?.json ?? null) : null;
      const metadata = { ...retryWindowJson(attributes, number, failure), attempts_before: missing };
      this.steps.push({ name: 'retry_window', until: due ?? from, metadata });
    } else if (number > 1) {
      const wait = estimatedWait(attributes, number - 1);
      const guess = wait === null ? from : within(toEpochMicros(this.#cursor + wait), this.#cursor, from);
      this.steps.push({
        name: 'retry_backoff',
        until: due ?? guess,
        metadata: due === null && wait !== null ? { estimated: true } : null,
      });
    }
    if (due !== null || missing === 0) this.steps.push(queueWait(from, queue));
  }

  /** The end of an attempt after which there was another: no later than that was scheduled. */
  #superseded(attempt: Attempt, from: EpochMicros, next: Attempt): Ended {
    const limit = within(next.scheduled ?? next.from, from, this.#operation.close);
    const { to, number } = attempt;
    const isLost = attempt.status === 'running' || attempt.status === 'completed' || attempt.status === 'pending';
    // Of one that was only seen while it ran nobody says how it ended, but that it was tried again.
    const lost = attempt.report?.source === 'sample' ? 'failed' : 'timeout';
    const status = isLost ? lost : attempt.status;
    const reported = attempt.status === 'completed' ? { reported: attempt.status } : null;
    if (to !== null && to <= limit + TOLERANCE) return { to: within(to, from, limit), status, notes: reported };
    // The server gave up on it, and waited before it tried again: when, it tells nobody.
    const wait = this.#waitsBetween(number, next.number);
    const end = within(toEpochMicros(limit - wait), from, limit);
    const ranOn = to === null ? null : { ran_on_us: to - end };
    // A worker need not notice that the time of an attempt has run out.
    if (to !== null && status !== 'timeout')
      this.#context.warn('superseded_attempt', `${this.#operation.name}: attempt ${number} ran on`);
    return { to: end, status, notes: { ...reported, ...ranOn, estimated: true } };
  }

  /** How long it is waited from the end of an attempt to the start of a later one, at the least, as the policy has it. */
  #waitsBetween(number: number, next: number): number {
    let sum = 0;
    for (let one = number; one < next && one < number + MAX_WAITS; one++)
      sum += estimatedWait(this.#operation.attributes, one) ?? 0;
    return sum;
  }

  /** The end of the last attempt that is known. */
  #last(attempt: Attempt, from: EpochMicros): Ended {
    const { close, status, lastNumber, name } = this.#operation;
    if (close === null)
      return { to: attempt.to === null ? null : within(attempt.to, from, null), status: attempt.status, notes: null };
    const isLast = attempt.number === lastNumber;
    const told = isTerminal(attempt.status) ? attempt.status : status;
    if (attempt.to !== null && (!isLast || told === status)) {
      const isLate = attempt.to > close + TOLERANCE;
      if (isLate && status !== 'timeout')
        this.#context.warn('contradicting_attempt', `${name}: the end of the last attempt`);
      const notes = isLate ? { ran_on_us: attempt.to - close } : null;
      return { to: within(attempt.to, from, close), status: isLast ? null : told, notes };
    }
    const isOther = isLast && told !== status && told !== null;
    // A worker need not notice that its time has run out.
    if (isOther && status !== 'timeout')
      this.#context.warn('contradicting_attempt', `${name}: ${told}, and by the history ${status}`);
    const ranOn = attempt.to !== null && attempt.to > close ? { ran_on_us: attempt.to - close } : null;
    return { to: close, status: isLast ? null : told, notes: isOther ? { reported: told, ...ranOn } : null };
  }

  #tried({ number, report, offset }: Attempt, from: EpochMicros, { to, status, notes }: Ended): Tried {
    const { lastNumber, lastFailure, failure, close } = this.#operation;
    const isLast = close !== null && number === lastNumber;
    const isBeforeLast = lastNumber !== null && number === lastNumber - 1;
    const stated = isLast ? failure : isBeforeLast ? lastFailure : null;
    const isFailed = isLast ? failure !== null : status !== 'completed' && status !== 'running';
    const error = isFailed ? (stated?.json ?? errorJson(report)) : null;
    const kind = isBeforeLast ? kindOf(lastFailure) : null;
    const beats = report === null ? [] : heartbeatsOf(report);
    return {
      number,
      status: kind ?? status,
      metadata: present({
        ...(error !== null && { error }),
        worker: report?.identity,
        build_id: report?.buildId,
        source: report?.source ?? 'history',
        ...(report !== null && report.heartbeatCount > 0 && { heartbeats: report.heartbeatCount }),
        ...(offset !== 0 && { clock_offset_us: offset }),
        ...notes,
      }),
      heartbeats: beats.map((time) => within(toEpochMicros(time - offset), from, to)),
      isReported: true,
    };
  }

  /** What is left after the last attempt that is known. */
  #rest({ number, status }: Attempt): void {
    const { close, lastNumber, nextAt } = this.#operation;
    const isDone = status === 'completed' || (close !== null && number === lastNumber);
    if (close !== null && this.#cursor >= close) return;
    if (isDone) this.steps.push({ name: 'callback', until: close });
    else if (close !== null && lastNumber !== null) this.steps.push({ name: 'opaque', until: close });
    else {
      const next = close === null && nextAt !== null ? { next_attempt_us: nextAt - this.#cursor } : null;
      this.steps.push({ name: 'retry_backoff', until: close, metadata: next });
    }
  }
}

function errorJson(report: AttemptReport | null): JsonObject | null {
  if (report === null || report.error === null) return null;
  const { code, message } = report.error;
  return { code: code.slice(0, 200), message: message.slice(0, 2000) };
}

/** How an attempt ended that failed in this way. */
function kindOf(failure: Failure | null): Status | null {
  if (failure === null) return null;
  if (failure.json['kind'] === 'TimeoutFailure') return 'timeout';
  return failure.json['kind'] === 'CanceledFailure' ? 'cancelled' : 'failed';
}

/** The steps of an operation of which attempts are told; each begins where the one before ends, and none runs backwards. */
export function triedSteps(
  operation: TriedOperation,
  reports: readonly AttemptReport[],
  context: TriedContext,
): readonly Step[] {
  return new Layout(operation, reports, context).run();
}
