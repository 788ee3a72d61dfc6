import {
  analyseTrace,
  asMicros,
  compareAnalyses,
  costOf,
  historyFinding,
  leafId,
  msFromMicros,
  summariseRun,
  epochFromMs,
  type Analysis,
  type Cost,
  type HistoryFinding,
  type HistoryRun,
  type Insight,
  type JsonValue,
  type PriceTable,
  type Trace,
} from '@flowprof/model';
import { traceOfProfile } from './trace-of.ts';
import type {
  BaselineComparison,
  BaselineDifference,
  BottleneckAnalysis,
  ParallelizationAnalysis,
  PerformanceInsight,
  ProfilerAlert,
  ProfilerGraph,
  WorkflowRunProfile,
} from './types.ts';

/** How many runs before one it is held against, and how many nodes all of them may have together. */
const HISTORY_RUNS = 20;
const HISTORY_NODES = 20_000;
const FEW_RUNS = 4;
/** How many parts of a difference are told of by themselves. */
const MOST_PARTS = 10_000;

/** The traces that profiles were made of; those of recordings are made when they are asked for. */
const traces = new WeakMap<WorkflowRunProfile, Trace>();
/** What was found out, by profile and graph. */
const analyses = new WeakMap<WorkflowRunProfile, WeakMap<object, Analysis>>();
const summaries = new WeakMap<WorkflowRunProfile, HistoryRun>();
const WITHOUT_GRAPH: object = {};

/** Remembers what a profile was made of, so that its analyses read phases and attempts too. */
export function keepTrace(profile: WorkflowRunProfile, trace: Trace): void {
  traces.set(profile, trace);
}

/** The trace of a profile: what it was made of, unless only the graph tells what waits for what; else what was recorded. */
export function traceOf(profile: WorkflowRunProfile, graph: ProfilerGraph | null = null): Trace {
  const kept = traces.get(profile);
  if (kept !== undefined && (graph === null || kept.nodes.deps.length > 0)) return kept;
  return traceOfProfile(profile, graph);
}

/** The analysis of a profile, made once for each graph. */
function analysisOf(profile: WorkflowRunProfile, graph: ProfilerGraph | null): Analysis {
  const key = graph ?? WITHOUT_GRAPH;
  let known = analyses.get(profile);
  if (known === undefined) analyses.set(profile, (known = new WeakMap()));
  let analysis = known.get(key);
  if (analysis === undefined)
    known.set(key, (analysis = analyseTrace(traceOf(profile, graph), { maxBottlenecks: 1000 })));
  return analysis;
}

function ms(time: number): number {
  return msFromMicros(asMicros(time));
}

function percentOf(part: number, whole: number): number {
  return whole > 0 ? (part / whole) * 100 : 0;
}

/**
 * The nodes that a run spends most of its time in, those that hold the critical path longest first: a node that runs
 * beside a longer one makes nothing slower.
 */
export function bottlenecksOf(
  profile: WorkflowRunProfile,
  limit: number,
  graph: ProfilerGraph | null = null,
): BottleneckAnalysis[] {
  const { bottlenecks, measures } = analysisOf(profile, graph);
  const types = new Map(profile.nodeMetrics.map(({ nodeId, nodeType }) => [nodeId, nodeType]));
  return bottlenecks.slice(0, Math.max(0, limit)).map(({ id, name, total, critical, drag, count }) => ({
    nodeId: id,
    nodeName: name,
    nodeType: types.get(id) ?? 'unknown',
    duration: ms(total),
    percentageOfTotal: percentOf(ms(total), profile.totalDuration),
    criticalTime: ms(critical),
    percentageOfCriticalPath: percentOf(critical, measures?.makespan ?? 0),
    isOnCriticalPath: critical > 0,
    possibleGain: drag === null ? null : ms(drag),
    runs: count,
  }));
}

function share(fraction: number | null): number | null {
  return fraction === null ? null : fraction * 100;
}

