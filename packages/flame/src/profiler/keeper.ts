import { isFull, type ProfilerStorage } from './storage.ts';
import type { StorageProblem } from './types.ts';

/** What a keeper tells the store. */
export interface KeeperEvents {
  /** A text was found: at the beginning, or because another tab changed it; null when it is gone. */
  readonly onText: (key: string, text: string | null) => void;
  readonly onProblem: (problem: StorageProblem | null) => void;
  /** There is no room: the store lets something else go and says so, or has nothing to let go. */
  readonly onFull: (key: string) => boolean;
}

/**
 * Keeps texts in a storage, one write after the other: of several changes of one key the last is written. Nothing that
 * a storage does reaches the caller; what fails is told as a problem, and the page goes on without.
 */
export class Keeper {
  readonly #storage: ProfilerStorage;
  readonly #events: KeeperEvents;
  /** What is to be written, and null for what is to go. */
  readonly #pending = new Map<string, string | null>();
  #writing: Promise<void> | null = null;
  #unsubscribe: (() => void) | undefined;
  #isClosed = false;

  constructor(storage: ProfilerStorage, events: KeeperEvents) {
    this.#storage = storage;
    this.#events = events;
  }

  /** Reads all that is stored, and from now on what other tabs change. */
  async open(): Promise<void> {
    this.#unsubscribe = this.#storage.subscribe?.((key) => void this.#read(key));
    try {
      await this.#readAll();
    } catch {
      this.#events.onProblem('unavailable');
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#unsubscribe?.();
  }

  write(key: string, text: string): void {
    this.#change(key, text);
  }

  remove(key: string): void {
    this.#change(key, null);
  }

  /** Resolves once everything is written, or has failed. */
  async settled(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  #change(key: string, text: string | null): void {
    this.#pending.set(key, text);
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = null;
    });
  }

  async #drain(): Promise<void> {
    for (let next = this.#next(); next !== null; next = this.#next()) {
      const [key, text] = next;
      try {
        if (text === null) await this.#storage.remove(key);
        else {
          await this.#storage.write(key, text);
          this.#events.onProblem(null);
        }
      } catch (error) {
        if (text !== null && isFull(error) && this.#events.onFull(key)) {
          // what was let go is removed first, then this is tried again
          if (!this.#pending.has(key)) this.#pending.set(key, text);
        } else this.#events.onProblem(isFull(error) ? 'full' : 'failed');
      }
    }
  }

  /** What to do next: what makes room before what takes it. */
  #next(): readonly [string, string | null] | null {
    let found: readonly [string, string | null] | null = null;
    for (const entry of this.#pending) {
      if (found === null || entry[1] === null) found = entry;
      if (entry[1] === null) break;
    }
    if (found !== null) this.#pending.delete(found[0]);
    return found;
  }

  async #readAll(): Promise<void> {
    for (const key of await this.#storage.keys()) await this.#readKey(key);
  }

  async #read(key: string | null): Promise<void> {
    try {
      await (key === null ? this.#readAll() : this.#readKey(key));
    } catch {
      this.#events.onProblem('failed');
    }
  }

  async #readKey(key: string): Promise<void> {
    const text = await this.#storage.read(key);
    if (!this.#isClosed && !this.#pending.has(key)) this.#events.onText(key, text);
  }
}
