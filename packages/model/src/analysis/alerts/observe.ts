import type { JsonObject } from '../../json.ts';
import { isFailure } from '../../trace/status.ts';
import { asMicros, msFromMicros, type Micros } from '../../units.ts';
import { durationText, percentOf } from '../insights/insight.ts';
import type { NodeSummary, RunSummary } from '../history/run-summary.ts';
import type { AlertCondition, EndedRun, RunUnderWay } from './rule.ts';

/** Where in a run something is, from its start. */
export interface AlertPlace {
  readonly from: Micros;
  readonly to: Micros;
  readonly node: string;
}

/** What a run says of a condition. */
export interface Observation {
  readonly isBreach: boolean;
  /** Both numbers and what they are, as people and programs are told: `_ms`, `_percent`. */
  readonly evidence: JsonObject;
  /** What was found, to follow the name of the workflow: `took 12 s, limit 10 s`. */
  readonly finding: string;
  /** The part of the run to look at; null for all of it. */
  readonly place: AlertPlace | null;
}

/** With fewer runs before it, nothing is usual yet. */
export const LEAST_USUAL = 5;

/** How many deviations from the median are within what varies anyway; and what makes the MAD a deviation of normal noise. */
const DEVIATIONS = 3;
const NORMAL = 1.4826;

/** The fewest percent in which a failure rate is told of are tenths. */
const percentText = (percent: number): string => `${Math.round(percent * 10) / 10}%`;

function nodeIn(summary: RunSummary | null, node: string): NodeSummary | null {
  return summary?.nodes.find(({ id }) => id === node) ?? null;
}

function placeOf(node: NodeSummary | null): AlertPlace | null {
  return node === null ? null : { from: node.from, to: node.to, node: node.name };
}

/** From the first submission of a node to the last end, by the clock. */
function lengthOf({ from, to }: NodeSummary): Micros {
  return asMicros(to - from);
}

/** What a run, or a node in it, took. Null where that is not known, as of a node that did not run. */
function timeOf(run: EndedRun, node: string | null): Micros | null {
  if (node === null) return run.duration ?? run.summary?.makespan ?? null;
  const found = nodeIn(run.summary, node);
  return found && lengthOf(found);
}

function subjectOf(run: EndedRun, node: string | null): string {
  return node === null ? 'the run' : `the node ${nodeIn(run.summary, node)?.name ?? node}`;
}

/** A run that did not complete is no proof of being quick, but may have taken too long all the same. */
function isUnproven(run: EndedRun, isBreach: boolean): boolean {
  return !isBreach && run.status !== 'completed';
}

type Of<Kind extends AlertCondition['kind']> = Extract<AlertCondition, { readonly kind: Kind }>;

