import { CAUSES, type Cause } from '../../trace/phases.ts';
import type { Status } from '../../trace/status.ts';
import { asMicros, isoFromEpoch, msFromMicros, type Micros } from '../../units.ts';
import { ascending, median, quantileOfSorted } from '../statistics/robust.ts';
import { findAnomalies, type RunStanding } from './anomalies.ts';
import { changePointsView, findChangePoints, type ChangePointsView } from './change-points.ts';
import { percentOfShare } from './level-shift.ts';
import { comparableRuns, followedNodes, makespanOf, nodesById, ownTime, pathTime } from './series.ts';
import type { HistoryRun, NodeSummary, SparseCauses } from './run-summary.ts';

/** Times by cause in ms; a cause that took none is left out. */
export type CausesView = Readonly<Partial<Record<Cause, number>>>;

/** Where the times of runs lie; ms. */
export interface BandsView {
  /** How many runs they are of. */
  readonly runs: number;
  readonly min_ms: number;
  readonly p10_ms: number;
  readonly p25_ms: number;
  readonly p50_ms: number;
  readonly p75_ms: number;
  readonly p90_ms: number;
  readonly max_ms: number;
}

/** A run in a history. */
export interface HistoryRunView {
  readonly execution_id: string;
  readonly number: number | null;
  readonly version: number | null;
  readonly status: Status;
  readonly started_at: string | null;
  readonly makespan_ms: number | null;
  readonly work_ms: number | null;
  readonly queue_wait_ms: number | null;
  readonly causes: CausesView;
  /** The median of the runs before it; null where fewer than 5 completed ones are known, or it did not complete. */
  readonly usual_ms: number | null;
  /** The part of those runs that were faster. */
  readonly percentile_percent: number | null;
  /** Whether it is out of their usual; null as above. */
  readonly is_anomaly: boolean | null;
}

/** What a node took in a run. */
export interface NodeRunView {
  readonly execution_id: string;
  /** With all its instances and waits. */
  readonly time_ms: number;
  /** How much of the makespan it held. */
  readonly on_path_ms: number;
  readonly count: number;
  readonly failed: number;
  readonly attempts: number;
  readonly causes: CausesView;
}

/** A node over the runs of its workflow. */
export interface NodeHistoryView {
  readonly id: string;
  /** The latest one; null where no run knows it. */
  readonly name: string | null;
  /** The runs that it took part in, oldest first. */
  readonly runs: readonly NodeRunView[];
  /** Of the completed ones. */
  readonly bands: BandsView | null;
  readonly change_points: ChangePointsView;
}

/** The runs of a workflow, as the outside has them. */
export interface HistoryView {
  /** Oldest first. */
  readonly runs: readonly HistoryRunView[];
  /** Of the makespans of completed runs. */
  readonly bands: BandsView | null;
  readonly change_points: ChangePointsView;
  /** The nodes that held the path longest, those first; at most 100. Medians over the runs that they took part in. */
  readonly nodes: readonly {
    readonly id: string;
    readonly name: string;
    readonly runs: number;
    readonly time_ms: number;
    readonly on_path_ms: number;
    /** What it took in each run of `runs`; null in those that it took no part in. Of the first nodes, as asked for. */
    readonly times_ms: readonly (number | null)[] | null;
  }[];
  /** The node that was asked for. */
  readonly node: NodeHistoryView | null;
}

function causesView(times: SparseCauses): CausesView {
  const view: Partial<Record<Cause, number>> = {};
  for (const cause of CAUSES) {
    const time = times[cause];
    if (time !== undefined) view[cause] = msFromMicros(time);
  }
  return view;
}

function msOrNull(value: Micros | null): number | null {
  return value === null ? null : msFromMicros(value);
}

function msOf(value: number): number {
  return msFromMicros(asMicros(Math.round(value)));
}

/** Where times in microseconds lie; null where there are none. */
function bandsOf(times: readonly number[]): BandsView | null {
  if (times.length === 0) return null;
  const sorted = ascending(times);
  const at = (share: number): number => msOf(quantileOfSorted(sorted, share) ?? 0);
  return {
    runs: times.length,
    min_ms: at(0),
    p10_ms: at(0.1),
    p25_ms: at(0.25),
    p50_ms: at(0.5),
    p75_ms: at(0.75),
    p90_ms: at(0.9),
    max_ms: at(1),
  };
}

