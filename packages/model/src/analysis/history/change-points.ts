import { asMicros, msFromMicros, type Micros } from '../../units.ts';
import { ascending, median, quantileOfSorted, spreadOf } from '../statistics/robust.ts';
import { attribute, attributionView, type Attribution, type AttributionView } from './attribution.ts';
import { logTime } from './evidence.ts';
import { levelShift, levelShiftView, type LevelShift, type LevelShiftView } from './level-shift.ts';
import { segment } from './segmentation.ts';
import { comparableRuns, makespanOf, nodesById, ownTime } from './series.ts';
import type { HistoryRun } from './run-summary.ts';

export interface ChangePointOptions {
  /** The node whose own time is looked at; the makespan when absent. */
  readonly nodeId?: string;
  /** The least change that counts, as a share; 0.05 when absent. */
  readonly minEffect?: number;
}

/** A place in a history where times went to another level, or a stretch over which they went there bit by bit. */
export interface ChangePoint {
  readonly kind: 'step' | 'drift';
  readonly direction: 'slower' | 'faster';
  /** The first run at the new level; of a drift, where it begins. */
  readonly firstRunId: string;
  readonly firstRunNumber: number | null;
  /** The run before it. */
  readonly lastGoodRunId: string;
  /** Of a drift, the last run of the stretch; of a step the same as `firstRunId`. */
  readonly lastRunId: string;
  /** The level before against that after; of a drift, its first fifth against its last. */
  readonly shift: LevelShift;
  /** The probability that it is no chance, by the rank test: 1 less its p-value. */
  readonly confidence: number;
  /** Null for a single node and for drifts. */
  readonly attribution: Attribution | null;
}

/** Runs of one level. */
export interface Level {
  readonly firstRunId: string;
  readonly lastRunId: string;
  readonly runs: number;
  readonly median: Micros;
  readonly p10: Micros;
  readonly p90: Micros;
}

export interface ChangePoints {
  /** How many completed runs were looked at: the newest 1,000 at most. */
  readonly runs: number;
  /** Oldest first. */
  readonly changes: readonly ChangePoint[];
  /** The stretches between the changes, oldest first. */
  readonly levels: readonly Level[];
}

/** How many runs are looked at. */
const MAX_SEGMENTED_RUNS = 1000;
const DEFAULT_EFFECT = 0.05;
/** How many runs on either side of a step tell what made it. */
const ATTRIBUTED_RUNS = 50;
/** Up to which probability of chance a step is one. */
const SIGNIFICANCE = 0.01;

interface Series {
  readonly runs: readonly HistoryRun[];
  readonly times: readonly number[];
}

function seriesOf(history: readonly HistoryRun[], nodeId: string | undefined): Series {
  const runs = comparableRuns(history);
  if (nodeId === undefined) {
    const kept = runs.slice(-MAX_SEGMENTED_RUNS);
    return { runs: kept, times: kept.map(makespanOf) };
  }
  const kept = runs.filter(({ summary }) => summary.nodes.some(({ id }) => id === nodeId)).slice(-MAX_SEGMENTED_RUNS);
  return { runs: kept, times: kept.map((run) => ownTime(nodesById(run).get(nodeId))) };
}

function levelOf({ runs, times }: Series, from: number, to: number): Level {
  const sorted = ascending(times.slice(from, to));
  const at = (share: number): Micros => asMicros(Math.round(quantileOfSorted(sorted, share) ?? 0));
  return {
    firstRunId: runs[from].id,
    lastRunId: runs[to - 1].id,
    runs: to - from,
    median: at(0.5),
    p10: at(0.1),
    p90: at(0.9),
  };
}

/** The squared distances of values from the straight line through them (`isLine`) or from their mean. */
function residualOf(values: readonly number[], from: number, to: number, isLine: boolean): number {
  const n = to - from;
  let [sum, squares, product] = [0, 0, 0];
  const middle = (n - 1) / 2;
  for (let i = 0; i < n; i++) {
    sum += values[from + i];
    squares += values[from + i] ** 2;
    product += values[from + i] * (i - middle);
  }
  const about = squares - (sum * sum) / n;
  const spread = (n * (n * n - 1)) / 12;
  return isLine && spread > 0 ? about - (product * product) / spread : about;
}

