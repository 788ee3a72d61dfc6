import { CAUSES } from '../../trace/phases.ts';
import { CAUSE_COUNT, type AccountColumns } from '../node-accounts.ts';
import type { Alignment } from './align.ts';
import type { Names } from './names.ts';
import type { Side } from './side.ts';
import { timeChange, type TimeChange } from './time-change.ts';

/** A node that was tried more or less often, or whose retries cost more or less. */
export interface RetryChange {
  readonly id: string;
  readonly name: string;
  readonly attempts_before: number;
  readonly attempts_after: number;
  readonly failed_before: number;
  readonly failed_after: number;
  /** Failed attempts and the waits between attempts, over all instances. */
  readonly cost: TimeChange;
}

const FAILED = CAUSES.indexOf('failed_attempts');
const BACKOFF = CAUSES.indexOf('retry_backoff');

/** What is known of the retries of an account; nothing where there is none. */
function retriesOf({ count, attempts, failed, times }: AccountColumns, account: number | null) {
  if (account === null) return { attempts: 0, further: 0, failed: 0, cost: 0 };
  const at = account * CAUSE_COUNT;
  return {
    attempts: attempts[account],
    further: attempts[account] - count[account],
    failed: failed[account],
    cost: times[at + FAILED] + times[at + BACKOFF],
  };
}

/** The nodes whose retries changed, the largest difference in cost first. */
export function retryChanges(
  before: Side,
  after: Side,
  { pairs }: Alignment,
  names: Names,
  limit: number,
): RetryChange[] {
  const found: { readonly pair: number; readonly cost: number; readonly more: number }[] = [];
  for (const [pair, sides] of pairs.entries()) {
    const [a, b] = [retriesOf(before.accounts, sides.before), retriesOf(after.accounts, sides.after)];
    const [cost, more] = [Math.abs(b.cost - a.cost), Math.abs(b.further - a.further)];
    if (cost !== 0 || more !== 0) found.push({ pair, cost, more });
  }
  found.sort((x, y) => y.cost - x.cost || y.more - x.more || x.pair - y.pair);
  return found.slice(0, limit).map(({ pair }) => {
    const a = retriesOf(before.accounts, pairs[pair].before);
    const b = retriesOf(after.accounts, pairs[pair].after);
    return {
      id: names.idOf(pair),
      name: names.nameOf(pair),
      attempts_before: a.attempts,
      attempts_after: b.attempts,
      failed_before: a.failed,
      failed_after: b.failed,
      cost: timeChange(a.cost, b.cost),
    };
  });
}
