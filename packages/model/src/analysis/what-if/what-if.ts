import type { Trace } from '../../trace/trace.ts';
import { asMicros, msFromMicros, type Micros } from '../../units.ts';
import { analyseTrace, type Analysis } from '../analyse.ts';
import { buildLeafGraph } from '../leaf-graph.ts';
import { executionOf, profileOf, type Profile } from '../profile.ts';
import { applyChanges } from './apply.ts';
import { describeChange, WhatIfError, type WhatIfChange } from './changes.ts';
import { predictTrace } from './predicted-trace.ts';
import { MOST_REPLAY_ERROR, prepareGraph, type LimitFidelity, type Prepared } from './prepare.ts';
import type { Plan } from './plan.ts';
import { simulate, type Simulated } from './simulate.ts';
import { limitsOf, suggestChanges } from './suggest.ts';

/** What one execution would have taken; milliseconds. Plain data, which threads and stores can pass on. */
export interface RunPrediction {
  readonly id: string | null;
  readonly started_at: string | null;
  readonly observed_ms: number;
  /** What the simulation gives without a change. */
  readonly replayed_ms: number;
  readonly predicted_ms: number;
}

/** A few values of several runs. */
export interface Spread {
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly max: number;
}

/** What a profile says of the execution, before or after. */
export type WhatIfState = Pick<
  Profile,
  | 'makespan_ms'
  | 'work_ms'
  | 'span_ms'
  | 'parallelism'
  | 'efficiency_percent'
  | 'utilisation_percent'
  | 'workers'
  | 'peak_concurrency'
  | 'critical_path'
  | 'near_critical_paths'
  | 'accounting'
  | 'bottlenecks'
  | 'waits'
> & {
  /** What holds the critical path longest: a node that runs, or a wait. */
  readonly held_by: WhatIfHolder | null;
};

export interface WhatIfHolder {
  readonly kind: 'node' | 'wait';
  /** The node's key, or what was waited for: `concurrency`, `type`, `pool`, `loop`, `rate_limit`, or the cause. */
  readonly id: string;
  /** The node's name; the name of the pool, loop, type or resource. */
  readonly name: string | null;
  readonly critical_ms: number;
  readonly percent_of_makespan: number | null;
}

export interface WhatIfWarning {
  readonly code: keyof typeof WHAT_IF_WARNINGS;
  readonly message: string;
}

export interface WhatIfSuggestion {
  /** Can be sent as it is. */
  readonly change: WhatIfChange;
  readonly text: string;
  readonly predicted_ms: number;
  readonly gain_ms: number;
  readonly gain_percent: number | null;
}

/** What `flowprof what-if --json` and the what-if routes answer. Times are ms with at most three decimals. */
export interface WhatIfAnswer {
  readonly execution: Profile['execution'];
  readonly changes: readonly { readonly change: WhatIfChange; readonly text: string }[];
  readonly observed_ms: number;
  readonly predicted_ms: number;
  /** Negative: shorter. */
  readonly difference_ms: number;
  readonly difference_percent: number | null;
  readonly fidelity: {
    readonly replayed_ms: number;
    /** By how much the simulation without a change differs from what was observed, in percent. */
    readonly error_percent: number;
    /** Whether the limits of the run are simulated; `fixed`: every wait stays as long as it was; `none`: it has none. */
    readonly limits: LimitFidelity;
  };
  readonly warnings: readonly WhatIfWarning[];
  readonly before: WhatIfState;
  readonly after: WhatIfState;
  /** The same changes made to several runs of the workflow, this one among them; null where one was asked for. */
  readonly runs: {
    readonly count: number;
    /** Runs that do not have what a change names. */
    readonly skipped: number;
    readonly observed_ms: Spread;
    readonly predicted_ms: Spread;
    readonly difference_ms: Spread;
    readonly items: readonly RunPrediction[];
  } | null;
  /** The single changes that would help most, the best first; asked for, or given where no change is. */
  readonly suggestions: readonly WhatIfSuggestion[];
  /** The limits that a change can set, as the command line names them. */
  readonly limits: readonly string[];
}

