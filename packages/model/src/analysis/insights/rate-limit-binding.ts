import { isWorthSaying, percentOf, severityOf, type InsightRule } from './insight.ts';
import { evidenceOf, longestSegment, nodeNameOf } from './segments.ts';

/** The critical path waits for a rate limit. */
export const rateLimitBinding: InsightRule = (findings) => {
  const { accounting, measures } = findings;
  const time = accounting.totals.rate_limit;
  if (!isWorthSaying(time, measures.makespan)) return null;
  const node = nodeNameOf(findings, longestSegment(findings, 'rate_limit'));
  return {
    rule: 'rate_limit_binding',
    severity: severityOf(time, measures.makespan),
    title: `${percentOf(time, measures.makespan)}% of the makespan waits for a rate limit`,
    advice: `Raise the rate limit that ${node} waits for, or make fewer calls by batching or caching them.`,
    gain: time,
    evidence: evidenceOf(findings, 'rate_limit'),
  };
};
