import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { toEpochMicros, type EpochMicros, type JsonValue } from '@flowprof/model';
import { messageOf, NodeFailure } from '../errors.ts';
import { isJson } from '../file/json-guards.ts';
import type { NodeContext, NodeHandler } from '../node-type.ts';
import type { OpenPhase } from '../open-phase.ts';
import type { FromThread } from './messages.ts';
import { ThreadPool, type Thread, type ThreadUser } from './pool.ts';

export interface IsolatedOptions {
  /** How many threads there may be for this module at once; further nodes wait. As many as the machine has cores, at most 4, when absent. */
  readonly maxWorkers?: number;
  /** Milliseconds after which a thread that nobody needs is ended; 30000 when absent. */
  readonly idleMs?: number;
  /** Milliseconds after which a call is given up as `timeout`, whatever limits the node has; 300000 when absent. */
  readonly timeLimitMs?: number;
  /** Milliseconds that a handler has to clean up once its signal has aborted, before its thread is ended; 500 when absent. */
  readonly graceMs?: number;
  /** MiB of JavaScript objects that a thread may hold; 256 when absent. Buffers do not count. */
  readonly maxHeapMb?: number;
  /** How long an output may be, in characters of JSON; 10 Mi when absent. */
  readonly maxOutputLength?: number;
}

/** What `isolated` needs besides the module. */
interface Settings {
  readonly pool: ThreadPool;
  readonly module: string;
  readonly graceMs: number;
  readonly maxOutputLength: number;
}

/** A time of the process's monotonic clock, which all threads share, as one of the wall clock that runs are recorded with. */
function toEpoch(at: number): EpochMicros {
  const ago = Number(process.hrtime.bigint() / 1000n) - at;
  return toEpochMicros(Math.round((performance.timeOrigin + performance.now()) * 1000 - ago));
}

/** One call of a handler in a thread, as the run sees it. */
class IsolatedCall implements ThreadUser {
  readonly #settings: Settings;
  readonly #thread: Thread;
  readonly #context: NodeContext;
  readonly #signal: AbortSignal;
  readonly #call: number;
  readonly #phases = new Map<number, OpenPhase>();
  readonly #settled: (result: JsonValue | Error) => void;
  #work: OpenPhase;
  #stopGrace: (() => void) | null = null;

  constructor(
    settings: Settings,
    thread: Thread,
    context: NodeContext,
    phase: OpenPhase,
    signal: AbortSignal,
    settled: (result: JsonValue | Error) => void,
  ) {
    this.#settings = settings;
    this.#thread = thread;
    this.#context = context;
    this.#work = phase;
    this.#signal = signal;
    this.#settled = settled;
    this.#call = thread.begin(this);
  }

  start(params: unknown): void {
    const { module, maxOutputLength } = this.#settings;
    const { nodeId, executionId, attempt, idempotencyKey, traceparent, commands } = this.#context;
    const facts = { nodeId, executionId, attempt, idempotencyKey, traceparent, commands };
    if (this.#signal.aborted) return this.#giveBack(this.#stopped());
    this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    try {
      this.#thread.tell({ type: 'run', call: this.#call, module, params, facts, maxOutputLength });
    } catch (error) {
      const message = `the parameters cannot be handed to a thread: ${messageOf(error)}`;
      this.#giveBack(new NodeFailure('invalid_parameters', message, { retryable: false }));
    }
  }

  heard(message: FromThread): void {
    switch (message.type) {
      case 'started':
        this.#work = this.#work.next('execute');
        return;
      case 'progress':
        return this.#context.progress(message.percent, message.message);
      case 'log':
        return this.#context.log(message.message);
      case 'annotate': {
        const { label, kind, metadata, at } = message;
        return this.#work.annotate(label, kind, metadata ?? undefined, toEpoch(at));
      }
      case 'open':
        return this.#open(message);
      case 'end':
        this.#phases.get(message.phase)?.end(message.status, message.metadata ?? undefined, toEpoch(message.at));
        this.#phases.delete(message.phase);
        return;
      case 'sleep':
        return void this.#sleep(message.sleep, message.ms);
      case 'done':
        return this.#giveBack(parse(message.json));
      case 'failed': {
        const { code, message: text, retryable, retryAfterMs } = message;
        const details = { retryable, ...(retryAfterMs !== null && { retryAfterMs }) };
        return this.#giveBack(new NodeFailure(code, text, details));
      }
      default:
        return message satisfies never;
    }
  }

  lost(failure: NodeFailure): void {
    this.#end(failure);
  }

  readonly #onAbort = (): void => {
    const failure = this.#stopped();
    const code = failure instanceof NodeFailure ? failure.code : 'cancelled';
    this.#thread.tell({ type: 'abort', call: this.#call, code, message: failure.message });
    this.#stopGrace = this.#settings.pool.endAfter(this.#settings.graceMs, this.#thread);
    this.#settled(failure);
  };

