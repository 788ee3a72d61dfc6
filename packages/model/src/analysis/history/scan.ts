import {
  evidenceIn,
  leastDeviationOf,
  logTime,
  neededScore,
  referenceOf,
  slopeOf,
  type Reference,
} from './evidence.ts';
import { levelShift, type LevelShift } from './level-shift.ts';
import { median } from '../statistics/robust.ts';
import { makespanOf, nodesById, ownTime, pathTime } from './series.ts';
import type { HistoryRun } from './run-summary.ts';

export interface ChangeLimits {
  /** The least change that counts, as a share. */
  readonly minEffect: number;
  /** Up to which probability of chance a change counts: of the makespan and of all nodes together. */
  readonly significance: number;
}

/** How many of the newest runs are looked at together. */
const WINDOWS = [3, 4, 5, 7, 10, 15] as const;
/** A window has at most this part of the runs of a level, so that most of them are the reference. */
const WINDOW_SHARE = 0.25;
/** With fewer runs nobody knows the noise. */
export const LEAST_REFERENCE = 8;
/** How many runs tell what is usual. */
const MAX_REFERENCE = 100;
/** How many runs before those that are looked at must differ from them too, and by which part of the score that is needed. */
const RECENT_RUNS = 30;
const NEAR_SHARE = 0.85;
/** The part of the significance that is the makespan's. */
const EXECUTION_SHARE = 0.1;
/** The rank test needs not be surer than this: samples are too small for more. */
const SUREST_RANKS = 0.002;
/** By what part of the makespan at least a node's change is felt. */
const LEAST_FELT = 0.01;

/** The rank test's part of the decision, and that of the effect. */
export function isConfirmed({ effect, pValue }: LevelShift, { minEffect, significance }: ChangeLimits): boolean {
  return Math.abs(effect ?? 0) >= minEffect && pValue <= Math.max(significance, SUREST_RANKS);
}

/** Whose times: of the makespan (null) or of a node. */
interface Series {
  readonly nodeId: string | null;
  readonly times: readonly number[];
}

/** A node over the runs. */
interface NodeSeries {
  readonly times: number[];
  runs: number;
  path: number;
}

/** How many nodes are looked at, those that held the path longest. */
const MAX_NODES = 100;
/** In what part of the runs a node must be for its times to compare. */
const USUAL_SHARE = 0.8;

/** The makespans and each node's own times; a node that is not in most of the runs has none that compare. */
function seriesOf(runs: readonly HistoryRun[]): Series[] {
  const byId = new Map<string, NodeSeries>();
  for (const [at, { summary }] of runs.entries()) {
    for (const node of summary.nodes) {
      let series = byId.get(node.id);
      if (series === undefined) {
        series = { times: Array.from<number>({ length: runs.length }).fill(0), runs: 0, path: 0 };
        byId.set(node.id, series);
      }
      const time = ownTime(node);
      if (series.times[at] === 0 && time > 0) series.runs++;
      series.times[at] += time;
      series.path += pathTime(node);
    }
  }
  const nodes = [...byId]
    .filter(([, { runs: count }]) => count >= USUAL_SHARE * runs.length)
    .sort(([x, a], [y, b]) => b.path - a.path || (x < y ? -1 : 1))
    .slice(0, MAX_NODES)
    .map(([nodeId, { times }]) => ({ nodeId, times }));
  return [{ nodeId: null, times: runs.map(makespanOf) }, ...nodes];
}

/** A change that the newest runs show. */
export interface ScannedChange {
  /** Null when it is the makespan that shows it most clearly. */
  readonly nodeId: string | null;
  /** The position of the first run after it. */
  readonly first: number;
  readonly direction: 1 | -1;
  readonly shift: LevelShift;
}

interface Clearest extends ScannedChange {
  readonly margin: number;
}

/** What a series is held against. */
interface Bar {
  readonly limits: ChangeLimits;
  readonly needed: number;
  readonly leastShift: number;
}

