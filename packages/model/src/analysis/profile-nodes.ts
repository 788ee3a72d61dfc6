import { CAUSES, type Cause } from '../trace/phases.ts';
import { asMicros, msFromMicros } from '../units.ts';
import type { Analysis } from './analyse.ts';
import { heaviestNodes, type CauseTimes } from './node-accounts.ts';

/** Milliseconds by cause; causes that took no time are left out. */
export type ProfileCauseTimes = Readonly<Partial<Record<Cause, number>>>;

/** What all instances of a node took, and what they held of the makespan. */
export interface ProfileNodeAccount {
  /** The node's key, or the name of spans. */
  readonly id: string;
  readonly name: string;
  readonly type: string | null;
  readonly count: number;
  readonly failed: number;
  readonly attempts: number;
  /** The time of all instances from submission to end. */
  readonly times_ms: ProfileCauseTimes;
  /** The part of the makespan that they held, with the waits and gaps before them. */
  readonly on_path_ms: ProfileCauseTimes;
}

/** The accounting by node: on the path, all of it sums to that of the execution, cause by cause. */
export interface ProfileNodes {
  /** What held the path longest first, then what took longest; the first 50. */
  readonly items: readonly ProfileNodeAccount[];
  /** How many there are in all. */
  readonly item_count: number;
  /** The sum of the nodes that are not listed. */
  readonly others: { readonly times_ms: ProfileCauseTimes; readonly on_path_ms: ProfileCauseTimes };
  /** What of the makespan belongs to no node. */
  readonly no_node_ms: ProfileCauseTimes;
}

const MOST_NODES = 50;

function sparse(times: CauseTimes): ProfileCauseTimes {
  const kept: Partial<Record<Cause, number>> = {};
  for (const cause of CAUSES) if (times[cause] !== 0) kept[cause] = msFromMicros(times[cause]);
  return kept;
}

/** Times by cause less others. */
function less(times: CauseTimes, others: CauseTimes): CauseTimes {
  const left = { ...times };
  for (const cause of CAUSES) left[cause] = asMicros(times[cause] - others[cause]);
  return left;
}

/** The accounts of the nodes of a profile; null where nothing has run. */
export function profileNodes(analysis: Analysis): ProfileNodes | null {
  const { accounting } = analysis;
  if (accounting === null) return null;
  const { accounts, count, others, all } = heaviestNodes(analysis, MOST_NODES);
  return {
    items: accounts.map(({ id, name, type, count: instances, failed, attempts, times, onPath }) => ({
      id,
      name,
      type,
      count: instances,
      failed,
      attempts,
      times_ms: sparse(times),
      on_path_ms: sparse(onPath),
    })),
    item_count: count,
    others: { times_ms: sparse(others.times), on_path_ms: sparse(others.onPath) },
    no_node_ms: sparse(less(accounting.totals, all.onPath)),
  };
}
