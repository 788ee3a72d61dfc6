import { setImmediate as turn } from 'node:timers/promises';
import { toEpochMicros, type Clock, type EpochMicros, type RandomBytes } from '@flowprof/model';
import type { Timers } from '../types.ts';

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** 2024-01-15T10:00:00Z. */
const START = 1_705_312_800_000_000;

/**
 * A clock and timers that stand still until everything that can happen has happened, and then go on to the next timer.
 * Randomness counts up, so that a run under it is the same each time.
 */
export class VirtualTime {
  readonly clock: Clock = { now: (): EpochMicros => toEpochMicros(START + this.#now) };
  readonly timers: Timers = { sleep: (ms, signal) => this.#sleep(ms, signal) };
  readonly random: RandomBytes = (into) => into.fill(++this.#counter % 256);
  #now = 0;
  #counter = 0;
  #timers: Timer[] = [];

  /** Microseconds since the start. */
  get elapsed(): number {
    return this.#now;
  }

  /** Lets the time pass, as if something had taken that long. */
  pass(ms: number): void {
    this.#now += ms * 1000;
  }

  /** Lets the time pass until the promise has settled. @throws {Error} when nothing is left that could settle it */
  async until<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const note = (): void => {
      settled = true;
    };
    promise.then(note, note);
    for (let idle = 0; ;) {
      await turn();
      await turn();
      if (settled) return promise;
      if (this.#fireNext()) idle = 0;
      else if (++idle > 1000) throw new Error('nothing is left that could end the run');
    }
  }

  #fireNext(): boolean {
    this.#timers.sort((a, b) => a.at - b.at);
    const next = this.#timers.shift();
    if (next === undefined) return false;
    this.#now = Math.max(this.#now, next.at);
    next.fire();
    return true;
  }

  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(asError(signal.reason));
      const onAbort = (): void => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        reject(asError(signal.reason));
      };
      const fire = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const timer = { at: this.#now + Math.round(ms * 1000), fire };
      this.#timers.push(timer);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted');
}
