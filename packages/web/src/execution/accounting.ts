import { CAUSES, type Cause } from '@flowprof/model';

/** A part of the accounting bar. `from` and `share` are fractions of the whole. */
export interface AccountingPart {
  readonly cause: Cause;
  /** Microseconds. */
  readonly time: number;
  readonly from: number;
  readonly share: number;
}

/** What each cause means, for people who meet it for the first time. */
export const CAUSE_HELP: Readonly<Record<Cause, string>> = {
  work: 'Nodes doing what they are there for',
  queue: 'Ready to run, but no worker was free',
  rate_limit: 'Waiting for a rate limit to let the next request through',
  retry_backoff: 'Waiting before trying again after a failed attempt',
  failed_attempts: 'Attempts that failed and had to be repeated',
  sleep: 'Delays that the workflow asks for',
  callback: 'Reporting results back',
  engine: 'The engine itself: expressions and bookkeeping',
  unaccounted: 'No span says what happened here',
};

/** The parts that took any time, in the order of the causes, side by side. */
export function accountingParts(causes: Readonly<Record<Cause, number>>): AccountingPart[] {
  const total = CAUSES.reduce((sum, cause) => sum + causes[cause], 0);
  const parts: AccountingPart[] = [];
  let from = 0;
  for (const cause of CAUSES) {
    const time = causes[cause];
    if (time <= 0) continue;
    const share = time / total;
    parts.push({ cause, time, from, share });
    from += share;
  }
  return parts;
}
