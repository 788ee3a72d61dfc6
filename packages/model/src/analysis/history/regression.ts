import type { Severity } from '../insights/insight.ts';
import { attribute, attributionView, type Attribution, type AttributionView } from './attribution.ts';
import { deviationsFrom, levelShift, levelShiftView, type LevelShift, type LevelShiftView } from './level-shift.ts';
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
 * `suspect`: one or two runs lie outside of all that was before, which proves nothing yet.
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

/** Seed rule: more than this against the previous run is a regression of high severity. */
const SIMPLE_RULE = 0.2;
const MEDIUM_EFFECT = 0.1;
const DEFAULT_RUNS = 50;
const DEFAULT_EFFECT = 0.05;
const DEFAULT_SIGNIFICANCE = 0.01;
/** How many of the newest runs are tried together. */
const WINDOWS = [3, 4, 5, 7, 10, 15] as const;
/** One or two runs are suspect from so many deviations on. */
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
  if (wanted.kind === 'version') return others.filter(({ workflowVersion }) => workflowVersion === wanted.version);
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

/** The sets that show most when nobody says which runs are to be judged. */
function chooseSets(runs: readonly HistoryRun[], options: RegressionOptions): Sets {
  const judged = judgedRuns(runs, options);
  const sizes = options.reference?.kind === 'previous' ? [1] : WINDOWS;
  let best: Sets | null = null;
  let most = -1;
  for (const size of sizes) {
    if (judged.length < size) break;
    const sets = setsOf(runs, judged.slice(-size), options);
    // Too few before it to tell a level from chance.
    if (sets.reference.length < Math.min(size, 3)) continue;
    const shift = levelShift(sets.reference.map(makespanOf), sets.candidates.map(makespanOf));
    if (shift === null || Math.abs(shift.score) <= most) continue;
    most = Math.abs(shift.score);
    best = sets;
  }
  return best ?? setsOf(runs, judged.slice(-1), options);
}

interface Limits {
  readonly minEffect: number;
  readonly significance: number;
}

/** Which rule, if any, says that a level changed. */
function ruleFor(shift: LevelShift, reference: number, candidates: number, limits: Limits): RegressionRule | null {
  const effect = Math.abs(shift.effect ?? 0);
  if (reference === 1) return candidates === 1 && shift.shift > 0 && effect > SIMPLE_RULE ? 'previous_run' : null;
  if (candidates < 3 || effect < limits.minEffect) return null;
  if (shift.pValue <= limits.significance) return 'rank_test';
  return Math.abs(shift.delta) === 1 && effect > SIMPLE_RULE ? 'separation' : null;
}

function isSuspect(reference: readonly number[], times: readonly number[], minEffect: number): boolean {
  if (reference.length < 2 || times.length === 0 || times.length > 2) return false;
  const deviations = deviationsFrom(reference, times) ?? [];
  const shift = levelShift(reference, times);
  return (
    shift?.delta === 1 && (shift.effect ?? 0) >= minEffect && deviations.every((value) => value >= SUSPECT_DEVIATIONS)
  );
}

/** The nodes whose own time changed beyond chance, counted for how many nodes were looked at (Bonferroni). */
function shiftedNodes({ reference, candidates }: Sets, limits: Limits, order: Attribution | null): NodeShift[] {
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
  const places = new Map((order?.nodes ?? []).map((node, place) => [node.id, place]));
  return found.sort((a, b) => (places.get(a.id) ?? Infinity) - (places.get(b.id) ?? Infinity) || 0);
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
  const named = options.candidates === undefined ? null : new Set(options.candidates);
  const sets =
    named === null
      ? chooseSets(runs, options)
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
  const limits = {
    minEffect: options.minEffect ?? DEFAULT_EFFECT,
    significance: options.significance ?? DEFAULT_SIGNIFICANCE,
  };
  const attribution = attribute(reference, candidates);
  const nodes = shiftedNodes(sets, limits, attribution);
  const found = { ...ids, makespan, nodes, attribution };
  const rule = ruleFor(makespan, reference.length, candidates.length, limits);
  if (rule !== null) return { ...verdictOf(makespan, rule), scope: 'execution', ...found };
  const felt = nodes.find((node) => isFelt(node, makespan, candidates));
  const nodeRule = felt === undefined ? null : ruleFor(felt.times, reference.length, candidates.length, limits);
  if (felt !== undefined && nodeRule !== null) return { ...verdictOf(felt.times, nodeRule), scope: 'node', ...found };
  const verdict = isSuspect(before, after, limits.minEffect) ? 'suspect' : 'unchanged';
  return { verdict, scope: null, rule: null, severity: null, ...found };
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
