/** The states of an execution, a node and a span: one list for all three, in the order of their codes. */
export const STATUSES = ['pending', 'running', 'completed', 'failed', 'cancelled', 'timeout', 'skipped'] as const;

/** `skipped` is for nodes only: its condition was false, or nothing it depends on ran. */
export type Status = (typeof STATUSES)[number];

const CODES: Readonly<Record<Status, number>> = {
  pending: 0,
  running: 1,
  completed: 2,
  failed: 3,
  cancelled: 4,
  timeout: 5,
  skipped: 6,
};

/** The code of a status in a column. */
export function statusCode(status: Status): number {
  // The two that every span and node has; comparing is quicker than looking up.
  if (status === 'completed') return CODES.completed;
  if (status === 'running') return CODES.running;
  return CODES[status];
}

/** The status of a code in a column; an unknown code reads as `pending`. */
export function statusOf(code: number): Status {
  return STATUSES[code] ?? 'pending';
}

/** Whether a string names a status. */
export function isStatus(value: string): value is Status {
  return Object.hasOwn(CODES, value);
}

/** Whether a status is final. */
export function isTerminal(status: Status): boolean {
  return status !== 'pending' && status !== 'running';
}

/** Whether a status is a failure of the work itself: failed or timed out. */
export function isFailure(status: Status): boolean {
  return status === 'failed' || status === 'timeout';
}
