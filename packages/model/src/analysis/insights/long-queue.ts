import { isPoolReason } from './pool-is-the-limit.ts';
import type { WaitReason } from '../wait-reasons.ts';
import { isWorthSaying, percentOf, severityOf, type InsightRule } from './insight.ts';
import { evidenceOf, nodeNameOf, timeOf } from './segments.ts';

/** One sentence for each kind of queue; the run's own limit where the wait does not tell another. */
function adviceFor(reason: WaitReason | null, runLimit: number | null, node: string): string {
  switch (reason?.kind) {
    case 'type':
      return `Raise the limit of ${reason.limit} for nodes of type "${reason.name}", for ${node} is ready and waits for one of them to end.`;
    case 'loop':
      return `Let more items of "${reason.name}" be under way at once, for ${node} waits for its turn.`;
    case 'backpressure':
      return `Give the store or sink that takes the run's events more capacity, for ${node} waits until it has caught up.`;
    case 'dependency':
    case 'dispatch':
      return `Look at what keeps the engine's process busy, for ${node} may start and nothing but the engine holds it up.`;
    default:
      return runLimit === null
        ? `Give the workers that ${node} waits for more capacity, or start it earlier.`
        : `Raise the concurrency limit of ${runLimit}, for ${node} is ready and waits for a free place.`;
  }
}

/** The critical path waits in a queue; a pool that is too small, or a task queue with too few workers, is told by its own rule. */
export const longQueue: InsightRule = (findings) => {
  const { measures, graph } = findings;
  const found = timeOf(findings, 'queue', ({ reason }) => !isPoolReason(reason));
  const { time, longest } = found;
  if (!isWorthSaying(time, measures.makespan)) return null;
  const limit = graph.trace.execution.concurrency;
  return {
    rule: 'long_queue',
    severity: severityOf(time, measures.makespan),
    title: `${percentOf(time, measures.makespan)}% of the makespan is spent in the queue`,
    advice: adviceFor(longest?.reason ?? null, limit, nodeNameOf(findings, found)),
    gain: time,
    evidence: { ...evidenceOf(findings, found), concurrency: limit },
  };
};
