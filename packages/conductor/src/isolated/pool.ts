import { existsSync } from 'node:fs';
import { clearTimeout, setTimeout } from 'node:timers';
import { Worker } from 'node:worker_threads';
import { messageOf, NodeFailure } from '../errors.ts';
import { fromThread, type FromThread, type ToThread } from './messages.ts';

/** Calls a function after a time unless the function that it gives is called first. Does not keep the process alive. */
export type Schedule = (ms: number, then: () => void) => () => void;

const systemSchedule: Schedule = (ms, then) => {
  const timer = setTimeout(then, ms).unref();
  return () => clearTimeout(timer);
};

export interface PoolOptions {
  readonly maxWorkers: number;
  readonly maxHeapMb: number;
  readonly idleMs: number;
}

/** Whoever has a thread now. */
export interface ThreadUser {
  heard(message: FromThread): void;
  /** The thread is gone. */
  lost(failure: NodeFailure): void;
}

/** Where a thread starts: the build, or the sources where there is no build beside this file. */
function entry(): { readonly url: URL; readonly execArgv?: string[] } {
  const built = new URL('thread.js', import.meta.url);
  if (existsSync(built)) return { url: built };
  return { url: new URL('from-source.mjs', import.meta.url), execArgv: ['--conditions=@flowprof/source'] };
}

function failureOf(error: unknown): NodeFailure {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new NodeFailure('isolated_out_of_memory', 'the handler wanted more memory than its thread may have');
  }
  return new NodeFailure('isolated_crashed', `the thread of the handler broke down: ${messageOf(error)}`);
}

/** A thread that runs one call after another. It keeps the process alive only while it has a user. */
export class Thread {
  user: ThreadUser | null = null;
  readonly #worker: Worker;
  #failure: NodeFailure | null = null;
  #calls = 0;

  constructor(maxHeapMb: number, gone: (thread: Thread) => void) {
    const { url, execArgv } = entry();
    this.#worker = new Worker(url, {
      ...(execArgv !== undefined && { execArgv }),
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    this.#worker.on('message', (message: unknown) => {
      const parsed = fromThread.safeParse(message);
      if (parsed.success && parsed.data.call === this.#calls) this.user?.heard(parsed.data);
    });
    this.#worker.on('error', (error: unknown) => {
      this.#failure ??= failureOf(error);
    });
    this.#worker.on('exit', (code: number) => {
      this.#failure ??= new NodeFailure('isolated_crashed', `the thread of the handler ended with code ${code}`);
      this.user?.lost(this.#failure);
      this.user = null;
      gone(this);
    });
  }

  /** The number of a new call. */
  begin(user: ThreadUser): number {
    this.user = user;
    this.#worker.ref();
    return ++this.#calls;
  }

  rest(): void {
    this.user = null;
    this.#worker.unref();
  }

  /** @throws {Error} when the message cannot be copied */
  tell(message: ToThread): void {
    this.#worker.postMessage(message, []);
  }

  /** Ends it, whatever it does. */
  terminate(): void {
    void this.#worker.terminate();
  }
}

interface Waiting {
  readonly give: (thread: Thread) => void;
  readonly fail: (error: unknown) => void;
}

/** The threads of one module: started when they are needed, up to a number, and ended when nobody has needed them for a while. */
export class ThreadPool {
  readonly #options: PoolOptions;
  readonly #schedule: Schedule;
  readonly #alive = new Set<Thread>();
  readonly #idle = new Map<Thread, () => void>();
  readonly #waiting = new Set<Waiting>();

  constructor(options: PoolOptions, schedule: Schedule = systemSchedule) {
    this.#options = options;
    this.#schedule = schedule;
  }

  /** How many threads there are, with those that are about to end. */
  get size(): number {
    return this.#alive.size;
  }

  /** Lends a thread once there is one. @throws the signal's reason when it aborts first */
  take(signal: AbortSignal): Promise<Thread> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(asError(signal.reason));
      const leave = (): void => {
        this.#waiting.delete(waiting);
        signal.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        leave();
        reject(asError(signal.reason));
      };
      const waiting: Waiting = {
        give: (thread) => {
          leave();
          resolve(thread);
        },
        fail: (error) => {
          leave();
          reject(asError(error));
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(waiting);
      this.#serve();
    });
  }

  /** Takes back a thread whose call has ended. */
  giveBack(thread: Thread): void {
    thread.rest();
    if (!this.#alive.has(thread)) return;
    const stop = this.#schedule(this.#options.idleMs, () => {
      if (this.#idle.delete(thread)) thread.terminate();
    });
    this.#idle.set(thread, stop);
    this.#serve();
  }

  /** Ends a thread that does not come back by itself within the time; the function says that it has. */
  endAfter(ms: number, thread: Thread): () => void {
    return this.#schedule(ms, () => thread.terminate());
  }

  #serve(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    const [idle] = this.#idle;
    if (idle !== undefined) {
      const [thread, stop] = idle;
      this.#idle.delete(thread);
      stop();
      return first.give(thread);
    }
    if (this.#alive.size >= this.#options.maxWorkers) return;
    try {
      const thread = new Thread(this.#options.maxHeapMb, (gone) => this.#gone(gone));
      this.#alive.add(thread);
      first.give(thread);
    } catch (error) {
      first.fail(new NodeFailure('isolated_crashed', `no thread can be started: ${messageOf(error)}`));
    }
  }

  #gone(thread: Thread): void {
    this.#alive.delete(thread);
    this.#idle.get(thread)?.();
    this.#idle.delete(thread);
    this.#serve();
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new NodeFailure('cancelled', 'the call was cancelled');
}
