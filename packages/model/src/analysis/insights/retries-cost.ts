import { asMicros, msFromMicros } from '../../units.ts';
import { isWorthSaying, percentOf, severityOf, type InsightRule } from './insight.ts';

/** Failed attempts and the waits after them hold the critical path. */
export const retriesCost: InsightRule = ({ accounting, measures, retries, graph }) => {
  const { failed_attempts: failed, retry_backoff: backoff } = accounting.totals;
  const time = asMicros(failed + backoff);
  const worst = retries[0];
  if (!isWorthSaying(time, measures.makespan) || worst === undefined || worst.attempts < 2) return null;
  const { key, name } = graph.trace.nodes;
  return {
    rule: 'retries_cost',
    severity: severityOf(time, measures.makespan),
    title: `Retries hold the critical path for ${percentOf(time, measures.makespan)}% of the makespan`,
    advice: `Find out why "${name[worst.nodeRow]}" needs ${worst.attempts} attempts, for each failed one is paid for with its own time and the wait after it.`,
    gain: time,
    evidence: {
      failed_attempts_ms: msFromMicros(failed),
      backoff_ms: msFromMicros(backoff),
      nodes: retries.length,
      node_key: key[worst.nodeRow],
      attempts: worst.attempts,
    },
  };
};
