import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type Micros,
  type Status,
  type TraceError,
} from '@flowprof/model';
import { NodeFailure, toFailure } from '../errors.ts';
import { ExpressionError } from '../expressions/bounds.ts';
import { evaluate, evaluateTemplate } from '../expressions/value.ts';
import { isJson } from '../file/json-guards.ts';
import type { CompiledNode, SwitchCase } from '../graph/graph.ts';
import { backoffMs, isRetried, planRetry } from '../graph/retry.ts';
import type { RegisteredType, WorkElsewhere } from '../node-type.ts';
import { NO_PARAMS } from '../nodes/registered.ts';
import type { Redactor } from '../redact.ts';
import { afterWait, LIFTED } from './after.ts';
import { Attempt } from './attempt.ts';
import type { Outcome, RunShared, StoppedOutcome } from './shared.ts';

/** A failure as metadata of a span. `retryable` is there when no policy would have tried again. */
export function errorOf({ code, message, retryable }: NodeFailure, redactor: Redactor): JsonObject {
  return { code: redactor.text(code), message: redactor.text(message), ...(!retryable && { retryable }) };
}

/** A failure as a result or the sink gives it. */
export function traceErrorOf({ code, message }: NodeFailure, nodeKey: string, redactor: Redactor): TraceError {
  return { code: redactor.text(code), message: redactor.text(message), nodeKey };
}

/** The retries and time limits that a run itself keeps of a node. */
type Kept = Pick<CompiledNode, 'retry' | 'timeoutMs' | 'attemptTimeoutMs'>;

/** Of a node that runs elsewhere nothing is kept here. */
const NOTHING_KEPT: Kept = { retry: planRetry(undefined), timeoutMs: null, attemptTimeoutMs: null };

function isElsewhere({ work }: CompiledNode): boolean {
  return work.kind === 'handler' && work.handler?.elsewhere !== undefined;
}

export const CONDITION_FALSE = 'the condition is false';

/**
 * The running of one node from the moment it has a slot: slow motion, condition, parameters, then attempts with waits
 * between them. Every step starts at the very time at which the one before it ended. What does not wait is done at once,
 * without a promise.
 *
 *     started ─► (slow_mo) ─► evaluated ─► attempt ─► completed
 *                                 │        ▲     │
 *                                 ▼        │     ├─► failed, timeout, cancelled
 *                              skipped     └─ backoff ─► (rate_limit_wait)
 */
export class NodeRun {
  readonly shared: RunShared;
  readonly id: string;
  readonly node: CompiledNode;
  readonly instance: number;
  /** The row of the node's span. */
  readonly row: number;
  /** How many attempts there were. */
  attempts = 0;
  readonly #done: (run: NodeRun, outcome: Outcome, at: Micros) => void;
  /** Known once the parameters are evaluated. */
  #input: JsonValue | undefined = undefined;
  /** When the present step began: where its first phase starts. */
  #boundary: Micros;
  /** While a handler works. */
  #attempt: Attempt | null = null;
  /** The phase of a wait, while there is one. */
  #waiting = -1;
  #wait: AbortController | null = null;
  #timeLimit: AbortController | null = null;
  #attemptLimit: AbortController | null = null;
  /** When its time limit began. */
  #startedAt: Micros;
  /** Whether its outcome has been reported. */
  settled = false;
  #lastFailure: NodeFailure | null = null;
  /** Its retries and time limits as far as they are kept here. */
  readonly #kept: Kept;
  /** Tells those who run it elsewhere that there is to be no further attempt. */
  #noMore: AbortController | null = null;

  constructor(
    shared: RunShared,
    instance: number,
    node: CompiledNode,
    row: number,
    at: Micros,
    done: (run: NodeRun, outcome: Outcome, at: Micros) => void,
  ) {
    this.shared = shared;
    this.instance = instance;
    this.node = node;
    this.id = node.id;
    this.row = row;
    this.#boundary = at;
    this.#startedAt = at;
    this.#done = done;
    this.#kept = isElsewhere(node) ? NOTHING_KEPT : node;
  }

