import type { Side } from './side.ts';

/** By what a node of one execution was taken for the same as one of the other. */
export type MatchedBy = 'id' | 'name' | 'structure';

/** The accounts of two executions while they are being matched. */
export class Matching {
  readonly before: Side;
  readonly after: Side;
  /** By account, the one on the other side, or -1. */
  readonly ofBefore: Int32Array;
  readonly ofAfter: Int32Array;
  /** By account after. */
  readonly ways: MatchedBy[] = [];

  constructor(before: Side, after: Side) {
    this.before = before;
    this.after = after;
    this.ofBefore = new Int32Array(before.accounts.length).fill(-1);
    this.ofAfter = new Int32Array(after.accounts.length).fill(-1);
  }

  take(a: number, b: number, way: MatchedBy): void {
    this.ofBefore[a] = b;
    this.ofAfter[b] = a;
    this.ways[b] = way;
  }

  /** What may still be the same under another id: a node whose id the other execution knows, but did not run, is not. */
  open(): { readonly before: readonly number[]; readonly after: readonly number[] } {
    return {
      before: openOf(this.before, this.after, this.ofBefore),
      after: openOf(this.after, this.before, this.ofAfter),
    };
  }
}

function openOf({ accounts }: Side, { analysis }: Side, matches: Int32Array): number[] {
  const unmatched: number[] = [];
  for (let account = 0; account < matches.length; account++) if (matches[account] === -1) unmatched.push(account);
  if (unmatched.length === 0) return unmatched;
  const known = new Set(analysis.graph.trace.nodes.key);
  return unmatched.filter((account) => !known.has(accounts.id[account]));
}

/** Groups accounts by a key, each group in order of time, so that what has the same key is told apart by which comes first. */
export function groupInOrder<K>(
  { accounts }: Side,
  open: readonly number[],
  keyOf: (account: number) => K,
): Map<K, number[]> {
  const groups = new Map<K, number[]>();
  for (const account of open) {
    const known = groups.get(keyOf(account));
    if (known === undefined) groups.set(keyOf(account), [account]);
    else known.push(account);
  }
  for (const group of groups.values())
    group.sort((a, b) => accounts.from[a] - accounts.from[b] || accounts.to[a] - accounts.to[b] || a - b);
  return groups;
}
