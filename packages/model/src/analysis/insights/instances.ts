import type { LeafGraph } from '../leaf-graph.ts';
import { NONE } from '../../trace/trace.ts';
import { gainOf } from '../shortened.ts';
import { asMicros } from '../../units.ts';
import { criticalOfLeaves } from '../bottlenecks.ts';
import { groupId, type NodeGroups } from '../node-groups.ts';
import type { Findings } from './insight.ts';

/** All instances of one node, with what may be said of how long they ran. */
export interface Instances {
  readonly key: string;
  readonly name: string;
  /** The leaves, by their start. */
  readonly leaves: readonly number[];
  /** Whether a loop or a scatter made them. */
  readonly isLoop: boolean;
  /** The run times, sorted; microseconds. */
  readonly runs: Float64Array;
  readonly total: number;
}

/** Fewer say nothing about what is usual. */
const LEAST_INSTANCES = 4;
/** How many nodes are looked at, those with the most run time first. */
const MOST_NODES = 20;

const known = new WeakMap<LeafGraph, readonly Instances[]>();

function describe({ trace, leaves }: LeafGraph, key: string, list: readonly number[]): Instances {
  const runs = Float64Array.from(list, (leaf) => Math.max(0, leaves.run[leaf])).sort();
  const node = leaves.node[list[0]];
  return {
    key,
    name: trace.nodes.name[node],
    leaves: list.toSorted((a, b) => leaves.start[a] - leaves.start[b] || a - b),
    isLoop: list.every((leaf) => trace.nodes.iteration[leaves.node[leaf]] !== NONE),
    runs,
    total: runs.reduce((sum, run) => sum + run, 0),
  };
}

/** The run time of all instances of each node, and how many of them ran. */
function sumUp({ leaves }: LeafGraph, { count, of }: NodeGroups) {
  const times = new Float64Array(count);
  const counts = new Uint32Array(count);
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    if (leaves.node[leaf] === NONE || leaves.run[leaf] <= 0) continue;
    times[of[leaves.node[leaf]]] += leaves.run[leaf];
    counts[of[leaves.node[leaf]]]++;
  }
  return { times, counts };
}

/** The nodes with at least four instances that ran, those with the most run time first, at most 20. O(n log n), once. */
export function instancesOf({ graph, groups }: Pick<Findings, 'graph' | 'groups'>): readonly Instances[] {
  const before = known.get(graph);
  if (before !== undefined) return before;
  const { trace, leaves } = graph;
  const { times, counts } = sumUp(graph, groups);
  const chosen = Array.from(counts.keys())
    .filter((group) => counts[group] >= LEAST_INSTANCES)
    .sort((a, b) => times[b] - times[a] || a - b)
    .slice(0, MOST_NODES);
  const lists = new Map(chosen.map((group): [number, number[]] => [group, []]));
  for (let leaf = 0; lists.size > 0 && leaf < leaves.length; leaf++) {
    if (leaves.node[leaf] !== NONE && leaves.run[leaf] > 0) lists.get(groups.of[leaves.node[leaf]])?.push(leaf);
  }
  const kept = Array.from(lists, ([group, list]) => describe(graph, groupId(trace, groups, group), list));
  known.set(graph, kept);
  return kept;
}

/** The middle one of sorted values: of an even number the lower. */
export function middleOf(sorted: Float64Array): number {
  return sorted[(sorted.length - 1) >> 1] ?? 0;
}

/** The largest of sorted values, and the one before it. */
export function largestTwo(sorted: Float64Array): readonly [largest: number, second: number] {
  return [sorted.at(-1) ?? 0, sorted.at(-2) ?? 0];
}

/** Whether any of some leaves holds the critical path. */
export function isOnPath({ graph, accounting }: Findings, leaves: readonly number[]): boolean {
  const critical = criticalOfLeaves(graph, accounting.held);
  return leaves.some((leaf) => critical[leaf] > 0);
}

/**
 * By how much the makespan would shrink if some leaves ran as long as given and no longer. Where no dependencies are
 * known, at most as long as they hold the critical path.
 */
export function gainWithin(
  { graph, measures, path, accounting }: Findings,
  leaves: readonly number[],
  longest: number,
) {
  const run = new Float64Array(graph.leaves.length);
  for (const leaf of leaves) run[leaf] = Math.max(0, Math.floor(graph.leaves.run[leaf] - longest));
  if (path.kind === 'dependencies') return gainOf(graph, measures, { run });
  const critical = criticalOfLeaves(graph, accounting.held);
  return asMicros(leaves.reduce((gain, leaf) => gain + Math.min(run[leaf], critical[leaf]), 0));
}
