/** Requests to one server: no faster than it wants, and again for a while where it is not there. */
import type { Channel } from './channel.ts';
import { TemporalError } from './errors.ts';
import type { RateLimiter, Waits } from './limiter.ts';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5000;

export interface CallerTools {
  readonly waits: Waits;
  /** From 0 to 1, so that those who were put off together do not come back together. */
  readonly random: () => number;
  /** For how long a request is made again before it fails. */
  readonly patienceMs: number;
  /** For everything, and for listings beside. */
  readonly requests: RateLimiter;
  readonly listings: RateLimiter;
}

export interface Asked {
  readonly timeoutMs: number;
  readonly isListing?: boolean;
  /** A request that waits at the server: that it takes as long as it may is no failure. */
  readonly isLongPoll?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What is asked over and over until it succeeds. */
export type Calls = Pick<Caller, 'call'>;

export class Caller {
  readonly #channel: Pick<Channel, 'call'>;
  readonly #tools: CallerTools;

  constructor(channel: Pick<Channel, 'call'>, tools: CallerTools) {
    this.#channel = channel;
    this.#tools = tools;
  }

  /** One request, once. @throws {TemporalError} */
  once(method: string, request: Uint8Array, asked: Asked): Promise<Uint8Array> {
    return this.#channel.call(method, request, asked);
  }

  /** @throws {TemporalError} when it cannot succeed, or has not in the time that there is patience for */
  async call(method: string, request: Uint8Array, asked: Asked): Promise<Uint8Array> {
    const { waits, random, patienceMs } = this.#tools;
    let failingSince: number | null = null;
    for (let failures = 0; ; failures++) {
      const began = waits.now();
      try {
        await this.#turn(asked);
        return await this.#channel.call(method, request, asked);
      } catch (error) {
        if (!(error instanceof TemporalError)) throw this.#cancelled(method, error, asked.signal);
        if (!error.isTransient) throw error;
        if (error.code === 'rate_limited') this.#limiterOf(asked).slowDown();
        // A server that was silent while a request waited at it fails from now on, not since the request began.
        failingSince ??= asked.isLongPoll === true ? waits.now() : began;
        const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 10)) * (0.5 + random() / 2);
        if (waits.now() + wait - failingSince > patienceMs) throw error;
        await waits.wait(wait, asked.signal).catch((reason: unknown) => {
          throw this.#cancelled(method, reason, asked.signal);
        });
      }
    }
  }

  async #turn(asked: Asked): Promise<void> {
    if (asked.isListing === true) await this.#tools.listings.take(asked.signal);
    await this.#tools.requests.take(asked.signal);
  }

  #limiterOf(asked: Asked): RateLimiter {
    return asked.isListing === true ? this.#tools.listings : this.#tools.requests;
  }

  #cancelled(method: string, cause: unknown, signal: AbortSignal | undefined): unknown {
    return signal?.aborted === true ? new TemporalError('cancelled', `${method} was cancelled`, { cause }) : cause;
  }
}
