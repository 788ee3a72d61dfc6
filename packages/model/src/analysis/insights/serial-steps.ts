import { asMicros, msFromMicros } from '../../units.ts';
import { leafId, leafName } from '../leaf-graph.ts';
import type { SerialStep } from '../parallelisation/serial-steps.ts';
import { isWorthSaying, severityOf, type InsightRule } from './insight.ts';

/** The gap before a serial step, as it stands in the evidence. */
function gapOf({ from, to }: SerialStep): number {
  return msFromMicros(asMicros(to - from));
}

/**
 * On the critical path, a node starts long after what it depends on has ended, and just when another, on which it does
 * not depend, ends: the two run one after the other for no reason that the graph knows. Tells the costliest case, and
 * what all of them cost together.
 */
export const serialSteps: InsightRule = ({ graph, measures, serial }) => {
  const worst = serial.steps[0];
  if (worst === undefined || !isWorthSaying(serial.cost, measures.makespan)) return null;
  const { leaf, before } = worst;
  const name = leafName(graph, leaf);
  const other = leafName(graph, before);
  const more = serial.steps.length - 1;
  return {
    rule: 'serial_steps_without_dependency',
    severity: severityOf(serial.cost, measures.makespan),
    title: `"${name}" starts only when "${other}" ends, without depending on it${more > 0 ? `, and ${more} more like it` : ''}`,
    advice: `Let "${name}" start as soon as its own dependencies have ended, or give it a worker that "${other}" does not hold.`,
    gain: serial.cost,
    evidence: {
      gap_ms: gapOf(worst),
      cost_ms: msFromMicros(worst.cost),
      steps: serial.steps.length,
      node_key: leafId(graph, leaf),
      other_node_key: leafId(graph, before),
      starts_ms: msFromMicros(worst.to),
      other_ends_ms: msFromMicros(asMicros(graph.leaves.end[before])),
    },
  };
};
