import { asMicros, msFromMicros } from '../../units.ts';
import { leafId } from '../leaf-graph.ts';
import { isWorthSaying, severityOf, type Findings, type InsightRule } from './insight.ts';

/** A leaf counts as started by the end of another when it starts within this part of the gap before it. */
const CLOSE_TO_START = 0.05;

/** The leaf that ended last in the gap before another started, close to that start; null when there is none. */
function endedJustBefore({ graph }: Findings, leaf: number, gap: number): number | null {
  const { leaves } = graph;
  const start = leaves.start[leaf];
  let before: number | null = null;
  for (let other = 0; other < leaves.length; other++) {
    const end = leaves.end[other];
    if (other === leaf || end > start || end < start - gap * CLOSE_TO_START || end <= leaves.start[other]) continue;
    if (before === null || end > leaves.end[before]) before = other;
  }
  return before;
}

/** A node on the critical path that starts only when another ends, on which it does not depend. */
interface SerialGap {
  readonly leaf: number;
  /** What ended just before. */
  readonly before: number;
  readonly from: number;
  /** The start of `leaf`. */
  readonly to: number;
}

/** The part of a stretch of the critical path that no wait explains. */
function unexplained({ accounting }: Findings, from: number, to: number): number {
  let time = 0;
  for (const { cause, fromUs, toUs } of accounting.segments) {
    if (cause === 'unaccounted' && fromUs >= from && toUs <= to) time += toUs - fromUs;
  }
  return time;
}

/** The longest gap of the critical path, if another node explains what no wait does. */
export function serialGapOf(findings: Findings): SerialGap | null {
  const { path, graph, measures } = findings;
  if (path.kind !== 'dependencies') return null;
  let at = 0;
  for (let i = 1; i < path.leaves.length; i++) if (path.gapBefore[i] > path.gapBefore[at]) at = i;
  const leaf = path.leaves[at];
  const to = graph.leaves.start[leaf];
  const from = to - (path.gapBefore[at] ?? 0);
  if (!isWorthSaying(unexplained(findings, from, to), measures.makespan)) return null;
  const before = endedJustBefore(findings, leaf, to - from);
  return before === null ? null : { leaf, before, from, to };
}

/**
 * On the critical path, a node starts long after what it depends on has ended, and just when another, on which it does
 * not depend, ends: the two run one after the other for no reason that the graph knows.
 */
export const serialSteps: InsightRule = (findings) => {
  const found = serialGapOf(findings);
  if (found === null) return null;
  const { graph, measures } = findings;
  const { leaf, before, from, to } = found;
  const gap = asMicros(to - from);
  const { nodes } = graph.trace;
  const name = nodes.name[graph.leaves.node[leaf]];
  const other = nodes.name[graph.leaves.node[before]];
  return {
    rule: 'serial_steps_without_dependency',
    severity: severityOf(gap, measures.makespan),
    title: `"${name}" starts only when "${other}" ends, without depending on it`,
    advice: `Let "${name}" start as soon as its own dependencies have ended, or give it a worker that "${other}" does not hold.`,
    gain: gap,
    evidence: {
      gap_ms: msFromMicros(gap),
      node_key: leafId(graph, leaf),
      other_node_key: leafId(graph, before),
      starts_ms: msFromMicros(asMicros(to)),
      other_ends_ms: msFromMicros(asMicros(graph.leaves.end[before])),
    },
  };
};
