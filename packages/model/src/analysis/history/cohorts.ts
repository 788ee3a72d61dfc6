import { isFailure } from '../../trace/status.ts';
import { msFromMicros, type Micros, asMicros } from '../../units.ts';
import { median } from '../statistics/robust.ts';
import { correctForMany, fisherExact, oddsRatio, spearman, type TwoByTwo } from '../statistics/tables.ts';
import { attribute, attributionView, type Attribution, type AttributionView } from './attribution.ts';
import { percentOfShare } from './level-shift.ts';
import { comparableRuns, makespanOf } from './series.ts';
import type { HistoryRun } from './run-summary.ts';

/** How a history is divided into two cohorts, the worse one and the others. */
export type CohortSplit =
  /** The slowest part of the completed runs against the fastest part, e.g. 0.25. */
  | { readonly kind: 'quantile'; readonly share: number }
  /** The completed runs from a run on against those before it; nobody where there was no change. */
  | { readonly kind: 'change_point'; readonly firstRunId: string | null }
  /** The runs that failed or timed out against the completed ones. */
  | { readonly kind: 'failure' };

/** A label's value that one cohort has more often than the other. */
export interface LabelDifference {
  readonly label: string;
  readonly value: string;
  /** How many runs of the worse cohort and of the others have it. */
  readonly worse: number;
  readonly others: number;
  /** Shares of the runs of each cohort, 0 to 1. */
  readonly worseShare: number;
  readonly othersShare: number;
  /** How many times the odds of having it are higher in the worse cohort. */
  readonly oddsRatio: number;
  /** Of Fisher's exact test. */
  readonly pValue: number;
  /** Corrected for the number of labels and values looked at. */
  readonly correctedP: number;
}

/** A label with numbers that goes with the makespan. */
export interface LabelCorrelation {
  readonly label: string;
  readonly runs: number;
  /** Spearman's rank correlation: near 1 where larger means slower. */
  readonly rho: number;
  readonly pValue: number;
  readonly correctedP: number;
}

/** A node that failed more often in the worse cohort. */
export interface FailingNode {
  readonly id: string;
  readonly name: string;
  readonly worse: number;
  readonly others: number;
  readonly pValue: number;
  readonly correctedP: number;
}

export interface CohortComparison {
  readonly split: CohortSplit;
  readonly worse: { readonly runs: number; readonly median: Micros | null };
  readonly others: { readonly runs: number; readonly median: Micros | null };
  /** Only what is beyond chance, the clearest first; at most 20. */
  readonly labels: readonly LabelDifference[];
  readonly correlations: readonly LabelCorrelation[];
  readonly failingNodes: readonly FailingNode[];
  /** What makes the difference in time, by node and cause; null when the split is by failure. */
  readonly attribution: Attribution | null;
  /** How many labels and values were not looked at because there are too many. */
  readonly leftOut: number;
}

const MAX_LABELS = 100;
const MAX_VALUES = 50;
const MAX_LISTED = 20;
/** How many runs are looked at, the newest. */
const MAX_RUNS = 2000;
const SIGNIFICANCE = 0.05;

interface Cohorts {
  readonly worse: readonly HistoryRun[];
  readonly others: readonly HistoryRun[];
}

const NOBODY: Cohorts = { worse: [], others: [] };

function divide(history: readonly HistoryRun[], split: CohortSplit): Cohorts {
  const runs = history.slice(-MAX_RUNS);
  const completed = comparableRuns(runs);
  if (split.kind === 'failure') {
    return {
      worse: runs.filter(({ status }) => isFailure(status)),
      others: runs.filter(({ status }) => status === 'completed'),
    };
  }
  if (split.kind === 'change_point') {
    const from = completed.findIndex(({ id }) => id === split.firstRunId);
    return from === -1 ? NOBODY : { worse: completed.slice(from), others: completed.slice(0, from) };
  }
  const sorted = completed.toSorted((a, b) => makespanOf(a) - makespanOf(b));
  const share = Number.isFinite(split.share) ? Math.min(Math.max(split.share, 0), 0.5) : 0;
  const size = Math.floor(sorted.length * share);
  return size === 0 ? NOBODY : { worse: sorted.slice(-size), others: sorted.slice(0, size) };
}