  /** Starts the node; the outcome is reported at once or later. */
  start(): void {
    const { slowMo } = this.shared;
    if (slowMo > 0) this.#waitFor('slow_mo', slowMo, undefined, () => this.#begin());
    else this.#begin();
  }

  /** Slow motion is for those who watch: the time limit begins after it. */
  #begin(): void {
    const { timeoutMs } = this.#kept;
    this.#startedAt = this.#boundary;
    if (timeoutMs !== null) {
      this.#timeLimit = this.#after(timeoutMs, () => this.#stop(this.#timedOut('node', timeoutMs)));
    }
    this.#evaluate();
  }

  /** Stops the node from outside. Its handler hears of it, but what it does then no longer counts. */
  stop(outcome: StoppedOutcome): void {
    this.#stop(outcome);
  }

  /** Ends a wait for another attempt, because what the node is in has failed and no attempt will follow. */
  giveUp(): void {
    this.#noMore?.abort(LIFTED);
    if (this.#lastFailure && this.#attempt === null) {
      this.#stop({ status: this.#statusOf(this.#lastFailure), failure: this.#lastFailure });
    }
  }

  #timedOut(what: 'node' | 'attempt', ms: number): StoppedOutcome {
    return { status: 'timeout', failure: new NodeFailure('timeout', `the ${what} took longer than ${ms} ms`) };
  }

  /** A timer that the node can lift. */
  #after(ms: number, over: () => void): AbortController {
    const timer = new AbortController();
    void afterWait(this.shared.timers.sleep(ms, timer.signal), over);
    return timer;
  }

  /** Waits with a phase of its own, and goes on where nothing has stopped the node meanwhile. */
  #waitFor(name: string, ms: number, metadata: JsonObject | undefined, over: () => void): void {
    const { recorder, timers } = this.shared;
    this.#waiting = recorder.open('phase', name, this.#boundary, this.instance, this.row, metadata);
    this.#wait = new AbortController();
    void afterWait(
      timers.sleep(ms, this.#wait.signal),
      () => {
        if (this.settled) return;
        this.#endWait('completed');
        over();
      },
      (reason) => {
        if (!this.settled) this.#stop({ status: 'failed', failure: toFailure(reason) });
      },
    );
  }

  #endWait(status: Status): void {
    this.#boundary = this.shared.recorder.now();
    this.shared.recorder.close(this.#waiting, this.#boundary, status);
    this.#waiting = -1;
    this.#wait = null;
  }

  #evaluate(): void {
    const { recorder } = this.shared;
    const { condition, params, work } = this.node;
    const isSwitch = work.kind === 'switch';
    const later = work.kind === 'handler' && work.handler?.evaluationIsWork === true;
    const needed = condition !== null || isSwitch || (params.kind !== 'constant' && !later);
    if (needed) {
      try {
        const scope = this.shared.scopeOf(this.instance);
        const runs = condition === null || isTrue(evaluate(condition, scope));
        if (runs && !later) this.#input = evaluateTemplate(params, scope);
        const chosen = runs && isSwitch ? firstTrue(work.cases, (one) => isTrue(evaluate(one.when, scope))) : null;
        this.#phaseUntilNow('expression_eval', 'completed');
        if (!runs) return this.#finish({ status: 'skipped', reason: CONDITION_FALSE });
        if (isSwitch) return this.#choose(chosen?.name ?? work.otherwise);
      } catch (error) {
        const failure = expressionFailure(error);
        this.#phaseUntilNow('expression_eval', 'failed', { error: errorOf(failure, this.shared.redactor) });
        return this.#finish({ status: 'failed', failure });
      }
    } else if (params.kind === 'constant') this.#input = params.value;
    recorder.state(this.instance, 'running', this.#boundary, null, { input: this.#input });
    this.#tryOnce();
  }

  #choose(chosen: string | null): void {
    this.shared.recorder.state(this.instance, 'running', this.#boundary, null);
    this.#finish({ status: 'completed', output: { case: chosen } });
  }

  /** Adds the phase from the last boundary to now, which is the next boundary. */
  #phaseUntilNow(name: string, status: Status, metadata?: JsonObject): void {
    const { recorder } = this.shared;
    const row = recorder.open('phase', name, this.#boundary, this.instance, this.row);
    this.#boundary = recorder.now();
    recorder.close(row, this.#boundary, status, metadata);
  }

  #tryOnce(): void {
    const { recorder } = this.shared;
    const { work } = this.node;
    const { retry, attemptTimeoutMs } = this.#kept;
    const handler = work.kind === 'handler' ? work.handler : null;
    const number = ++this.attempts;
    const below =
      retry.maxAttempts > 1
        ? recorder.open('attempt', `attempt ${number}`, this.#boundary, this.instance, this.row, { attempt: number })
        : this.row;
    const attempt = new Attempt(this, number, below, this.#boundary);
    this.#attempt = attempt;
    if (handler === null) return this.#fail(new NodeFailure('handler_error', 'the node type has no handler'), attempt);
    if (handler.phase !== null) attempt.openWork(handler.phase);
    if (attemptTimeoutMs !== null) {
      const over = (): void => this.#fail(this.#timedOut('attempt', attemptTimeoutMs).failure, attempt);
      this.#attemptLimit = this.#after(attemptTimeoutMs, over);
    }
    this.#call(handler, attempt);
  }

  #call(handler: RegisteredType, attempt: Attempt): void {
    try {
      if (handler.evaluationIsWork) {
        this.#input = evaluateTemplate(this.node.params, this.shared.scopeOf(this.instance));
      }
    } catch (error) {
      return this.#fail(expressionFailure(error), attempt);
    }
    try {
      const params = isJsonObject(this.#input) ? this.#input : NO_PARAMS;
      const result = handler.elsewhere?.(this.#workElsewhere(params, attempt)) ?? handler.start(params, attempt);
      if (!isPromise(result)) return this.#succeed(result, attempt);
      result.then(
        (output) => this.#succeed(output, attempt),
        (error: unknown) => this.#fail(error, attempt),
      );
    } catch (error) {
      // Not looked at here: a handler may throw what throws when it is looked at.
      this.#fail(error, attempt);
    }
  }

  #workElsewhere(params: JsonObject, { signal }: Attempt): WorkElsewhere {
    const { id, name, type, retry, timeoutMs, attemptTimeoutMs } = this.node;
    this.#noMore = new AbortController();
    const place = this.shared.placeOf(this.instance);
    return {
      ...place,
      id,
      name,
      type,
      params,
      retry,
      timeoutMs,
      attemptTimeoutMs,
      signal,
      noMore: this.#noMore.signal,
    };
  }

  #succeed(output: unknown, attempt: Attempt): void {
    if (this.settled || attempt !== this.#attempt) return;
    if (!isSafeJson(output)) {
      return this.#fail(new NodeFailure('invalid_output', 'the handler returned something that is not JSON'), attempt);
    }
    const late = this.#isLate();
    if (late !== null) return this.#stop(late);
    this.#endAttempt('completed');
    this.#finish({ status: 'completed', output });
  }

  /** A time limit that has passed without its timer having had a chance, because the handler blocked the process. */
  #isLate(): StoppedOutcome | null {
    const { timeoutMs, attemptTimeoutMs } = this.#kept;
    if (timeoutMs === null && attemptTimeoutMs === null) return null;
    const now = this.shared.recorder.now();
    if (timeoutMs !== null && now - this.#startedAt > timeoutMs * 1000) return this.#timedOut('node', timeoutMs);
    const isLate = attemptTimeoutMs !== null && now - this.#boundary > attemptTimeoutMs * 1000;
    return isLate ? this.#timedOut('attempt', attemptTimeoutMs) : null;
  }

  #fail(thrown: unknown, attempt: Attempt): void {
    if (this.settled || attempt !== this.#attempt) return;
    const failure = toFailure(thrown);
    this.#lastFailure = failure;
    const status = this.#statusOf(failure);
    this.#endAttempt(status, failure);
    attempt.abort(failure);
    // Its handler may have stopped the run when it heard of that.
    if (this.settled) return;
    const { retry } = this.#kept;
    const again = this.attempts < retry.maxAttempts && isRetried(retry, failure);
    if (again && !this.shared.isStopping(this.instance)) this.#backOff(failure);
    else this.#finish({ status, failure });
  }

  #statusOf({ code }: NodeFailure): 'failed' | 'timeout' {
    return code === 'timeout' ? 'timeout' : 'failed';
  }

  #backOff(failure: NodeFailure): void {
    const { recorder } = this.shared;
    const ms = backoffMs(this.node.retry, this.attempts, failure.retryAfterMs, this.shared.fraction());
    const why = { attempt: this.attempts, error: errorOf(failure, this.shared.redactor), delay_ms: ms };
    recorder.annotate(this.row, this.#boundary, `retry after attempt ${this.attempts}`, 'retry', why);
    const metadata = { delay_ms: ms, ...(failure.retryAfterMs !== null && { retry_after_ms: failure.retryAfterMs }) };
    this.#waitFor('retry_backoff', ms, metadata, () => this.#takeToken());
  }

  /** Another attempt takes another token of the node's rate limit. */
  #takeToken(): void {
    const { rateLimit } = this.node;
    const token = rateLimit === null ? null : this.shared.takeToken(this.node, this.#boundary);
    if (token === null || token.at <= this.#boundary) return this.#tryOnce();
    const ms = (token.at - this.#boundary) / 1000;
    const metadata = { resource: rateLimit, per_second: token.perSecond };
    this.#waitFor('rate_limit_wait', ms, metadata, () => {
      const waited = { ...metadata, waited_ms: ms };
      this.shared.recorder.annotate(this.row, this.#boundary, `waited for ${rateLimit}`, 'rate_limit', waited);
      this.#tryOnce();
    });
  }

  /** Closes what is open below the attempt, and the attempt itself. */
  #endAttempt(status: Status, failure?: NodeFailure): void {
    this.#boundary = this.shared.recorder.now();
    this.#attempt?.end(this.#boundary, status, failure && { error: errorOf(failure, this.shared.redactor) });
    this.#attempt = null;
    this.#attemptLimit?.abort(LIFTED);
    this.#attemptLimit = null;
  }

  #stop(outcome: StoppedOutcome): void {
    if (this.settled) return;
    const attempt = this.#attempt;
    const wait = this.#wait;
    if (attempt) this.#endAttempt(outcome.status, outcome.failure);
    else if (this.#waiting >= 0) this.#endWait('cancelled');
    else this.#boundary = this.shared.recorder.now();
    // Its handler hears of it before others start in its place.
    this.settled = true;
    wait?.abort(outcome.failure);
    attempt?.abort(outcome.failure);
    this.#finish(outcome);
  }

  #finish(outcome: Outcome): void {
    this.settled = true;
    this.#timeLimit?.abort(LIFTED);
    this.#done(this, outcome, this.#boundary);
  }
}

/** Whether a value is JSON; one whose getters throw is not. */
function isSafeJson(value: unknown): value is JsonValue {
  try {
    return isJson(value);
  } catch {
    return false;
  }
}

function isPromise(value: JsonValue | Promise<JsonValue>): value is Promise<JsonValue> {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function';
}

/** @throws {ExpressionError} when a condition is neither true nor false */
export function isTrue(value: JsonValue): boolean {
  if (typeof value === 'boolean') return value;
  throw new ExpressionError(`the condition is no boolean but ${value === null ? 'null' : typeof value}`);
}

function firstTrue(cases: readonly SwitchCase[], test: (one: SwitchCase) => boolean): SwitchCase | null {
  return cases.find(test) ?? null;
}

/** Why an evaluation failed; trying it again would change nothing. */
export function expressionFailure(error: unknown): NodeFailure {
  if (!(error instanceof ExpressionError)) return toFailure(error);
  return new NodeFailure(error.code, error.message, { retryable: false });
}