/** How a level differs from the one before it. */
interface Difference {
  readonly effect: number;
  /** Whether that is enough, and beyond chance. */
  readonly isReal: boolean;
}

/**
 * Merges levels until each differs from the one before by enough and beyond chance. A merge changes what its
 * neighbours differ by, and no others, so that only these are held against each other again.
 */
function significant(times: readonly number[], bounds: readonly number[], minEffect: number): number[] {
  const kept = [...bounds];
  const known = kept.map((): Difference | null => null);
  const differenceAt = (i: number): Difference => {
    const shift = levelShift(times.slice(kept[i - 1], kept[i]), times.slice(kept[i], kept[i + 1]));
    const effect = Math.abs(shift?.effect ?? 0);
    return { effect, isReal: shift !== null && effect >= minEffect && shift.pValue <= SIGNIFICANCE };
  };
  for (;;) {
    let weakest = -1;
    let least = Infinity;
    for (let i = 1; i < kept.length - 1; i++) {
      const { effect, isReal } = (known[i] ??= differenceAt(i));
      if (!isReal && effect < least) [weakest, least] = [i, effect];
    }
    if (weakest === -1) return kept;
    kept.splice(weakest, 1);
    known.splice(weakest, 1);
    known[weakest - 1] = null;
    known[weakest] = null;
  }
}

interface Stretch {
  readonly kind: 'step' | 'drift';
  /** Positions in the bounds: the change, and of a drift the last of the changes that it is taken for. */
  readonly first: number;
  readonly last: number;
}

/**
 * Tells stairs from slopes: several changes in one direction are a drift when a straight line through all their levels
 * is as near to the values as the levels are; so is a single one.
 */
function stretches(values: readonly number[], bounds: readonly number[]): Stretch[] {
  const mean = (i: number): number => {
    let sum = 0;
    for (let at = bounds[i]; at < bounds[i + 1]; at++) sum += values[at];
    return sum / (bounds[i + 1] - bounds[i]);
  };
  const found: Stretch[] = [];
  for (let first = 1; first < bounds.length - 1;) {
    const isUp = mean(first) > mean(first - 1);
    let last = first;
    while (last + 1 < bounds.length - 1 && mean(last + 1) > mean(last) === isUp) last++;
    let stairs = 0;
    for (let i = first - 1; i <= last; i++) stairs += residualOf(values, bounds[i], bounds[i + 1], false);
    if (residualOf(values, bounds[first - 1], bounds[last + 1], true) < stairs) {
      found.push({ kind: 'drift', first, last });
    } else for (let at = first; at <= last; at++) found.push({ kind: 'step', first: at, last: at });
    first = last + 1;
  }
  return found;
}

/** Logarithms without what is wildly off the runs around it, so that the outlier of a run is no change. */
function tamed(times: readonly number[]): { readonly values: number[]; readonly deviation: number } {
  const logs = times.map(logTime);
  const steps: number[] = [];
  for (let i = 1; i < logs.length; i++) steps.push(logs[i] - logs[i - 1]);
  // What one run differs from the next says how noisy they are, whatever the levels do.
  const deviation = Math.max((spreadOf(steps)?.deviation ?? 0) / Math.SQRT2, 0.005);
  const values = logs.map((value, i) => {
    const around = median(logs.slice(Math.max(0, i - 3), i + 4)) ?? value;
    return Math.min(Math.max(value, around - 3 * deviation), around + 3 * deviation);
  });
  return { values, deviation };
}

/**
 * Where the levels of some times begin, from 0, with their number at the end: each differs from the one before by
 * `minEffect` at least and beyond chance.
 */
