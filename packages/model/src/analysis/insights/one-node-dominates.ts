import { asMicros, msFromMicros, type Micros } from '../../units.ts';
import type { Accounting } from '../accounting.ts';
import { gainOf } from '../shortened.ts';
import { isWorthSaying, percentOf, severityOf, type Findings, type InsightRule } from './insight.ts';

/** From this part of the makespan on, speeding up anything else can change little. */
const DOMINANT_SHARE = 0.6;
/** A short execution is often one node and its trimmings; that is no news. */
const LEAST_CRITICAL_US = 500_000;

/** How long a node, in all its instances, holds the path at work: a sleep or a wait cannot be made faster. */
export function workOnPath({ segments }: Accounting, keys: readonly string[], key: string): number {
  let time = 0;
  for (const { cause, nodeRow, fromUs, toUs } of segments) {
    if (cause === 'work' && nodeRow !== null && keys[nodeRow] === key) time += toUs - fromUs;
  }
  return time;
}

/** The makespan would shrink by this if all instances of a node took half their time. */
function gainOfHalf({ graph, measures }: Findings, key: string): Micros {
  const { leaves, trace } = graph;
  const run = new Float64Array(leaves.length);
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    if (trace.nodes.key[leaves.node[leaf]] === key) run[leaf] = Math.floor(Math.max(0, leaves.run[leaf]) / 2);
  }
  return gainOf(graph, measures, { run });
}

/** One of at least three nodes holds the critical path most of the time, at work. The gain is that of half its time. */
export const oneNodeDominates: InsightRule = (findings) => {
  const { accounting, bottlenecks, measures, graph, path } = findings;
  const top = bottlenecks[0];
  if (top === undefined || graph.leaves.length < 3 || path.kind !== 'dependencies') return null;
  const atWork = workOnPath(accounting, graph.trace.nodes.key, top.id);
  if (atWork < LEAST_CRITICAL_US || atWork < measures.makespan * DOMINANT_SHARE) return null;
  const gain = asMicros(Math.min(Math.floor(atWork / 2), gainOfHalf(findings, top.id)));
  if (!isWorthSaying(gain, measures.makespan)) return null;
  return {
    rule: 'one_node_dominates',
    severity: severityOf(gain, measures.makespan),
    title: `"${top.name}" holds the critical path for ${percentOf(top.critical, measures.makespan)}% of the makespan`,
    advice: `Make "${top.name}" faster or split it so that its parts run at once, for nothing else can shorten this run by much.`,
    gain,
    evidence: {
      node_key: top.id,
      critical_ms: msFromMicros(top.critical),
      run_ms: msFromMicros(top.self),
      percent_of_makespan: percentOf(top.critical, measures.makespan),
      span_id: top.spanId,
    },
  };
};
