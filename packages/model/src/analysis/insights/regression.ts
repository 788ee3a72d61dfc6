import {
  durationText,
  isWorthSaying,
  percentOf,
  type HistoryFinding,
  type InsightRule,
  type Severity,
} from './insight.ts';

/** From here on a regression is high or medium, as a share of what is usual: the simple rule speaks of 20%. */
const HIGH = 0.2;
const MEDIUM = 0.1;

function severityFor({ verdict, difference, before }: HistoryFinding): Severity {
  const share = before > 0 ? difference / before : 1;
  if (share < MEDIUM) return 'low';
  // One execution that lies outside of all others proves nothing yet.
  return share > HIGH && verdict === 'slower' ? 'high' : 'medium';
}

function titleFor({ verdict, referenceIds, judged, difference, before }: HistoryFinding): string {
  const slower = `${percentOf(difference, before)}% slower`;
  if (referenceIds.length === 1) return `${slower} than the execution before`;
  if (verdict === 'suspect') return `${slower} than the ${referenceIds.length} executions before`;
  return `The last ${judged} executions are ${slower} than the ${referenceIds.length} before`;
}

function adviceFor({ node, referenceIds }: HistoryFinding): string {
  if (node === null) return 'Compare it with an execution before, for no single node makes the difference.';
  const since = referenceIds.length === 1 ? 'in the execution before' : 'before';
  const most = node.cause.replaceAll('_', ' ');
  return `Look at "${node.name}" first, for it holds the makespan ${durationText(node.difference)} longer than ${since}, mostly by ${most}.`;
}

/** It took longer than the executions of its workflow before it. Says nothing where nobody knows its history. */
export const regression: InsightRule = ({ history }) => {
  if (!history || !isWorthSaying(history.difference, 0)) return null;
  const { verdict, referenceIds, judged, before, after, difference, pValue, node } = history;
  return {
    rule: 'regression',
    severity: severityFor(history),
    title: titleFor(history),
    advice: adviceFor(history),
    gain: difference,
    evidence: {
      verdict,
      reference_runs: referenceIds.length,
      reference: referenceIds.slice(-5),
      judged_runs: judged,
      before_ms: before / 1000,
      after_ms: after / 1000,
      difference_ms: difference / 1000,
      difference_percent: percentOf(difference, before),
      p_value: pValue,
      node_id: node?.id ?? null,
      node: node?.name ?? null,
      cause: node?.cause ?? null,
      node_difference_ms: node === null ? null : node.difference / 1000,
    },
  };
};
