import { msFromMicros, type Micros } from '../../units.ts';
import { detectRegression, regressionView, type RegressionReport, type RegressionView } from './regression.ts';
import { scanNewest, type ScannedChange } from './scan.ts';
import { comparableRuns, makespanOf, nodesById, ownTime } from './series.ts';
import type { HistoryRun } from './run-summary.ts';

/** A regression that was told of and is not over. Plain data. */
export interface RaisedRegression {
  /** The node that alone shows it; null when the makespan does. */
  readonly nodeId: string | null;
  /** The first run at the new level, and the run after which it was told. */
  readonly firstRunId: string;
  readonly raisedAtRunId: string;
  /** The medians before and after. */
  readonly before: Micros;
  readonly after: Micros;
}

/** What is remembered of a workflow between its runs, so that each step is told once. Plain data that goes through JSON. */
export interface RegressionWatch {
  /** The first run of the present level; null when it is as old as the history. */
  readonly since: string | null;
  readonly raised: readonly RaisedRegression[];
}

/** Something to tell of: a step up, with what made it, or that one is over. */
export type RegressionEvent =
  | { readonly kind: 'raised'; readonly regression: RaisedRegression; readonly report: RegressionReport }
  | { readonly kind: 'recovered'; readonly regression: RaisedRegression; readonly runId: string };

export interface WatchOptions {
  /** The least change that counts, as a share; 0.05 when absent. */
  readonly minEffect?: number;
  /**
   * Up to which probability of chance, in each look at a workflow, a change counts; 0.0002 when absent, which comes to less
   * than one false alarm in 1,000 quiet runs.
   */
  readonly significance?: number;
}

/** The state of a workflow nobody has watched yet. */
export const UNWATCHED: RegressionWatch = { since: null, raised: [] };

const DEFAULT_EFFECT = 0.05;
const DEFAULT_SIGNIFICANCE = 0.0002;
/** So many runs are looked at to see whether a regression is over, of which all but one must be back. */
const RECOVERY_RUNS = 5;
/** Of regressions that are not over, the oldest are forgotten. */
const MAX_RAISED = 20;

function timesOf(runs: readonly HistoryRun[], nodeId: string | null): number[] {
  return runs.map((run) => (nodeId === null ? makespanOf(run) : ownTime(nodesById(run).get(nodeId))));
}

/** The first run of those that are back where a regression began, nearer to the level before it than to the one after. */
function recoveredAt(runs: readonly HistoryRun[], raised: RaisedRegression): HistoryRun | null {
  const first = runs.findIndex(({ id }) => id === raised.firstRunId);
  const newest = runs.slice(Math.max(first, 0)).slice(-RECOVERY_RUNS);
  if (newest.length < RECOVERY_RUNS) return null;
  const middle = Math.sqrt(Math.max(raised.before, 1) * Math.max(raised.after, 1));
  const isBack = timesOf(newest, raised.nodeId).map((time) => time < middle);
  if (isBack.filter(Boolean).length < RECOVERY_RUNS - 1) return null;
  return newest[isBack.indexOf(true)];
}

/** The level that the runs are on: from the first run of it on, if that is still in the history. */
function presentLevel(runs: readonly HistoryRun[], since: string | null): readonly HistoryRun[] {
  return since === null
    ? runs
    : runs.slice(
        Math.max(
          0,
          runs.findIndex(({ id }) => id === since),
        ),
      );
}

function raise(
  runs: readonly HistoryRun[],
  level: readonly HistoryRun[],
  change: ScannedChange,
  options: WatchOptions,
) {
  const candidates = level.slice(change.first);
  const regression: RaisedRegression = {
    nodeId: change.nodeId,
    firstRunId: candidates[0].id,
    raisedAtRunId: runs[runs.length - 1].id,
    before: change.shift.before,
    after: change.shift.after,
  };
  const report = detectRegression(level, {
    candidates: candidates.map(({ id }) => id),
    reference: { kind: 'last', runs: 100 },
    ...(options.minEffect !== undefined && { minEffect: options.minEffect }),
  });
  return { kind: 'raised' as const, regression, report };
}

/**
 * Looks at a workflow after a run of it has ended. A step up is told of once, and once more when it is over; a step down is
 * where a new level begins, and so is what a step up leads to. Looking twice after the same run changes nothing.
 * @param history oldest first, 115 completed runs at least where there are so many; what is older is not looked at
 */
export function watchRegression(
  watch: RegressionWatch,
  history: readonly HistoryRun[],
  options: WatchOptions = {},
): { readonly watch: RegressionWatch; readonly events: readonly RegressionEvent[] } {
  const runs = comparableRuns(history);
  const events: RegressionEvent[] = [];
  let { since } = watch;
  const raised = watch.raised.filter((regression) => {
    const back = recoveredAt(runs, regression);
    if (back === null) return true;
    events.push({ kind: 'recovered', regression, runId: runs[runs.length - 1].id });
    since = back.id;
    return false;
  });
  const level = presentLevel(runs, since);
  const change = scanNewest(level, {
    minEffect: options.minEffect ?? DEFAULT_EFFECT,
    significance: options.significance ?? DEFAULT_SIGNIFICANCE,
  });
  if (change !== null) {
    since = level[change.first].id;
    if (change.direction === 1) {
      const event = raise(runs, level, change, options);
      raised.push(event.regression);
      events.push(event);
    }
  }
  return { watch: { since, raised: raised.slice(-MAX_RAISED) }, events };
}

/** A `RegressionEvent` as the outside has it. */
export interface RegressionEventView {
  readonly kind: 'raised' | 'recovered';
  readonly node_id: string | null;
  readonly first_run: string;
  readonly run: string;
  readonly before_ms: number;
  readonly after_ms: number;
  readonly report: RegressionView | null;
}

/** Turns an event into what the outside sees. */
export function regressionEventView(event: RegressionEvent): RegressionEventView {
  const { nodeId, firstRunId, raisedAtRunId, before, after } = event.regression;
  return {
    kind: event.kind,
    node_id: nodeId,
    first_run: firstRunId,
    run: event.kind === 'raised' ? raisedAtRunId : event.runId,
    before_ms: msFromMicros(before),
    after_ms: msFromMicros(after),
    report: event.kind === 'raised' ? regressionView(event.report) : null,
  };
}
