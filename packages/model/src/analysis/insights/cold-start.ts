import { spanIdAt } from '../../trace/trace.ts';
import { asMicros, msFromMicros } from '../../units.ts';
import { gainWithin, instancesOf, isOnPath, largestTwo, middleOf } from './instances.ts';
import { durationText, isWorthSaying, severityOf, type InsightRule } from './insight.ts';

/** Of fewer, nothing is usual. */
const LEAST_INSTANCES = 5;
/** How many times as long as the middle one, and as the longest of the others. */
const TIMES_MIDDLE = 3;
const TIMES_NEXT = 2;

/** The first instance of a node takes several times as long as every later one: something starts up in it. */
export const coldStart: InsightRule = (findings) => {
  const { graph, measures } = findings;
  for (const found of instancesOf(findings)) {
    const first = found.leaves[0];
    const time = graph.leaves.run[first];
    const [largest, second] = largestTwo(found.runs);
    const usual = asMicros(middleOf(found.runs));
    if (found.runs.length < LEAST_INSTANCES || time !== largest) continue;
    if (time < TIMES_MIDDLE * usual || time < TIMES_NEXT * second || !isOnPath(findings, [first])) continue;
    const gain = gainWithin(findings, [first], usual);
    if (!isWorthSaying(gain, measures.makespan)) continue;
    return {
      rule: 'cold_start',
      severity: severityOf(gain, measures.makespan),
      title: `The first "${found.name}" takes ${durationText(asMicros(time))}, later ones ${durationText(usual)}`,
      advice: `Start up before the run what "${found.name}" needs (connections, caches, images), or keep it warm between runs.`,
      gain,
      evidence: {
        node_key: found.key,
        instances: found.runs.length,
        first_ms: msFromMicros(asMicros(time)),
        p50_ms: msFromMicros(usual),
        span_id: spanIdAt(graph.trace.spans.ids, graph.leaves.span[first]),
      },
    };
  }
  return null;
};
