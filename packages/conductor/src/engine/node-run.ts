import {
  isJsonObject,
  isTerminal,
  NONE,
  type JsonObject,
  type JsonValue,
  type Micros,
  type Status,
  type TraceError,
} from '@flowprof/model';
import { NodeFailure, toFailure } from '../errors.ts';
import { ExpressionError } from '../expressions/bounds.ts';
import type { Expression, Scope } from '../expressions/cel.ts';
import { evaluate, evaluateTemplate } from '../expressions/value.ts';
import { isJson } from '../file/json-guards.ts';
import type { CompiledNode } from '../graph/graph.ts';
import { backoffMs } from '../graph/retry.ts';
import type { HttpClient } from '../http/client.ts';
import type { NodeContext, TimeLimit } from '../node-type.ts';
import type { OpenPhase } from '../open-phase.ts';
import { redactText } from '../redact.ts';
import type { Recorder } from './recorder.ts';
import { afterWait } from './after.ts';
import type { RunShared } from './shared.ts';

/** How a node's work ended. */
export type Outcome =
  | { readonly status: 'completed'; readonly output: JsonValue }
  | { readonly status: 'skipped'; readonly reason: string }
  | { readonly status: 'failed' | 'timeout' | 'cancelled'; readonly failure: NodeFailure };

/** A failure as metadata of a span. `retryable` is there when no policy would have tried again. */
export function errorOf(failure: NodeFailure): JsonObject {
  const { code, retryable } = failure;
  return { code, message: redactText(failure.message), ...(!retryable && { retryable }) };
}

/** A failure as a result or the sink gives it. */
export function traceErrorOf(failure: NodeFailure, nodeKey: string): TraceError {
  return { code: failure.code, message: redactText(failure.message), nodeKey };
}

const CONDITION_FALSE = 'the condition is false';

const NO_PHASE: OpenPhase = { end: () => {}, next: () => NO_PHASE, span: () => NO_PHASE, annotate: () => {} };

/**
 * The running of one node from the moment it has a slot: slow motion, condition, parameters, then attempts with waits
 * between them. Every step starts at the very time at which the one before it ended. What does not wait is done at once,
 * without a promise.
 *
 *     started ─► (slow_mo) ─► evaluated ─► attempt ─► completed
 *                                 │        ▲     │
 *                                 ▼        │     ├─► failed, timeout, cancelled
 *                              skipped     └─ backoff
 */
export class NodeRun implements NodeContext {
  readonly node: CompiledNode;
  readonly index: number;
  /** The row of the node's span. */
  readonly row: number;
  attempt = 0;
  /** Known once the parameters are evaluated. */
  input: JsonValue | undefined = undefined;
  readonly #shared: RunShared;
  readonly #done: (run: NodeRun, outcome: Outcome, at: Micros) => void;
  /** When the present step began: where its first phase starts. */
  #boundary: Micros;
  /** The row of the span that phases of the attempt go below: the attempt's own, or the node's. */
  #below: number;
  /** The row of the phase that the node type's work is recorded as, while it is open. */
  #work: number | null = null;
  /** The last attempt in which the handler opened a phase of its own. */
  #phased = 0;
  /** The phases that are open below it, outermost first. */
  #phases: number[] = [];
  /** The phase that a handler's phase was opened in. */
  readonly #parents = new Map<number, number>();
  #controller: AbortController | null = null;
  #timeLimit: AbortController | null = null;
  #working = false;
  #backingOff = false;
  #settled = false;
  /** Why it was stopped from outside; a signal that its handler reads only then has aborted already. */
  #stopped: NodeFailure | null = null;
  #lastFailure: NodeFailure | null = null;

  constructor(
    shared: RunShared,
    index: number,
    node: CompiledNode,
    row: number,
    at: Micros,
    done: (run: NodeRun, outcome: Outcome, at: Micros) => void,
  ) {
    this.#shared = shared;
    this.index = index;
    this.node = node;
    this.row = row;
    this.#below = row;
    this.#boundary = at;
    this.#done = done;
  }

  // -- what a handler may use -------------------------------------------------------------------------------------

  get nodeId(): string {
    return this.node.id;
  }

  get executionId(): string {
    return this.#shared.executionId;
  }

  get idempotencyKey(): string {
    return `${this.#shared.executionId}/${this.node.id}`;
  }

