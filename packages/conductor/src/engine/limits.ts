import type { Limits } from '../types.ts';

/** How many may run at once. Shared limits tell the runs that wait for room when there is some. */
export class Limit {
  readonly capacity: number;
  /** What a wait for it is recorded as. */
  readonly cause: Readonly<Record<string, string | number>>;
  used = 0;
  readonly #listeners: Set<() => void> | null;

  constructor(capacity: number, cause: Limit['cause'], shared = false) {
    this.capacity = capacity;
    this.cause = cause;
    this.#listeners = shared ? new Set() : null;
  }

  get full(): boolean {
    return this.used >= this.capacity;
  }

  release(): void {
    this.used--;
    for (const listener of this.#listeners ?? []) queueMicrotask(listener);
  }

  listen(listener: () => void): void {
    this.#listeners?.add(listener);
  }

  unlisten(listener: () => void): void {
    this.#listeners?.delete(listener);
  }
}

/**
 * A token bucket as the generic cell rate algorithm keeps it (ITU-T I.371): one number, the time at which the bucket
 * would be full again, instead of a level that has to be refilled. Times are microseconds since the epoch.
 */
export class TokenBucket {
  readonly name: string;
  readonly perSecond: number;
  readonly burst: number;
  readonly #interval: number;
  /** How far the bucket may be emptied ahead of its rate. */
  readonly #ahead: number;
  #full = 0;

  constructor(name: string, perSecond: number, burst: number) {
    this.name = name;
    this.perSecond = perSecond;
    this.burst = burst;
    this.#interval = 1_000_000 / perSecond;
    this.#ahead = this.#interval * (burst - 1);
  }

  /** When the next token can be taken. */
  get nextAt(): number {
    return Math.ceil(this.#full - this.#ahead);
  }

  has(now: number): boolean {
    return now >= this.nextAt;
  }

  /** Takes the next token, now or as soon as there is one; returns when that is. */
  take(now: number): number {
    const at = Math.max(now, this.nextAt);
    this.#full = Math.max(at, this.#full) + this.#interval;
    return at;
  }
}

/** Limits by their names, with what is used of them. */
export class LimitSet {
  readonly pools = new Map<string, Limit>();
  readonly types = new Map<string, Limit>();
  readonly rates = new Map<string, TokenBucket>();

  /** @param shared whether several runs use it at once */
  constructor({ pools = {}, rateLimits = {}, typeConcurrency = {} }: Limits, shared: boolean) {
    for (const [pool, { concurrency: limit }] of Object.entries(pools)) {
      this.pools.set(pool, new Limit(limit, { cause: 'pool', pool, limit }, shared));
    }
    for (const [type, limit] of Object.entries(typeConcurrency)) {
      this.types.set(type, new Limit(limit, { cause: 'concurrency', type, limit }, shared));
    }
    for (const [name, { perSecond, burst = 1 }] of Object.entries(rateLimits)) {
      this.rates.set(name, new TokenBucket(name, perSecond, burst));
    }
  }
}