  #stopped(): Error {
    const reason: unknown = this.#signal.reason;
    return reason instanceof Error ? reason : new NodeFailure('cancelled', 'the call was cancelled');
  }

  #open({ phase, parent, name, metadata, at }: Extract<FromThread, { type: 'open' }>): void {
    const inside = parent === null ? this.#work : (this.#phases.get(parent) ?? this.#work);
    this.#phases.set(phase, inside.span(name, metadata ?? undefined, toEpoch(at)));
  }

  async #sleep(sleep: number, ms: number): Promise<void> {
    try {
      await this.#context.sleep(ms);
    } catch {
      // The node was stopped; the thread hears of that by itself.
      return;
    }
    if (this.#thread.user === this) this.#thread.tell({ type: 'slept', call: this.#call, sleep });
  }

  #giveBack(result: JsonValue | Error): void {
    this.#end(result);
    this.#settings.pool.giveBack(this.#thread);
  }

  #end(result: JsonValue | Error): void {
    this.#stopGrace?.();
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#settled(result);
  }
}

function parse(json: string): JsonValue | NodeFailure {
  try {
    const value: unknown = JSON.parse(json);
    if (isJson(value)) return value;
  } catch {
    // As below.
  }
  return new NodeFailure('invalid_output', 'the thread of the handler answered something that is not JSON');
}

/** A handler whose work is done by the default export of a module, in threads of the given pool. */
export function isolatedIn(pool: ThreadPool, module: URL, options: IsolatedOptions = {}): NodeHandler<unknown> {
  const { timeLimitMs = 300_000, graceMs = 500, maxOutputLength = 10 * 1024 * 1024 } = options;
  const settings: Settings = { pool, module: module.href, graceMs, maxOutputLength };
  return async (params, context) => {
    const phase = context.span('worker_start');
    const limit = context.limit(
      timeLimitMs,
      () => new NodeFailure('timeout', `the handler took longer than ${timeLimitMs} ms`),
    );
    try {
      const thread = await pool.take(limit.signal);
      return await new Promise<JsonValue>((resolve, reject) => {
        const settled = (result: JsonValue | Error): void => {
          if (result instanceof Error) reject(result);
          else resolve(result);
        };
        new IsolatedCall(settings, thread, context, phase, limit.signal, settled).start(params);
      });
    } finally {
      limit.clear();
    }
  };
}

/**
 * A handler that runs the default export of a module (an `IsolatedHandler`) in a thread of its own. Whatever that does,
 * block, loop for ever, throw anything, call `process.exit`, use up its memory, never answer, is a failure of its node:
 *
 *     conductor.register('x', { params, phase: null, run: isolated(new URL('./x.js', import.meta.url)) });
 *
 * Parameters must be what `structuredClone` takes, outputs JSON. It contains mistakes, not malice: code in a thread can
 * still read files and end the process with a signal. Phases: `worker_start` (waiting for a thread, starting it and
 * loading the module), then `execute` with the handler's own phases inside.
 */
export function isolated(module: URL, options: IsolatedOptions = {}): NodeHandler<unknown> {
  const { maxWorkers = Math.min(4, availableParallelism()), idleMs = 30_000, maxHeapMb = 256 } = options;
  return isolatedIn(new ThreadPool({ maxWorkers, idleMs, maxHeapMb }), module, options);
}
