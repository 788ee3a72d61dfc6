import type { JsonObject } from '../json.ts';
import type { Cause } from '../trace/phases.ts';
import { statusCode, type Status } from '../trace/status.ts';
import { KIND, NONE, spanIdAt, spanNameAt, type Trace, type Warning } from '../trace/trace.ts';
import { asMicros, isoFromEpoch, msFromMicros, type Micros } from '../units.ts';
import { analyseTrace, type Analysis, type AnalysisOptions } from './analyse.ts';
import { costOf } from './cost/cost.ts';
import type { PriceTable } from './cost/prices.ts';
import { profileCost, type ProfileCost } from './cost/profile-cost.ts';
import type { DependencyPath } from './dependency-path.ts';
import type { Severity } from './insights/insight.ts';
import { parallelisationOf, type ProfileParallelisation } from './parallelisation/parallelisation.ts';
import { leafId, nodeId } from './leaf-graph.ts';
import type { RetryVerdict } from './retries.ts';
import type { SpanPath } from './span-path.ts';

/** A step of the critical path: a node, or a span where the source knows no dependencies. */
export interface ProfilePathItem {
  /** The node's key (with its iteration), or the span's id. */
  readonly id: string;
  readonly name: string;
  /** The id of its span. */
  readonly span_id: string;
  readonly start_ms: number;
  /** From its start, its first waits excluded, to its end. */
  readonly duration_ms: number;
  /** Negative where clocks are skewed. */
  readonly gap_before_ms: number;
  /** Along dependencies: the duration less its waits. Along spans: the time that was its own on the path. */
  readonly self_ms: number;
}

export interface ProfileCriticalPath {
  readonly kind: 'dependencies' | 'spans';
  /** First to last; the first `maxPathItems` of them. */
  readonly items: readonly ProfilePathItem[];
  /** How many there are in all. */
  readonly item_count: number;
  /** `lead_ms + on_path_ms + gaps_ms` is the makespan. */
  readonly on_path_ms: number;
  readonly gaps_ms: number;
  readonly lead_ms: number;
  readonly negative_gaps: number;
}

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
}

export interface ProfileInsight {
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly advice: string;
  readonly gain_ms: number | null;
  readonly evidence: JsonObject;
}

/** What `flowprof profile --json` and the profile endpoint answer. Times are ms with at most three decimals. */
export interface Profile {
  readonly execution: {
    readonly id: string | null;
    readonly external_id: string | null;
    readonly name: string;
    readonly workflow: string | null;
    readonly status: Status;
    readonly source_format: string;
    readonly started_at: string | null;
    readonly ended_at: string | null;
    readonly recorded_duration_ms: number | null;
  };
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
  readonly accounting: {
    readonly total_ms: number;
    readonly causes: Readonly<Record<Cause, number>>;
  } | null;
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

/** Microseconds straight from a column, as milliseconds. */
function columnMs(time: number): number {
  return msFromMicros(asMicros(time));
}

function percent(fraction: number | null): number | null {
  return fraction === null ? null : round(fraction * 100, 3);
}

function share(part: Micros, whole: Micros | null): number | null {
  return whole === null || whole === 0 ? null : percent(part / whole);
}

function dependencyItem(analysis: Analysis, path: DependencyPath, i: number): ProfilePathItem {
  const { leaves, trace } = analysis.graph;
  const leaf = path.leaves[i];
  return {
    id: leafId(analysis.graph, leaf),
    name: trace.nodes.name[leaves.node[leaf]] ?? '',
    span_id: spanIdAt(trace.spans.ids, leaves.span[leaf]),
    start_ms: columnMs(leaves.start[leaf]),
    duration_ms: columnMs(leaves.end[leaf] - leaves.start[leaf]),
    gap_before_ms: columnMs(path.gapBefore[i]),
    self_ms: columnMs(leaves.run[leaf]),
  };
}

/** The spans that hold sections of the path, each once, by its first section. */
function spanItems({ graph, accounting }: Analysis, path: SpanPath, limit: number) {
  const { spans } = graph.trace;
  const seen = new Set<number>();
  const items: ProfilePathItem[] = [];
  let gap = 0;
  for (const [i, row] of path.spans.entries()) {
    if (row === NONE) {
      gap += path.to[i] - path.from[i];
      continue;
    }
    if (seen.has(row)) continue;
    seen.add(row);
    if (items.length < limit) {
      items.push({
        id: spanIdAt(spans.ids, row),
        name: spanNameAt(spans, row),
        span_id: spanIdAt(spans.ids, row),
        start_ms: columnMs(spans.start[row]),
        duration_ms: columnMs(graph.ends[row] - spans.start[row]),
        gap_before_ms: columnMs(gap),
        self_ms: columnMs(accounting?.held[row] ?? 0),
      });
    }
    gap = 0;
  }
  return { items, count: seen.size };
}

function criticalPathOf(analysis: Analysis, limit: number): ProfileCriticalPath | null {
  const { path } = analysis;
  if (path === null) return null;
  const sums = { on_path_ms: msFromMicros(path.onPath), gaps_ms: msFromMicros(path.gaps) };
  if (path.kind === 'spans') {
    const { items, count } = spanItems(analysis, path, limit);
    return { kind: 'spans', items, item_count: count, ...sums, lead_ms: 0, negative_gaps: 0 };
  }
  const items: ProfilePathItem[] = [];
  for (let i = 0; i < Math.min(limit, path.leaves.length); i++) items.push(dependencyItem(analysis, path, i));
  return {
    kind: 'dependencies',
    items,
    item_count: path.leaves.length,
    ...sums,
    lead_ms: msFromMicros(path.lead),
    negative_gaps: path.negativeGaps,
  };
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
export function executionOf({ execution }: Trace): Profile['execution'] {
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
    retries: retries.map(({ nodeRow, attempts, verdict, reason, cost }) => ({
      id: nodeId(nodes, nodeRow),
      name: nodes.name[nodeRow],
      attempts,
      verdict,
      reason,
      cost_ms: msFromMicros(cost),
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
    critical_path: criticalPathOf(analysis, options.maxPathItems ?? DEFAULT_PATH_ITEMS),
    accounting: accountingOf(analysis),
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
