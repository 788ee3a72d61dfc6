import type { Clock } from '@flowprof/model';

/** A token bucket: holds `capacity` tokens, gains `perSecond` of them, and a request takes one. */
export class TokenBucket {
  readonly capacity: number;
  readonly perSecond: number;
  readonly #clock: Clock;
  #tokens: number;
  #filledAt: number;

  constructor(clock: Clock, limits: { readonly capacity: number; readonly perSecond: number }) {
    this.capacity = limits.capacity;
    this.perSecond = limits.perSecond;
    this.#clock = clock;
    this.#tokens = limits.capacity;
    this.#filledAt = clock.now();
  }

  /** Takes a token. Returns 0, or where none is left, the milliseconds until there will be one. */
  take(): number {
    const now = this.#clock.now();
    const gained = ((now - this.#filledAt) / 1_000_000) * this.perSecond;
    this.#tokens = Math.min(this.capacity, this.#tokens + gained);
    this.#filledAt = now;
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return 0;
    }
    return Math.ceil(((1 - this.#tokens) / this.perSecond) * 1000);
  }

  /** The whole tokens that were left after the last request. */
  get remaining(): number {
    return Math.floor(this.#tokens);
  }
}
