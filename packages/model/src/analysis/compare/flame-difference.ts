import { isFailure, statusOf } from '../../trace/status.ts';
import { KIND, NONE, type Trace } from '../../trace/trace.ts';
import { selfTime } from '../bottlenecks.ts';
import type { LeafGraph } from '../leaf-graph.ts';
import { StackTrie } from './stack-trie.ts';
import { timeChange, type TimeChange } from './time-change.ts';

/** All spans of both executions that stand in the same stack of names. */
interface FlameDifferenceNode {
  /** The position of the stack around it in the list; null at the top. It stands before what is in it. */
  readonly parent: number | null;
  readonly name: string;
  readonly count_before: number;
  readonly count_after: number;
  /** Outside of the spans in them. */
  readonly self: TimeChange;
  /** `self` of it and of all below, so that children never are wider than what they are in. */
  readonly total: TimeChange;
  /** The total in percent of all totals at the top, for executions of different lengths. */
  readonly share_before_percent: number;
  readonly share_after_percent: number;
  /** `after` less `before`, in percentage points. */
  readonly share_difference_percent: number;
  /** `new` or `removed` where only one of them has such spans. */
  readonly presence: 'both' | 'new' | 'removed';
}

/** The flame graphs of two executions, merged by the names that stand above each other. */
export interface FlameDifference {
  readonly total: TimeChange;
  /** Each after what it is in. */
  readonly nodes: readonly FlameDifferenceNode[];
  /** How many stacks there are. */
  readonly node_count: number;
  /** Those that were left out, and their own times; each is smaller in both than all that are listed. */
  readonly other: TimeChange & { readonly count: number };
}

/** What a flame graph is merged of. */
class Totals {
  readonly self: [number[], number[]] = [[], []];
  readonly total: [number[], number[]] = [[], []];
  readonly count: [number[], number[]] = [[], []];
}

const FAILED_ATTEMPT = 'failed attempt';

/**
 * The stack of each span. Attempts are no level of their own, so that what was tried again lies above what was not; but
 * what failed of it is, below `failed attempt`.
 */
function stacksOf({ trace, tree }: LeafGraph, trie: StackTrie): Int32Array {
  const { spans } = trace;
  const stacks = new Int32Array(spans.length);
  for (const row of tree.order) {
    const up = spans.parent[row] === NONE ? NONE : stacks[spans.parent[row]];
    const isAttempt = spans.kind[row] === KIND.attempt && up !== NONE;
    if (!isAttempt) stacks[row] = trie.child(up, nameOf(trace, row));
    else stacks[row] = isFailure(statusOf(spans.status[row])) ? trie.child(up, FAILED_ATTEMPT) : up;
  }
  return stacks;
}

function nameOf({ spans }: Trace, row: number): string {
  return spans.names[spans.name[row]] ?? '';
}

function addSide(graph: LeafGraph, trie: StackTrie, totals: Totals, side: 0 | 1): void {
  const stacks = stacksOf(graph, trie);
  const { kind } = graph.trace.spans;
  const { self, count } = totals;
  for (const [row, stack] of stacks.entries()) {
    self[side][stack] = (self[side][stack] ?? 0) + Math.max(0, selfTime(graph, row));
    // An attempt that is no level of its own is no span more of the level that it is in.
    const isLevel =
      kind[row] !== KIND.attempt || trie.name[stack] === FAILED_ATTEMPT || graph.trace.spans.parent[row] === NONE;
    if (isLevel) count[side][stack] = (count[side][stack] ?? 0) + 1;
  }
}

/** Sums up towards the top: a stack has a larger number than the one that it is in. */
function sumUp(trie: StackTrie, self: readonly number[]): number[] {
  const total = Array.from({ length: trie.length }, (_, stack) => self[stack] ?? 0);
  for (let stack = trie.length - 1; stack >= 0; stack--) {
    const up = trie.parent[stack];
    if (up !== NONE) total[up] += total[stack];
  }
  return total;
}

/** The stacks to list: the largest, in the order of their numbers. What a stack is in is never smaller than the stack. */
function largest(totals: Totals, length: number, limit: number): number[] {
  const weight = (stack: number) => Math.max(totals.total[0][stack], totals.total[1][stack]);
  const stacks = Array.from({ length }, (_, stack) => stack);
  if (length <= limit) return stacks;
  return stacks
    .sort((a, b) => weight(b) - weight(a) || a - b)
    .slice(0, limit)
    .sort((a, b) => a - b);
}

function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 100_000) / 1000;
}

function at([before, after]: [number[], number[]], stack: number): [number, number] {
  return [before[stack] ?? 0, after[stack] ?? 0];
}

/**
 * Merges the flame graphs of two executions. Times are the sums of what the spans took by themselves, so that spans that
 * ran at once add up. Iterative; O(spans + stacks log stacks).
 * @param limit how many stacks are listed
 */
export function flameDifference(before: LeafGraph, after: LeafGraph, limit: number): FlameDifference {
  const trie = new StackTrie();
  const totals = new Totals();
  addSide(before, trie, totals, 0);
  addSide(after, trie, totals, 1);
  totals.total[0] = sumUp(trie, totals.self[0]);
  totals.total[1] = sumUp(trie, totals.self[1]);
  const sumAtTop = (side: 0 | 1) =>
    totals.total[side].reduce((sum, total, stack) => (trie.parent[stack] === NONE ? sum + total : sum), 0);
  const whole: [number, number] = [sumAtTop(0), sumAtTop(1)];
  const listed = largest(totals, trie.length, Math.max(0, limit));
  const place = new Map(listed.map((stack, position) => [stack, position]));
  const own: [number, number] = [0, 0];
  for (const stack of listed) for (const side of [0, 1] as const) own[side] += totals.self[side][stack] ?? 0;
  const nodes = listed.map((stack): FlameDifferenceNode => {
    const [countBefore, countAfter] = at(totals.count, stack);
    const [a, b] = at(totals.total, stack);
    const shares = [percentOf(a, whole[0]), percentOf(b, whole[1])];
    const up = trie.parent[stack];
    return {
      parent: up === NONE ? null : (place.get(up) ?? null),
      name: trie.name[stack] ?? '',
      count_before: countBefore,
      count_after: countAfter,
      self: timeChange(...at(totals.self, stack)),
      total: timeChange(a, b),
      share_before_percent: shares[0],
      share_after_percent: shares[1],
      share_difference_percent: Math.round((shares[1] - shares[0]) * 1000) / 1000,
      presence: countBefore === 0 ? 'new' : countAfter === 0 ? 'removed' : 'both',
    };
  });
  return {
    total: timeChange(...whole),
    nodes,
    node_count: trie.length,
    other: { count: trie.length - listed.length, ...timeChange(whole[0] - own[0], whole[1] - own[1]) },
  };
}
