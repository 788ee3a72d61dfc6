import type { Timers } from './timers.ts';

/** Between two readings lies at least this long, and at most that, in milliseconds. */
const SHORTEST_MS = 500;
const LONGEST_MS = 30_000;
/** A page that reads all the time draws nothing: it rests several times as long as the reading took. */
const REST = 5;

/**
 * Reads anew whenever it is asked to, but never twice at once, and with a rest after each reading that grows with the time
 * that it took. What is asked for meanwhile is read once, afterwards: the last reading always began after the last asking.
 */
export class Refresher {
  readonly #read: () => Promise<void>;
  readonly #timers: Timers;
  readonly #leastRest: () => number;
  #state: 'quiet' | 'reading' | 'resting' = 'quiet';
  #isWanted = false;
  #callOff: () => void = () => undefined;
  #isStopped = false;

  /** @param leastRest how long the page is busy with what was read, in milliseconds */
  constructor(read: () => Promise<void>, timers: Timers, leastRest: () => number = () => 0) {
    this.#read = read;
    this.#timers = timers;
    this.#leastRest = leastRest;
  }

  ask(): void {
    this.#isWanted = true;
    if (this.#state === 'quiet') void this.#run();
  }

  stop(): void {
    this.#isStopped = true;
    this.#callOff();
  }

  async #run(): Promise<void> {
    if (this.#isStopped) return;
    this.#isWanted = false;
    this.#state = 'reading';
    const begun = this.#timers.now();
    try {
      await this.#read();
    } finally {
      const rest = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, this.#leastRest(), (this.#timers.now() - begun) * REST));
      this.#state = 'resting';
      this.#callOff = this.#timers.after(rest, () => {
        this.#state = 'quiet';
        if (this.#isWanted) void this.#run();
      });
    }
  }
}
