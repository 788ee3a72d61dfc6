import type { Severity } from '../insights/insight.ts';
import { attribute, attributionView, type Attribution, type AttributionView } from './attribution.ts';
import { deviationsFrom, neededScore } from './evidence.ts';
import { levelShift, levelShiftView, type LevelShift, type LevelShiftView } from './level-shift.ts';
import { levelBounds } from './change-points.ts';
import { isConfirmed, LEAST_REFERENCE, scanNewest, type ChangeLimits } from './scan.ts';
import { comparableRuns, followedNodes, makespanOf, nodesById, ownTime, pathTime } from './series.ts';
import type { HistoryRun } from './run-summary.ts';

/** What runs are compared with. */
export type RegressionReference =
  /** The run before: the simple rule of more than 20%. */
  | { readonly kind: 'previous' }
  /** The last so many runs before. */
  | { readonly kind: 'last'; readonly runs: number }
  /** Chosen runs. */
  | { readonly kind: 'baseline'; readonly runIds: readonly string[] }
  /** The runs of a version of the workflow. */
  | { readonly kind: 'version'; readonly version: number };

export interface RegressionOptions {
  /** The last 50 runs when absent. */
  readonly reference?: RegressionReference;
  /** The ids of the runs that are judged; when absent, as many of the newest as show most, 3 to 15. */
  readonly candidates?: readonly string[];
  /** The least change that counts, as a share; 0.05 when absent. */
  readonly minEffect?: number;
  /** Up to which probability of chance a change counts; 0.01 when absent. */
  readonly significance?: number;
}

/**
 * `suspect`: the newest runs, mostly one or two, lie outside of all that was before, which proves nothing yet.
 * `unknown`: there are not enough runs to say anything.
 */
export type RegressionVerdict = 'slower' | 'faster' | 'suspect' | 'unchanged' | 'unknown';

/** What decided: the rank test; that all runs lie beyond all others and 20% apart, where there are too few for it; or 20% against one run. */
export type RegressionRule = 'rank_test' | 'separation' | 'previous_run';

/** A node whose own time changed. */
export interface NodeShift {
  readonly id: string;
  readonly name: string;
  readonly times: LevelShift;
}

export interface RegressionReport {
  readonly verdict: RegressionVerdict;
  /** What changed: the makespan, or only what a node takes. Null when nothing did. */
  readonly scope: 'execution' | 'node' | null;
  readonly rule: RegressionRule | null;
  /** Of what is slower: high from 20%, medium from 10%. */
  readonly severity: Severity | null;
  /** The ids of the runs that were compared, oldest first. */
  readonly reference: readonly string[];
  readonly candidates: readonly string[];
  /** Null when there was nothing to compare. */
  readonly makespan: LevelShift | null;
  /** The nodes that changed beyond chance, what changed the makespan most first. */
  readonly nodes: readonly NodeShift[];
  readonly attribution: Attribution | null;
}

/** The simple rule: more than this against the previous run is a regression of high severity. */
const SIMPLE_RULE = 0.2;
const MEDIUM_EFFECT = 0.1;
const DEFAULT_RUNS = 50;
const DEFAULT_EFFECT = 0.05;
const DEFAULT_SIGNIFICANCE = 0.01;
/** How many of the newest runs are judged when none of them shows anything. */
const QUIET_RUNS = 5;
/** Against a chosen set or a version, how many of the newest. */
const MAX_JUDGED = 50;
/** How many of the newest runs are divided into levels, and how many of them are new at most. */
const SHORT_HISTORY = 100;
const MAX_NEW = 15;
/** Of a version, how many of the newest are compared with. */
const MAX_REFERENCE = 200;
/** Runs are suspect from so many deviations on. */
const SUSPECT_DEVIATIONS = 4;
/** The least part of the makespan by which a node's change counts. */
const LEAST_NODE_SHARE = 0.01;

interface Sets {
  readonly reference: readonly HistoryRun[];
  readonly candidates: readonly HistoryRun[];
}

function referenceFor(
  runs: readonly HistoryRun[],
  from: number,
  chosen: ReadonlySet<string>,
  options: RegressionOptions,
) {
  const wanted = options.reference ?? { kind: 'last', runs: DEFAULT_RUNS };
  const others = runs.filter(({ id }) => !chosen.has(id));
  const before = runs.slice(0, from).filter(({ id }) => !chosen.has(id));
  if (wanted.kind === 'previous') return before.slice(-1);
  if (wanted.kind === 'last') return wanted.runs >= 1 ? before.slice(-Math.floor(wanted.runs)) : [];
  if (wanted.kind === 'version') {
    return others.filter(({ workflowVersion }) => workflowVersion === wanted.version).slice(-MAX_REFERENCE);
  }
  const ids = new Set(wanted.runIds);
  return others.filter(({ id }) => ids.has(id));
}

