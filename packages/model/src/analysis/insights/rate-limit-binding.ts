import { isWorthSaying, percentOf, severityOf, type InsightRule } from './insight.ts';
import { evidenceOf, nodeNameOf, timeOf } from './segments.ts';

/** The critical path waits for a rate limit. */
export const rateLimitBinding: InsightRule = (findings) => {
  const { measures } = findings;
  const found = timeOf(findings, 'rate_limit');
  const { time, longest } = found;
  if (!isWorthSaying(time, measures.makespan)) return null;
  const node = nodeNameOf(findings, found);
  const { name = null, limit = null } = longest?.reason ?? {};
  const of = name === null ? '' : ` of "${name}"`;
  const rate = limit === null ? '' : ` above ${limit} a second`;
  return {
    rule: 'rate_limit_binding',
    severity: severityOf(time, measures.makespan),
    title: `${percentOf(time, measures.makespan)}% of the makespan waits for a rate limit`,
    advice: `Raise the rate limit${of} that ${node} waits for${rate}, or make fewer calls by batching or caching them.`,
    gain: time,
    evidence: evidenceOf(findings, found),
  };
};
