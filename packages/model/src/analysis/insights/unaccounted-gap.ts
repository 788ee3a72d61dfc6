import { isWorthSaying, percentOf, severityOf, type InsightRule } from './insight.ts';
import { evidenceOf, nodeNameOf, timeOf } from './segments.ts';

/** Nothing in the trace explains a good part of the critical path; what `serialSteps` explains is left to it. */
export const unaccountedGap: InsightRule = (findings) => {
  const { measures, serial } = findings;
  const isOpen = ({ fromUs, toUs }: { readonly fromUs: number; readonly toUs: number }) =>
    serial.steps.every(({ from, to }) => fromUs < from || toUs > to);
  const found = timeOf(findings, 'unaccounted', isOpen);
  const { time } = found;
  if (!isWorthSaying(time, measures.makespan)) return null;
  const node = nodeNameOf(findings, found);
  return {
    rule: 'unaccounted_gap',
    severity: severityOf(time, measures.makespan),
    title: `Nothing in the trace explains ${percentOf(time, measures.makespan)}% of the makespan`,
    advice: `Look at what the scheduler did before and during ${node}, and record it, for no span covers that time.`,
    gain: time,
    evidence: evidenceOf(findings, found),
  };
};