function scanSeries({ nodeId, times }: Series, guard: number, { limits, needed, leastShift }: Bar): Clearest | null {
  const n = times.length;
  const logs = Float64Array.from(times, logTime);
  const least = leastDeviationOf(times);
  const reference = referenceOf(logs.subarray(0, n - guard), least);
  if (reference === null) return null;
  let most = { size: 0, score: 0 };
  for (const size of WINDOWS) {
    if (size > guard) break;
    const { score, isAgreed } = evidenceIn(reference, logs, n - size, n);
    if (isAgreed && Math.abs(score) > Math.abs(most.score)) most = { size, score };
  }
  const { size, score } = most;
  if (size === 0 || Math.abs(score) < needed) return null;
  // Where times have been going that way for long, the last runs before are nearer to what is to be expected now.
  const recent = referenceOf(logs.subarray(Math.max(0, n - guard - RECENT_RUNS), n - guard), least);
  if (recent === null) return null;
  const near = evidenceIn({ ...recent, deviation: reference.deviation }, logs, n - size, n);
  const isSloping = slopeOf(logs.subarray(0, n - guard)) * Math.sign(score) > 1;
  if (Math.abs(near.score) < needed * (isSloping ? 1 : NEAR_SHARE)) return null;
  const shift = levelShift(times.slice(0, n - guard), times.slice(n - size));
  if (shift === null || !isConfirmed(shift, limits) || Math.abs(shift.shift) < leastShift) return null;
  // It may have begun before the runs that are looked at: seen only now, or with a history that is short for more.
  const first = beginningOf(reference, logs, Math.max(LEAST_REFERENCE, n - 2 * guard), n - size);
  // What one or two runs show best is no level yet.
  if (first > n - WINDOWS[0]) return null;
  return { nodeId, first, direction: score > 0 ? 1 : -1, shift, margin: Math.abs(score) - needed };
}

/**
 * Where a change that the runs from a position on show began: where the sum of what lies beyond half of it is largest.
 * @param least the first position that may be it
 */
function beginningOf(reference: Reference, logs: Float64Array, least: number, from: number): number {
  const half = ((median(logs.subarray(from)) ?? reference.centre) - reference.centre) / 2;
  const direction = Math.sign(half);
  const most = 2 * Math.abs(half);
  let [sum, largest, first] = [0, -Infinity, from];
  for (let i = logs.length - 1; i >= least; i--) {
    const beyond = (logs[i] - reference.centre - half) * direction;
    sum += Math.min(Math.max(beyond, -most), most);
    if (sum > largest) [largest, first] = [sum, i];
  }
  return first;
}

/**
 * Most of the significance is divided among the nodes (Bonferroni): what makes a makespan longer shows more clearly in the node
 * that does it, and wild runs less.
 */
function barsFor(series: readonly Series[], reference: number, limits: ChangeLimits): { execution: Bar; node: Bar } {
  const barOf = (significance: number, leastShift: number): Bar => ({
    limits: { ...limits, significance },
    needed: neededScore(significance, reference),
    leastShift,
  });
  const makespan = median(series[0]?.times ?? []) ?? 0;
  return {
    execution: barOf(limits.significance * EXECUTION_SHARE, 0),
    node: barOf((limits.significance * (1 - EXECUTION_SHARE)) / Math.max(1, series.length - 1), LEAST_FELT * makespan),
  };
}

function isOnPath(runs: readonly HistoryRun[], nodeId: string): boolean {
  return runs.some((run) => pathTime(nodesById(run).get(nodeId)) > 0);
}

/**
 * Whether the newest of some comparable runs went to another level than those before them, in their makespan or in what a
 * node on their critical path takes; the clearest such change. Runs that are looked at are never part of what they are compared
 * with. O(runs x nodes).
 */
export function scanNewest(runs: readonly HistoryRun[], limits: ChangeLimits): ScannedChange | null {
  const guard = WINDOWS.findLast((size) => size <= WINDOW_SHARE * runs.length);
  if (guard === undefined || runs.length - guard < LEAST_REFERENCE) return null;
  const skipped = Math.max(0, runs.length - guard - MAX_REFERENCE);
  const looked = runs.slice(skipped);
  const series = seriesOf(looked);
  const bars = barsFor(series, looked.length - guard, limits);
  let best: Clearest | null = null;
  for (const one of series) {
    const found = scanSeries(one, guard, one.nodeId === null ? bars.execution : bars.node);
    if (found === null || (best !== null && found.margin <= best.margin)) continue;
    if (one.nodeId === null || isOnPath(looked.slice(found.first), one.nodeId)) best = found;
  }
  return best === null ? null : { ...best, first: best.first + skipped };
}