/** Where the makespans of those runs lie that completed; null where none did. */
export function makespanBands(history: readonly HistoryRun[]): BandsView | null {
  return bandsOf(comparableRuns(history).map(makespanOf));
}

/** How each run stands in those before it, by its makespan alone. */
function standingsOf(history: readonly HistoryRun[]): Map<string, RunStanding> {
  const plain = history.map((run) => ({ ...run, summary: { ...run.summary, nodes: [] } }));
  return new Map(findAnomalies(plain, { runs: plain.length }).map((standing) => [standing.runId, standing]));
}

function runView(run: HistoryRun, standing: RunStanding | undefined): HistoryRunView {
  const { summary } = run;
  return {
    execution_id: run.id,
    number: run.number,
    version: run.workflowVersion,
    status: run.status,
    started_at: run.startedAt === null ? null : isoFromEpoch(run.startedAt),
    makespan_ms: msOrNull(summary.makespan),
    work_ms: msOrNull(summary.work),
    queue_wait_ms: msOrNull(summary.queueWait),
    causes: causesView(summary.causes),
    usual_ms: standing === undefined ? null : msFromMicros(standing.usual),
    percentile_percent: standing === undefined ? null : percentOfShare(standing.percentile),
    is_anomaly: standing?.isAnomaly ?? null,
  };
}

function nodeRunView(run: HistoryRun, node: NodeSummary): NodeRunView {
  return {
    execution_id: run.id,
    time_ms: msOf(ownTime(node)),
    on_path_ms: msOf(pathTime(node)),
    count: node.count,
    failed: node.failed,
    attempts: node.attempts,
    causes: causesView(node.times),
  };
}

/** What a node took in each run of a history that it took part in, where that lies, and where it changed. */
function nodeHistory(history: readonly HistoryRun[], nodeId: string): NodeHistoryView {
  const found: { readonly run: HistoryRun; readonly node: NodeSummary }[] = [];
  for (const run of history) {
    const node = run.summary.nodes.find(({ id }) => id === nodeId);
    if (node !== undefined) found.push({ run, node });
  }
  const completed = found.filter(({ run }) => run.status === 'completed');
  return {
    id: nodeId,
    name: found.at(-1)?.node.name ?? null,
    runs: found.map(({ run, node }) => nodeRunView(run, node)),
    bands: bandsOf(completed.map(({ node }) => ownTime(node))),
    change_points: changePointsView(findChangePoints(history, { nodeId })),
  };
}

function nodesOf(history: readonly HistoryRun[], trends: number): HistoryView['nodes'] {
  const times = new Map<string, { name: string; own: number[]; path: number[]; trend: (number | null)[] }>();
  for (const [id, name] of followedNodes(history)) times.set(id, { name, own: [], path: [], trend: [] });
  history.forEach((run, at) => {
    for (const [id, node] of nodesById(run)) {
      const followed = times.get(id);
      if (followed === undefined) continue;
      followed.own.push(ownTime(node));
      followed.path.push(pathTime(node));
      while (followed.trend.length < at) followed.trend.push(null);
      followed.trend.push(msOf(ownTime(node)));
    }
  });
  return Array.from(times, ([id, { name, own, path, trend }], rank) => ({
    id,
    name,
    runs: own.length,
    time_ms: msOf(median(own) ?? 0),
    on_path_ms: msOf(median(path) ?? 0),
    times_ms: rank < trends ? Array.from(history, (_, at) => trend[at] ?? null) : null,
  }));
}

/**
 * The history of a workflow, oldest first: each run among those before it, where the makespans lie and where they went to
 * another level, and the same of one node.
 * @param nodeId the node that is looked at
 * @param trends of how many nodes it is told what they took in each run, those that held the path longest
 */
export function historyView(history: readonly HistoryRun[], nodeId: string | null = null, trends = 0): HistoryView {
  const standings = standingsOf(history);
  return {
    runs: history.map((run) => runView(run, standings.get(run.id))),
    bands: makespanBands(history),
    change_points: changePointsView(findChangePoints(history)),
    nodes: nodesOf(history, trends),
    node: nodeId === null ? null : nodeHistory(history, nodeId),
  };
}
