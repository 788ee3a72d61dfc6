import { isWorthSaying, percentOf, severityOf, type InsightRule } from './insight.ts';
import { evidenceOf, nodeNameOf, timeOf } from './segments.ts';

/** The critical path waits in a queue. */
export const longQueue: InsightRule = (findings) => {
  const { measures, graph } = findings;
  const found = timeOf(findings, 'queue');
  const { time } = found;
  if (!isWorthSaying(time, measures.makespan)) return null;
  const limit = graph.trace.execution.concurrency;
  const node = nodeNameOf(findings, found);
  return {
    rule: 'long_queue',
    severity: severityOf(time, measures.makespan),
    title: `${percentOf(time, measures.makespan)}% of the makespan is spent in the queue`,
    advice:
      limit === null
        ? `Give the workers that ${node} waits for more capacity, or start it earlier.`
        : `Raise the concurrency limit of ${limit}, for ${node} is ready and waits for a free place.`,
    gain: time,
    evidence: { ...evidenceOf(findings, found), concurrency: limit },
  };
};
