import type { Cause, Status } from '@flowprof/model';
import { CAUSES } from '@flowprof/model';
import type { Fields } from '../../api/fields.ts';

/** Times in this file are milliseconds. */

/** An execution among those of its workflow. */
export interface HistoryRun {
  readonly id: string;
  readonly number: number | null;
  readonly version: number | null;
  readonly status: Status;
  /** Since the epoch. */
  readonly startedAt: number | null;
  readonly makespan: number | null;
  /** The median of those before it; null with fewer than five. */
  readonly usual: number | null;
  /** Percent of those before it that were faster. */
  readonly percentile: number | null;
  readonly isUnusual: boolean;
}

/** Where times lie. */
export interface Bands {
  readonly runs: number;
  readonly min: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly max: number;
}

/** What a difference goes to. */
interface CausePart {
  readonly cause: Cause | null;
  readonly group: string;
  readonly difference: number;
}

interface NodePart {
  readonly id: string;
  readonly name: string;
  readonly difference: number;
  readonly causes: readonly CausePart[];
  readonly attemptsBefore: number | null;
  readonly attemptsAfter: number | null;
}

/** Where a difference of makespans comes from; nodes and rest add up to it. */
export interface Attribution {
  readonly difference: number;
  readonly nodes: readonly NodePart[];
  readonly rest: number;
}

export interface Shift {
  readonly before: number;
  readonly after: number;
  readonly shift: number;
  readonly low: number;
  readonly high: number;
  readonly percent: number | null;
}

export interface Change extends Shift {
  readonly kind: 'step' | 'drift';
  readonly isSlower: boolean;
  readonly firstRun: string;
  readonly firstNumber: number | null;
  readonly attribution: Attribution | null;
}

export interface ChangePoints {
  readonly changes: readonly Change[];
  readonly levels: readonly {
    readonly firstRun: string;
    readonly lastRun: string;
    readonly median: number;
    readonly low: number;
    readonly high: number;
  }[];
}

/** A node over the runs that it took part in: medians. */
export interface HistoryNode {
  readonly id: string;
  readonly name: string;
  readonly runs: number;
  readonly time: number;
  readonly onPath: number;
  /** What it took in each of the runs, in their order; null where it took no part, and for nodes beyond those asked for. */
  readonly times: readonly (number | null)[] | null;
}

/** A node in one run. */
interface NodeRun {
  readonly id: string;
  readonly time: number;
  readonly onPath: number;
  readonly count: number;
  readonly failed: number;
  readonly attempts: number;
}

interface NodeHistory {
  readonly id: string;
  readonly name: string | null;
  readonly runs: readonly NodeRun[];
  readonly bands: Bands | null;
  readonly changePoints: ChangePoints;
}

export interface History {
  /** Oldest first. */
  readonly runs: readonly HistoryRun[];
  readonly bands: Bands | null;
  readonly changePoints: ChangePoints;
  readonly nodes: readonly HistoryNode[];
  readonly node: NodeHistory | null;
  /** How many executions are not summed up yet. */
  readonly incomplete: number;
}