/** What a prediction has to be read with, by code. */
export const WHAT_IF_WARNINGS = {
  low_fidelity: 'Without a change the simulation is off by more than 1%: take the figures as a direction.',
  waits_fixed:
    'Its limits do not explain how the nodes waited: waits stay as long as they were, a raised limit does nothing.',
  waits_unexplained:
    'The source does not tell the limits that its nodes waited for: only unlimited workers shorten those waits.',
  order_inferred: 'It has no dependencies: what started after another ended is taken to have waited for it.',
  not_finished: 'It has not finished: what is open is taken to end where the trace does.',
  failed: 'It failed: nodes that did not run are missing from the prediction too.',
} as const;

export interface WhatIfOptions {
  /** Also tries what would help. */
  readonly suggest?: boolean;
  /** What the same changes come to in other runs of the workflow, and how many of them they could not be made in. */
  readonly others?: { readonly runs: readonly RunPrediction[]; readonly skipped: number };
  /** How many items of the critical paths are listed; 100 when absent. */
  readonly maxPathItems?: number;
  /** Where spans that still run end; see `AnalysisOptions`. */
  readonly now?: Micros;
}

const DEFAULT_PATH_ITEMS = 100;

function ms(micros: number): number {
  return msFromMicros(asMicros(Math.round(micros)));
}

function percentOf(part: number, whole: number): number | null {
  return whole > 0 ? Math.round((part / whole) * 100_000) / 1000 + 0 : null;
}

/** The node or the wait that holds the path longest. */
function holderOf({ bottlenecks, waits, makespan_ms: makespan }: Profile): WhatIfHolder | null {
  const node = bottlenecks[0];
  const wait = waits.toSorted((a, b) => b.critical_ms - a.critical_ms)[0];
  const share = (part: number) => percentOf(part, makespan ?? 0);
  if (wait !== undefined && wait.critical_ms > (node?.critical_ms ?? 0)) {
    const { cause, reason, name, critical_ms } = wait;
    return { kind: 'wait', id: reason ?? cause, name, critical_ms, percent_of_makespan: share(critical_ms) };
  }
  if (node === undefined || node.critical_ms <= 0) return null;
  const { id, name, critical_ms } = node;
  return { kind: 'node', id, name, critical_ms, percent_of_makespan: share(critical_ms) };
}

function stateOf(analysis: Analysis, maxPathItems: number): WhatIfState {
  const profile = profileOf(analysis, { maxPathItems });
  return {
    makespan_ms: profile.makespan_ms,
    work_ms: profile.work_ms,
    span_ms: profile.span_ms,
    parallelism: profile.parallelism,
    efficiency_percent: profile.efficiency_percent,
    utilisation_percent: profile.utilisation_percent,
    workers: profile.workers,
    peak_concurrency: profile.peak_concurrency,
    critical_path: profile.critical_path,
    near_critical_paths: profile.near_critical_paths,
    accounting: profile.accounting,
    bottlenecks: profile.bottlenecks,
    waits: profile.waits,
    held_by: holderOf(profile),
  };
}

function warningsOf({ fidelity, structure, plan }: Prepared): WhatIfWarning[] {
  const { status } = structure.graph.trace.execution;
  const found: (keyof typeof WHAT_IF_WARNINGS)[] = [];
  if (fidelity.error > MOST_REPLAY_ERROR) found.push('low_fidelity');
  if (fidelity.limits === 'fixed') found.push('waits_fixed');
  if (fidelity.limits === 'none' && plan.queued.includes(1)) found.push('waits_unexplained');
  if (structure.isInferred) found.push('order_inferred');
  if (status === 'running' || status === 'pending') found.push('not_finished');
  if (status === 'failed' || status === 'timeout' || status === 'cancelled') found.push('failed');
  return found.map((code) => ({ code, message: WHAT_IF_WARNINGS[code] }));
}

/** A quantile of sorted values by the nearest rank. */
function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { min: sorted[0], p50: quantile(sorted, 0.5), p90: quantile(sorted, 0.9), max: sorted[sorted.length - 1] };
}

