import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { unavailable } from '../../http/errors.ts';
import type { Result, Work } from './messages.ts';

const RETRY_AFTER_SECONDS = 5;

/** Where a thread starts: the build, or the sources where there is no build beside this file. */
function threadEntry(): { readonly url: URL; readonly execArgv: string[] } {
  const built = new URL('thread.js', import.meta.url);
  if (existsSync(built)) return { url: built, execArgv: [] };
  return { url: new URL('from-source.mjs', import.meta.url), execArgv: ['--conditions=@flowprof/source'] };
}

/** A thread that ended before it answered. */
export class ThreadEnded extends Error {
  /** Whether it wanted more memory than it may have. */
  readonly outOfMemory: boolean;

  constructor(outOfMemory: boolean, options?: ErrorOptions) {
    super(outOfMemory ? 'the thread ran out of memory' : 'the thread ended', options);
    this.name = 'ThreadEnded';
    this.outOfMemory = outOfMemory;
  }
}

interface Waiting {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that does one thing after another. */
class Thread {
  readonly #worker: Worker;
  #waiting: Waiting | null = null;
  #ended: ThreadEnded | null = null;

  constructor(maxHeapMb: number) {
    const { url, execArgv } = threadEntry();
    this.#worker = new Worker(url, { execArgv, resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } });
    this.#worker.on('message', (result: Result) => {
      const waiting = this.#waiting;
      this.#waiting = null;
      if (result.type === 'fault') waiting?.reject(new Error('a thread failed', { cause: result.error }));
      else waiting?.resolve(result);
    });
    this.#worker.on('error', (error: Error) => {
      this.#end(new ThreadEnded('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY', { cause: error }));
    });
    this.#worker.on('exit', () => this.#end(new ThreadEnded(false)));
  }

  get isUsable(): boolean {
    return this.#ended === null;
  }

  /** @throws {ThreadEnded}, or an error whose cause is what the thread threw */
  ask(work: Work): Promise<Result> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker.postMessage(work, []);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #end(error: ThreadEnded): void {
    this.#ended ??= error;
    this.#waiting?.reject(this.#ended);
    this.#waiting = null;
  }
}

export type Ask = (work: Work) => Promise<Result>;

export interface PoolOptions {
  readonly threads: number;
  /** How many may wait for a thread; what comes on top is refused. */
  readonly waiting: number;
  readonly maxHeapMb: number;
  /** Ends a thread after each use, so that what it held is given back. */
  readonly endAfterUse: boolean;
}

/** A few threads, started when they are needed. */
export class ThreadPool {
  readonly #options: PoolOptions;
  readonly #threads = new Set<Thread>();
  readonly #idle: Thread[] = [];
  readonly #queue: { readonly start: () => void; readonly refuse: () => void }[] = [];
  #busy = 0;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /**
   * Lends a thread for as long as the work takes.
   * @throws {ApiError} `overloaded` when too many wait, `shutting_down` after `close`
   */
  async use<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
    await this.#turn();
    const thread = this.#idle.pop() ?? this.#start();
    try {
      return await work((message) => thread.ask(message));
    } catch (error) {
      throw this.#closed ? stopping() : error;
    } finally {
      await this.#giveBack(thread);
      this.#busy--;
      this.#queue.shift()?.start();
    }
  }

  /** Ends all threads, whatever they do. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { refuse } of this.#queue.splice(0)) refuse();
    await Promise.all(Array.from(this.#threads, (thread) => thread.end()));
  }

  #turn(): Promise<void> {
    if (this.#closed) return Promise.reject(stopping());
    const { threads, waiting } = this.#options;
    const begin = (): void => {
      this.#busy++;
    };
    if (this.#busy < threads) {
      begin();
      return Promise.resolve();
    }
    if (this.#queue.length >= waiting) {
      return Promise.reject(unavailable('overloaded', 'Too many requests wait for a thread.', RETRY_AFTER_SECONDS));
    }
    return new Promise((resolve, reject) => {
      const start = (): void => {
        begin();
        resolve();
      };
      this.#queue.push({ start, refuse: () => reject(stopping()) });
    });
  }

  #start(): Thread {
    const thread = new Thread(this.#options.maxHeapMb);
    this.#threads.add(thread);
    return thread;
  }

  async #giveBack(thread: Thread): Promise<void> {
    if (thread.isUsable && !this.#options.endAfterUse && !this.#closed) {
      this.#idle.push(thread);
      return;
    }
    this.#threads.delete(thread);
    await thread.end();
  }
}

function stopping(): Error {
  return unavailable('shutting_down', 'The server is stopping.', RETRY_AFTER_SECONDS);
}
