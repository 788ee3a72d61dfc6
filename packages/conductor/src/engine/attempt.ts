import {
  asMicros,
  isTerminal,
  since,
  type EpochMicros,
  type JsonObject,
  type Micros,
  type Status,
} from '@flowprof/model';
import type { HttpClient } from '../http/client.ts';
import type { NodeContext, TimeLimit } from '../node-type.ts';
import type { OpenPhase } from '../open-phase.ts';
import { afterWait, LIFTED } from './after.ts';
import type { RunShared } from './shared.ts';

const NO_PHASE: OpenPhase = { end: () => {}, next: () => NO_PHASE, span: () => NO_PHASE, annotate: () => {} };

/** How many characters are kept of what a handler says. */
const MAX_LINE = 500;
const MAX_LABEL = 200;
const MAX_NAME = 100;

/** What an attempt belongs to. */
export interface AttemptOf {
  readonly shared: RunShared;
  readonly id: string;
  readonly instance: number;
  /** The row of the node's span. */
  readonly row: number;
}

/** A phase that a handler has open. */
interface Open {
  readonly row: number;
  readonly start: Micros;
  /** The phase that it was opened in; null for one at the top of the attempt. */
  readonly inside: Open | null;
}

/** One attempt at a node: what its handler may use, and the spans that it opens. Once it has ended, nothing has an effect. */
export class Attempt implements NodeContext {
  readonly attempt: number;
  readonly #of: AttemptOf;
  /** The row of the attempt's span; the node's where the policy allows one attempt only. */
  readonly #below: number;
  readonly #startedAt: Micros;
  /** The phase that the node type's work is recorded as. */
  #work: Open | null = null;
  /** Outermost first; made when first needed. */
  #open: Open[] | null = null;
  #phased = false;
  #ended = false;
  /** The timers of the limits that its handler has set: one that forgets to lift them keeps none. */
  #limits: AbortController[] | null = null;
  #controller: AbortController | null = null;
  #reason: unknown = undefined;

  constructor(of: AttemptOf, attempt: number, below: number, at: Micros) {
    this.#of = of;
    this.attempt = attempt;
    this.#below = below;
    this.#startedAt = at;
  }

  get nodeId(): string {
    return this.#of.id;
  }

  get executionId(): string {
    return this.#of.shared.executionId;
  }

  get idempotencyKey(): string {
    const { shared, instance } = this.#of;
    return `${shared.executionId}/${shared.pathOf(instance)}`;
  }

  get traceparent(): string {
    const { shared } = this.#of;
    const row = this.#open?.at(-1)?.row ?? this.#below;
    return `00-${shared.traceId}-${shared.recorder.spanId(row)}-01`;
  }

  get commands(): boolean {
    return this.#of.shared.commands;
  }