  get traceparent(): string {
    const below = this.#phases[this.#phases.length - 1] ?? this.#below;
    return `00-${this.#shared.traceId}-${this.#shared.recorder.spanId(below)}-01`;
  }

  get commands(): boolean {
    return this.#shared.commands;
  }

  get http(): HttpClient {
    return this.#shared.http();
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#stopped) this.#controller.abort(this.#stopped);
    return this.#controller.signal;
  }

  progress(percent: number, message = ''): void {
    if (this.#settled || !Number.isFinite(percent)) return;
    const bounded = Math.max(0, Math.min(100, percent));
    this.#shared.recorder.progress(this.index, bounded, this.#shared.recorder.now(), redactText(message.slice(0, 500)));
  }

  span(name: string, metadata?: JsonObject): OpenPhase {
    if (!this.#working) return NO_PHASE;
    const now = this.#shared.recorder.now();
    if (this.#work !== null) return this.#openPhase(name, now, this.#work, metadata);
    // The first phase of an attempt starts with it: what lies between is the handler's own beginning.
    const isFirst = this.#phased !== this.attempt;
    this.#phased = this.attempt;
    return this.#openPhase(name, isFirst ? this.#boundary : now, this.#below, metadata);
  }

  annotate(label: string, type: string, metadata?: JsonObject): void {
    if (this.#settled) return;
    const { recorder } = this.#shared;
    recorder.annotate(this.row, recorder.now(), label.slice(0, 200), type, metadata ?? null);
  }

  log(message: string): void {
    this.annotate(redactText(message.slice(0, 500)), 'log');
  }

  sleep(ms: number): Promise<void> {
    return this.#shared.timers.sleep(ms, this.signal);
  }

  limit(ms: number, reason: () => Error): TimeLimit {
    const limited = new AbortController();
    const timer = new AbortController();
    const { signal } = this;
    const pass = (): void => limited.abort(signal.reason);
    signal.addEventListener('abort', pass, { once: true });
    if (signal.aborted) pass();
    void afterWait(this.#shared.timers.sleep(ms, timer.signal), () => limited.abort(reason()));
    const clear = (): void => {
      signal.removeEventListener('abort', pass);
      timer.abort();
    };
    return { signal: limited.signal, clear };
  }

  // -- what the run does with it -----------------------------------------------------------------------------------

  /** Starts the node; the outcome is reported at once or later. */
  start(): void {
    const { timeoutMs } = this.node;
    if (timeoutMs !== null) this.#startTimeLimit(timeoutMs);
    if (this.#shared.slowMo > 0) this.#slowDown();
    else this.#evaluate();
  }

  /** Stops the node from outside. Its handler hears of it, but what it does then no longer counts. */
  cancel(): void {
    const failure = new NodeFailure('cancelled', 'the run was cancelled');
    this.#stop({ status: 'cancelled', failure });
  }

  /** Ends a wait for another attempt, because the run has failed elsewhere and no attempt will follow. */
  giveUp(): void {
    if (this.#backingOff && this.#lastFailure) this.#stop({ status: 'failed', failure: this.#lastFailure });
  }

  #startTimeLimit(ms: number): void {
    this.#timeLimit = new AbortController();
    void afterWait(this.#shared.timers.sleep(ms, this.#timeLimit.signal), () => {
      const failure = new NodeFailure('timeout', `the node took longer than ${ms} ms`);
      this.#stop({ status: 'timeout', failure });
    });
  }

  #slowDown(): void {
    const { recorder, timers, slowMo } = this.#shared;
    const row = recorder.open('phase', 'slow_mo', this.#boundary, this.index, this.row);
    this.#phases.push(row);
    void afterWait(
      timers.sleep(slowMo, this.signal),
      () => {
        if (this.#settled) return;
        this.#closePhases(recorder.now(), 'completed');
        this.#evaluate();
      },
      (reason) => this.#fail(reason),
    );
  }

  #evaluate(): void {
    const { recorder, scope } = this.#shared;
    const { condition, params, handler } = this.node;
    const later = handler?.evaluationIsWork === true;
    const needed = condition !== null || (params.kind !== 'constant' && !later);
    try {
      const runs = condition === null || isTrue(evaluate(condition, scope));
      if (runs && !later) this.input = evaluateTemplate(params, scope);
      if (needed) this.#phaseUntilNow('expression_eval', 'completed');
      if (!runs) return this.#finish({ status: 'skipped', reason: CONDITION_FALSE }, this.#boundary);
    } catch (error) {
      const failure = expressionFailure(error);
      this.#phaseUntilNow('expression_eval', 'failed', { error: errorOf(failure) });
      return this.#finish({ status: 'failed', failure }, this.#boundary);
    }
    recorder.state(this.index, 'running', this.#boundary, null, this.input === undefined ? {} : { input: this.input });
    this.#attempt();
  }

  /** Adds the phase from the last boundary to now, which is the next boundary. */
  #phaseUntilNow(name: string, status: Status, metadata?: JsonObject): void {
    const { recorder } = this.#shared;
    const row = recorder.open('phase', name, this.#boundary, this.index, this.row);
    this.#boundary = recorder.now();
    recorder.close(row, this.#boundary, status, metadata);
  }

  #attempt(): void {
    const { recorder } = this.#shared;
    const { handler, retry } = this.node;
    const at = this.#boundary;
    const attempt = ++this.attempt;
    this.#working = true;
    this.#below =
      retry.maxAttempts > 1
        ? recorder.open('attempt', `attempt ${attempt}`, at, this.index, this.row, { attempt })
        : this.row;
    if (handler === null) return this.#fail(new NodeFailure('handler_error', 'the node type has no handler'));
    if (handler.phase !== null) {
      this.#work = recorder.open('phase', handler.phase, at, this.index, this.#below);
      this.#phases.push(this.#work);
    }
    try {
      if (handler.evaluationIsWork) this.#evaluateParams();
      const result = handler.start(this.#params(), this);
      if (!isPromise(result)) return this.#succeed(result, attempt);
      result.then(
        (output) => this.#succeed(output, attempt),
        (error: unknown) => this.#fail(error, attempt),
      );
    } catch (error) {
      this.#fail(error instanceof ExpressionError ? expressionFailure(error) : error, attempt);
    }
  }

  #evaluateParams(): void {
    this.input = evaluateTemplate(this.node.params, this.#shared.scope);
  }

  #params(): JsonObject {
    return isJsonObject(this.input) ? this.input : {};
  }

  #succeed(output: unknown, attempt: number): void {
    if (this.#settled || attempt !== this.attempt || !this.#working) return;
    if (!isSafeJson(output)) {
      return this.#fail(new NodeFailure('invalid_output', 'the handler returned something that is not JSON'), attempt);
    }
    this.#closeAttempt('completed');
    this.#finish({ status: 'completed', output }, this.#boundary);
  }

  #fail(thrown: unknown, attempt: number = this.attempt): void {
    if (this.#settled || attempt !== this.attempt) return;
    const failure = toFailure(thrown);
    this.#lastFailure = failure;
    this.#closeAttempt('failed', failure);
    const { retry } = this.node;
    const again = failure.retryable && attempt > 0 && attempt < retry.maxAttempts && !this.#shared.failing();
    if (!again) return this.#finish({ status: 'failed', failure }, this.#boundary);
    this.#backOff(failure);
  }

  #backOff(failure: NodeFailure): void {
    const { recorder, timers } = this.#shared;
    const ms = backoffMs(this.node.retry, this.attempt, failure.retryAfterMs, this.#shared.fraction());
    const why = { attempt: this.attempt, error: errorOf(failure), delay_ms: ms };
    recorder.annotate(this.row, this.#boundary, `retry after attempt ${this.attempt}`, 'retry', why);
    const metadata = { delay_ms: ms, ...(failure.retryAfterMs !== null && { retry_after_ms: failure.retryAfterMs }) };
    this.#phases.push(recorder.open('phase', 'retry_backoff', this.#boundary, this.index, this.row, metadata));
    this.#backingOff = true;
    void afterWait(
      timers.sleep(ms, this.signal),
      () => {
        if (this.#settled) return;
        this.#backingOff = false;
        this.#closePhases(recorder.now(), 'completed');
        this.#attempt();
      },
      (reason) => this.#giveUpBecause(reason),
    );
  }

  /** The wait for another attempt could not be waited for. */
  #giveUpBecause(reason: unknown): void {
    if (!this.#settled) this.#stop({ status: 'failed', failure: toFailure(reason) });
  }

  #openPhase(name: string, start: Micros, parent: number, metadata?: JsonObject): OpenPhase {
    const { recorder } = this.#shared;
    const row = recorder.open('phase', name.slice(0, 100), start, this.index, parent, metadata);
    this.#phases.push(row);
    this.#parents.set(row, parent);
    const isOpen = (): boolean => !this.#settled && recorder.spans.isOpen(row);
    const close = (status: Status, ended?: JsonObject): Micros => {
      const at = recorder.now();
      this.#closeInside(row, at);
      this.#phases = this.#phases.filter((open) => open !== row);
      recorder.close(row, at, isTerminal(status) ? status : 'completed', ended);
      return at;
    };
    return {
      end: (status = 'completed', ended) => {
        if (isOpen()) close(status, ended);
      },
      next: (nextName, nextMetadata, ended) =>
        isOpen() ? this.#openPhase(nextName, close('completed', ended), parent, nextMetadata) : NO_PHASE,
      span: (inner, innerMetadata) =>
        isOpen() ? this.#openPhase(inner, recorder.now(), row, innerMetadata) : NO_PHASE,
      annotate: (label, type, data) => this.annotate(label, type, data),
    };
  }

  /** Closes what a handler has left open inside a phase that it ends. */
  #closeInside(row: number, at: Micros): void {
    const inside = new Set([row]);
    for (const open of this.#phases) if (inside.has(this.#parents.get(open) ?? NONE)) inside.add(open);
    inside.delete(row);
    this.#phases = this.#phases.filter((open) => !inside.has(open));
    for (const open of [...inside].reverse()) this.#shared.recorder.close(open, at, 'completed');
  }

  /** Closes what is open below the attempt, innermost first, and the attempt itself. */
  #closeAttempt(status: Status, failure?: NodeFailure): void {
    const { recorder } = this.#shared;
    const at = recorder.now();
    const metadata = failure && { error: errorOf(failure) };
    this.#closePhases(at, status, metadata);
    if (this.#below !== this.row) recorder.close(this.#below, at, status, metadata);
    this.#below = this.row;
    this.#work = null;
    this.#working = false;
  }

  #closePhases(at: Micros, status: Status, metadata?: JsonObject): void {
    for (const row of this.#phases.reverse()) this.#shared.recorder.close(row, at, status, metadata);
    this.#phases = [];
    this.#boundary = at;
  }

  #stop(outcome: Exclude<Outcome, { status: 'completed' | 'skipped' }>): void {
    if (this.#settled) return;
    if (this.#working) this.#closeAttempt(outcome.status, outcome.failure);
    else this.#closePhases(this.#shared.recorder.now(), 'cancelled');
    this.#stopped = outcome.failure;
    this.#finish(outcome, this.#boundary);
    this.#controller?.abort(outcome.failure);
  }

  #finish(outcome: Outcome, at: Micros): void {
    this.#settled = true;
    this.#timeLimit?.abort();
    this.#done(this, outcome, at);
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
function isTrue(value: JsonValue): boolean {
  if (typeof value === 'boolean') return value;
  throw new ExpressionError(`the condition is no boolean but ${value === null ? 'null' : typeof value}`);
}

/** Evaluates a group's condition as a phase of the group; `outcome` is null when the group is to run. */
export function evaluateCondition(
  condition: Expression,
  scope: Scope,
  recorder: Recorder,
  start: Micros,
  index: number,
  row: number,
): { outcome: Outcome | null; end: Micros } {
  const phase = recorder.open('phase', 'expression_eval', start, index, row);
  let outcome: Outcome | null = null;
  try {
    if (!isTrue(evaluate(condition, scope))) outcome = { status: 'skipped', reason: CONDITION_FALSE };
  } catch (error) {
    outcome = { status: 'failed', failure: expressionFailure(error) };
  }
  const end = recorder.now();
  if (outcome !== null && 'failure' in outcome) {
    recorder.close(phase, end, 'failed', { error: errorOf(outcome.failure) });
  } else recorder.close(phase, end, 'completed');
  return { outcome, end };
}

function expressionFailure(error: unknown): NodeFailure {
  if (!(error instanceof ExpressionError)) return toFailure(error);
  return new NodeFailure(error.code, error.message, { retryable: false });
}