function observeLimit({ node, limit }: Of<'duration_limit'>, run: EndedRun): Observation | null {
  const time = timeOf(run, node);
  if (time === null || isUnproven(run, time > limit)) return null;
  return {
    isBreach: time > limit,
    evidence: { duration_ms: msFromMicros(time), limit_ms: msFromMicros(limit), node },
    finding: `${subjectOf(run, node)} took ${durationText(time)}, limit ${durationText(limit)}`,
    place: node === null ? null : placeOf(nodeIn(run.summary, node)),
  };
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

function timesBefore({ before }: EndedRun, node: string | null): number[] {
  return before.flatMap((summary) => {
    const found = node === null ? null : nodeIn(summary, node);
    const time = node === null ? summary.makespan : found && lengthOf(found);
    return time === null ? [] : [time];
  });
}

/** Like is compared with like: the makespan with those of other runs, not with what a source says it took. */
function observeSlower({ node, percent, runs }: Of<'slower_than_usual'>, run: EndedRun): Observation | null {
  const found = node === null ? null : nodeIn(run.summary, node);
  const time = node === null ? (run.summary?.makespan ?? null) : found && lengthOf(found);
  const times = ascending(timesBefore(run, node).slice(0, runs));
  if (time === null || run.status !== 'completed' || times.length < LEAST_USUAL) return null;
  const usual = asMicros(Math.round(median(times)));
  const noise = median(ascending(times.map((one) => Math.abs(one - usual)))) * NORMAL * DEVIATIONS;
  const slower = usual > 0 ? (time / usual - 1) * 100 : 0;
  const rounded = Math.round(slower * 10) / 10;
  return {
    isBreach: slower > percent && time > usual + noise,
    evidence: {
      duration_ms: msFromMicros(time),
      usual_ms: msFromMicros(usual),
      slower_percent: rounded,
      limit_percent: percent,
      runs: times.length,
      node,
    },
    finding:
      `${subjectOf(run, node)} took ${durationText(time)}, ${Math.abs(rounded)}% ${rounded < 0 ? 'less' : 'more'} ` +
      `than the usual ${durationText(usual)}`,
    place: placeOf(found),
  };
}

function observeRetries({ node, moreThan }: Of<'unexpected_retries'>, run: EndedRun): Observation | null {
  if (run.status === 'cancelled') return null;
  const found = run.retries.filter(
    (one) => one.verdict === 'unexpected' && (node === null || one.node === node || one.node.startsWith(`${node}[`)),
  );
  const [first] = found;
  const isBreach = found.length > moreThan;
  // A run that broke off before the node says nothing of it.
  if (isUnproven(run, isBreach)) return null;
  const reason = first === undefined ? '' : `: ${first.node}, ${first.reason}`;
  return {
    isBreach,
    evidence: {
      unexpected_retries: found.length,
      limit: moreThan,
      nodes: found.slice(0, 10).map((one) => ({ node: one.node, reason: one.reason })),
    },
    finding: `${found.length} ${found.length === 1 ? 'node' : 'nodes'} retried or failed unexpectedly${reason}`,
    place: null,
  };
}

function observeDeadlineKept({ limit }: Of<'deadline'>, run: EndedRun): Observation | null {
  const { duration } = run;
  if (duration === null || isUnproven(run, duration > limit)) return null;
  return {
    isBreach: duration > limit,
    evidence: { duration_ms: msFromMicros(duration), limit_ms: msFromMicros(limit) },
    finding: `the run took ${durationText(duration)}, deadline ${durationText(limit)}`,
    place: null,
  };
}

/** What the last runs, this among them, say of how many fail. @param outcomes of each whether it failed, the last one last */
export function observeFailures(
  { percent, runs, minRuns }: Of<'failure_rate'>,
  outcomes: readonly boolean[],
): Observation | null {
  const window = outcomes.slice(-runs);
  if (window.length < minRuns) return null;
  const failed = window.filter(Boolean).length;
  const rate = percentOf(failed, window.length);
  return {
    isBreach: rate > percent,
    evidence: { failed, runs: window.length, failed_percent: rate, limit_percent: percent },
    finding: `${failed} of the last ${window.length} runs failed (${percentText(rate)}, limit ${percentText(percent)})`,
    place: null,
  };
}

/** Whether a run counts as failed for the failure rate; null where it counts neither way: somebody cancelled it. */
export function outcomeOf({ status }: EndedRun): boolean | null {
  if (status === 'completed') return false;
  return isFailure(status) ? true : null;
}

/** What one run by itself says of a condition; null where it says nothing, as while too little is known. */
export function observeRun(
  condition: Exclude<AlertCondition, { readonly kind: 'failure_rate' }>,
  run: EndedRun,
): Observation | null {
  switch (condition.kind) {
    case 'duration_limit':
      return observeLimit(condition, run);
    case 'slower_than_usual':
      return observeSlower(condition, run);
    case 'unexpected_retries':
      return observeRetries(condition, run);
    case 'deadline':
      return observeDeadlineKept(condition, run);
    default:
      return condition satisfies never;
  }
}

/** What a run that is under way says of its deadline: that it is past or at risk. While neither is so, nothing. */
export function observeUnderWay(condition: AlertCondition, run: RunUnderWay): Observation | null {
  if (condition.kind !== 'deadline') return null;
  const { limit, riskPercent } = condition;
  const evidence = { elapsed_ms: msFromMicros(run.elapsed), limit_ms: msFromMicros(limit) };
  if (run.elapsed > limit) {
    const finding = `the run is not done after ${durationText(run.elapsed)}, deadline ${durationText(limit)}`;
    return { isBreach: true, evidence, finding, place: null };
  }
  if (riskPercent === null || run.riskPercent === null || run.riskPercent < riskPercent) return null;
  return {
    isBreach: true,
    evidence: { ...evidence, risk_percent: run.riskPercent, limit_percent: riskPercent },
    finding: `the run will miss its deadline of ${durationText(limit)} with ${percentText(run.riskPercent)} probability`,
    place: null,
  };
}
