import { spanNameAt } from '../../trace/trace.ts';
import { isWorthSaying, percentOf, severityOf, type InsightRule } from './insight.ts';
import { evidenceOf, nodeNameOf, timeOf } from './segments.ts';

/** The critical path evaluates expressions: conditions, inputs and templates take long. */
export const expressionHeavy: InsightRule = (findings) => {
  const { measures, graph } = findings;
  const { spans } = graph.trace;
  const found = timeOf(
    findings,
    'engine',
    ({ spanRow }) => spanRow !== null && spanNameAt(spans, spanRow) === 'expression_eval',
  );
  const { time } = found;
  if (!isWorthSaying(time, measures.makespan)) return null;
  return {
    rule: 'expression_heavy',
    severity: severityOf(time, measures.makespan),
    title: `${percentOf(time, measures.makespan)}% of the makespan evaluates expressions`,
    advice: `Do what the expressions of ${nodeNameOf(findings, found)} do in a node of its own, or over less data, for the engine does nothing else meanwhile.`,
    gain: time,
    evidence: evidenceOf(findings, found),
  };
};
