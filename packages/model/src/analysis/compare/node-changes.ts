import { CAUSES, type Cause } from '../../trace/phases.ts';
import { NONE } from '../../trace/trace.ts';
import { CAUSE_COUNT, type AccountColumns } from '../node-accounts.ts';
import type { Alignment, Pair, Presence } from './align.ts';
import { instanceChanges, type InstanceChange } from './instance-changes.ts';
import type { MatchedBy } from './matching.ts';
import type { Names } from './names.ts';
import { mostChanged, pairSums } from './pair-sums.ts';
import { PhaseTimes, type PhaseChange } from './phase-times.ts';
import type { Side } from './side.ts';
import { timeChange, type TimeChange } from './time-change.ts';

/** How a node ran, all instances together. */
interface NodeCounts {
  readonly instances: number;
  /** The instances that failed or ran out of time. */
  readonly failed: number;
  readonly attempts: number;
}

/** What changed of a node, all its instances together. */
interface NodeChange {
  /** The node's key, after where it has two; where the source knows no nodes, the name of spans. */
  readonly id: string;
  readonly name: string;
  readonly type: string | null;
  readonly presence: Presence;
  /** How both were found to be the same; null where it is in one of them only. */
  readonly matched_by: MatchedBy | null;
  /** Its key before, where that is another one; a hint. */
  readonly renamed_from: string | null;
  readonly before: NodeCounts | null;
  readonly after: NodeCounts | null;
  /** From submission to end, summed over the instances: not the wall clock. */
  readonly total: TimeChange;
  /** What it held of the makespan. */
  readonly on_path: TimeChange;
  /** The total by cause; those that took any time. */
  readonly causes: readonly (TimeChange & { readonly cause: Cause })[];
  /** By name, all spans of a phase, with the phases in them; the largest differences first, at most 20. */
  readonly phases: readonly PhaseChange[];
  /** The instances that changed most, where there are several or some were tried again. */
  readonly instances: readonly InstanceChange[];
}

/** What changed of the nodes of two executions. */
export interface NodeChanges {
  /** What changed most on the critical path first, then what changed most in all; at most as many as asked for. */
  readonly items: readonly NodeChange[];
  /** How many changed. */
  readonly changed_count: number;
  readonly unchanged_count: number;
  /** The totals of those that changed and are not listed. */
  readonly other: TimeChange & { readonly count: number };
}

function countsOf({ count, failed, attempts }: AccountColumns, account: number | null): NodeCounts | null {
  return account === null ? null : { instances: count[account], failed: failed[account], attempts: attempts[account] };
}

function timeAt({ accounts }: Side, account: number | null, code: number): number {
  return account === null ? 0 : accounts.times[account * CAUSE_COUNT + code];
}

function causesOf(before: Side, after: Side, pair: Pair): NodeChange['causes'] {
  return CAUSES.map((cause, code) => ({
    cause,
    ...timeChange(timeAt(before, pair.before, code), timeAt(after, pair.after, code)),
  })).filter(({ before_ms: a, after_ms: b }) => a !== 0 || b !== 0);
}

/** By row of a side's node table, the position of its node in a list of accounts (`NONE` where there is none), or -1. */
function listedRows({ accounts, analysis }: Side, listed: readonly number[]): Int32Array {
  const listedOf = new Int32Array(accounts.length).fill(-1);
  for (const [position, account] of listed.entries()) if (account !== NONE) listedOf[account] = position;
  // Spans have no instances.
  if (analysis.graph.trace.nodes.length === 0) return new Int32Array(0);
  return accounts.ofRow.map((account) => (account === NONE ? -1 : listedOf[account]));
}

/** Compares every node, with all its instances. */
export function nodeChanges(before: Side, after: Side, alignment: Alignment, names: Names, limit: number): NodeChanges {
  const { pairs } = alignment;
  const { total, onPath, changed } = pairSums(before, after, alignment);
  const listed = mostChanged({ total, onPath, changed }, limit);
  const rows = [
    listedRows(
      before,
      listed.map((pair) => pairs[pair].before ?? NONE),
    ),
    listedRows(
      after,
      listed.map((pair) => pairs[pair].after ?? NONE),
    ),
  ];
  const phases = new PhaseTimes(listed.length);
  phases.add(before.analysis.graph, rows[0], 0);
  phases.add(after.analysis.graph, rows[1], 1);
  const instances = instanceChanges(before, after, rows, listed.length);
  const changedCount = changed.reduce((sum, flag) => sum + flag, 0);
  const rest: [number, number] = [0, 0];
  for (const [pair, flag] of changed.entries())
    for (const side of [0, 1] as const) rest[side] += flag * total[side][pair];
  for (const pair of listed) for (const side of [0, 1] as const) rest[side] -= total[side][pair];
  return {
    items: listed.map((pair, position) => ({
      id: names.idOf(pair),
      name: names.nameOf(pair),
      type: names.typeOf(pair),
      presence: names.presenceOf(pair),
      matched_by: pairs[pair].matchedBy,
      renamed_from: names.idBeforeOf(pair),
      before: countsOf(before.accounts, pairs[pair].before),
      after: countsOf(after.accounts, pairs[pair].after),
      total: timeChange(total[0][pair], total[1][pair]),
      on_path: timeChange(onPath[0][pair], onPath[1][pair]),
      causes: causesOf(before, after, pairs[pair]),
      phases: phases.of(position),
      instances: instances[position],
    })),
    changed_count: changedCount,
    unchanged_count: pairs.length - changedCount,
    other: { count: changedCount - listed.length, ...timeChange(...rest) },
  };
}
