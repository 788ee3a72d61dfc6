import { asMicros, msFromMicros, type Micros } from '../../units.ts';
import { percentileRank, spreadOf } from '../statistics/robust.ts';
import { deviationsFrom } from './evidence.ts';
import { percentOfShare } from './level-shift.ts';
import { comparableRuns, followedNodes, makespanOf, nodesById, ownTime } from './series.ts';
import type { HistoryRun } from './run-summary.ts';

export interface AnomalyOptions {
  /** How many of the newest completed runs are judged; 1 when absent. */
  readonly runs?: number;
  /** How many runs before it are the history of a run; 50 when absent. */
  readonly window?: number;
  /** From how many deviations (median and MAD of logarithms) on a time is an anomaly; 3.5 when absent. */
  readonly threshold?: number;
}

/** How a time lies in its own history. */
export interface Standing {
  readonly time: Micros;
  /** The median of the history. */
  readonly usual: Micros;
  /** From the median, in robust standard deviations of the logarithm; negative for faster. */
  readonly deviations: number;
  /** The part of the history that was faster, 0 to 1, equal ones as halves. */
  readonly percentile: number;
  readonly isAnomaly: boolean;
}

/** A node whose time in a run is out of its history. */
export interface NodeAnomaly extends Standing {
  readonly id: string;
  readonly name: string;
}

/** A run in its history. */
export interface RunStanding extends Standing {
  readonly runId: string;
  /** How many runs its history has. */
  readonly history: number;
  /** The nodes that are out of their history, the longest way off (in time) first; at most 20. */
  readonly nodes: readonly NodeAnomaly[];
}

/** A history of fewer runs has no usual. */
const LEAST_HISTORY = 5;
const DEFAULT_WINDOW = 50;
const DEFAULT_THRESHOLD = 3.5;
const MAX_NODES = 20;
const MAX_JUDGED = 500;

function standingOf(history: readonly number[], time: number, threshold: number): Standing | null {
  const spread = spreadOf(history);
  const deviations = deviationsFrom(history, [time])?.[0];
  const percentile = percentileRank(history, time);
  if (history.length < LEAST_HISTORY || spread === null || deviations === undefined || percentile === null) return null;
  return {
    time: asMicros(time),
    usual: asMicros(Math.round(spread.centre)),
    deviations,
    percentile,
    isAnomaly: Math.abs(deviations) >= threshold,
  };
}

function nodeAnomalies(run: HistoryRun, history: readonly HistoryRun[], threshold: number): NodeAnomaly[] {
  const own = nodesById(run);
  const others = history.map(nodesById);
  const found: NodeAnomaly[] = [];
  for (const [id, name] of followedNodes([run])) {
    // A node that takes part in some runs only is compared with those.
    const times = others.filter((nodes) => nodes.has(id)).map((nodes) => ownTime(nodes.get(id)));
    const standing = standingOf(times, ownTime(own.get(id)), threshold);
    if (standing?.isAnomaly) found.push({ id, name, ...standing });
  }
  return found
    .sort((a, b) => Math.abs(b.time - b.usual) - Math.abs(a.time - a.usual) || (a.id < b.id ? -1 : 1))
    .slice(0, MAX_NODES);
}

/**
 * How the newest completed runs stand in what was before each: whether they, or nodes of theirs, are out of the usual, in either
 * direction. Newest last; a run with fewer than 5 runs before it is left out. At most 500 runs.
 */
export function findAnomalies(history: readonly HistoryRun[], options: AnomalyOptions = {}): RunStanding[] {
  const runs = comparableRuns(history);
  const judged = Math.min(Math.max(Math.floor(options.runs ?? 1), 0), MAX_JUDGED);
  const threshold = options.threshold ?? DEFAULT_THRESHOLD;
  const window = Math.max(Math.floor(options.window ?? DEFAULT_WINDOW), 0);
  const found: RunStanding[] = [];
  for (let at = Math.max(0, runs.length - judged); at < runs.length; at++) {
    const before = runs.slice(Math.max(0, at - window), at);
    const standing = standingOf(before.map(makespanOf), makespanOf(runs[at]), threshold);
    if (standing === null) continue;
    const nodes = nodeAnomalies(runs[at], before, threshold);
    found.push({ runId: runs[at].id, history: before.length, ...standing, nodes });
  }
  return found;
}

/** A `Standing` as the outside has it. */
export interface StandingView {
  readonly time_ms: number;
  readonly usual_ms: number;
  readonly deviations: number;
  readonly percentile_percent: number;
  readonly is_anomaly: boolean;
}

/** A `RunStanding` as the outside has it. */
export interface RunStandingView extends StandingView {
  readonly run_id: string;
  readonly history: number;
  readonly nodes: readonly ({ readonly id: string; readonly name: string } & StandingView)[];
}

function standingView({ time, usual, deviations, percentile, isAnomaly }: Standing): StandingView {
  return {
    time_ms: msFromMicros(time),
    usual_ms: msFromMicros(usual),
    deviations: Math.round(deviations * 100) / 100 + 0,
    percentile_percent: percentOfShare(percentile),
    is_anomaly: isAnomaly,
  };
}

/** Turns standings into what the outside sees. */
export function anomaliesView(standings: readonly RunStanding[]): RunStandingView[] {
  return standings.map((standing) => ({
    run_id: standing.runId,
    history: standing.history,
    ...standingView(standing),
    nodes: standing.nodes.map((node) => ({ id: node.id, name: node.name, ...standingView(node) })),
  }));
}
