import { isWorthSaying, percentOf, severityOf, type InsightRule } from './insight.ts';
import { evidenceOf, timeOf } from './segments.ts';

/** Nobody ran the execution for a good part of the critical path. */
export const interrupted: InsightRule = (findings) => {
  const { measures } = findings;
  const found = timeOf(findings, 'engine', ({ reason }) => reason?.kind === 'interrupted');
  const { time } = found;
  if (!isWorthSaying(time, measures.makespan)) return null;
  return {
    rule: 'interrupted',
    severity: severityOf(time, measures.makespan),
    title: `Nobody ran the execution for ${percentOf(time, measures.makespan)}% of the makespan`,
    advice:
      'It had stopped there and went on later: have executions of a process that went away taken over sooner, and failed ones resumed sooner.',
    gain: time,
    evidence: evidenceOf(findings, found),
  };
};
