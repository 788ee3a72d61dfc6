import {
  allAtOnce,
  analyseTraceInSteps,
  NONE,
  type Accounting,
  type Analysis,
  type Bottleneck,
  type Insight,
  type Micros,
  type Steps,
  type Trace,
} from '@flowprof/model';
import type { CriticalSegments } from '@flowprof/flame';

/** What the page shows of the analyses. Times are microseconds. */
export interface PageAnalysis {
  /** Everything, for what only some views show. */
  readonly whole: Analysis;
  readonly makespan: Micros | null;
  readonly accounting: Pick<Accounting, 'total' | 'totals' | 'segments'> | null;
  /** Nodes, those that held the critical path longest first. */
  readonly bottlenecks: readonly Bottleneck[];
  /** What the chart draws as the critical path. */
  readonly criticalPath: CriticalSegments | null;
  readonly insights: readonly Insight[];
}

/** The critical path as sections of spans, whichever way it was found. */
function criticalSegments({ path, graph }: Pick<Analysis, 'path' | 'graph'>): CriticalSegments | null {
  if (path === null) return null;
  if (path.kind === 'spans') return { row: path.spans, start: path.from, end: path.to };
  const { leaves } = graph;
  return {
    row: Int32Array.from(path.leaves, (leaf) => leaves.span[leaf] ?? NONE),
    start: Float64Array.from(path.leaves, (leaf) => leaves.start[leaf] ?? 0),
    end: Float64Array.from(path.leaves, (leaf) => leaves.end[leaf] ?? 0),
  };
}

/**
 * Analyses a trace in the browser.
 * @param now where spans that still run end; null once nothing runs
 */
export function analysePage(trace: Trace, now: Micros | null): PageAnalysis {
  return allAtOnce(analysePageInSteps(trace, now));
}

/** The same in steps, so that the page can draw and answer in between. */
export function* analysePageInSteps(trace: Trace, now: Micros | null): Steps<PageAnalysis> {
  const analysis = yield* analyseTraceInSteps(trace, now === null ? {} : { now });
  return {
    whole: analysis,
    makespan: analysis.measures?.makespan ?? null,
    accounting: analysis.accounting,
    criticalPath: criticalSegments(analysis),
    bottlenecks: analysis.bottlenecks,
    insights: analysis.insights,
  };
}
