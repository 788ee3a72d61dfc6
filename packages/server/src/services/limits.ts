import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ApiError } from '../http/errors.ts';
import type { Principal } from './access/principal.ts';

/** How many requests are answered in a minute; 0 for any number. */
export interface RateLimits {
  /** Of a workspace, whoever sends them. */
  readonly workspace: number;
  /** Of an API key or member. */
  readonly caller: number;
  /** With a credential that does not count, from one address. */
  readonly failures: number;
}

const DEFAULT_RATE_LIMITS: RateLimits = { workspace: 12_000, caller: 6000, failures: 60 };

/** What is left of a limit. */
export interface Quota {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until all of it is there again. */
  readonly reset: number;
}

const MINUTE_S = 60;

function quotaOf(limit: number, { remainingPoints, msBeforeNext }: RateLimiterRes): Quota {
  return { limit, remaining: Math.max(0, remainingPoints), reset: Math.max(1, Math.ceil(msBeforeNext / 1000)) };
}

function limited(quota: Quota): ApiError {
  const { limit, remaining, reset } = quota;
  return new ApiError('rate_limited', `More than ${limit} requests in a minute; again in ${reset} s.`, {
    members: { limit, remaining, reset },
    headers: { 'retry-after': String(reset), ...quotaHeaders(quota) },
  });
}

/** What is told of a quota with every answer. */
export function quotaHeaders({ limit, remaining, reset }: Quota): Record<string, string> {
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(reset),
  };
}

/** The one of two quotas that ends first. */
export function tighter(a: Quota | null, b: Quota | null): Quota | null {
  if (a === null || b === null) return a ?? b;
  return a.remaining <= b.remaining ? a : b;
}

/** One limit, kept in the memory of this server. */
class Limit {
  readonly #limit: number;
  readonly #limiter: RateLimiterMemory | null;

  constructor(limit: number) {
    this.#limit = limit;
    this.#limiter = limit === 0 ? null : new RateLimiterMemory({ points: limit, duration: MINUTE_S });
  }

  /** Takes one; null where there is no limit. @throws {ApiError} `rate_limited` */
  async take(key: string): Promise<Quota | null> {
    if (this.#limiter === null) return null;
    try {
      return quotaOf(this.#limit, await this.#limiter.consume(key));
    } catch (error) {
      if (error instanceof RateLimiterRes) throw limited(quotaOf(this.#limit, error));
      throw error;
    }
  }

  /** @throws {ApiError} `rate_limited` when there is none left */
  async look(key: string): Promise<void> {
    const known = (await this.#limiter?.get(key)) ?? null;
    if (known !== null && known.remainingPoints <= 0) throw limited(quotaOf(this.#limit, known));
  }
}

/** How much each workspace and caller may ask of this server. In local mode only what was set counts. */
export class RequestLimits {
  readonly #workspaces: Limit;
  readonly #callers: Limit;
  readonly #failures: Limit;
  readonly #local: Limit;

  constructor(limits: Partial<RateLimits>) {
    const { workspace, caller, failures } = { ...DEFAULT_RATE_LIMITS, ...limits };
    this.#workspaces = new Limit(workspace);
    this.#callers = new Limit(caller);
    this.#failures = new Limit(failures);
    this.#local = new Limit(limits.workspace ?? 0);
  }

  /** Takes a request of a key or member. @throws {ApiError} `rate_limited` */
  async takeOfCaller(principal: Principal): Promise<Quota | null> {
    return principal.kind === 'local' ? null : this.#callers.take(principal.id);
  }

  /** Takes a request of a workspace. @throws {ApiError} `rate_limited` */
  async takeOfWorkspace(principal: Principal, workspaceId: string): Promise<Quota | null> {
    return (principal.kind === 'local' ? this.#local : this.#workspaces).take(workspaceId);
  }

  /**
   * Lets an address present a credential that is not known to be good, unless it presented too many bad ones.
   * @throws {ApiError} `rate_limited`, or what the work throws
   */
  async guess<T>(address: string, work: () => Promise<T>): Promise<T> {
    await this.#failures.look(address);
    try {
      return await work();
    } catch (error) {
      if (error instanceof ApiError && error.code === 'unauthenticated') {
        await this.#failures.take(address).catch(() => null);
      }
      throw error;
    }
  }
}
