import { asMicros, msFromMicros } from '../../units.ts';
import { isWorthSaying, severityOf, type InsightRule } from './insight.ts';

/**
 * A node waits longer between its attempts than all of them took. The gain is what it waits longer, as far as the
 * critical path waits between attempts.
 */
export const backoffLargerThanWork: InsightRule = ({ retries, measures, graph, accounting }) => {
  const { trace } = graph;
  for (const { nodeRow, backoff, attempts, run } of retries) {
    if (backoff <= run || !isWorthSaying(backoff, measures.makespan)) continue;
    const gain = asMicros(Math.min(backoff - run, accounting.totals.retry_backoff));
    if (gain <= 0) continue;
    return {
      rule: 'backoff_larger_than_work',
      severity: severityOf(gain, measures.makespan),
      title: `"${trace.nodes.name[nodeRow]}" waits longer between its attempts than they take`,
      advice: `Shorten the first delay of the retry policy of "${trace.nodes.name[nodeRow]}", or let the service say when to come back.`,
      gain,
      evidence: {
        node_key: trace.nodes.key[nodeRow],
        attempts,
        backoff_ms: msFromMicros(backoff),
        run_ms: msFromMicros(run),
      },
    };
  }
  return null;
};
