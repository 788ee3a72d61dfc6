import { ZERO, type Micros } from '../../units.ts';
import { durationText, isWorthSaying, percentOf, severityOf, type InsightRule } from './insight.ts';
import { evidenceOf, nodeNameOf, timeOf } from './segments.ts';

function atText(time: Micros | undefined): string {
  return durationText(time ?? ZERO);
}

/** Nothing in the trace explains a good part of the critical path; what `serialSteps` explains is left to it. */
export const unaccountedGap: InsightRule = (findings) => {
  const { measures, serial, graph } = findings;
  const isOpen = ({ fromUs, toUs }: { readonly fromUs: number; readonly toUs: number }) =>
    serial.steps.every(({ from, to }) => fromUs < from || toUs > to);
  const found = timeOf(findings, 'unaccounted', isOpen);
  const { time } = found;
  if (!isWorthSaying(time, measures.makespan)) return null;
  // Where nobody knows nodes, there is no scheduler to look at either.
  const where =
    graph.trace.nodes.length === 0
      ? `Find out what went on in the longest gap, from ${atText(found.longest?.fromUs)} to ${atText(found.longest?.toUs)} after the start`
      : `Look at what the scheduler did before and during ${nodeNameOf(findings, found)}`;
  return {
    rule: 'unaccounted_gap',
    severity: severityOf(time, measures.makespan),
    title: `Nothing in the trace explains ${percentOf(time, measures.makespan)}% of the makespan`,
    advice: `${where}, and record it, for no span covers that time.`,
    gain: time,
    evidence: evidenceOf(findings, found),
  };
};
