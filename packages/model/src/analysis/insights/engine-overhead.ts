import { spanNameAt } from '../../trace/trace.ts';
import { isWorthSaying, percentOf, severityOf, type InsightRule } from './insight.ts';
import { evidenceOf, nodeNameOf, timeOf } from './segments.ts';

/** What has a rule of its own, or was asked for. */
const APART: ReadonlySet<string> = new Set(['expression_eval', 'slow_mo']);

/** The engine itself holds the critical path: it prepares, decides, and takes note, while nothing runs. */
export const engineOverhead: InsightRule = (findings) => {
  const { measures, graph } = findings;
  const { spans } = graph.trace;
  const found = timeOf(
    findings,
    'engine',
    ({ spanRow, reason }) =>
      reason?.kind !== 'interrupted' && (spanRow === null || !APART.has(spanNameAt(spans, spanRow))),
  );
  const { time, longest } = found;
  if (!isWorthSaying(time, measures.makespan)) return null;
  const row = longest?.spanRow ?? null;
  return {
    rule: 'engine_overhead',
    severity: severityOf(time, measures.makespan),
    title: `The engine itself takes ${percentOf(time, measures.makespan)}% of the makespan`,
    advice: `Put several small steps into one, or give the engine more capacity, for it is busy before or after ${nodeNameOf(findings, found)} while nothing else goes on.`,
    gain: time,
    evidence: { ...evidenceOf(findings, found), longest_name: row === null ? null : spanNameAt(spans, row) },
  };
};
