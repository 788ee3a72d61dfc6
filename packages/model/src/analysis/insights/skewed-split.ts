import { asMicros, msFromMicros } from '../../units.ts';
import { gainWithin, instancesOf, isOnPath } from './instances.ts';
import { isWorthSaying, percentOf, severityOf, type InsightRule } from './insight.ts';
import { hasStraggler } from './straggler.ts';

/** Of fewer items, a few are always many. */
const LEAST_ITEMS = 10;
/** A fifth of the items holds at least this part of the work. */
const FEW = 0.2;
const LARGE_SHARE = 0.6;

/**
 * A few items of a loop hold most of its work. The gain is what the makespan would shrink by if none took longer than
 * the mean; a single one is a straggler.
 */
export const skewedSplit: InsightRule = (findings) => {
  const { graph, measures } = findings;
  for (const found of instancesOf(findings)) {
    const { runs, total, leaves } = found;
    if (!found.isLoop || runs.length < LEAST_ITEMS || hasStraggler(found)) continue;
    const few = Math.ceil(runs.length * FEW);
    const held = runs.subarray(runs.length - few).reduce((sum, run) => sum + run, 0);
    if (held < total * LARGE_SHARE) continue;
    const mean = total / runs.length;
    const large = leaves.filter((leaf) => graph.leaves.run[leaf] > mean);
    if (!isOnPath(findings, large)) continue;
    const gain = gainWithin(findings, large, mean);
    if (!isWorthSaying(gain, measures.makespan)) continue;
    return {
      rule: 'skewed_split',
      severity: severityOf(gain, measures.makespan),
      title: `${few} of ${runs.length} items of "${found.name}" hold ${percentOf(held, total)}% of the work`,
      advice: `Divide the input of "${found.name}" by how much work there is in it, not by count, so that its items take about as long.`,
      gain,
      evidence: {
        node_key: found.key,
        items: runs.length,
        large_items: few,
        percent_of_work: percentOf(held, total),
        mean_ms: msFromMicros(asMicros(Math.round(mean))),
        longest_ms: msFromMicros(asMicros(runs.at(-1) ?? 0)),
      },
    };
  }
  return null;
};