  get http(): HttpClient {
    return this.#of.shared.http();
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#ended && !this.#controller.signal.aborted) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  progress(percent: number, message = ''): void {
    if (this.#ended || !Number.isFinite(percent)) return;
    const { recorder } = this.#of.shared;
    const bounded = Math.max(0, Math.min(100, percent));
    recorder.progress(this.#of.instance, bounded, recorder.now(), this.#shown(message, MAX_LINE));
  }

  span(name: string, metadata?: JsonObject, at?: EpochMicros): OpenPhase {
    if (this.#ended) return NO_PHASE;
    const now = this.#timeOf(at, this.#startedAt);
    if (this.#work !== null) return this.#openPhase(name, now, this.#work, metadata);
    // The first phase of an attempt starts with it: what lies between is the handler's own beginning.
    const start = this.#phased ? now : this.#startedAt;
    this.#phased = true;
    return this.#openPhase(name, start, null, metadata);
  }

  annotate(label: string, type: string, metadata?: JsonObject, at?: EpochMicros): void {
    if (this.#ended) return;
    const { shared, row } = this.#of;
    const time = this.#timeOf(at, this.#startedAt);
    const shown = metadata ? this.#kept(metadata) : null;
    shared.recorder.annotate(row, time, this.#shown(label, MAX_LABEL), this.#shown(type, MAX_NAME), shown);
  }

  log(message: string): void {
    const { shared, row } = this.#of;
    if (!this.#ended) shared.recorder.annotate(row, shared.recorder.now(), this.#shown(message, MAX_LINE), 'log', null);
  }

  sleep(ms: number): Promise<void> {
    const slept = this.#of.shared.timers.sleep(ms, this.signal);
    // One that the handler does not wait for must not end the process when it is broken off.
    slept.catch(() => {});
    return slept;
  }

  limit(ms: number, reason: () => Error): TimeLimit {
    const limited = new AbortController();
    const timer = new AbortController();
    const { signal } = this;
    const pass = (): void => limited.abort(signal.reason);
    (this.#limits ??= []).push(timer);
    signal.addEventListener('abort', pass, { once: true });
    if (signal.aborted) pass();
    void afterWait(this.#of.shared.timers.sleep(ms, timer.signal), () => limited.abort(reason()));
    const clear = (): void => {
      signal.removeEventListener('abort', pass);
      timer.abort(LIFTED);
    };
    return { signal: limited.signal, clear };
  }

  /** Opens the phase that the node type's work is recorded as. */
  openWork(name: string): void {
    const { shared, instance } = this.#of;
    const start = this.#startedAt;
    const row = shared.recorder.open('phase', name, start, instance, this.#below);
    this.#work = { row, start, inside: null };
    this.#open = [this.#work];
  }

  /** Ends it: closes what is open, innermost first, and the attempt's own span. */
  end(at: Micros, status: Status, metadata?: JsonObject): void {
    this.#ended = true;
    for (const timer of this.#limits ?? []) timer.abort(LIFTED);
    const { shared, row } = this.#of;
    const open = this.#open;
    for (let i = (open?.length ?? 0) - 1; i >= 0; i--) {
      const phase = open?.[i];
      if (phase) shared.recorder.close(phase.row, at, status, metadata);
    }
    this.#open = null;
    if (this.#below !== row) shared.recorder.close(this.#below, at, status, metadata);
  }

  /** Tells its handler that it has been stopped; a signal that the handler reads only then has aborted already. */
  abort(reason: unknown): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
  }

  #openPhase(name: string, start: Micros, inside: Open | null, metadata?: JsonObject): OpenPhase {
    const { shared, instance } = this.#of;
    const { recorder } = shared;
    const shown = metadata && this.#kept(metadata);
    const row = recorder.open('phase', this.#shown(name, MAX_NAME), start, instance, inside?.row ?? this.#below, shown);
    const phase: Open = { row, start, inside };
    (this.#open ??= []).push(phase);
    const isOpen = (): boolean => this.#open?.includes(phase) === true;
    const close = (status: Status, ended?: JsonObject, when?: EpochMicros): Micros => {
      const at = this.#timeOf(when, start);
      this.#closeInside(phase, at);
      recorder.close(row, at, isTerminal(status) ? status : 'completed', ended && this.#kept(ended));
      return at;
    };
    return {
      end: (status = 'completed', ended, at) => {
        if (isOpen()) close(status, ended, at);
      },
      next: (nextName, nextMetadata, ended) =>
        isOpen() ? this.#openPhase(nextName, close('completed', ended), inside, nextMetadata) : NO_PHASE,
      span: (inner, innerMetadata, at) =>
        isOpen() ? this.#openPhase(inner, this.#timeOf(at, start), phase, innerMetadata) : NO_PHASE,
      annotate: (label, type, data, at) => this.annotate(label, type, data, at),
    };
  }

  /** A text of the handler's as it may be kept. What is cut off far behind the end of what is kept need not be looked at. */
  #shown(text: string, length: number): string {
    return this.#of.shared.redactor.text(text.slice(0, 8 * MAX_LINE)).slice(0, length);
  }

  /** Metadata of the handler's as it may be kept: a copy, which the handler cannot change later. */
  #kept(metadata: JsonObject): JsonObject {
    return this.#of.shared.redactor.metadata({ ...metadata });
  }

  /** The time of what is heard of now, which may have happened before, but not before a start. */
  #timeOf(at: EpochMicros | undefined, start: Micros): Micros {
    const { recorder } = this.#of.shared;
    const now = recorder.now();
    if (at === undefined) return now;
    return asMicros(Math.max(start, Math.min(now, since(recorder.startedAt, at))));
  }

  /** Takes a phase out of those that are open, and closes what a handler has left open inside it. */
  #closeInside(phase: Open, at: Micros): void {
    const gone = new Set([phase]);
    const left: Open[] = [];
    const inner: Open[] = [];
    for (const open of this.#open ?? []) {
      if (open === phase) continue;
      if (open.inside !== null && gone.has(open.inside)) {
        gone.add(open);
        inner.push(open);
      } else left.push(open);
    }
    this.#open = left;
    for (const open of inner.reverse()) {
      this.#of.shared.recorder.close(open.row, asMicros(Math.max(at, open.start)), 'completed');
    }
  }
}
