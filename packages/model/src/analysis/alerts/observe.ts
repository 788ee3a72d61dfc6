import type { JsonObject } from '../../json.ts';
import { isFailure } from '../../trace/status.ts';
import { asMicros, msFromMicros, type Micros } from '../../units.ts';
import { durationText, percentOf } from '../insights/insight.ts';
import { costOfUsage } from '../cost/cost.ts';
import type { LevelShift } from '../history/level-shift.ts';
import { detectRegression } from '../history/regression.ts';
import type { HistoryRun, NodeSummary, RunSummary } from '../history/run-summary.ts';
import type { AlertCondition, EndedRun, RunUnderWay } from './rule.ts';

/** Where in a run something is, from its start. */
interface AlertPlace {
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

/** Among so many of the nodes that held the run longest is the one to blame; to look at all takes too long. */
const NODES_LOOKED_AT = 10;

/** With fewer runs before it, nothing is usual yet. */
const LEAST_USUAL = 5;

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

function timesOf(runs: readonly HistoryRun[], node: string | null): number[] {
  return runs.flatMap(({ summary }) => {
    const found = node === null ? null : nodeIn(summary, node);
    const time = node === null ? summary.makespan : found && lengthOf(found);
    return time === null ? [] : [time];
  });
}

/** Like is compared with like: the makespan with those of other runs, not with what a source says it took. */
function observeSlower(condition: Of<'slower_than_usual'>, run: EndedRun): Observation | null {
  const { node, percent, runs } = condition;
  const found = node === null ? null : nodeIn(run.summary, node);
  const time = node === null ? (run.summary?.makespan ?? null) : found && lengthOf(found);
  const times = ascending(timesOf(run.baseline ?? run.before.slice(0, runs), node));
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

function onlyNodes(run: HistoryRun, ids: ReadonlySet<string>): HistoryRun {
  return { ...run, summary: { ...run.summary, nodes: run.summary.nodes.filter(({ id }) => ids.has(id)) } };
}

/** The nodes that the level of the last runs is looked for in: the one that is named, else those that held the run longest. */
function nodesLookedAt(node: string | null, { nodes }: RunSummary): ReadonlySet<string> {
  return new Set(node === null ? nodes.slice(0, NODES_LOOKED_AT).map(({ id }) => id) : [node]);
}

/**
 * Without the nodes of other runs that a condition does not look at where many runs are judged together: what is left is
 * quickly handed to a thread, and judged the same.
 */
export function narrowEnd(condition: AlertCondition, run: EndedRun): EndedRun {
  const { summary, before, baseline } = run;
  if (condition.kind !== 'slower_than_usual' || !condition.sustained || summary === null) return run;
  const looked = nodesLookedAt(condition.node, summary);
  const narrow = (one: HistoryRun): HistoryRun => onlyNodes(one, looked);
  return { ...run, before: before.map(narrow), baseline: baseline?.map(narrow) ?? null };
}

/** The level of the last runs against that of the reference, by `detectRegression`: one noisy run is nothing. */
function observeLevel(condition: Of<'slower_than_usual'>, run: EndedRun): Observation | null {
  const { node, percent, runs } = condition;
  const { id, status, summary, before, baseline } = run;
  if (summary === null || status !== 'completed') return null;
  const self = { id, number: null, workflowVersion: null, status, startedAt: null, labels: {}, summary };
  const reference = new Set(baseline?.map((one) => one.id));
  const history = [...(baseline ?? []), ...before.filter((one) => !reference.has(one.id)).toReversed(), self];
  const looked = nodesLookedAt(node, summary);
  const report = detectRegression(
    history.map((one) => onlyNodes(one, looked)),
    {
      reference: baseline === null ? { kind: 'last', runs } : { kind: 'baseline', runIds: [...reference] },
      minEffect: percent / 100,
    },
  );
  const shifted = node === null ? undefined : report.nodes.find((one) => one.id === node);
  const level = node === null ? report.makespan : (shifted?.times ?? null);
  const isKnown = report.verdict !== 'unknown' && report.reference.length >= LEAST_USUAL;
  if (!isKnown || (node === null && level === null)) return null;
  const slower = Math.round((level?.effect ?? 0) * 1000) / 10;
  const isFelt = node === null ? report.verdict === 'slower' && report.scope === 'execution' : level !== null;
  const guilty = report.nodes.find(({ times }) => times.shift > 0);
  return {
    isBreach: isFelt && slower >= percent,
    evidence: {
      usual_ms: level && msFromMicros(level.before),
      level_ms: level && msFromMicros(level.after),
      slower_percent: slower,
      limit_percent: percent,
      runs: report.candidates.length,
      node: node ?? guilty?.id ?? null,
    },
    finding: levelText(report.candidates.length, subjectOf(run, node), level, node === null ? guilty?.name : undefined),
    place: placeOf(nodeIn(summary, node ?? guilty?.id ?? '')),
  };
}

function levelText(runs: number, subject: string, level: LevelShift | null, guilty: string | undefined): string {
  if (level === null) return `${subject} takes as long as usual in the last ${runs} runs`;
  const percent = Math.round((level.effect ?? 0) * 1000) / 10;
  const against = `${Math.abs(percent)}% ${percent < 0 ? 'less' : 'more'} than the usual ${durationText(level.before)}`;
  const because = guilty === undefined ? '' : `, most of it in the node ${guilty}`;
  return `${subject} takes ${durationText(level.after)} in the last ${runs} runs, ${against}${because}`;
}

function observeCost({ limit, prices: own }: Of<'cost'>, { summary, prices: shared }: EndedRun): Observation | null {
  const usage = summary?.usage;
  const prices = own ?? shared;
  if (usage === undefined || prices === null) return null;
  const total = costOfUsage(usage, prices)?.total ?? null;
  if (total === null) return null;
  const { currency } = prices;
  const amount = (value: number): string => `${Number(value.toPrecision(4))} ${currency}`;
  return {
    isBreach: total > limit,
    evidence: { cost: total, limit, currency },
    finding: `the run cost ${amount(total)}, limit ${amount(limit)}`,
    place: null,
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
    finding: failuresText(failed, window.length, rate, percent),
    place: null,
  };
}

function failuresText(failed: number, runs: number, rate: number, limit: number): string {
  if (runs === 1) return failed === 1 ? 'the run failed' : 'the run did not fail';
  return `${failed} of the last ${runs} runs failed (${percentText(rate)}, limit ${percentText(limit)})`;
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
      return condition.sustained ? observeLevel(condition, run) : observeSlower(condition, run);
    case 'cost':
      return observeCost(condition, run);
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
