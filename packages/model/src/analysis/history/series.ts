import { asMicros, type Micros } from '../../units.ts';
import { sumOf, type HistoryRun, type NodeSummary } from './run-summary.ts';

/**
 * The runs whose times can be compared: completed, with a makespan. A failed run is shorter or longer for reasons of its own.
 */
export function comparableRuns(history: readonly HistoryRun[]): HistoryRun[] {
  return history.filter(({ status, summary }) => status === 'completed' && isTime(summary.makespan));
}

function isTime(value: number | null): boolean {
  return value !== null && Number.isFinite(value) && value >= 0;
}

/** The makespan of a comparable run; microseconds. */
export function makespanOf({ summary }: HistoryRun): Micros {
  return summary.makespan ?? asMicros(0);
}

/** The nodes of a run by their id; the first of each. */
export function nodesById({ summary }: HistoryRun): Map<string, NodeSummary> {
  const byId = new Map<string, NodeSummary>();
  for (const node of summary.nodes) if (!byId.has(node.id)) byId.set(node.id, node);
  return byId;
}

/** What a node took in a run, with all its instances and waits; microseconds. */
export function ownTime(node: NodeSummary | undefined): number {
  return node === undefined ? 0 : finite(sumOf(node.times));
}

/** How much of the makespan a node held; microseconds. */
export function pathTime(node: NodeSummary | undefined): number {
  return node === undefined ? 0 : finite(sumOf(node.onPath));
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

/** How many nodes of a workflow are followed over its history. */
const MAX_FOLLOWED_NODES = 100;

/** The ids of the nodes that held the path of some runs longest, each with its latest name; at most `MAX_FOLLOWED_NODES`. */
export function followedNodes(runs: readonly HistoryRun[], limit = MAX_FOLLOWED_NODES): Map<string, string> {
  const weights = new Map<string, { name: string; path: number; own: number }>();
  for (const run of runs) {
    for (const node of run.summary.nodes) {
      const known = weights.get(node.id) ?? { name: node.name, path: 0, own: 0 };
      known.name = node.name;
      known.path += pathTime(node);
      known.own += ownTime(node);
      weights.set(node.id, known);
    }
  }
  const heaviest = [...weights].sort(([x, a], [y, b]) => b.path - a.path || b.own - a.own || (x < y ? -1 : 1));
  return new Map(heaviest.slice(0, limit).map(([id, { name }]) => [id, name]));
}
