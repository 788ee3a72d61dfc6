import { setImmediate as turn } from 'node:timers/promises';
import { toEpochMicros, type Clock, type EpochMicros, type RandomBytes } from '@flowprof/model';
import type { Timers } from '../types.ts';
import { TimerQueue, type Timer } from './timer-queue.ts';

/** 2024-01-15T10:00:00Z. */
const START = 1_705_312_800_000_000;
/** How many turns of the event loop nothing may happen in before a promise counts as one that never settles. */
const MAX_IDLE = 1000;

/** Resolves after all microtasks. */
function tick(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}

/** Resolves once nothing is left that could go on without time: no promise, no tick, no turn of the event loop. */
async function settle(): Promise<void> {
  for (;;) {
    await tick();
    // Others whose tick was the same go on only now. A tick costs a fifth of a turn.
    await tick();
    if (!process.getActiveResourcesInfo().includes('Immediate')) return;
    await turn();
  }
}

/**
 * A clock and timers that stand still until everything that can happen has happened, and then go on to the next timer.
 * Randomness counts up, so that a run under it is the same each time.
 */
export class VirtualTime {
  readonly clock: Clock = { now: (): EpochMicros => toEpochMicros(START + this.#now) };
  readonly timers: Timers = { sleep: (ms, signal) => this.#sleep(ms, signal) };
  readonly random: RandomBytes = (into) => into.fill(++this.#counter % 256);
  readonly #queue = new TimerQueue();
  #now: number;
  #counter = 0;
  #order = 0;

  /** @param startMs what has passed already when it begins */
  constructor(startMs = 0) {
    this.#now = startMs * 1000;
  }

  /** Microseconds since the start. */
  get elapsed(): number {
    return this.#now;
  }

  /** Lets the time pass, as if something had taken that long. */
  pass(ms: number): void {
    this.#now += ms * 1000;
  }

  /** Calls a function when the time has come, unless what is returned is called before. */
  at(ms: number, fire: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.round(ms * 1000), order: this.#order++, fire, cancelled: false };
    this.#queue.add(timer);
    return () => this.#queue.cancel(timer);
  }

  /** Lets the time pass until the promise has settled. @throws {Error} when nothing is left that could settle it */
  async until<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const note = (): void => {
      settled = true;
    };
    promise.then(note, note);
    for (let idle = 0; ;) {
      await settle();
      if (settled) return promise;
      if (this.#fireNext()) idle = 0;
      else if (++idle > MAX_IDLE) throw new Error('nothing is left that could end the run');
      else await turn();
    }
  }

  #fireNext(): boolean {
    const next = this.#queue.next();
    if (next === undefined) return false;
    this.#now = Math.max(this.#now, next.at);
    next.fire();
    return true;
  }

  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(asError(signal.reason));
      const cancel = this.at(ms, () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
      const onAbort = (): void => {
        cancel();
        reject(asError(signal.reason));
      };
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted');
}
