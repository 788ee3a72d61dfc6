import { NONE } from '../../trace/trace.ts';
import type { FlameDifference } from '../compare/flame-difference.ts';
import type { MergedGraph } from './merged-graph.ts';

const micros = (ms: number) => Math.round(ms * 1000);

/** The flame graphs of two executions, as a comparison tells them, as a merged graph of the second with the first as its base. */
export function graphOfDifference({ nodes }: Pick<FlameDifference, 'nodes'>): MergedGraph {
  return {
    length: nodes.length,
    parent: Int32Array.from(nodes, ({ parent }) => parent ?? NONE),
    name: nodes.map(({ name }) => name),
    total: Float64Array.from(nodes, ({ total }) => micros(total.after_ms)),
    self: Float64Array.from(nodes, ({ self }) => micros(self.after_ms)),
    count: Float64Array.from(nodes, ({ count_after }) => count_after),
    nodeKey: null,
    base: {
      total: Float64Array.from(nodes, ({ total }) => micros(total.before_ms)),
      self: Float64Array.from(nodes, ({ self }) => micros(self.before_ms)),
      count: Float64Array.from(nodes, ({ count_before }) => count_before),
      presence: nodes.map(({ presence }) => presence),
    },
  };
}
