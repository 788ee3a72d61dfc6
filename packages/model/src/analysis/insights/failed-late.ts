import { isFailure, statusOf } from '../../trace/status.ts';
import { NONE, spanIdAt } from '../../trace/trace.ts';
import { asMicros, msFromMicros } from '../../units.ts';
import { leafId, leafName } from '../leaf-graph.ts';
import { durationText, percentOf, type Findings, type InsightRule } from './insight.ts';

/** It starts after this part of the makespan, and is itself at most this part of the work. */
const LATE = 0.5;
const SMALL = 0.1;
/** Less work than this is no loss; microseconds. */
const LEAST_WORK = 1_000_000;

/** The leaf that the failure of the run began with: the first to fail. */
function firstFailed({ graph }: Findings): number {
  const { leaves, trace } = graph;
  let first = NONE;
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    if (leaves.node[leaf] === NONE || !isFailure(statusOf(trace.spans.status[leaves.span[leaf]]))) continue;
    if (first === NONE || leaves.end[leaf] < leaves.end[first]) first = leaf;
  }
  return first;
}

/** The execution fails at a short step near its end, after much work that is lost then. */
export const failedLate: InsightRule = (findings) => {
  const { graph, measures } = findings;
  if (!isFailure(graph.trace.execution.status)) return null;
  const leaf = firstFailed(findings);
  if (leaf === NONE) return null;
  const { leaves } = graph;
  const start = leaves.start[leaf];
  if (start - measures.from < measures.makespan * LATE || leaves.run[leaf] > measures.work * SMALL) return null;
  let before = 0;
  for (let other = 0; other < leaves.length; other++) {
    if (other !== leaf && leaves.end[other] <= start) before += leaves.run[other];
  }
  if (before < LEAST_WORK) return null;
  const name = leafName(graph, leaf);
  return {
    rule: 'failed_late',
    severity: 'medium',
    title: `"${name}" fails after ${durationText(asMicros(before))} of work`,
    advice: `Check what "${name}" needs before the long steps begin, or let the run go on from there once it is mended, for the work before it is lost otherwise.`,
    gain: null,
    evidence: {
      node_key: leafId(graph, leaf),
      work_before_ms: msFromMicros(asMicros(before)),
      starts_at_percent: percentOf(start - measures.from, measures.makespan),
      run_ms: msFromMicros(asMicros(leaves.run[leaf])),
      span_id: spanIdAt(graph.trace.spans.ids, leaves.span[leaf]),
    },
  };
};