/** The nodes of the critical path, whichever way it was found; one that is on it twice in a row counts once. */
function pathOf({ path, graph }: Analysis): ParallelizationAnalysis['criticalPath'] {
  if (path === null) return [];
  const { nodes, spans } = graph.trace;
  const rows = path.kind === 'dependencies' ? Array.from(path.leaves, (leaf) => graph.leaves.span[leaf]) : path.spans;
  const found: { readonly nodeId: string; readonly nodeName: string }[] = [];
  for (const row of rows) {
    const node = spans.node[row];
    const nodeId = nodes.key[node];
    if (nodeId !== undefined && found.at(-1)?.nodeId !== nodeId) found.push({ nodeId, nodeName: nodes.name[node] });
  }
  return found;
}

function serialisedOf({ serial, graph }: Analysis): ParallelizationAnalysis['serialised'] {
  const { nodes, spans } = graph.trace;
  const nameOf = (leaf: number): string => nodes.name[spans.node[graph.leaves.span[leaf]]] ?? leafId(graph, leaf);
  return serial.steps.map(({ leaf, before, cost }) => ({
    nodeId: leafId(graph, leaf),
    nodeName: nameOf(leaf),
    afterNodeId: leafId(graph, before),
    afterNodeName: nameOf(before),
    cost: ms(cost),
  }));
}

/** How much of a run went on at once, and how much could have by the graph; null where nothing ran. */
export function parallelizationOf(
  profile: WorkflowRunProfile,
  graph: ProfilerGraph | null,
): ParallelizationAnalysis | null {
  const analysis = analysisOf(profile, graph);
  const { measures, serial } = analysis;
  if (measures === null) return null;
  const ran = new Set(profile.nodeMetrics.map(({ nodeId }) => nodeId));
  const named = new Set(graph?.nodes.map(({ id }) => id) ?? ran);
  return {
    totalDuration: profile.totalDuration,
    makespan: ms(measures.makespan),
    theoreticalMinimum: ms(measures.span),
    efficiency: share(measures.efficiency),
    work: ms(measures.work),
    parallelism: measures.parallelism,
    peakConcurrency: measures.peakConcurrency,
    utilisation: share(measures.utilisation),
    dependenciesKnown: analysis.graph.trace.nodes.deps.length > 0,
    criticalPath: pathOf(analysis),
    serialised: serialisedOf(analysis),
    serialCost: ms(serial.cost),
    notInRun: [...named].filter((id) => !ran.has(id)),
    notInGraph: [...ran].filter((id) => !named.has(id)),
  };
}

/** What is kept of a run to hold others against it. Without the graph, so that all runs are read alike. */
function historyRunOf(profile: WorkflowRunProfile): HistoryRun {
  let run = summaries.get(profile);
  if (run === undefined) {
    run = {
      id: profile.runId,
      number: null,
      workflowVersion: null,
      status: profile.status,
      startedAt: epochFromMs(profile.startTime),
      labels: {},
      summary: summariseRun(analysisOf(profile, null)),
    };
    summaries.set(profile, run);
  }
  return run;
}

/** Whether a run took longer than those before it; null where it did not, or nobody can tell. */
function findingOf(profile: WorkflowRunProfile, earlier: readonly WorkflowRunProfile[]): HistoryFinding | null {
  if (profile.status !== 'completed') return null;
  const history: HistoryRun[] = [];
  let nodes = profile.nodeMetrics.length;
  for (const before of earlier.toReversed()) {
    if (before.status !== 'completed') continue;
    nodes += before.nodeMetrics.length;
    if (history.length === HISTORY_RUNS || nodes > HISTORY_NODES) break;
    history.unshift(historyRunOf(before));
  }
  // Of two or three runs nobody knows what is usual: then the one before alone says something, from 20% on.
  return historyFinding([...(history.length < FEW_RUNS ? history.slice(-1) : history), historyRunOf(profile)]);
}

