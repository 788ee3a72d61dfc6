/** What the wall clock of an execution goes to; the parts of the accounting, in the order in which they are shown. */
export const CAUSES = [
  'work',
  'queue',
  'rate_limit',
  'retry_backoff',
  'failed_attempts',
  'sleep',
  'callback',
  'engine',
  'unaccounted',
] as const;

export type Cause = (typeof CAUSES)[number];

/**
 * The phases that are not work, by name, with the cause that their time counts towards. Any other phase is work.
 * Sources that use other names translate them in their importer.
 */
const CAUSE_OF_PHASE: ReadonlyMap<string, Cause> = new Map<string, Cause>([
  ['queue_wait', 'queue'],
  ['rate_limit_wait', 'rate_limit'],
  ['retry_backoff', 'retry_backoff'],
  ['sleep', 'sleep'],
  ['callback', 'callback'],
  ['expression_eval', 'engine'],
  ['slow_mo', 'engine'],
  // Cromwell's own words: its calls go on while they wait for tokens, quota and the engine, and so these are no waits.
  ['RequestingExecutionToken', 'queue'],
  ['WaitingForValueStore', 'queue'],
  ['waiting for quota', 'queue'],
  ['Complete in GCE / Cromwell Poll Interval', 'callback'],
  ['cromwell poll interval', 'callback'],
  ['PreparingJob', 'engine'],
  ['CallCacheReading', 'engine'],
  ['UpdatingCallCache', 'engine'],
  ['UpdatingJobStore', 'engine'],
]);

/** The cause that a phase's time counts towards. */
export function causeOfPhase(name: string): Cause {
  return CAUSE_OF_PHASE.get(name) ?? 'work';
}

/** Whether a phase is a wait: time in which the node does nothing. `sleep` is what its node is there for, so it is none. */
export function isWaitPhase(name: string): boolean {
  return name === 'queue_wait' || name === 'rate_limit_wait' || name === 'retry_backoff' || name === 'slow_mo';
}

/**
 * Whether a node holds no place during a phase: the waits, and `callback`, in which its work is done and waits to be
 * taken note of (by a journal, or by whoever started it).
 */
export function isIdlePhase(name: string): boolean {
  return isWaitPhase(name) || name === 'callback';
}
