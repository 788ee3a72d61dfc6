import { NONE } from '../../trace/trace.ts';
import type { Analysis } from '../analyse.ts';
import { applyChanges } from './apply.ts';
import { knownLimits, loopElements } from './apply-limits.ts';
import { WhatIfError, type WhatIfChange } from './changes.ts';
import type { Prepared } from './prepare.ts';
import { simulate } from './simulate.ts';
import { Targets } from './targets.ts';

/** A change that would help, and what it would come to. */
export interface Suggestion {
  readonly change: WhatIfChange;
  readonly predicted: number;
  /** By how much shorter the makespan would be; microseconds, always above 0. */
  readonly gain: number;
}

/** How many bottlenecks and dependencies are tried. */
const MOST_BOTTLENECKS = 6;
const MOST_DEPENDENCIES = 10;
/** How many tasks may be simulated in all, so that a large execution is tried with fewer changes. */
const MOST_TASKS = 3_000_000;
const FEWEST_CHANGES = 6;

const FASTER = 2;

/** What holds the path longest, and what holds others up beside it, twice as fast. */
function fasterBottlenecks({ bottlenecks }: Analysis): WhatIfChange[] {
  const working = bottlenecks.filter(({ self }) => self > 0).slice(0, MOST_BOTTLENECKS);
  return working.map(({ id }) => ({ kind: 'speed', node: id, factor: FASTER }));
}

/** Every limit that is known, doubled. */
function doubledLimits({ plan }: Prepared, targets: Targets): WhatIfChange[] {
  const changes: WhatIfChange[] = [];
  if (Number.isFinite(plan.run)) changes.push({ kind: 'limit', limit: 'concurrency', value: plan.run * 2 });
  for (const { kind, name, capacity } of plan.places) {
    if (Number.isFinite(capacity)) changes.push({ kind: 'limit', limit: kind, name, value: capacity * 2 });
  }
  for (const { name, perSecond } of plan.rates) {
    if (Number.isFinite(perSecond)) changes.push({ kind: 'limit', limit: 'rate_limit', name, value: perSecond * 2 });
  }
  const loops = new Map<string, number>();
  for (const [loop, element] of loopElements(plan).entries()) {
    if (element !== NONE && Number.isFinite(plan.loops[loop])) loops.set(targets.nameOf(element), plan.loops[loop]);
  }
  for (const [name, capacity] of loops) changes.push({ kind: 'limit', limit: 'loop', name, value: capacity * 2 });
  if (changes.length > 1 || plan.queued.includes(1)) changes.push({ kind: 'unlimited' });
  return changes;
}

/** The elements around one, itself first. */
function around({ parentOf }: Prepared['structure'], element: number): number[] {
  const found: number[] = [];
  for (let at = element; at !== NONE; at = parentOf[at]) found.push(at);
  return found;
}

/** The dependencies along the critical path, each dropped: the steps on it that follow one another, set free. */
function freedSteps({ structure }: Prepared, { path, graph }: Analysis): WhatIfChange[] {
  if (path === null || path.kind !== 'dependencies' || structure.elements === 'spans') return [];
  const { nodes } = graph.trace;
  const { node } = graph.leaves;
  const seen = new Set<string>();
  const changes: WhatIfChange[] = [];
  for (let i = path.leaves.length - 1; i > 0 && changes.length < MOST_DEPENDENCIES; i--) {
    const before = new Set(around(structure, node[path.leaves[i - 1]]));
    for (const later of around(structure, node[path.leaves[i]])) {
      for (const dep of nodes.deps.subarray(nodes.depOffsets[later], nodes.depOffsets[later + 1])) {
        const name = `${nodes.key[later]}\u0000${nodes.key[dep]}`;
        if (!before.has(dep) || seen.has(name)) continue;
        seen.add(name);
        changes.push({ kind: 'drop_dependency', node: nodes.key[later], on: nodes.key[dep] });
      }
    }
  }
  return changes;
}

/**
 * Tries the obvious single changes (what holds the path longest twice as fast, no retries, each limit doubled, each
 * dependency on the path dropped) and ranks those that help by what they would gain. A worker for everything is left out
 * where one limit alone gives as much.
 */
export function suggestChanges(prepared: Prepared, analysis: Analysis): Suggestion[] {
  const targets = new Targets(prepared.structure);
  const retries: WhatIfChange[] = analysis.retries.length > 0 ? [{ kind: 'no_retries' }] : [];
  const candidates = [
    ...fasterBottlenecks(analysis),
    ...retries,
    ...doubledLimits(prepared, targets),
    ...freedSteps(prepared, analysis),
  ];
  const room = Math.max(FEWEST_CHANGES, Math.floor(MOST_TASKS / Math.max(1, prepared.structure.taskCount)));
  const found: Suggestion[] = [];
  for (const change of candidates.slice(0, room)) {
    const predicted = predictedBy(prepared, change, targets);
    if (predicted === null) continue;
    const gain = prepared.unchanged.makespan - predicted;
    if (gain > 0) found.push({ change, predicted, gain });
  }
  const mostByOneLimit = Math.max(0, ...found.filter(({ change }) => change.kind === 'limit').map(({ gain }) => gain));
  return found
    .filter(({ change, gain }) => change.kind !== 'unlimited' || gain > mostByOneLimit)
    .sort((a, b) => b.gain - a.gain);
}

/** Null for a change that cannot be made after all. */
function predictedBy(prepared: Prepared, change: WhatIfChange, targets: Targets): number | null {
  try {
    return simulate(applyChanges(prepared.plan, [change], targets)).makespan;
  } catch (error) {
    if (error instanceof WhatIfError) return null;
    throw error;
  }
}

/** The limits of an execution that changes can name; see `knownLimits`. */
export function limitsOf({ plan, structure }: Prepared): string[] {
  return knownLimits(plan, new Targets(structure));
}
