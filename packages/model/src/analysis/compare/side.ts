import { CAUSES } from '../../trace/phases.ts';
import { NONE } from '../../trace/trace.ts';
import type { Analysis } from '../analyse.ts';
import { accountColumns, CAUSE_COUNT, holderOf, type AccountColumns } from '../node-accounts.ts';
import type { WaitReason } from '../wait-reasons.ts';

/** One of two executions that are compared, by the position of its accounts. */
export interface Side {
  readonly analysis: Analysis;
  readonly accounts: AccountColumns;
  /** The accounts that hold the critical path, in the order in which they first do. */
  readonly path: readonly number[];
  /** By account, the rows (of nodes, or of spans where there are none) of the instances that hold the path. */
  readonly holders: ReadonlyMap<number, ReadonlySet<number>>;
  /** By `account * CAUSE_COUNT + cause`, what the longest wait on the path was for. */
  readonly reasons: ReadonlyMap<number, WaitReason>;
  /** By cause, what of the makespan belongs to no account. */
  readonly between: Float64Array;
  /** Microseconds; 0 where nothing ran. */
  readonly makespan: number;
}

/** Whether a trace has nodes, or spans only: then instances are spans and accounts go by their names. */
export function hasNodes({ graph }: Analysis): boolean {
  return graph.trace.nodes.length > 0;
}

/** Collects what a comparison reads of an execution. O(spans log spans), as `accountColumns`. */
export function sideOf(analysis: Analysis): Side {
  const accounts = accountColumns(analysis);
  const path: number[] = [];
  const holders = new Map<number, Set<number>>();
  const reasons = new Map<number, WaitReason>();
  const longest = new Map<number, number>();
  const between = new Float64Array(CAUSE_COUNT);
  for (const segment of analysis.accounting?.segments ?? []) {
    const { cause, reason, fromUs, toUs } = segment;
    const code = CAUSES.indexOf(cause);
    const row = holderOf(analysis, segment);
    const account = row === null ? NONE : accounts.ofRow[row];
    if (row === null || account === NONE) {
      between[code] += toUs - fromUs;
      continue;
    }
    const known = holders.get(account);
    if (known === undefined) {
      holders.set(account, new Set([row]));
      path.push(account);
    } else known.add(row);
    const key = account * CAUSE_COUNT + code;
    if (reason === null || toUs - fromUs <= (longest.get(key) ?? 0)) continue;
    longest.set(key, toUs - fromUs);
    reasons.set(key, reason);
  }
  const makespan = analysis.measures?.makespan ?? 0;
  return { analysis, accounts, path, holders, reasons, between, makespan };
}