/** The labels of a run, with the version of its workflow. */
function labelsOf({ labels, workflowVersion }: HistoryRun): [string, string][] {
  const listed = Object.entries(labels);
  if (workflowVersion !== null) listed.push(['workflow_version', String(workflowVersion)]);
  return listed;
}

interface Counts {
  worse: number;
  others: number;
}

/** How often each value of each label is in each cohort. */
class LabelCounts {
  readonly byLabel = new Map<string, Map<string, Counts>>();
  leftOut = 0;

  add(run: HistoryRun, side: keyof Counts): void {
    for (const [label, value] of labelsOf(run)) {
      const values = this.#valuesOf(label);
      if (values === null) continue;
      const counts = values.get(value);
      if (counts !== undefined) counts[side]++;
      else if (values.size < MAX_VALUES) values.set(value, { worse: 0, others: 0, [side]: 1 });
      else this.leftOut++;
    }
  }

  #valuesOf(label: string): Map<string, Counts> | null {
    const known = this.byLabel.get(label);
    if (known !== undefined) return known;
    if (this.byLabel.size >= MAX_LABELS) {
      this.leftOut++;
      return null;
    }
    const values = new Map<string, Counts>();
    this.byLabel.set(label, values);
    return values;
  }
}

/** Corrects the p-values of findings, keeps those beyond chance and puts the clearest first. */
function beyondChance<T extends { readonly pValue: number }>(
  found: readonly T[],
): (T & { readonly correctedP: number })[] {
  const corrected = correctForMany(found.map(({ pValue }) => pValue));
  return found
    .map((finding, i) => ({ ...finding, correctedP: corrected[i] }))
    .filter(({ correctedP }) => correctedP <= SIGNIFICANCE)
    .sort((a, b) => a.pValue - b.pValue)
    .slice(0, MAX_LISTED);
}

function tableOf({ worse, others }: Counts, divided: Cohorts): TwoByTwo {
  return {
    firstWith: worse,
    firstWithout: divided.worse.length - worse,
    secondWith: others,
    secondWithout: divided.others.length - others,
  };
}

function labelDifferences(counts: LabelCounts, divided: Cohorts): LabelDifference[] {
  const found: Omit<LabelDifference, 'correctedP'>[] = [];
  for (const [label, values] of counts.byLabel) {
    for (const [value, sides] of values) {
      const table = tableOf(sides, divided);
      found.push({
        label,
        value,
        ...sides,
        worseShare: sides.worse / divided.worse.length,
        othersShare: sides.others / divided.others.length,
        oddsRatio: oddsRatio(table),
        pValue: fisherExact(table),
      });
    }
  }
  return beyondChance(found);
}

/** Labels of which most values are numbers are ranked against the makespan, over all completed runs. */
function correlationsOf(runs: readonly HistoryRun[]): LabelCorrelation[] {
  const byLabel = new Map<string, { numbers: number[]; times: number[] }>();
  for (const run of runs) {
    for (const [label, value] of Object.entries(run.labels)) {
      const number = value.trim() === '' ? Number.NaN : Number(value);
      if (!Number.isFinite(number)) continue;
      let series = byLabel.get(label);
      if (series === undefined) {
        if (byLabel.size >= MAX_LABELS) continue;
        series = { numbers: [], times: [] };
        byLabel.set(label, series);
      }
      series.numbers.push(number);
      series.times.push(makespanOf(run));
    }
  }
  const found: Omit<LabelCorrelation, 'correctedP'>[] = [];
  for (const [label, { numbers, times }] of byLabel) {
    const correlation = spearman(numbers, times);
    if (correlation !== null) found.push({ label, runs: numbers.length, ...correlation });
  }
  return beyondChance(found);
}

function failingNodes(divided: Cohorts): FailingNode[] {
  const byId = new Map<string, { name: string } & Counts>();
  for (const group of ['worse', 'others'] as const) {
    for (const run of divided[group]) {
      for (const { id, name, failed } of run.summary.nodes) {
        if (failed === 0) continue;
        const known = byId.get(id) ?? { name, worse: 0, others: 0 };
        known[group]++;
        byId.set(id, known);
      }
    }
  }
  return beyondChance(
    Array.from(byId, ([id, { name, worse, others }]) => ({
      id,
      name,
      worse,
      others,
      pValue: fisherExact(tableOf({ worse, others }, divided)),
    })),
  );
}

