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
  // What others run, until it starts: a child workflow.
  ['start_wait', 'queue'],
  // All attempts but the last and the waits between them, where the source does not tell them apart.
  ['retry_window', 'retry_backoff'],
  // From the time that a timer is due to its being noticed.
  ['fire_lag', 'engine'],
  ['start_delay', 'engine'],
  // The code of a workflow itself, and having it taken up: what decides, not what it decides to do.
  ['worker', 'engine'],
  // Time of which the source does not tell what it went to.
  ['opaque', 'unaccounted'],
  ['reset', 'unaccounted'],
]);

/** The cause that a phase's time counts towards. */
export function causeOfPhase(name: string): Cause {
  return CAUSE_OF_PHASE.get(name) ?? 'work';
}

/** The phases in which a node does nothing. */
const WAITS: ReadonlySet<string> = new Set([
  'queue_wait',
  'rate_limit_wait',
  'retry_backoff',
  'slow_mo',
  'start_wait',
  'retry_window',
]);

/** Whether a phase is a wait: time in which the node does nothing. `sleep` is what its node is there for, so it is none. */
export function isWaitPhase(name: string): boolean {
  return WAITS.has(name);
}

/** Whether a wait stands at the beginning of a node. The waits between attempts never do: an attempt comes before them. */
export function isLeadingWait(name: string): boolean {
  return isWaitPhase(name) && name !== 'retry_backoff' && name !== 'retry_window';
}

/** The phases besides the waits in which a node holds no place. */
const NOT_AT_WORK: ReadonlySet<string> = new Set(['callback', 'fire_lag', 'opaque', 'reset']);

/**
 * Whether a node holds no place during a phase: the waits; `callback`, in which its work is done and waits to be
 * taken note of (by a journal, or by whoever started it); and time of which nobody knows whether it was worked in.
 */
export function isIdlePhase(name: string): boolean {
  return isWaitPhase(name) || NOT_AT_WORK.has(name);
}
