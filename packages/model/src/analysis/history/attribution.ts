import { CAUSES, type Cause } from '../../trace/phases.ts';
import { asMicros, msFromMicros, type Micros } from '../../units.ts';
import { mannWhitney } from '../statistics/rank-test.ts';
import { median } from '../statistics/robust.ts';
import { followedNodes, makespanOf, nodesById, ownTime } from './series.ts';
import type { HistoryRun, NodeSummary } from './run-summary.ts';

/** What the time of a cause is spent on, in three words. */
export type CauseGroup = 'work' | 'waits' | 'retries';

/** A part of the difference: what a node holds the makespan longer (or shorter, negative) for one cause. */
export interface CauseDifference {
  readonly cause: Cause;
  readonly group: CauseGroup;
  readonly difference: Micros;
}

/** What a node has to do with the difference between two sets of runs. */
export interface NodeDifference {
  readonly id: string;
  readonly name: string;
  /** How much longer it holds the makespan; the sum of its causes. */
  readonly difference: Micros;
  readonly causes: readonly CauseDifference[];
  /** What it takes itself with all its instances and waits, on the path or not: medians. */
  readonly before: Micros;
  readonly after: Micros;
  /** Of the rank test between the two sets for that. */
  readonly pValue: number;
  /** Attempts for each instance: medians. More afterwards means more retries. */
  readonly attemptsBefore: number | null;
  readonly attemptsAfter: number | null;
}

/** Where the difference between two sets of runs comes from; the parts add up. */
export interface Attribution {
  /** The mean makespan of the runs in the middle of each set: three fifths of them, those nearest to its median. */
  readonly before: Micros;
  readonly after: Micros;
  /** `after - before`: the sum of `nodes` and `rest`. */
  readonly difference: Micros;
  /** Those that changed themselves and moved the makespan in its direction come first, then by size; at most 20. */
  readonly nodes: readonly NodeDifference[];
  /** What belongs to no node or to those that are not listed. */
  readonly rest: Micros;
}

/** How many nodes are listed. */
const MAX_LISTED = 20;
/** The part of a set that counts as its middle. */
const MIDDLE_SHARE = 0.6;
/** Up to which probability of chance a node counts as changed, divided by how many there are (Bonferroni). */
const CHANGED_P = 0.05;

const GROUPS: Readonly<Record<Cause, CauseGroup>> = {
  work: 'work',
  queue: 'waits',
  rate_limit: 'waits',
  retry_backoff: 'retries',
  failed_attempts: 'retries',
  sleep: 'waits',
  callback: 'waits',
  engine: 'waits',
  unaccounted: 'waits',
};

/** The runs nearest to the median makespan; at least one. */
function middleOf(runs: readonly HistoryRun[]): HistoryRun[] {
  const centre = median(runs.map(makespanOf)) ?? 0;
  const byDistance = runs.toSorted(
    (a, b) => Math.abs(makespanOf(a) - centre) - Math.abs(makespanOf(b) - centre) || makespanOf(a) - makespanOf(b),
  );
  return byDistance.slice(0, Math.max(1, Math.ceil(runs.length * MIDDLE_SHARE)));
}

function meanMakespan(runs: readonly HistoryRun[]): number {
  return Math.round(runs.reduce((sum, run) => sum + makespanOf(run), 0) / runs.length);
}

type Nodes = ReadonlyMap<string, NodeSummary>;

function meanOf(runs: readonly Nodes[], valueOf: (nodes: Nodes) => number): number {
  let sum = 0;
  for (const run of runs) sum += valueOf(run);
  return runs.length === 0 ? 0 : sum / runs.length;
}

function attemptsPerInstance(runs: readonly Nodes[], id: string): number | null {
  const ratios: number[] = [];
  for (const run of runs) {
    const node = run.get(id);
    if (node !== undefined && node.count > 0) ratios.push(node.attempts / node.count);
  }
  return median(ratios);
}

interface Sides {
  readonly before: readonly Nodes[];
  readonly after: readonly Nodes[];
  readonly middleBefore: readonly Nodes[];
  readonly middleAfter: readonly Nodes[];
}