/** Which of the runs may be judged when none are named: none of those that they are compared with. */
function judgedRuns(runs: readonly HistoryRun[], { reference }: RegressionOptions): readonly HistoryRun[] {
  if (reference?.kind === 'baseline') {
    const ids = new Set(reference.runIds);
    return runs.filter(({ id }) => !ids.has(id));
  }
  if (reference?.kind !== 'version') return runs;
  const newest = runs.findLast(({ workflowVersion }) => workflowVersion !== reference.version);
  return newest === undefined ? [] : runs.filter(({ workflowVersion }) => workflowVersion === newest.workflowVersion);
}

function setsOf(runs: readonly HistoryRun[], candidates: readonly HistoryRun[], options: RegressionOptions): Sets {
  const chosen = new Set(candidates.map(({ id }) => id));
  const from = candidates.length === 0 ? 0 : runs.indexOf(candidates[0]);
  return { candidates, reference: referenceFor(runs, from, chosen, options) };
}

/** The runs to judge when nobody says which: those since the latest change that shows, else the newest. */
function chooseSets(runs: readonly HistoryRun[], options: RegressionOptions, limits: ChangeLimits): Sets {
  const { reference } = options;
  const judged = judgedRuns(runs, options);
  if (reference?.kind === 'previous') return setsOf(runs, judged.slice(-1), options);
  if (reference?.kind === 'baseline' || reference?.kind === 'version')
    return setsOf(runs, judged.slice(-MAX_JUDGED), options);
  const change = scanNewest(runs, limits);
  if (change !== null) return setsOf(runs, runs.slice(change.first), options);
  // In a short history, what is looked at for steps may leave the new level among what it is held against.
  const from = levelBounds(runs.slice(-SHORT_HISTORY).map(makespanOf), limits.minEffect).at(-2) ?? 0;
  const since = runs.slice(-SHORT_HISTORY).slice(from);
  if (from > 0 && since.length <= MAX_NEW) return setsOf(runs, since, options);
  const newest = Math.min(QUIET_RUNS, Math.floor(runs.length / 2));
  return setsOf(runs, runs.slice(-Math.max(1, newest)), options);
}

/** Which rule, if any, says that a level changed. */
function ruleFor(
  shift: LevelShift,
  reference: number,
  candidates: number,
  limits: ChangeLimits,
): RegressionRule | null {
  const effect = Math.abs(shift.effect ?? 0);
  if (reference === 1) return candidates === 1 && shift.shift > 0 && effect > SIMPLE_RULE ? 'previous_run' : null;
  if (candidates < 3) return null;
  const needed = neededScore(limits.significance, reference);
  if (reference >= LEAST_REFERENCE && isConfirmed(shift, limits) && Math.abs(shift.score) >= needed) return 'rank_test';
  return Math.abs(shift.delta) === 1 && effect > SIMPLE_RULE ? 'separation' : null;
}

/** How many of the newest runs, one after the other, lie beyond all that was before, and far; 0 when the newest does not. */
function suspectRuns(reference: readonly number[], newest: readonly number[], minEffect: number): number {
  if (reference.length < 3) return 0;
  const deviations = deviationsFrom(reference, newest) ?? [];
  const most = reference.reduce((longest, time) => Math.max(longest, time), 0);
  const within = newest.findLastIndex((time, i) => time <= most || deviations[i] < SUSPECT_DEVIATIONS);
  const count = newest.length - 1 - within;
  const shift = levelShift(reference, newest.slice(newest.length - count));
  return (shift?.effect ?? 0) >= minEffect ? count : 0;
}

/** The nodes whose own time changed beyond chance, counted for how many nodes were looked at (Bonferroni). */
function shiftedNodes({ reference, candidates }: Sets, limits: ChangeLimits): NodeShift[] {
  const followed = followedNodes([...reference, ...candidates]);
  const [before, after] = [reference.map(nodesById), candidates.map(nodesById)];
  const strict = { ...limits, significance: limits.significance / Math.max(1, followed.size) };
  const found: NodeShift[] = [];
  for (const [id, name] of followed) {
    const times = levelShift(
      before.map((nodes) => ownTime(nodes.get(id))),
      after.map((nodes) => ownTime(nodes.get(id))),
    );
    if (times === null || ruleFor(times, before.length, after.length, strict) === null) continue;
    found.push({ id, name, times });
  }
  return found;
}

/** Whether a node that changed matters for the makespan. */
function isFelt({ times, id }: NodeShift, makespan: LevelShift, candidates: readonly HistoryRun[]): boolean {
  const isOnPath = candidates.some((run) => pathTime(nodesById(run).get(id)) > 0);
  return isOnPath && Math.abs(times.shift) >= LEAST_NODE_SHARE * makespan.before;
}

function severityOf(effect: number): Severity {
  if (effect > SIMPLE_RULE) return 'high';
  return effect >= MEDIUM_EFFECT ? 'medium' : 'low';
}

