import type { NodeTable } from '../../trace/trace.ts';

/**
 * The dependencies between numbered nodes, each once and in order, as `dependent * stride + dependency`. What depends on
 * itself (an item of a loop on the one before) is left out. O(edges log edges), over one typed array.
 * @param numberOf by row; instances of a node have the same number, and what has -1 is left out
 * @param stride more than the largest number
 */
export function nodeEdges(nodes: NodeTable, numberOf: Int32Array, stride: number): Float64Array {
  const edges = new Float64Array(nodes.deps.length);
  let count = 0;
  for (let row = 0; row < nodes.length; row++) {
    const dependent = numberOf[row];
    if (dependent === -1) continue;
    for (let i = nodes.depOffsets[row]; i < nodes.depOffsets[row + 1]; i++) {
      const dependency = nodes.deps[i] < numberOf.length ? numberOf[nodes.deps[i]] : -1;
      if (dependency !== -1 && dependency !== dependent) edges[count++] = dependent * stride + dependency;
    }
  }
  const sorted = edges.subarray(0, count).sort();
  let kept = 0;
  for (let i = 0; i < count; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[kept++] = sorted[i];
  return sorted.subarray(0, kept);
}

/** The edges of one list in order that another has not. */
export function edgesOnlyIn(own: Float64Array, others: Float64Array): number[] {
  const only: number[] = [];
  let next = 0;
  for (const edge of own) {
    while (next < others.length && others[next] < edge) next++;
    if (others[next] !== edge) only.push(edge);
  }
  return only;
}