function differenceOf(id: string, name: string, sides: Sides): NodeDifference {
  const causes: CauseDifference[] = [];
  let difference = 0;
  for (const cause of CAUSES) {
    const at = (nodes: Nodes): number => nodes.get(id)?.onPath[cause] ?? 0;
    const change = Math.round(meanOf(sides.middleAfter, at) - meanOf(sides.middleBefore, at));
    if (change === 0) continue;
    difference += change;
    causes.push({ cause, group: GROUPS[cause], difference: asMicros(change) });
  }
  causes.sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  const before = sides.before.map((nodes) => ownTime(nodes.get(id)));
  const after = sides.after.map((nodes) => ownTime(nodes.get(id)));
  return {
    id,
    name,
    difference: asMicros(difference),
    causes,
    before: asMicros(Math.round(median(before) ?? 0)),
    after: asMicros(Math.round(median(after) ?? 0)),
    pValue: mannWhitney(before, after)?.pValue ?? 1,
    attemptsBefore: attemptsPerInstance(sides.before, id),
    attemptsAfter: attemptsPerInstance(sides.after, id),
  };
}

/** Whether a node itself changed in a direction, and did not just come to hold the path because another did. */
function hasChanged({ before, after, pValue }: NodeDifference, direction: number, count: number): boolean {
  return pValue <= CHANGED_P / count && Math.sign(after - before) === direction;
}

/**
 * Divides the difference between two sets of comparable runs among nodes and causes. Null when a set is empty.
 * O(runs x nodes).
 * @param claimed 1 when it is known that the later runs are slower, -1 for faster; which nodes come first goes by that. When
 *   absent, by the difference.
 */
export function attribute(
  before: readonly HistoryRun[],
  after: readonly HistoryRun[],
  claimed?: number,
): Attribution | null {
  if (before.length === 0 || after.length === 0) return null;
  const [middleBefore, middleAfter] = [middleOf(before), middleOf(after)];
  const byRun = new Map([...before, ...after].map((run) => [run, nodesById(run)]));
  const nodesOf = (runs: readonly HistoryRun[]): Nodes[] => runs.map((run) => byRun.get(run) ?? nodesById(run));
  const sides: Sides = {
    before: nodesOf(before),
    after: nodesOf(after),
    middleBefore: nodesOf(middleBefore),
    middleAfter: nodesOf(middleAfter),
  };
  const [from, to] = [meanMakespan(middleBefore), meanMakespan(middleAfter)];
  const direction = claimed ?? Math.sign(to - from);
  const followed = followedNodes([...before, ...after]);
  const rank = (node: NodeDifference): number => (hasChanged(node, direction, followed.size) ? 1 : 0);
  const nodes = Array.from(followed, ([id, name]) => differenceOf(id, name, sides))
    .filter((node) => node.difference !== 0 || node.after !== node.before)
    .sort(
      (a, b) =>
        rank(b) - rank(a) ||
        (b.difference - a.difference) * (direction === 0 ? 1 : direction) ||
        Math.abs(b.after - b.before) - Math.abs(a.after - a.before),
    )
    .slice(0, MAX_LISTED);
  const listed = nodes.reduce((sum, { difference }) => sum + difference, 0);
  return {
    before: asMicros(from),
    after: asMicros(to),
    difference: asMicros(to - from),
    nodes,
    rest: asMicros(to - from - listed),
  };
}

/** An `Attribution` as the outside has it; ms. */
export interface AttributionView {
  readonly before_ms: number;
  readonly after_ms: number;
  readonly difference_ms: number;
  readonly nodes: readonly {
    readonly id: string;
    readonly name: string;
    readonly difference_ms: number;
    readonly causes: readonly { readonly cause: Cause; readonly group: CauseGroup; readonly difference_ms: number }[];
    readonly before_ms: number;
    readonly after_ms: number;
    readonly p_value: number;
    readonly attempts_before: number | null;
    readonly attempts_after: number | null;
  }[];
  readonly rest_ms: number;
}

/** Turns an attribution into what the outside sees. */
export function attributionView(attribution: Attribution): AttributionView {
  return {
    before_ms: msFromMicros(attribution.before),
    after_ms: msFromMicros(attribution.after),
    difference_ms: msFromMicros(attribution.difference),
    nodes: attribution.nodes.map((node) => ({
      id: node.id,
      name: node.name,
      difference_ms: msFromMicros(node.difference),
      causes: node.causes.map(({ cause, group, difference }) => ({
        cause,
        group,
        difference_ms: msFromMicros(difference),
      })),
      before_ms: msFromMicros(node.before),
      after_ms: msFromMicros(node.after),
      p_value: node.pValue,
      attempts_before: node.attemptsBefore,
      attempts_after: node.attemptsAfter,
    })),
    rest_ms: msFromMicros(attribution.rest),
  };
}