const NOTHING = {
  verdict: 'unknown',
  scope: null,
  rule: null,
  severity: null,
  makespan: null,
  nodes: [],
  attribution: null,
} as const;

/**
 * Whether runs are slower or faster than others of their workflow, beyond chance, and what makes them so. Only completed runs
 * count; the history is oldest first. One noisy run is no regression: from two earlier runs on it takes three.
 */
export function detectRegression(history: readonly HistoryRun[], options: RegressionOptions = {}): RegressionReport {
  const runs = comparableRuns(history);
  const limits = {
    minEffect: options.minEffect ?? DEFAULT_EFFECT,
    significance: options.significance ?? DEFAULT_SIGNIFICANCE,
  };
  const named = options.candidates === undefined ? null : new Set(options.candidates);
  const sets =
    named === null
      ? chooseSets(runs, options, limits)
      : setsOf(
          runs,
          runs.filter(({ id }) => named.has(id)),
          options,
        );
  const { reference, candidates } = sets;
  const ids = { reference: reference.map(({ id }) => id), candidates: candidates.map(({ id }) => id) };
  const [before, after] = [reference.map(makespanOf), candidates.map(makespanOf)];
  const makespan = levelShift(before, after);
  if (makespan === null) return { ...NOTHING, ...ids };
  const shifted = shiftedNodes(sets, limits);
  const decisive = decide(sets, makespan, shifted, limits);
  const attribution = attribute(reference, candidates, decisive === null ? undefined : Math.sign(decisive.times.shift));
  const nodes = inOrderOf(attribution, shifted);
  const found = { ...ids, makespan, nodes, attribution };
  if (decisive !== null) return { ...verdictOf(decisive.times, decisive.rule), scope: decisive.scope, ...found };
  const suspects = suspectRuns(before, after, limits.minEffect);
  if (named === null && suspects > 0 && suspects < candidates.length) {
    // Only they are worth a look, against all that was before them.
    return detectRegression(history, { ...options, candidates: ids.candidates.slice(-suspects) });
  }
  const verdict = suspects > 0 ? 'suspect' : 'unchanged';
  return { verdict, scope: null, rule: null, severity: null, ...found };
}

/** What shows the change: the makespan, else the node that changed and is felt most. */
function decide(
  { reference, candidates }: Sets,
  makespan: LevelShift,
  nodes: readonly NodeShift[],
  limits: ChangeLimits,
) {
  const rule = ruleFor(makespan, reference.length, candidates.length, limits);
  if (rule !== null) return { scope: 'execution' as const, times: makespan, rule };
  // One run says nothing of what its nodes usually take.
  if (reference.length === 1) return null;
  let most: { scope: 'node'; times: LevelShift; rule: RegressionRule } | null = null;
  for (const node of nodes) {
    const own = ruleFor(node.times, reference.length, candidates.length, limits);
    if (own === null || !isFelt(node, makespan, candidates)) continue;
    if (most !== null && Math.abs(node.times.shift) <= Math.abs(most.times.shift)) continue;
    most = { scope: 'node', times: node.times, rule: own };
  }
  return most;
}

/** The nodes in the order in which the attribution has them. */
function inOrderOf(attribution: Attribution | null, nodes: readonly NodeShift[]): NodeShift[] {
  const places = new Map((attribution?.nodes ?? []).map((node, place) => [node.id, place]));
  const placeOf = ({ id }: NodeShift): number => places.get(id) ?? places.size;
  return nodes.toSorted((a, b) => placeOf(a) - placeOf(b));
}

function verdictOf({ shift, effect }: LevelShift, rule: RegressionRule) {
  const isSlower = shift > 0;
  return {
    verdict: isSlower ? ('slower' as const) : ('faster' as const),
    rule,
    severity: isSlower ? severityOf(Math.abs(effect ?? 0)) : null,
  };
}

/** A `RegressionReport` as the outside has it. */
export interface RegressionView {
  readonly verdict: RegressionVerdict;
  readonly scope: 'execution' | 'node' | null;
  readonly rule: RegressionRule | null;
  readonly severity: Severity | null;
  readonly reference_runs: readonly string[];
  readonly candidate_runs: readonly string[];
  readonly makespan: LevelShiftView | null;
  readonly nodes: readonly ({ readonly id: string; readonly name: string } & LevelShiftView)[];
  readonly attribution: AttributionView | null;
}

/** Turns a report into what the outside sees. */
export function regressionView(report: RegressionReport): RegressionView {
  const { verdict, scope, rule, severity, reference, candidates, makespan, nodes, attribution } = report;
  return {
    verdict,
    scope,
    rule,
    severity,
    reference_runs: reference,
    candidate_runs: candidates,
    makespan: makespan === null ? null : levelShiftView(makespan),
    nodes: nodes.map(({ id, name, times }) => ({ id, name, ...levelShiftView(times) })),
    attribution: attribution === null ? null : attributionView(attribution),
  };
}
