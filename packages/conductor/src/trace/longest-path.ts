import type { CompiledNode } from '../graph/graph.ts';

/**
 * The chain of dependencies with the most weight among nodes side by side, from first to last; ties go to the node
 * declared first. The graph has no cycle. O(nodes + dependencies), without recursion.
 */
export function longestPath(members: readonly number[], nodes: readonly CompiledNode[]): number[] {
  const left = new Map<number, number>();
  const weight = new Map<number, number>();
  const via = new Map<number, number>();
  const order: number[] = [];
  for (const index of members) {
    const count = nodes[index]?.dependencies.length ?? 0;
    left.set(index, count);
    if (count === 0) order.push(index);
  }
  let last = -1;
  for (const index of order) {
    const node = nodes[index];
    if (!node) continue;
    const total = (weight.get(index) ?? 0) + node.weight;
    weight.set(index, total);
    if (last < 0 || total > (weight.get(last) ?? 0) || (total === weight.get(last) && index < last)) last = index;
    for (const next of node.dependents) {
      const best = weight.get(next);
      if (best === undefined || total > best) {
        weight.set(next, total);
        via.set(next, index);
      }
      const waits = (left.get(next) ?? 0) - 1;
      left.set(next, waits);
      if (waits === 0) order.push(next);
    }
  }
  const path: number[] = [];
  for (let at: number | undefined = last < 0 ? undefined : last; at !== undefined; at = via.get(at)) path.push(at);
  return path.reverse();
}
