import { allAtOnce, type Steps } from '../steps.ts';
import type { Trace } from '../trace/trace.ts';
import type { Micros } from '../units.ts';
import { account, type Accounting } from './accounting.ts';
import { findBottlenecks, type Bottleneck } from './bottlenecks.ts';
import { isRecordedCompletely } from './causes.ts';
import { dependencyPath, type DependencyPath } from './dependency-path.ts';
import { dependencySlack } from './dependency-slack.ts';
import type { HistoryFinding, Insight } from './insights/insight.ts';
import { findInsights } from './insights/registry.ts';
import { buildLeafGraphInSteps, type LeafGraph } from './leaf-graph.ts';
import { measure, type Measures } from './measures.ts';
import { groupNodes, type NodeGroups } from './node-groups.ts';
import { findSerialSteps, NO_SERIAL_STEPS, type SerialSteps } from './parallelisation/serial-steps.ts';
import { findRetries, type RetryFinding } from './retries.ts';
import type { Slack } from './slack.ts';
import { spanSlack } from './span-slack.ts';
import { findWaits, type WaitFinding } from './waits.ts';
import { DEFAULT_OVERLAP_TOLERANCE, spanPath, type OverlapTolerance, type SpanPath } from './span-path.ts';

export interface AnalysisOptions {
  /** Where spans that still run end, from the execution's start; by default at the latest time that the trace knows. */
  readonly now?: Micros;
  /** By how much sibling spans may overlap and still count as one after the other. */
  readonly overlapTolerance?: OverlapTolerance;
  /** How many bottlenecks are listed; 10 when absent. */
  readonly maxBottlenecks?: number;
  /** How it lies in the history of its workflow; see `historyFinding`. */
  readonly history?: HistoryFinding;
}

/** Everything that is found out about one execution, in the model's own units and rows. */
export interface Analysis {
  readonly graph: LeafGraph;
  /** What the bottlenecks and the accounts of nodes are summed by. */
  readonly groups: NodeGroups;
  /** Null, as is what rests upon it, when no leaf has started. */
  readonly measures: Measures | null;
  readonly path: DependencyPath | SpanPath | null;
  /** Null also where nothing tells, or can be taken to tell, what was waited for; see `spanSlack`. */
  readonly slack: Slack | null;
  readonly accounting: Accounting | null;
  readonly bottlenecks: readonly Bottleneck[];
  /** What nodes waited for, summed by that. */
  readonly waits: readonly WaitFinding[];
  readonly retries: readonly RetryFinding[];
  /** Steps that run one after the other although no dependency asks for it. */
  readonly serial: SerialSteps;
  readonly insights: readonly Insight[];
}

/** Whether a trace tells what waits for what: it has dependencies, or an engine that would have recorded them made it. */
function knowsDependencies(trace: Trace): boolean {
  const { nodes } = trace;
  return nodes.deps.length > 0 || (nodes.length > 0 && isRecordedCompletely(trace));
}

function* alongDependencies(graph: LeafGraph, measures: Measures) {
  const path = dependencyPath(graph, measures);
  yield;
  return { path, slack: dependencySlack(graph, measures, path) };
}

function* alongSpans(graph: LeafGraph, measures: Measures, tolerance: OverlapTolerance) {
  const path = spanPath(graph, measures, tolerance);
  yield;
  return { path, slack: spanSlack(graph, path, tolerance) };
}

/** Runs every analysis. The critical path goes along dependencies where the trace knows them, else along the spans. */
export function analyseTrace(trace: Trace, options: AnalysisOptions = {}): Analysis {
  return allAtOnce(analyseTraceInSteps(trace, options));
}

/** The same in steps, between which others may have a turn: each takes some 10 ms for 100,000 spans. */
export function* analyseTraceInSteps(trace: Trace, options: AnalysisOptions = {}): Steps<Analysis> {
  const graph = yield* buildLeafGraphInSteps(trace, options.now);
  yield;
  const groups = groupNodes(trace);
  yield;
  const measures = measure(graph);
  yield;
  const limit = options.maxBottlenecks ?? 10;
  if (measures === null) {
    const bottlenecks = findBottlenecks(graph, groups, null, null, limit);
    return {
      graph,
      groups,
      measures,
      path: null,
      slack: null,
      accounting: null,
      bottlenecks,
      waits: [],
      retries: [],
      serial: NO_SERIAL_STEPS,
      insights: [],
    };
  }
  const { path, slack } = knowsDependencies(trace)
    ? yield* alongDependencies(graph, measures)
    : yield* alongSpans(graph, measures, options.overlapTolerance ?? DEFAULT_OVERLAP_TOLERANCE);
  yield;
  const accounting = account(graph, measures, path);
  yield;
  const bottlenecks = findBottlenecks(graph, groups, accounting, slack, limit);
  yield;
  const waits = findWaits(graph, accounting);
  yield;
  const retries = findRetries(graph, accounting);
  yield;
  const serial = findSerialSteps({ graph, measures, path, accounting });
  yield;
  const { history } = options;
  const known = { graph, groups, measures, path, accounting, bottlenecks, retries, serial };
  const insights = findInsights({ ...known, ...(history !== undefined && { history }) });
  return { graph, groups, measures, path, slack, accounting, bottlenecks, waits, retries, serial, insights };
}
