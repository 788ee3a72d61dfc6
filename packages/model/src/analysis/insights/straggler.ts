import { spanIdAt } from '../../trace/trace.ts';
import { asMicros, msFromMicros } from '../../units.ts';
import { leafId } from '../leaf-graph.ts';
import { gainWithin, instancesOf, isOnPath, largestTwo, middleOf, type Instances } from './instances.ts';
import { durationText, isWorthSaying, severityOf, type InsightRule } from './insight.ts';

/** How many times as long as the middle item. */
const TIMES_MIDDLE = 2;
/** How many times as long as the next: else it is no single one. */
const TIMES_NEXT = 1.5;

/** Whether one item takes much longer than the others of its loop. */
export function hasStraggler({ isLoop, runs }: Instances): boolean {
  const [largest, second] = largestTwo(runs);
  return isLoop && largest >= TIMES_MIDDLE * middleOf(runs) && largest >= TIMES_NEXT * second;
}

/**
 * One item of a loop takes much longer than the middle one and than the next, and the loop waits for it. The gain is
 * what the makespan would shrink by if it took as long as the next.
 */
export const straggler: InsightRule = (findings) => {
  const { graph, measures } = findings;
  const { leaves, trace } = graph;
  for (const found of instancesOf(findings).filter(hasStraggler)) {
    const [largest, second] = largestTwo(found.runs);
    const leaf = found.leaves.find((one) => leaves.run[one] === largest);
    if (leaf === undefined || leaf === found.leaves[0] || !isOnPath(findings, [leaf])) continue;
    const gain = gainWithin(findings, [leaf], second);
    if (!isWorthSaying(gain, measures.makespan)) continue;
    const middle = asMicros(middleOf(found.runs));
    return {
      rule: 'straggler',
      severity: severityOf(gain, measures.makespan),
      title: `One of ${found.leaves.length} items of "${found.name}" takes ${durationText(asMicros(largest))}, the middle one ${durationText(middle)}`,
      advice: `Split the item that "${leafId(graph, leaf)}" works on, or start it first, for everything after the loop waits for it alone.`,
      gain,
      evidence: {
        node_key: found.key,
        iteration: trace.nodes.iteration[leaves.node[leaf]],
        items: found.leaves.length,
        longest_ms: msFromMicros(asMicros(largest)),
        next_ms: msFromMicros(asMicros(second)),
        p50_ms: msFromMicros(middle),
        span_id: spanIdAt(trace.spans.ids, leaves.span[leaf]),
      },
    };
  }
  return null;
};
