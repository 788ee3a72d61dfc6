import { isWorthSaying, percentOf, severityOf, type InsightRule } from './insight.ts';
import { evidenceOf, nodeNameOf, timeOf } from './segments.ts';

/** The critical path waits for results, which are there, to be taken note of: by a journal, a poll, or whoever started it. */
export const slowCallback: InsightRule = (findings) => {
  const { measures } = findings;
  const found = timeOf(findings, 'callback');
  const { time } = found;
  if (!isWorthSaying(time, measures.makespan)) return null;
  return {
    rule: 'slow_callback',
    severity: severityOf(time, measures.makespan),
    title: `For ${percentOf(time, measures.makespan)}% of the makespan, results wait to be taken note of`,
    advice: `Have the end of ${nodeNameOf(findings, found)} reported at once instead of polled for, or give the journal faster storage.`,
    gain: time,
    evidence: evidenceOf(findings, found),
  };
};