function textIn(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function insightOf({ rule, severity, title, advice, gain, evidence }: Insight): PerformanceInsight {
  return {
    type: rule === 'regression' ? 'regression' : 'optimization',
    severity,
    rule,
    title,
    message: advice,
    nodeId: textIn(evidence['node_key']) ?? textIn(evidence['node_id']) ?? textIn(evidence['node']),
    gain: gain === null ? null : ms(gain),
  };
}

/** The analysis again with what the runs before say, where they say anything. */
function insightsWith(profile: WorkflowRunProfile, graph: ProfilerGraph | null, finding: HistoryFinding | null) {
  if (finding === null) return analysisOf(profile, graph).insights;
  return analyseTrace(traceOf(profile, graph), { history: finding }).insights;
}

function isRegression({ type }: PerformanceInsight): boolean {
  return type === 'regression';
}

/** What is worth a change in a run: regressions first, then what could be faster, the largest gain first. */
export function insightsOf(
  profile: WorkflowRunProfile,
  earlier: readonly WorkflowRunProfile[],
  graph: ProfilerGraph | null,
  alerts: readonly ProfilerAlert[],
): PerformanceInsight[] {
  const found = insightsWith(profile, graph, findingOf(profile, earlier)).map(insightOf);
  const exceeded = alerts
    .filter(({ runId }) => runId === profile.runId)
    .map(({ kind, severity, message }): PerformanceInsight => {
      const title = 'A threshold was exceeded';
      return { type: 'threshold', severity, rule: `threshold_${kind}`, title, message, nodeId: null, gain: null };
    });
  return [...found.filter(isRegression), ...exceeded, ...found.filter((insight) => !isRegression(insight))];
}

/** Microseconds of a time in ms that was microseconds before, so that sums are exact. */
function micros(time: number): number {
  return Math.round(time * 1000);
}

/** Holds a run against another one. */
export function compareWith(
  baseline: WorkflowRunProfile,
  profile: WorkflowRunProfile,
  graph: ProfilerGraph | null,
): BaselineComparison {
  const compared = compareAnalyses(analysisOf(baseline, graph), analysisOf(profile, graph), { maxParts: MOST_PARTS });
  const { makespan, verdict, summary, attribution } = compared;
  const sums = new Map<string, { nodeId: string | null; name: string; before: number; after: number }>();
  const add = (nodeId: string | null, name: string, before: number, after: number): void => {
    const key = JSON.stringify([nodeId, name]);
    const sum = sums.get(key) ?? { nodeId, name, before: 0, after: 0 };
    sums.set(key, { ...sum, before: sum.before + micros(before), after: sum.after + micros(after) });
  };
  for (const { kind, id, name, before_ms: before, after_ms: after } of attribution.parts) {
    if (kind === 'node') add(id, name ?? id ?? '', before, after);
    else if (kind === 'between') add(null, 'Time of no node', before, after);
    else add(null, 'The critical path goes another way', before, after);
  }
  const { before_ms: before, after_ms: after } = attribution.other;
  if (before !== 0 || after !== 0) add(null, 'Unchanged', before, after);
  const parts = [...sums.values()].map((sum): BaselineDifference => ({
    nodeId: sum.nodeId,
    name: sum.name,
    before: ms(sum.before),
    after: ms(sum.after),
    difference: ms(sum.after - sum.before),
  }));
  return {
    baselineId: baseline.runId,
    runId: profile.runId,
    before: makespan.before_ms,
    after: makespan.after_ms,
    difference: makespan.difference_ms,
    differencePercentage: makespan.difference_percent,
    verdict,
    summary,
    parts: parts.toSorted((a, b) => Math.abs(b.difference) - Math.abs(a.difference) || (a.name < b.name ? -1 : 1)),
  };
}

/** What a run costs by a price list: run time of its nodes by their type, and tokens where its trace has them. */
export function costOfProfile(profile: WorkflowRunProfile, prices: PriceTable): Cost | null {
  return costOf(analysisOf(profile, null), prices);
}
