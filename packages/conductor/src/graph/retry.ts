import type { JsonObject } from '@flowprof/model';
import type { NodeFailure } from '../errors.ts';
import type { RetryDefinition } from '../file/definition.ts';

/** A retry policy with every default filled in. */
export interface RetryPlan {
  readonly policy: RetryDefinition['policy'];
  /** `Infinity` for keep_trying without a limit. */
  readonly maxAttempts: number;
  readonly delayMs: number;
  readonly maxDelayMs: number;
  readonly factor: number;
  readonly jitter: number;
  /** The codes that are tried again, and those that are not; null where nothing is said. */
  readonly on: readonly string[] | null;
  readonly except: readonly string[] | null;
}

const DEFAULTS: Readonly<Record<RetryDefinition['policy'], Omit<RetryPlan, 'policy' | 'on' | 'except'>>> = {
  none: { maxAttempts: 1, delayMs: 0, maxDelayMs: 0, factor: 1, jitter: 0 },
  fixed: { maxAttempts: 3, delayMs: 1000, maxDelayMs: 30_000, factor: 1, jitter: 0 },
  exponential: { maxAttempts: 5, delayMs: 500, maxDelayMs: 30_000, factor: 2, jitter: 0 },
  keep_trying: { maxAttempts: Number.POSITIVE_INFINITY, delayMs: 1000, maxDelayMs: 30_000, factor: 1, jitter: 0 },
};

/** The plan of a node that has no policy. */
const NO_RETRY: RetryPlan = { policy: 'none', ...DEFAULTS.none, on: null, except: null };

/** The plan of a retry policy as a workflow file gives it. */
export function planRetry(retry: RetryDefinition | undefined): RetryPlan {
  if (retry === undefined || retry.policy === 'none') return NO_RETRY;
  const base = DEFAULTS[retry.policy];
  return {
    policy: retry.policy,
    maxAttempts: retry.maxAttempts ?? base.maxAttempts,
    delayMs: retry.delayMs ?? base.delayMs,
    maxDelayMs: retry.maxDelayMs ?? base.maxDelayMs,
    factor: retry.factor ?? base.factor,
    jitter: retry.jitter ?? base.jitter,
    on: retry.on ?? null,
    except: retry.except ?? null,
  };
}

/** Whether the policy tries again after a failure: by its code where the policy names codes, else by what it says itself. */
export function isRetried({ on, except }: RetryPlan, { code, retryable }: NodeFailure): boolean {
  if (except?.includes(code) === true) return false;
  return on === null ? retryable : on.includes(code);
}

/**
 * The wait before the attempt after the given one, in milliseconds.
 * @param attempt the attempt that failed, from 1
 * @param retryAfterMs what the other side asked for; it is honoured up to the cap of the plan or 30 s, whichever is more
 * @param random from 0 to 1
 */
export function backoffMs(plan: RetryPlan, attempt: number, retryAfterMs: number | null, random: number): number {
  const grown = Math.min(plan.maxDelayMs, plan.delayMs * plan.factor ** (attempt - 1));
  const own = grown * (1 - plan.jitter * random);
  if (retryAfterMs === null) return own;
  return Math.max(own, Math.min(retryAfterMs, Math.max(plan.maxDelayMs, 30_000)));
}

/** What later tells whether a retry was foreseen. */
export function retryMetadata({ policy, maxAttempts, on, except }: RetryPlan): JsonObject {
  const atMost = Number.isFinite(maxAttempts) ? maxAttempts : null;
  return { retry: { policy, max_attempts: atMost, ...(on && { on }), ...(except && { except }) } };
}