const VERDICTS = ['slower', 'faster', 'suspect', 'unchanged', 'unknown'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Regression {
  readonly against: {
    readonly kind: string;
    readonly version: number | null;
    readonly baselineName: string | null;
  };
  readonly verdict: Verdict;
  readonly isOfNode: boolean;
  readonly referenceRuns: number;
  readonly candidateRuns: number;
  readonly makespan: Shift | null;
  readonly nodes: readonly (Shift & { readonly id: string; readonly name: string })[];
  readonly attribution: Attribution | null;
  readonly firstBadRun: { readonly id: string; readonly number: number | null } | null;
  readonly incomplete: number;
}

function readRun(fields: Fields): HistoryRun {
  return {
    id: fields.string('execution_id'),
    number: fields.optionalNumber('number'),
    version: fields.optionalNumber('version'),
    status: fields.status('status'),
    startedAt: fields.optionalTime('started_at'),
    makespan: fields.optionalNumber('makespan_ms'),
    usual: fields.optionalNumber('usual_ms'),
    percentile: fields.optionalNumber('percentile_percent'),
    isUnusual: fields.any('is_anomaly') === true,
  };
}

export function readBands(fields: Fields): Bands {
  return {
    runs: fields.number('runs'),
    min: fields.number('min_ms'),
    p10: fields.number('p10_ms'),
    p50: fields.number('p50_ms'),
    p90: fields.number('p90_ms'),
    max: fields.number('max_ms'),
  };
}

function readCausePart(fields: Fields): CausePart {
  const name = fields.string('cause');
  return {
    cause: CAUSES.find((cause) => cause === name) ?? null,
    group: fields.string('group'),
    difference: fields.number('difference_ms'),
  };
}

function readAttribution(fields: Fields): Attribution {
  return {
    difference: fields.number('difference_ms'),
    rest: fields.number('rest_ms'),
    nodes: fields.list('nodes', (node) => ({
      id: node.string('id'),
      name: node.string('name'),
      difference: node.number('difference_ms'),
      causes: node.list('causes', readCausePart),
      attemptsBefore: node.optionalNumber('attempts_before'),
      attemptsAfter: node.optionalNumber('attempts_after'),
    })),
  };
}

function readShift(fields: Fields): Shift {
  return {
    before: fields.number('before_ms'),
    after: fields.number('after_ms'),
    shift: fields.number('shift_ms'),
    low: fields.number('shift_low_ms'),
    high: fields.number('shift_high_ms'),
    percent: fields.optionalNumber('shift_percent'),
  };
}

function readChange(fields: Fields): Change {
  return {
    ...readShift(fields),
    kind: fields.string('kind') === 'drift' ? 'drift' : 'step',
    isSlower: fields.string('direction') === 'slower',
    firstRun: fields.string('first_run'),
    firstNumber: fields.optionalNumber('first_run_number'),
    attribution: fields.optionalObject('attribution', readAttribution),
  };
}

function readChangePoints(fields: Fields): ChangePoints {
  return {
    changes: fields.list('changes', readChange),
    levels: fields.list('levels', (level) => ({
      firstRun: level.string('first_run'),
      lastRun: level.string('last_run'),
      median: level.number('median_ms'),
      low: level.number('p10_ms'),
      high: level.number('p90_ms'),
    })),
  };
}

function readNodeHistory(fields: Fields): NodeHistory {
  return {
    id: fields.string('id'),
    name: fields.optionalString('name'),
    runs: fields.list('runs', (run) => ({
      id: run.string('execution_id'),
      time: run.number('time_ms'),
      onPath: run.number('on_path_ms'),
      count: run.number('count'),
      failed: run.number('failed'),
      attempts: run.number('attempts'),
    })),
    bands: fields.optionalObject('bands', readBands),
    changePoints: readChangePoints(fields.object('change_points')),
  };
}

export function readHistory(fields: Fields): History {
  return {
    runs: fields.list('runs', readRun),
    bands: fields.optionalObject('bands', readBands),
    changePoints: readChangePoints(fields.object('change_points')),
    nodes: fields.list('nodes', (node) => ({
      id: node.string('id'),
      name: node.string('name'),
      runs: node.number('runs'),
      time: node.number('time_ms'),
      onPath: node.number('on_path_ms'),
      times: node.any('times_ms') === null ? null : node.numbers('times_ms'),
    })),
    node: fields.optionalObject('node', readNodeHistory),
    incomplete: fields.number('incomplete'),
  };
}

export function readRegression(fields: Fields): Regression {
  const against = fields.object('against');
  const verdict = fields.string('verdict');
  return {
    against: {
      kind: against.string('kind'),
      version: against.optionalNumber('version'),
      baselineName: against.optionalString('baseline_name'),
    },
    verdict: VERDICTS.find((known) => known === verdict) ?? 'unknown',
    isOfNode: fields.optionalString('scope') === 'node',
    referenceRuns: fields.strings('reference_runs').length,
    candidateRuns: fields.strings('candidate_runs').length,
    makespan: fields.optionalObject('makespan', readShift),
    nodes: fields.list('nodes', (node) => ({
      ...readShift(node),
      id: node.string('id'),
      name: node.string('name'),
    })),
    attribution: fields.optionalObject('attribution', readAttribution),
    firstBadRun: fields.optionalObject('first_bad_run', (run) => ({
      id: run.string('execution_id'),
      number: run.optionalNumber('number'),
    })),
    incomplete: fields.number('incomplete'),
  };
}

/** How often a node held the critical path of the runs. */
interface PathNode {
  readonly id: string;
  readonly name: string;
  readonly count: number;
  readonly percent: number;
  /** Percent of the makespan. */
  readonly meanShare: number;
  readonly meanOnPath: number;
}

export interface PathFrequency {
  readonly executions: number;
  readonly nodes: readonly PathNode[];
  /** The ways that the critical path took, the most frequent first. */
  readonly paths: readonly {
    readonly nodes: readonly string[];
    readonly count: number;
    readonly percent: number;
    readonly meanMakespan: number;
    readonly lastExecution: string;
  }[];
  readonly pathCount: number;
  readonly incomplete: number;
}

export function readPathFrequency(fields: Fields): PathFrequency {
  return {
    executions: fields.number('executions'),
    nodes: fields.list('nodes', (node) => ({
      id: node.string('id'),
      name: node.string('name'),
      count: node.number('on_path_count'),
      percent: node.number('on_path_percent'),
      meanShare: node.number('mean_share_percent'),
      meanOnPath: node.number('mean_on_path_ms'),
    })),
    paths: fields.list('paths', (path) => ({
      nodes: path.strings('nodes'),
      count: path.number('count'),
      percent: path.number('percent'),
      meanMakespan: path.number('mean_makespan_ms'),
      lastExecution: path.string('last_execution'),
    })),
    pathCount: fields.number('path_count'),
    incomplete: fields.number('incomplete'),
  };
}

/** What one part of the runs has more often than the other, beyond chance. */
export interface Cohorts {
  readonly kind: string;
  readonly worse: { readonly runs: number; readonly median: number | null };
  readonly others: { readonly runs: number; readonly median: number | null };
  readonly labels: readonly {
    readonly label: string;
    readonly value: string;
    readonly worse: number;
    readonly others: number;
    readonly worsePercent: number;
    readonly othersPercent: number;
  }[];
  readonly correlations: readonly { readonly label: string; readonly rho: number }[];
  readonly failingNodes: readonly { readonly id: string; readonly name: string; readonly worse: number }[];
  readonly incomplete: number;
}

function readSide(fields: Fields): Cohorts['worse'] {
  return { runs: fields.number('runs'), median: fields.optionalNumber('median_ms') };
}

export function readCohorts(fields: Fields): Cohorts {
  return {
    kind: fields.object('split').string('kind'),
    worse: readSide(fields.object('worse')),
    others: readSide(fields.object('others')),
    labels: fields.list('labels', (label) => ({
      label: label.string('label'),
      value: label.string('value'),
      worse: label.number('worse'),
      others: label.number('others'),
      worsePercent: label.number('worse_percent'),
      othersPercent: label.number('others_percent'),
    })),
    correlations: fields.list('correlations', (label) => ({ label: label.string('label'), rho: label.number('rho') })),
    failingNodes: fields.list('failing_nodes', (node) => ({
      id: node.string('id'),
      name: node.string('name'),
      worse: node.number('worse'),
    })),
    incomplete: fields.number('incomplete'),
  };
}
