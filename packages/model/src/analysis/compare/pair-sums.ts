import { CAUSE_COUNT, type AccountColumns } from '../node-accounts.ts';
import { RowHeap } from '../heap.ts';
import type { Alignment, Pair } from './align.ts';
import type { Side } from './side.ts';

/** The sums of pairs of nodes as columns, each `[before, after]`; microseconds. */
export interface PairSums {
  readonly total: readonly [Float64Array, Float64Array];
  readonly onPath: readonly [Float64Array, Float64Array];
  /** 1 where anything differs. */
  readonly changed: Uint8Array;
}

/** The sum over the causes of an account; 0 where there is none. */
function sumAt(times: Float64Array, account: number | null): number {
  if (account === null) return 0;
  let sum = 0;
  for (let i = account * CAUSE_COUNT; i < (account + 1) * CAUSE_COUNT; i++) sum += times[i];
  return sum;
}

function isSame(a: AccountColumns, b: AccountColumns, { before, after }: Pair): boolean {
  if (before === null || after === null) return false;
  if (a.id[before] !== b.id[after] || a.count[before] !== b.count[after]) return false;
  if (a.failed[before] !== b.failed[after] || a.attempts[before] !== b.attempts[after]) return false;
  for (let cause = 0; cause < CAUSE_COUNT; cause++) {
    const [i, j] = [before * CAUSE_COUNT + cause, after * CAUSE_COUNT + cause];
    if (a.times[i] !== b.times[j] || a.onPath[i] !== b.onPath[j]) return false;
  }
  return true;
}

/** Sums up every pair. O(nodes). */
export function pairSums(before: Side, after: Side, { pairs }: Alignment): PairSums {
  const column = () => new Float64Array(pairs.length);
  const sums: PairSums = {
    total: [column(), column()],
    onPath: [column(), column()],
    changed: new Uint8Array(pairs.length),
  };
  for (const [position, pair] of pairs.entries()) {
    sums.total[0][position] = sumAt(before.accounts.times, pair.before);
    sums.total[1][position] = sumAt(after.accounts.times, pair.after);
    sums.onPath[0][position] = sumAt(before.accounts.onPath, pair.before);
    sums.onPath[1][position] = sumAt(after.accounts.onPath, pair.after);
    sums.changed[position] = isSame(before.accounts, after.accounts, pair) ? 0 : 1;
  }
  return sums;
}

/** By how much a pair changed in a column. */
function by([before, after]: readonly [Float64Array, Float64Array], pair: number): number {
  return Math.abs(after[pair] - before[pair]);
}

/** The pairs that changed most, on the path first and then in all; O(pairs log limit). */
export function mostChanged({ total, onPath, changed }: PairSums, limit: number): number[] {
  const compare = (a: number, b: number) => by(onPath, b) - by(onPath, a) || by(total, b) - by(total, a) || a - b;
  const leastFirst = new RowHeap((a, b) => compare(a, b) > 0);
  let count = 0;
  for (const [pair, isChanged] of changed.entries()) {
    if (isChanged === 0 || limit <= 0) continue;
    if (count >= limit) {
      if (compare(pair, leastFirst.peek()) > 0) continue;
      leastFirst.pop();
    } else count++;
    leastFirst.push(pair);
  }
  const most: number[] = [];
  for (let pair = leastFirst.peek(); pair !== -1; pair = leastFirst.peek()) {
    most.push(pair);
    leastFirst.pop();
  }
  return most.reverse();
}
