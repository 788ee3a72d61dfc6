import type { JsonObject } from '../json.ts';
import type { Cause } from '../trace/phases.ts';
import { statusCode, type Status } from '../trace/status.ts';
import { KIND, type Trace, type Warning } from '../trace/trace.ts';
import { isoFromEpoch, msFromMicros, type Micros } from '../units.ts';
import { analyseTrace, type Analysis, type AnalysisOptions } from './analyse.ts';
import { costOf } from './cost/cost.ts';
import type { PriceTable } from './cost/prices.ts';
import { profileCost, type ProfileCost } from './cost/profile-cost.ts';
import type { Severity } from './insights/insight.ts';
import { parallelisationOf, type ProfileParallelisation } from './parallelisation/parallelisation.ts';
import { nodeId } from './leaf-graph.ts';
import { profileNodes, type ProfileNodes } from './profile-nodes.ts';
import {
  profileNearCriticalPaths,
  profilePath,
  profileRecordedPath,
  type ProfileCriticalPath,
  type ProfileNearCriticalPath,
  type ProfileRecordedPath,
} from './profile-path.ts';
import type { RetryVerdict } from './retries.ts';

export interface ProfileBottleneck {
  readonly id: string;
  readonly name: string;
  /** The instance that held the critical path longest. */
  readonly span_id: string;
  readonly count: number;
  readonly total_ms: number;
  readonly self_ms: number;
  readonly critical_ms: number;
  /** `critical_ms` in percent. */
  readonly percent_of_makespan: number | null;
  /** `total_ms` in percent; more than 100 where instances run at once. */
  readonly total_percent_of_makespan: number | null;
  /** The least slack of its instances. */
  readonly slack_ms: number | null;
  /** How much earlier the execution would end if none of them took any time; of spans, any time of their own. */
  readonly drag_ms: number | null;
}

/** What nodes waited for, all waits for the same thing summed. */
export interface ProfileWait {
  readonly cause: Cause;
  /** `concurrency`, `type`, `loop`, `pool`, `rate_limit`, `backpressure`, `dependency`, `dispatch`, or the source's own words. */
  readonly reason: string | null;
  /** The node type, loop, pool or resource. */
  readonly name: string | null;
  /** Places, or starts a second. */
  readonly limit: number | null;
  readonly count: number;
  readonly total_ms: number;
  /** The part on the critical path. */
  readonly critical_ms: number;
}

export interface ProfileRetry {
  readonly id: string;
  readonly name: string;
  readonly attempts: number;
  readonly verdict: RetryVerdict;
  readonly reason: string;
  /** Failed attempts and the waits between attempts. */
  readonly cost_ms: number;
  /** What of them held the critical path. */
  readonly critical_ms: number;
}

export interface ProfileInsight {
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly advice: string;
  readonly gain_ms: number | null;
  readonly evidence: JsonObject;
}

/** What an execution says of itself. */
export interface ProfileExecution {
  readonly id: string | null;
  readonly external_id: string | null;
  readonly name: string;
  readonly workflow: string | null;
  readonly status: Status;
  readonly source_format: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly recorded_duration_ms: number | null;
}

