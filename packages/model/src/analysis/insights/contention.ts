import { asMicros, msFromMicros } from '../../units.ts';
import type { LeafGraph } from '../leaf-graph.ts';
import { gainWithin, instancesOf, isOnPath, middleOf, type Instances } from './instances.ts';
import { durationText, isWorthSaying, severityOf, type InsightRule } from './insight.ts';

/** So many in each third, or there is too little to compare. */
const LEAST_IN_THIRD = 5;
/** How many times as many run at once, and how many times as long they take, before it counts. */
const TIMES_AT_ONCE = 2;
const TIMES_LONGER = 2;

/** How many of a node's instances run when each of them starts, itself included; in the order of the starts. */
function atOnce({ leaves }: LeafGraph, list: readonly number[]): Uint32Array {
  const ends = Float64Array.from(list, (leaf) => leaves.released[leaf]).sort();
  let ended = 0;
  return Uint32Array.from(list, (leaf, i) => {
    while (ended < ends.length && ends[ended] <= leaves.start[leaf]) ended++;
    return i + 1 - ended;
  });
}

interface Third {
  /** How many ran at once, in the middle. */
  readonly atOnce: number;
  /** How long they took, in the middle; microseconds. */
  readonly run: number;
}

/** The instances that had the fewest others beside them, and those that had the most. */
function thirdsOf(graph: LeafGraph, { leaves: list }: Instances): readonly [few: Third, many: Third] | null {
  const third = Math.floor(list.length / 3);
  if (third < LEAST_IN_THIRD) return null;
  const levels = atOnce(graph, list);
  const order = Array.from(list.keys()).sort((a, b) => levels[a] - levels[b] || a - b);
  const describe = (positions: readonly number[]): Third => ({
    atOnce: middleOf(Float64Array.from(positions, (i) => levels[i]).sort()),
    run: middleOf(Float64Array.from(positions, (i) => graph.leaves.run[list[i]]).sort()),
  });
  return [describe(order.slice(0, third)), describe(order.slice(-third))];
}

/**
 * Instances of a node take much longer where many of them run at once than where few do: they hold each other up. The
 * gain is what the makespan would shrink by if none took longer than those with few beside them.
 */
export const contention: InsightRule = (findings) => {
  const { graph, measures } = findings;
  for (const found of instancesOf(findings)) {
    const [few, many] = thirdsOf(graph, found) ?? [];
    if (few === undefined || many === undefined || many.atOnce < few.atOnce * TIMES_AT_ONCE) continue;
    if (few.run <= 0 || many.run < few.run * TIMES_LONGER || !isOnPath(findings, found.leaves)) continue;
    const gain = gainWithin(findings, found.leaves, few.run);
    if (!isWorthSaying(gain, measures.makespan)) continue;
    return {
      rule: 'contention',
      severity: severityOf(gain, measures.makespan),
      title: `"${found.name}" takes ${durationText(asMicros(many.run))} where ${many.atOnce} run at once, ${durationText(asMicros(few.run))} where ${few.atOnce} do`,
      advice: `Try a lower limit for "${found.name}", or give what its instances share more capacity, for they seem to hold each other up.`,
      gain,
      evidence: {
        node_key: found.key,
        instances: found.leaves.length,
        at_once_many: many.atOnce,
        p50_many_ms: msFromMicros(asMicros(many.run)),
        at_once_few: few.atOnce,
        p50_few_ms: msFromMicros(asMicros(few.run)),
      },
    };
  }
  return null;
};
