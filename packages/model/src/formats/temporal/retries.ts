/** Retry policies and what a history tells of attempts. */
import type { JsonObject } from '../../json.ts';
import { asMicros, type Micros } from '../../units.ts';
import type { HistoryEvent } from './events.ts';
import { durationAt, enumAt, intAt, listAt, msOf, objectAt, present } from './fields.ts';
import { enumName } from './wire.ts';

const SECOND = 1e6;

/** After so many steps the wait is taken to grow no more. */
const MAX_GROWTH = 1000;

interface Policy {
  readonly initial: number;
  readonly coefficient: number;
  readonly maximum: number;
  /** Null when unlimited. */
  readonly maxAttempts: number | null;
  readonly nonRetryable: readonly string[];
}

function policyOf(policy: JsonObject): Policy {
  const initial = durationAt(policy, 'initialInterval') ?? SECOND;
  const stated = policy['backoffCoefficient'];
  const coefficient = typeof stated === 'number' && stated >= 1 ? stated : 2;
  const maximum = durationAt(policy, 'maximumInterval');
  const maxAttempts = intAt(policy, 'maximumAttempts');
  return {
    initial,
    coefficient,
    maximum: maximum === null || maximum <= 0 ? initial * 100 : maximum,
    maxAttempts: maxAttempts === null || maxAttempts <= 0 ? null : maxAttempts,
    nonRetryable: listAt(policy, 'nonRetryableErrorTypes').filter((type) => typeof type === 'string'),
  };
}

/** The policy that the server fills in where the workflow gives none. */
function isServerDefault(policy: Policy): boolean {
  return (
    policy.initial === SECOND &&
    policy.coefficient === 2 &&
    policy.maximum === 100 * SECOND &&
    policy.maxAttempts === null &&
    policy.nonRetryable.length === 0
  );
}

const stateName = (value: number) => enumName('enums.RetryState', value);

/** Why there was no further attempt, `MaximumAttemptsReached`; null where it does not say. */
function retryStateOf(closeAttributes: JsonObject | null): string | null {
  return enumAt(closeAttributes, 'retryState', 'RetryState', stateName);
}

/**
 * What is known of the retries of an operation, as `analysis/retries.ts` reads it.
 * @param scheduled the attributes of the event that it begins with
 * @param closed those of the event that it ended with
 * @param attempt how many attempts there were, where that is known
 * @param isOptional whether none at all means that nothing is tried again (child workflows)
 */
export function retryJson(
  scheduled: JsonObject | null,
  closed: JsonObject | null,
  isOptional: boolean,
  attempt: number | null = null,
): JsonObject | null {
  const stated = objectAt(scheduled, 'retryPolicy');
  const state = retryStateOf(closed);
  if (stated === null) {
    const isNone = state === 'RetryPolicyNotSet' || (isOptional && scheduled !== null);
    return present({ policy: isNone ? 'none' : null, attempts: attempt, state });
  }
  const policy = policyOf(stated);
  const nonRetryable = policy.nonRetryable.slice(0, 32);
  return present({
    policy: isServerDefault(policy) ? 'server default' : 'own',
    max_attempts: policy.maxAttempts,
    attempts: attempt,
    initial_interval_ms: policy.initial / 1000,
    backoff_coefficient: policy.coefficient,
    maximum_interval_ms: policy.maximum / 1000,
    ...(nonRetryable.length > 0 && { except: nonRetryable }),
    state,
  });
}

/**
 * The waits between so many attempts as the policy has them, which is an estimate of what they were: a failure can ask
 * for another wait, and the server adds its own delays. Null where the policy is not known.
 */
function estimatedBackoff(scheduled: JsonObject | null, attempts: number): Micros | null {
  const stated = objectAt(scheduled, 'retryPolicy');
  if (stated === null) return null;
  const { initial, coefficient, maximum } = policyOf(stated);
  let sum = 0;
  let interval = Math.min(initial, maximum);
  for (let left = attempts - 1; left > 0; left--) {
    const isLevel = interval >= maximum || coefficient === 1 || attempts - left > MAX_GROWTH;
    if (isLevel) return asMicros(Math.round(sum + interval * left));
    sum += interval;
    interval = Math.min(interval * coefficient, maximum);
  }
  return asMicros(Math.round(sum));
}

/** The wait after one attempt as the policy has it, in microseconds: an estimate, as above; null where it is not known. */
export function estimatedWait(scheduled: JsonObject | null, attempt: number): number | null {
  const stated = objectAt(scheduled, 'retryPolicy');
  if (stated === null) return null;
  const { initial, coefficient, maximum } = policyOf(stated);
  return Math.min(initial * coefficient ** Math.min(attempt - 1, MAX_GROWTH), maximum);
}

/** What is known of the time from scheduling to the last attempt, which holds all earlier attempts and waits. */
export function retryWindowJson(
  scheduled: JsonObject | null,
  attempt: number,
  lastFailure: JsonObject | null,
): JsonObject {
  const backoff = msOf(estimatedBackoff(scheduled, attempt));
  return {
    attempts_before: attempt - 1,
    estimated: true,
    ...(backoff !== null && { estimated_backoff_ms: backoff }),
    ...(lastFailure !== null && { last_failure: lastFailure }),
  };
}

const causeName = (value: number) => enumName('enums.WorkflowTaskFailedCause', value);

/** Why a workflow task failed, `NonDeterministicError`; null where the event is none, or does not say. */
export function taskFailedCause({ type, attributes }: HistoryEvent): string | null {
  if (type !== 'WorkflowTaskFailed') return null;
  return enumAt(attributes, 'cause', 'WorkflowTaskFailedCause', causeName);
}
