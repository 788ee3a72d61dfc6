/** Requests at a steady rate, slower for a while where the server asks for that. */

/** Where time and waiting come from. */
export interface Waits {
  /** Milliseconds that never run backwards. */
  now(): number;
  /** Resolves after so many milliseconds; rejects when the signal does. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Rate {
  readonly perSecond: number;
  /** How many at once after a rest. */
  readonly burst: number;
}

/** How much slower than its rate it becomes at most. */
const SLOWEST = 16;
/** For how long nothing starts after the server refused for the first time. */
const FIRST_PAUSE_MS = 250;

export class RateLimiter {
  readonly #waits: Waits;
  readonly #interval: number;
  readonly #credit: number;
  /** What the interval is multiplied by now, from 1. */
  #slowness = 1;
  /** When the next one would start if there were no burst. */
  #next = 0;
  /** Before this nothing starts, burst or not. */
  #pausedUntil = 0;

  constructor(rate: Rate, waits: Waits) {
    this.#waits = waits;
    this.#interval = 1000 / rate.perSecond;
    this.#credit = this.#interval * (rate.burst - 1);
  }

  /** Resolves when the next request may start; in the order in which it was called. */
  async take(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const now = this.#waits.now();
    const at = Math.max(this.#next, now - this.#credit, this.#pausedUntil);
    this.#next = at + this.#interval * this.#slowness;
    this.#slowness = Math.max(1, this.#slowness * 0.95);
    if (at > now) await this.#waits.wait(at - now, signal);
  }

  /** The server refused: slower, and nothing for a moment. */
  slowDown(): void {
    const now = this.#waits.now();
    // What was refused together counts once.
    if (now < this.#pausedUntil) return;
    this.#slowness = Math.min(SLOWEST, this.#slowness * 2);
    this.#pausedUntil = now + FIRST_PAUSE_MS * this.#slowness;
  }
}