export function levelBounds(times: readonly number[], minEffect = DEFAULT_EFFECT): number[] {
  const { values, deviation } = tamed(times);
  return significant(times, segment(values, deviation), minEffect);
}

function changeOf(series: Series, bounds: readonly number[], stretch: Stretch, isNode: boolean): ChangePoint | null {
  const { runs, times } = series;
  const isStep = stretch.kind === 'step';
  const from = isStep ? bounds[stretch.first] : bounds[stretch.first - 1];
  const [start, end] = [bounds[stretch.first - 1], bounds[stretch.last + 1]];
  const fifth = Math.max(3, Math.floor((end - start) / 5));
  const shift = isStep
    ? levelShift(times.slice(start, from), times.slice(from, end))
    : levelShift(times.slice(start, start + fifth), times.slice(end - fifth, end));
  if (shift === null) return null;
  const before = runs.slice(Math.max(start, from - ATTRIBUTED_RUNS), from);
  return {
    kind: stretch.kind,
    direction: shift.shift > 0 ? 'slower' : 'faster',
    firstRunId: runs[from].id,
    firstRunNumber: runs[from].number,
    lastGoodRunId: runs[Math.max(0, from - 1)].id,
    lastRunId: runs[isStep ? from : end - 1].id,
    shift,
    confidence: 1 - shift.pValue,
    attribution: isStep && !isNode ? attribute(before, runs.slice(from, Math.min(end, from + ATTRIBUTED_RUNS))) : null,
  };
}

/**
 * Where the times of a workflow, or of one of its nodes, went to another level, and which run was the first there; steps are
 * told from drifts. Levels by penalised least squares (PELT, Killick et al. 2012) over logarithms without wild values,
 * each change confirmed by the rank test. Of the newest 1,000 completed runs.
 */
export function findChangePoints(history: readonly HistoryRun[], options: ChangePointOptions = {}): ChangePoints {
  const series = seriesOf(history, options.nodeId);
  const { runs, times } = series;
  if (runs.length === 0) return { runs: 0, changes: [], levels: [] };
  const bounds = levelBounds(times, options.minEffect);
  const changes = stretches(tamed(times).values, bounds)
    .map((stretch) => changeOf(series, bounds, stretch, options.nodeId !== undefined))
    .filter((change) => change !== null);
  const levels = bounds.slice(1).map((to, i) => levelOf(series, bounds[i], to));
  return { runs: runs.length, changes, levels };
}

/** `ChangePoints` as the outside has them. */
export interface ChangePointsView {
  readonly runs: number;
  readonly changes: readonly ({
    readonly kind: 'step' | 'drift';
    readonly direction: 'slower' | 'faster';
    readonly first_run: string;
    readonly first_run_number: number | null;
    readonly last_good_run: string;
    readonly last_run: string;
    readonly confidence: number;
    readonly attribution: AttributionView | null;
  } & LevelShiftView)[];
  readonly levels: readonly {
    readonly first_run: string;
    readonly last_run: string;
    readonly runs: number;
    readonly median_ms: number;
    readonly p10_ms: number;
    readonly p90_ms: number;
  }[];
}

/** Turns change points into what the outside sees. */
export function changePointsView({ runs, changes, levels }: ChangePoints): ChangePointsView {
  return {
    runs,
    changes: changes.map((change) => ({
      kind: change.kind,
      direction: change.direction,
      first_run: change.firstRunId,
      first_run_number: change.firstRunNumber,
      last_good_run: change.lastGoodRunId,
      last_run: change.lastRunId,
      confidence: change.confidence,
      ...levelShiftView(change.shift),
      attribution: change.attribution === null ? null : attributionView(change.attribution),
    })),
    levels: levels.map((level) => ({
      first_run: level.firstRunId,
      last_run: level.lastRunId,
      runs: level.runs,
      median_ms: msFromMicros(level.median),
      p10_ms: msFromMicros(level.p10),
      p90_ms: msFromMicros(level.p90),
    })),
  };
}
