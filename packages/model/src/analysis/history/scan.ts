import { evidenceIn, logTime, neededScore, referenceOf } from './evidence.ts';
import { levelShift, type LevelShift } from './level-shift.ts';
import { median } from '../statistics/robust.ts';
import { followedNodes, makespanOf, nodesById, ownTime, pathTime } from './series.ts';
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

/** The makespans and each node's own times; a node that is not in most of the runs has none that compare. */
function seriesOf(runs: readonly HistoryRun[]): Series[] {
  const byRun = runs.map(nodesById);
  const series: Series[] = [{ nodeId: null, times: runs.map(makespanOf) }];
  for (const nodeId of followedNodes(runs).keys()) {
    const times = byRun.map((nodes) => ownTime(nodes.get(nodeId)));
    if (times.filter((time) => time > 0).length >= 0.8 * times.length) series.push({ nodeId, times });
  }
  return series;
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
  const reference = referenceOf(logs.subarray(0, n - guard));
  if (reference === null) return null;
  let best: Clearest | null = null;
  for (const size of WINDOWS) {
    if (size > guard) break;
    const { score, isAgreed } = evidenceIn(reference, logs, n - size, n);
    const margin = Math.abs(score) - needed;
    if (margin < 0 || !isAgreed || (best !== null && margin <= best.margin)) continue;
    const shift = levelShift(times.slice(0, n - guard), times.slice(n - size));
    if (shift === null || !isConfirmed(shift, limits) || Math.abs(shift.shift) < leastShift) continue;
    best = { nodeId, first: n - size, direction: score > 0 ? 1 : -1, shift, margin };
  }
  return best;
}

/** Half of the significance goes to the makespan, half is divided among the nodes (Bonferroni). */
function barsFor(series: readonly Series[], reference: number, limits: ChangeLimits): { execution: Bar; node: Bar } {
  const barOf = (significance: number, leastShift: number): Bar => ({
    limits: { ...limits, significance },
    needed: neededScore(significance, reference),
    leastShift,
  });
  const makespan = median(series[0]?.times ?? []) ?? 0;
  return {
    execution: barOf(limits.significance / 2, 0),
    node: barOf(limits.significance / 2 / Math.max(1, series.length - 1), LEAST_FELT * makespan),
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