function sideOf(runs: readonly HistoryRun[]) {
  const times = median(comparableRuns(runs).map(makespanOf));
  return { runs: runs.length, median: times === null ? null : asMicros(Math.round(times)) };
}

/** Divides a history into a worse cohort and others, and says which labels, nodes and causes tell them apart. */
export function compareCohorts(history: readonly HistoryRun[], split: CohortSplit): CohortComparison {
  const divided = divide(history, split);
  const counts = new LabelCounts();
  for (const run of divided.worse) counts.add(run, 'worse');
  for (const run of divided.others) counts.add(run, 'others');
  const isEmpty = divided.worse.length === 0 || divided.others.length === 0;
  return {
    split,
    worse: sideOf(divided.worse),
    others: sideOf(divided.others),
    labels: isEmpty ? [] : labelDifferences(counts, divided),
    correlations: correlationsOf(comparableRuns(history.slice(-MAX_RUNS))),
    failingNodes: isEmpty ? [] : failingNodes(divided),
    attribution: split.kind === 'failure' ? null : attribute(divided.others, divided.worse),
    leftOut: counts.leftOut,
  };
}

/** How a split is written outside. */
export type CohortSplitView =
  | { readonly kind: 'quantile'; readonly share: number }
  | { readonly kind: 'change_point'; readonly first_run: string | null }
  | { readonly kind: 'failure' };

/** A `CohortComparison` as the outside has it. */
export interface CohortsView {
  readonly split: CohortSplitView;
  readonly worse: { readonly runs: number; readonly median_ms: number | null };
  readonly others: { readonly runs: number; readonly median_ms: number | null };
  readonly labels: readonly {
    readonly label: string;
    readonly value: string;
    readonly worse: number;
    readonly others: number;
    readonly worse_percent: number;
    readonly others_percent: number;
    readonly odds_ratio: number;
    readonly p_value: number;
    readonly corrected_p_value: number;
  }[];
  readonly correlations: readonly {
    readonly label: string;
    readonly runs: number;
    readonly rho: number;
    readonly p_value: number;
    readonly corrected_p_value: number;
  }[];
  readonly failing_nodes: readonly {
    readonly id: string;
    readonly name: string;
    readonly worse: number;
    readonly others: number;
    readonly p_value: number;
    readonly corrected_p_value: number;
  }[];
  readonly attribution: AttributionView | null;
  readonly left_out: number;
}

function splitView(split: CohortSplit): CohortSplitView {
  return split.kind === 'change_point' ? { kind: split.kind, first_run: split.firstRunId } : split;
}

function sideView({ runs, median: middle }: CohortComparison['worse']) {
  return { runs, median_ms: middle === null ? null : msFromMicros(middle) };
}

/** Turns a comparison into what the outside sees. */
export function cohortsView(comparison: CohortComparison): CohortsView {
  const { attribution } = comparison;
  return {
    split: splitView(comparison.split),
    worse: sideView(comparison.worse),
    others: sideView(comparison.others),
    labels: comparison.labels.map((found) => ({
      label: found.label,
      value: found.value,
      worse: found.worse,
      others: found.others,
      worse_percent: percentOfShare(found.worseShare),
      others_percent: percentOfShare(found.othersShare),
      odds_ratio: found.oddsRatio,
      p_value: found.pValue,
      corrected_p_value: found.correctedP,
    })),
    correlations: comparison.correlations.map(({ label, runs, rho, pValue, correctedP }) => ({
      label,
      runs,
      rho,
      p_value: pValue,
      corrected_p_value: correctedP,
    })),
    failing_nodes: comparison.failingNodes.map(({ id, name, worse, others, pValue, correctedP }) => ({
      id,
      name,
      worse,
      others,
      p_value: pValue,
      corrected_p_value: correctedP,
    })),
    attribution: attribution === null ? null : attributionView(attribution),
    left_out: comparison.leftOut,
  };
}