function runsOf(own: RunPrediction, others: WhatIfOptions['others']): WhatIfAnswer['runs'] {
  if (others === undefined) return null;
  const items = [own, ...others.runs];
  return {
    count: items.length,
    skipped: others.skipped,
    observed_ms: spreadOf(items.map((run) => run.observed_ms)),
    predicted_ms: spreadOf(items.map((run) => run.predicted_ms)),
    difference_ms: spreadOf(items.map((run) => Math.round((run.predicted_ms - run.observed_ms) * 1000) / 1000)),
    items,
  };
}

function suggestionsOf(prepared: Prepared, analysis: Analysis): WhatIfSuggestion[] {
  return suggestChanges(prepared, analysis).map(({ change, predicted, gain }) => ({
    change,
    text: describeChange(change),
    predicted_ms: ms(predicted),
    gain_ms: ms(gain),
    gain_percent: percentOf(gain, prepared.unchanged.makespan),
  }));
}

function predictionOf({ fidelity }: Prepared, execution: Profile['execution'], makespan: number): RunPrediction {
  return {
    id: execution.id ?? execution.external_id,
    started_at: execution.started_at,
    observed_ms: ms(fidelity.observed),
    replayed_ms: ms(fidelity.replayed),
    predicted_ms: ms(makespan),
  };
}

/** @throws {WhatIfError} `too_long` where changes, each of which makes sense, come to more time than can be counted in µs */
function simulateChanged(plan: Plan): Simulated {
  const simulated = simulate(plan);
  if (Number.isSafeInteger(simulated.makespan) && Number.isSafeInteger(simulated.to)) return simulated;
  throw new WhatIfError('too_long', 'it would take longer than 285 years');
}

/**
 * What one execution would have taken with some changes; for the spread over several runs.
 * @returns null where it does not have what a change names, or nothing of it has started
 */
export function predictRun(trace: Trace, changes: readonly WhatIfChange[]): RunPrediction | null {
  try {
    const prepared = prepareGraph(buildLeafGraph(trace));
    const { makespan } = simulateChanged(applyChanges(prepared.plan, changes));
    return predictionOf(prepared, executionOf(trace), makespan);
  } catch (error) {
    if (error instanceof WhatIfError) return null;
    throw error;
  }
}

/** An answer, with the predicted schedule as a trace to be drawn beside the real one. */
export interface WhatIf {
  readonly answer: WhatIfAnswer;
  readonly predicted: Trace;
}

/**
 * Predicts an execution with changes, by simulating it again under its limits. Without changes the prediction is its
 * repetition, and what would help is tried.
 * @throws {WhatIfError} when a change names what is not there or makes no sense, or nothing of the execution has started
 */
export function whatIf(trace: Trace, changes: readonly WhatIfChange[], options: WhatIfOptions = {}): WhatIf {
  const items = options.maxPathItems ?? DEFAULT_PATH_ITEMS;
  const analysis = analyseTrace(trace, options.now === undefined ? {} : { now: options.now });
  const prepared = prepareGraph(analysis.graph);
  const plan = applyChanges(prepared.plan, changes);
  const simulated = simulateChanged(plan);
  const predicted = predictTrace(plan, simulated, changes);
  const execution = executionOf(trace);
  const own = predictionOf(prepared, execution, simulated.makespan);
  const difference = simulated.makespan - prepared.fidelity.observed;
  const suggest = options.suggest ?? changes.length === 0;
  const answer: WhatIfAnswer = {
    execution,
    changes: changes.map((change) => ({ change, text: describeChange(change) })),
    observed_ms: own.observed_ms,
    predicted_ms: own.predicted_ms,
    difference_ms: ms(difference),
    difference_percent: percentOf(difference, prepared.fidelity.observed),
    fidelity: {
      replayed_ms: own.replayed_ms,
      error_percent: Math.round(prepared.fidelity.error * 100_000) / 1000,
      limits: prepared.fidelity.limits,
    },
    warnings: warningsOf(prepared),
    before: stateOf(analysis, items),
    after: stateOf(analyseTrace(predicted), items),
    runs: runsOf(own, options.others),
    suggestions: suggest ? suggestionsOf(prepared, analysis) : [],
    limits: limitsOf(prepared),
  };
  return { answer, predicted };
}
