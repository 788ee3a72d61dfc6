import { groupInOrder, Matching, type MatchedBy } from './matching.ts';
import { matchByStructure } from './structure-match.ts';
import type { Side } from './side.ts';

/**
 * Where a node is: in both executions, `new` or `removed`; or in the workflow of both but run in one only (skipped, or
 * never reached in the other).
 */
export type Presence = 'both' | 'new' | 'removed' | 'not_run_before' | 'not_run_after';

/** A node with all its instances in both executions, or in one of them. */
export interface Pair {
  /** The position among the accounts of the execution before; null where it is new. */
  readonly before: number | null;
  /** The position among those of the execution after; null where it is gone. */
  readonly after: number | null;
  /** Null where it is in one of them only. */
  readonly matchedBy: MatchedBy | null;
}

/** How the nodes of two executions correspond. */
export interface Alignment {
  /** Those of the execution after in their order, then what is gone. */
  readonly pairs: readonly Pair[];
  /** By account, the position in `pairs`. */
  readonly ofBefore: Int32Array;
  readonly ofAfter: Int32Array;
}

/** Matches what has the same name, and the same type where both sources know types. */
function matchByName(matching: Matching): void {
  const { before, after } = matching;
  const open = matching.open();
  if (open.before.length === 0 || open.after.length === 0) return;
  const isTyped = [before, after].every(({ accounts }) => accounts.type.every((type) => type !== null));
  const keyIn =
    ({ accounts }: Side) =>
    (account: number) =>
      isTyped ? JSON.stringify([accounts.name[account], accounts.type[account]]) : accounts.name[account];
  const others = groupInOrder(after, open.after, keyIn(after));
  for (const [key, group] of groupInOrder(before, open.before, keyIn(before))) {
    const other = others.get(key) ?? [];
    for (const [i, a] of group.slice(0, other.length).entries()) matching.take(a, other[i], 'name');
  }
}

/**
 * Says which nodes of two executions are the same: those with the same id; of the rest those with the same name and type
 * (sources that number what they run give it another id each time); of the rest those of the same type with the same
 * dependencies and dependents, which were renamed. The latter two are hints. Symmetric: the other way round the same
 * are matched.
 */
export function alignNodes(before: Side, after: Side): Alignment {
  const matching = new Matching(before, after);
  for (const [b, id] of after.accounts.id.entries()) {
    const a = before.accounts.ofId.get(id);
    if (a !== undefined) matching.take(a, b, 'id');
  }
  matchByName(matching);
  matchByStructure(matching);
  return numberPairs(matching);
}

function numberPairs({ ofBefore: matches, ofAfter: beforeOf, ways }: Matching): Alignment {
  const ofBefore = new Int32Array(matches.length);
  const ofAfter = new Int32Array(beforeOf.length);
  const pairs: Pair[] = [];
  for (const [b, a] of beforeOf.entries()) {
    ofAfter[b] = pairs.length;
    if (a !== -1) ofBefore[a] = pairs.length;
    pairs.push({ before: a === -1 ? null : a, after: b, matchedBy: a === -1 ? null : ways[b] });
  }
  for (const [a, b] of matches.entries()) {
    if (b !== -1) continue;
    ofBefore[a] = pairs.length;
    pairs.push({ before: a, after: null, matchedBy: null });
  }
  return { pairs, ofBefore, ofAfter };
}
