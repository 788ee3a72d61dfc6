/** What runs in the thread of an isolated handler: loads its module, calls it, and tells what it does. */
import { parentPort } from 'node:worker_threads';
import type { JsonObject } from '@flowprof/model';
import { messageOf, NodeFailure } from '../errors.ts';
import { isJson } from '../file/json-guards.ts';
import type { OpenPhase } from '../open-phase.ts';
import type { IsolatedContext, IsolatedHandler } from './handler.ts';
import type { CallFacts, FromThread, ToThread } from './messages.ts';

type Run = Extract<ToThread, { type: 'run' }>;
type EndStatus = Extract<FromThread, { type: 'end' }>['status'];

/** How many phases, annotations and log lines a call may have: one that makes them in an endless loop must not flood the run. */
const MAX_NOTES = 10_000;
/** Progress comes no more often. */
const PROGRESS_MICROS = 20_000;

const NO_PHASE: OpenPhase = { end: () => {}, next: () => NO_PHASE, span: () => NO_PHASE, annotate: () => {} };

function post(message: FromThread): void {
  parentPort?.postMessage(message, []);
}

function micros(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

function asEndStatus(status: string | undefined): EndStatus {
  return status === 'failed' || status === 'cancelled' || status === 'timeout' || status === 'skipped'
    ? status
    : 'completed';
}

/** One call of a handler, and the context that it is given. */
class Call implements IsolatedContext {
  readonly nodeId: string;
  readonly executionId: string;
  readonly attempt: number;
  readonly idempotencyKey: string;
  readonly traceparent: string;
  readonly commands: boolean;
  readonly #call: number;
  readonly #abort = new AbortController();
  readonly #sleeps = new Map<number, () => void>();
  #notes = 0;
  #phases = 0;
  #lastSleep = 0;
  #lastProgress = -PROGRESS_MICROS;
  #progress: FromThread | null = null;
  #over = false;

  constructor(call: number, facts: CallFacts) {
    this.#call = call;
    this.nodeId = facts.nodeId;
    this.executionId = facts.executionId;
    this.attempt = facts.attempt;
    this.idempotencyKey = facts.idempotencyKey;
    this.traceparent = facts.traceparent;
    this.commands = facts.commands;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  progress(percent: number, message = ''): void {
    this.#progress = {
      type: 'progress',
      call: this.#call,
      percent,
      message: message.slice(0, 500),
    };
    const now = micros();
    if (now - this.#lastProgress < PROGRESS_MICROS) return;
    this.#lastProgress = now;
    this.#flushProgress();
  }

  span(name: string, metadata?: JsonObject): OpenPhase {
    return this.#open(null, name, metadata, micros());
  }

  annotate(label: string, type: string, metadata?: JsonObject): void {
    if (!this.#mayNote()) return;
    const note = { label: label.slice(0, 200), kind: type.slice(0, 100), metadata: metadata ?? null };
    post({ type: 'annotate', call: this.#call, ...note, at: micros() });
  }

  log(message: string): void {
    if (this.#mayNote()) post({ type: 'log', call: this.#call, message: message.slice(0, 500) });
  }

  sleep(ms: number): Promise<void> {
    const { signal } = this;
    const slept = new Promise<void>((resolve, reject) => {
      const fail = (): void => reject(asError(signal.reason));
      if (signal.aborted || this.#over) return fail();
      signal.addEventListener('abort', fail, { once: true });
      const sleep = ++this.#lastSleep;
      this.#sleeps.set(sleep, () => {
        signal.removeEventListener('abort', fail);
        resolve();
      });
      post({ type: 'sleep', call: this.#call, sleep, ms });
    });
    // One that nobody waits for must not end the thread when the call is stopped.
    slept.catch(() => {});
    return slept;
  }

  // -- what the thread does with it --------------------------------------------------------------------------------

  slept(sleep: number): void {
    this.#sleeps.get(sleep)?.();
    this.#sleeps.delete(sleep);
  }

  abort(code: string, message: string): void {
    this.#abort.abort(new NodeFailure(code, message));
  }

  /** Says how it ended; nothing is said after that. */
  end(how: FromThread): void {
    this.#flushProgress();
    this.#over = true;
    post(how);
  }

  #flushProgress(): void {
    if (this.#progress !== null && !this.#over) post(this.#progress);
    this.#progress = null;
  }

  #mayNote(): boolean {
    return !this.#over && ++this.#notes <= MAX_NOTES;
  }

  #open(parent: number | null, name: string, metadata: JsonObject | undefined, at: number): OpenPhase {
    if (!this.#mayNote()) return NO_PHASE;
    const call = this.#call;
    const phase = ++this.#phases;
    post({ type: 'open', call, phase, parent, name: name.slice(0, 100), metadata: metadata ?? null, at });
    let open = true;
    const end = (status: EndStatus, ended: JsonObject | undefined, when: number): void => {
      if (open && !this.#over) post({ type: 'end', call, phase, status, metadata: ended ?? null, at: when });
      open = false;
    };
    return {
      end: (status, ended) => end(asEndStatus(status), ended, micros()),
      next: (nextName, nextMetadata, ended) => {
        if (!open) return NO_PHASE;
        const when = micros();
        end('completed', ended, when);
        return this.#open(parent, nextName, nextMetadata, when);
      },
      span: (inner, innerMetadata) => (open ? this.#open(phase, inner, innerMetadata, micros()) : NO_PHASE),
      annotate: (label, type, data) => this.annotate(label, type, data),
    };
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new NodeFailure('cancelled', 'the call has ended');
}

/** How a call failed. A module may have brought a `NodeFailure` of its own, from another copy of this package. */
function failureOf(call: number, thrown: unknown): FromThread {
  const failed = { type: 'failed', call, code: 'handler_error', retryable: true, retryAfterMs: null } as const;
  try {
    if (thrown instanceof Error && thrown.name === 'NodeFailure' && 'code' in thrown) {
      const { code, message } = thrown;
      const retryable = !('retryable' in thrown) || thrown.retryable !== false;
      const after = 'retryAfterMs' in thrown ? thrown.retryAfterMs : null;
      return {
        ...failed,
        code: String(code),
        message,
        retryable,
        retryAfterMs: typeof after === 'number' ? after : null,
      };
    }
  } catch {
    // What was thrown cannot even be looked at.
  }
  return { ...failed, message: messageOf(thrown) };
}

/** @throws {NodeFailure} `isolated_not_loaded` */
async function load(module: string): Promise<IsolatedHandler<unknown>> {
  let loaded: unknown;
  try {
    loaded = await import(module);
  } catch (error) {
    throw new NodeFailure('isolated_not_loaded', `the module cannot be loaded: ${messageOf(error)}`, {
      retryable: false,
    });
  }
  if (typeof loaded === 'object' && loaded !== null && 'default' in loaded && isHandler(loaded.default)) {
    return loaded.default;
  }
  throw new NodeFailure('isolated_not_loaded', 'the module has no function as its default export', {
    retryable: false,
  });
}

function isHandler(value: unknown): value is IsolatedHandler<unknown> {
  return typeof value === 'function';
}

/** @throws {NodeFailure} `invalid_output` or `output_too_large` */
function jsonOf(output: unknown, maxLength: number): string {
  const details = { retryable: false };
  let json: string | undefined;
  try {
    if (isJson(output)) json = JSON.stringify(output);
  } catch {
    // A getter that throws, or nesting that no stack holds.
  }
  if (json === undefined) throw new NodeFailure('invalid_output', 'the handler returned something that is not JSON');
  if (json.length <= maxLength) return json;
  throw new NodeFailure('output_too_large', `the output is longer than ${maxLength} characters of JSON`, details);
}

async function run({ call, module, params, maxOutputLength }: Run, context: Call): Promise<void> {
  try {
    const handler = await load(module);
    post({ type: 'started', call });
    context.end({ type: 'done', call, json: jsonOf(await handler(params, context), maxOutputLength) });
  } catch (error) {
    context.end(failureOf(call, error));
  }
}

let current: { readonly call: number; readonly context: Call } | null = null;

parentPort?.on('message', (message: ToThread) => {
  if (message.type === 'run') {
    const context = new Call(message.call, message.facts);
    current = { call: message.call, context };
    void run(message, context);
    return;
  }
  if (current?.call !== message.call) return;
  if (message.type === 'abort') current.context.abort(message.code, message.message);
  else current.context.slept(message.sleep);
});
