import { asMicros, msFromMicros } from '../../units.ts';
import { sumOf, type HistoryRun, type NodeSummary } from './run-summary.ts';

/** How often a node held the critical path over several executions. */
export interface PathFrequencyNode {
  /** The node's key; where the source knows no nodes, the name of spans. */
  readonly id: string;
  readonly name: string;
  /** The executions in which it held the path at all. */
  readonly on_path_count: number;
  /** Of all executions that counted. */
  readonly on_path_percent: number;
  /** The mean over all executions that counted of the share of the makespan that it held; 0 where it held none. */
  readonly mean_share_percent: number;
  readonly max_share_percent: number;
  /** The mean over the executions in which it held the path. */
  readonly mean_on_path_ms: number;
}

/** A way that the critical path took. */
export interface PathFrequencyPath {
  /** The nodes that held at least `min_share_percent` of the makespan, in the order in which they were submitted. */
  readonly nodes: readonly string[];
  readonly count: number;
  readonly percent: number;
  readonly mean_makespan_ms: number;
  /** The id of the latest of these executions. */
  readonly last_execution: string;
}

/** Where the critical path went in the last executions of a workflow. */
export interface PathFrequency {
  /** The executions that counted. */
  readonly executions: number;
  /** Those of which no makespan is known. */
  readonly left_out: number;
  /** Nodes with a smaller share are left out of `paths`, so that a few microseconds do not make another path. */
  readonly min_share_percent: number;
  /** What is on the path most often comes first; the first `maxNodes`. */
  readonly nodes: readonly PathFrequencyNode[];
  readonly node_count: number;
  /** The most frequent first; the first `maxPaths`. */
  readonly paths: readonly PathFrequencyPath[];
  readonly path_count: number;
}

export interface PathFrequencyOptions {
  /** How many nodes are listed; 100 when absent. */
  readonly maxNodes?: number;
  /** How many paths are listed; 10 when absent. */
  readonly maxPaths?: number;
  /** The share of the makespan, from 0 to 1, from which a node tells two paths apart; 0.01 when absent. */
  readonly minShare?: number;
}

interface NodeTally {
  name: string;
  count: number;
  shares: number;
  maxShare: number;
  held: number;
}

interface PathTally {
  readonly nodes: readonly string[];
  count: number;
  makespans: number;
  last: HistoryRun;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : round((100 * part) / whole);
}

function meanMs(sum: number, count: number): number {
  return msFromMicros(asMicros(Math.round(sum / count)));
}

/** A node of a summary that held a part of the makespan. */
interface Held {
  readonly node: NodeSummary;
  readonly time: number;
}

function heldIn({ summary }: HistoryRun): Held[] {
  const held: Held[] = [];
  for (const node of summary.nodes) {
    const time = sumOf(node.onPath);
    if (time > 0) held.push({ node, time });
  }
  return held.sort((a, b) => a.node.from - b.node.from || (a.node.id < b.node.id ? -1 : 1));
}

function countNodes(held: readonly Held[], makespan: number, tallies: Map<string, NodeTally>): void {
  for (const { node, time } of held) {
    const share = makespan === 0 ? 0 : time / makespan;
    const known = tallies.get(node.id);
    if (known === undefined) {
      tallies.set(node.id, { name: node.name, count: 1, shares: share, maxShare: share, held: time });
      continue;
    }
    known.name = node.name;
    known.count++;
    known.shares += share;
    known.maxShare = Math.max(known.maxShare, share);
    known.held += time;
  }
}

/** Whether run `a` is the later one; those of which no start is known are the earliest. */
function isLater(a: HistoryRun, b: HistoryRun): boolean {
  return (a.startedAt ?? -Infinity) >= (b.startedAt ?? -Infinity);
}

function countPath(nodes: readonly string[], run: HistoryRun, makespan: number, tallies: Map<string, PathTally>): void {
  const key = JSON.stringify(nodes);
  const known = tallies.get(key);
  if (known === undefined) {
    tallies.set(key, { nodes, count: 1, makespans: makespan, last: run });
    return;
  }
  known.count++;
  known.makespans += makespan;
  if (isLater(run, known.last)) known.last = run;
}

/**
 * How often each node was on the critical path over several executions of a workflow, how much of the makespan it held,
 * and which ways the path took. Executions without a makespan do not count. O(executions x nodes in a summary).
 */
export function pathFrequency(runs: readonly HistoryRun[], options: PathFrequencyOptions = {}): PathFrequency {
  const { maxNodes = 100, maxPaths = 10, minShare = 0.01 } = options;
  const nodes = new Map<string, NodeTally>();
  const paths = new Map<string, PathTally>();
  let counted = 0;
  for (const run of runs) {
    const { makespan } = run.summary;
    if (makespan === null) continue;
    counted++;
    const held = heldIn(run);
    countNodes(held, makespan, nodes);
    const telling = held.filter(({ time }) => time >= minShare * makespan);
    const ids = telling.map(({ node }) => node.id);
    countPath(ids, run, makespan, paths);
  }
  return {
    executions: counted,
    left_out: runs.length - counted,
    min_share_percent: round(minShare * 100),
    nodes: rankNodes(nodes, counted).slice(0, maxNodes),
    node_count: nodes.size,
    paths: rankPaths(paths, counted).slice(0, maxPaths),
    path_count: paths.size,
  };
}

function rankNodes(tallies: ReadonlyMap<string, NodeTally>, counted: number): PathFrequencyNode[] {
  const ranked = [...tallies].sort(([a, x], [b, y]) => y.count - x.count || y.shares - x.shares || (a < b ? -1 : 1));
  return ranked.map(([id, { name, count, shares, maxShare, held }]) => ({
    id,
    name,
    on_path_count: count,
    on_path_percent: percentOf(count, counted),
    mean_share_percent: percentOf(shares, counted),
    max_share_percent: percentOf(maxShare, 1),
    mean_on_path_ms: meanMs(held, count),
  }));
}

function rankPaths(tallies: ReadonlyMap<string, PathTally>, counted: number): PathFrequencyPath[] {
  const ranked = [...tallies].sort(([a, x], [b, y]) => {
    if (x.count !== y.count) return y.count - x.count;
    const newer = (y.last.startedAt ?? 0) - (x.last.startedAt ?? 0);
    return newer !== 0 ? newer : a < b ? -1 : 1;
  });
  return ranked.map(([, { nodes, count, makespans, last }]) => ({
    nodes,
    count,
    percent: percentOf(count, counted),
    mean_makespan_ms: meanMs(makespans, count),
    last_execution: last.id,
  }));
}
