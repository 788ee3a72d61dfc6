import { isWorthSaying, percentOf, severityOf, type InsightRule } from './insight.ts';
import { evidenceOf, longestSegment, nodeNameOf } from './segments.ts';

/** Nothing in the trace explains a good part of the critical path. */
export const unaccountedGap: InsightRule = (findings) => {
  const { accounting, measures } = findings;
  const time = accounting.totals.unaccounted;
  if (!isWorthSaying(time, measures.makespan)) return null;
  const node = nodeNameOf(findings, longestSegment(findings, 'unaccounted'));
  return {
    rule: 'unaccounted_gap',
    severity: severityOf(time, measures.makespan),
    title: `Nothing in the trace explains ${percentOf(time, measures.makespan)}% of the makespan`,
    advice: `Look at what the scheduler did before and during ${node}, and record it, for no span covers that time.`,
    gain: time,
    evidence: evidenceOf(findings, 'unaccounted'),
  };
};