/** What `flowprof profile --json` and the profile endpoint answer. Times are ms with at most three decimals. */
export interface Profile {
  readonly execution: ProfileExecution;
  readonly counts: {
    readonly nodes: number;
    /** The nodes that contain no others and have started; without nodes the topmost spans. */
    readonly leaf_nodes: number;
    /** Every leaf that was not skipped once, and every retry of it. */
    readonly attempts: number;
    readonly spans: number;
    /** The records of the source; where it does not tell, spans and annotations. */
    readonly events: number;
    /** Dependencies of nodes, and links between spans. */
    readonly edges: number;
  };
  readonly makespan_ms: number | null;
  readonly work_ms: number | null;
  readonly span_ms: number | null;
  readonly span_released_ms: number | null;
  readonly lower_bound_ms: number | null;
  readonly parallelism: number | null;
  readonly efficiency_percent: number | null;
  readonly utilisation_percent: number | null;
  /** What utilisation and lower bound count with. */
  readonly workers: number | null;
  readonly peak_concurrency: number | null;
  readonly queue_wait_ms: number | null;
  readonly parallelisation: ProfileParallelisation | null;
  readonly critical_path: ProfileCriticalPath | null;
  /** The critical path that the source itself records; null where it records none. */
  readonly recorded_critical_path: ProfileRecordedPath | null;
  /** What becomes critical next, the least slack first; the first 5. Null where slack is not known. */
  readonly near_critical_paths: readonly ProfileNearCriticalPath[] | null;
  readonly accounting: {
    readonly total_ms: number;
    readonly causes: Readonly<Record<Cause, number>>;
  } | null;
  /** The accounting by node. */
  readonly node_accounts: ProfileNodes | null;
  readonly bottlenecks: readonly ProfileBottleneck[];
  /** What held the critical path longest first; the first 20. */
  readonly waits: readonly ProfileWait[];
  readonly retries: readonly ProfileRetry[];
  readonly insights: readonly ProfileInsight[];
  /** Null where there is neither a price list nor a call of a model. */
  readonly cost: ProfileCost | null;
  readonly warnings: readonly Warning[];
}

export interface ProfileOptions extends AnalysisOptions {
  /** How many items of the critical path are listed; 1000 when absent. */
  readonly maxPathItems?: number;
  /** What things cost; without, only tokens are counted. */
  readonly prices?: PriceTable | null;
}

const DEFAULT_PATH_ITEMS = 1000;
const MOST_WAITS = 20;

function round(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}

function ms(time: Micros | null): number | null {
  return time === null ? null : msFromMicros(time);
}

function percent(fraction: number | null): number | null {
  return fraction === null ? null : round(fraction * 100, 3);
}

function share(part: Micros, whole: Micros | null): number | null {
  return whole === null || whole === 0 ? null : percent(part / whole);
}

function accountingOf({ accounting }: Analysis): Profile['accounting'] {
  if (accounting === null) return null;
  const { totals } = accounting;
  return {
    total_ms: msFromMicros(accounting.total),
    causes: {
      work: msFromMicros(totals.work),
      queue: msFromMicros(totals.queue),
      rate_limit: msFromMicros(totals.rate_limit),
      retry_backoff: msFromMicros(totals.retry_backoff),
      failed_attempts: msFromMicros(totals.failed_attempts),
      sleep: msFromMicros(totals.sleep),
      callback: msFromMicros(totals.callback),
      engine: msFromMicros(totals.engine),
      unaccounted: msFromMicros(totals.unaccounted),
    },
  };
}

/** What a profile says of the execution itself. */
export function executionOf({ execution }: Trace): ProfileExecution {
  return {
    id: execution.id,
    external_id: execution.externalId,
    name: execution.name,
    workflow: execution.workflow,
    status: execution.status,
    source_format: execution.sourceFormat,
    started_at: execution.startedAt === null ? null : isoFromEpoch(execution.startedAt),
    ended_at: execution.endedAt === null ? null : isoFromEpoch(execution.endedAt),
    recorded_duration_ms: ms(execution.recordedDuration),
  };
}

/** One attempt for each leaf that was not skipped, and one for each further attempt that a span tells of. */
function countAttempts({ trace: { spans }, leaves }: Analysis['graph']): number {
  const skipped = statusCode('skipped');
  let attempts = 0;
  for (const row of leaves.span) if (spans.status[row] !== skipped) attempts++;
  const tried = new Set<number>();
  for (let row = 0; row < spans.length; row++) {
    if (spans.kind[row] !== KIND.attempt) continue;
    if (tried.has(spans.parent[row])) attempts++;
    else tried.add(spans.parent[row]);
  }
  return attempts;
}

