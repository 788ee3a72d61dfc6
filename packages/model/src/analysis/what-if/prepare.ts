import type { Trace } from '../../trace/trace.ts';
import { buildLeafGraph, type LeafGraph } from '../leaf-graph.ts';
import { WhatIfError } from './changes.ts';
import { findLimits } from './limits.ts';
import { observeTimes } from './observed.ts';
import { makeFixedPlan, makePlan, type Plan } from './plan.ts';
import { resolveLimits } from './resolve-limits.ts';
import { simulate, type Simulated } from './simulate.ts';
import { buildStructure, type Structure } from './structure.ts';

/** How the waits of an execution are explained: by its limits, by nothing (they stay as long as they were), or there are no limits. */
export type LimitFidelity = 'simulated' | 'fixed' | 'none';

/** How well the unchanged simulation repeats what was observed. */
interface Fidelity {
  readonly observed: number;
  readonly replayed: number;
  /** `|replayed - observed| / observed`; 0 for an execution that took no time. */
  readonly error: number;
  readonly limits: LimitFidelity;
}

/** An execution, ready to be simulated with changes. */
export interface Prepared {
  readonly structure: Structure;
  readonly plan: Plan;
  readonly unchanged: Simulated;
  readonly fidelity: Fidelity;
}

/** Above this error of the replay, a prediction is told with a warning. */
export const MOST_REPLAY_ERROR = 0.01;

/** Below this, no other way of explaining the waits is tried. */
const GOOD_ENOUGH = 0.001;

function observedMakespan({ counted, entry, exit, taskCount, submit, end, known }: Structure): number {
  let from = Infinity;
  let to = -Infinity;
  for (const element of counted) {
    from = Math.min(from, entry[element] < taskCount ? submit[entry[element]] : known[entry[element]]);
    to = Math.max(to, exit[element] < taskCount ? end[exit[element]] : known[exit[element]]);
  }
  return to - from;
}

function hasLimits(plan: Plan): boolean {
  return (
    plan.run !== Number.POSITIVE_INFINITY ||
    plan.places.some(({ capacity }) => capacity !== Number.POSITIVE_INFINITY) ||
    plan.rates.some(({ perSecond }) => perSecond !== Number.POSITIVE_INFINITY) ||
    plan.loops.some((capacity) => capacity !== Number.POSITIVE_INFINITY)
  );
}

/**
 * Makes the plan of an execution that, unchanged, repeats it: with its limits, by the engine's own order of the queue,
 * else by the order in which tasks really started; where neither comes within 1%, with every wait as long as it was.
 * @throws {WhatIfError} `nothing_to_simulate` when no node has started
 */
export function prepareGraph(graph: LeafGraph): Prepared {
  if (graph.leaves.length === 0) throw new WhatIfError('nothing_to_simulate', 'no node of the execution has started');
  const structure = buildStructure(graph);
  const limits = resolveLimits(structure, findLimits(structure));
  const times = observeTimes(structure, limits);
  const observed = observedMakespan(structure);
  const attempt = (plan: Plan, told: LimitFidelity): Prepared => {
    const unchanged = simulate(plan);
    const error = observed > 0 ? Math.abs(unchanged.makespan - observed) / observed : 0;
    const fidelity = { observed, replayed: unchanged.makespan, error, limits: told };
    return { structure, plan, unchanged, fidelity };
  };
  const byPolicy = makePlan(structure, limits, times, 'policy');
  if (!hasLimits(byPolicy)) return attempt(byPolicy, 'none');
  const first = attempt(byPolicy, 'simulated');
  if (first.fidelity.error <= GOOD_ENOUGH) return first;
  const second = attempt(makePlan(structure, limits, times, 'observed'), 'simulated');
  const better = second.fidelity.error < first.fidelity.error ? second : first;
  if (better.fidelity.error <= MOST_REPLAY_ERROR) return better;
  return attempt(makeFixedPlan(structure, limits), 'fixed');
}

/** See `prepareGraph`. */
export function prepareTrace(trace: Trace): Prepared {
  return prepareGraph(buildLeafGraph(trace));
}
