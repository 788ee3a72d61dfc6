import { isWorthSaying, percentOf, severityOf, type InsightRule } from './insight.ts';
import { evidenceOf, nodeNameOf, timeOf } from './segments.ts';

/** The critical path sleeps: a node waits for a fixed time. Most of that is meant, so that it is never said loudest. */
export const idleSleep: InsightRule = (findings) => {
  const { measures } = findings;
  const found = timeOf(findings, 'sleep');
  const { time } = found;
  if (!isWorthSaying(time, measures.makespan)) return null;
  return {
    rule: 'idle_sleep',
    severity: severityOf(time, measures.makespan) === 'low' ? 'low' : 'medium',
    title: `${percentOf(time, measures.makespan)}% of the makespan is slept`,
    advice: `Let ${nodeNameOf(findings, found)} wait for the event itself and not for a fixed time, or shorten the time.`,
    gain: time,
    evidence: evidenceOf(findings, found),
  };
};