function countsOf(graph: Analysis['graph']): Profile['counts'] {
  const { trace, leaves } = graph;
  return {
    nodes: trace.nodes.length,
    leaf_nodes: leaves.length,
    attempts: countAttempts(graph),
    spans: trace.spans.length,
    events: trace.execution.eventCount ?? trace.spans.length + trace.annotations.length,
    edges: trace.nodes.deps.length + trace.links.from.length,
  };
}

function listsOf({ bottlenecks, waits, retries, insights, measures, graph }: Analysis) {
  const { nodes } = graph.trace;
  const makespan = measures?.makespan ?? null;
  return {
    bottlenecks: bottlenecks.map((b) => ({
      id: b.id,
      name: b.name,
      span_id: b.spanId,
      count: b.count,
      total_ms: msFromMicros(b.total),
      self_ms: msFromMicros(b.self),
      critical_ms: msFromMicros(b.critical),
      percent_of_makespan: share(b.critical, makespan),
      total_percent_of_makespan: share(b.total, makespan),
      slack_ms: ms(b.slack),
      drag_ms: ms(b.drag),
    })),
    waits: waits.slice(0, MOST_WAITS).map(({ cause, reason, count, total, critical }) => ({
      cause,
      reason: reason?.kind ?? null,
      name: reason?.name ?? null,
      limit: reason?.limit ?? null,
      count,
      total_ms: msFromMicros(total),
      critical_ms: msFromMicros(critical),
    })),
    retries: retries.map(({ nodeRow, attempts, verdict, reason, cost, critical }) => ({
      id: nodeId(nodes, nodeRow),
      name: nodes.name[nodeRow],
      attempts,
      verdict,
      reason,
      cost_ms: msFromMicros(cost),
      critical_ms: msFromMicros(critical),
    })),
    insights: insights.map(({ rule, severity, title, advice, gain, evidence }) => ({
      rule,
      severity,
      title,
      advice,
      gain_ms: ms(gain),
      evidence,
    })),
  };
}

/** The profile of an analysis that has been made already; see `buildProfile`. */
export function profileOf(analysis: Analysis, options: Pick<ProfileOptions, 'maxPathItems' | 'prices'> = {}): Profile {
  const { measures, graph } = analysis;
  const cost = costOf(analysis, options.prices ?? null);
  return {
    execution: executionOf(graph.trace),
    counts: countsOf(graph),
    makespan_ms: ms(measures?.makespan ?? null),
    work_ms: ms(measures?.work ?? null),
    span_ms: ms(measures?.span ?? null),
    span_released_ms: ms(measures?.spanReleased ?? null),
    lower_bound_ms: ms(measures?.lowerBound ?? null),
    parallelism: measures === null || measures.parallelism === null ? null : round(measures.parallelism, 6),
    efficiency_percent: percent(measures?.efficiency ?? null),
    utilisation_percent: percent(measures?.utilisation ?? null),
    workers: measures?.workers ?? null,
    peak_concurrency: measures?.peakConcurrency ?? null,
    queue_wait_ms: ms(measures?.queueWait ?? null),
    parallelisation: parallelisationOf(analysis),
    critical_path: profilePath(analysis, options.maxPathItems ?? DEFAULT_PATH_ITEMS),
    recorded_critical_path: profileRecordedPath(analysis, options.maxPathItems ?? DEFAULT_PATH_ITEMS),
    near_critical_paths: profileNearCriticalPaths(analysis),
    accounting: accountingOf(analysis),
    node_accounts: profileNodes(analysis),
    ...listsOf(analysis),
    cost: cost && profileCost(cost),
    warnings: [...graph.trace.warnings, ...graph.warnings],
  };
}

/**
 * The profile of an execution: where its time went, what held it up, and what would help. Never throws for what a
 * trace holds; what it does not tell is null.
 */
export function buildProfile(trace: Trace, options: ProfileOptions = {}): Profile {
  return profileOf(analyseTrace(trace, options), options);
}
