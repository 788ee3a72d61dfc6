import { childrenOf, type MergedGraph } from './merged-graph.ts';

/** All blocks of a name. Microseconds. */
export interface MergedName {
  readonly name: string;
  readonly nodeKey: string | null;
  /** Of spans inside one of the same name the outermost counts. */
  readonly total: number;
  readonly self: number;
  readonly count: number;
}

interface Sums {
  nodeKey: string | null;
  total: number;
  self: number;
  count: number;
  around: number;
}

/** The names of a merged graph with their times, what took most by itself first. Walks without recursion. */
export function mergedNames(graph: MergedGraph): MergedName[] {
  const { offsets, children, roots } = childrenOf(graph);
  const sums = new Map<string, Sums>();
  const stack: number[] = [...roots].reverse();
  while (stack.length > 0) {
    const entry = stack.pop() ?? 0;
    const block = entry < 0 ? ~entry : entry;
    const name = graph.name[block];
    const of = sums.get(name) ?? { nodeKey: graph.nodeKey?.[block] ?? null, total: 0, self: 0, count: 0, around: 0 };
    sums.set(name, of);
    if (entry < 0) {
      of.around--;
      continue;
    }
    if (of.around === 0) of.total += graph.total[block];
    of.self += graph.self[block];
    of.count += graph.count[block];
    of.around++;
    stack.push(~block);
    for (let i = offsets[block + 1] - 1; i >= offsets[block]; i--) stack.push(children[i]);
  }
  return Array.from(sums, ([name, { nodeKey, total, self, count }]) => ({ name, nodeKey, total, self, count })).sort(
    (a, b) => b.self - a.self || b.total - a.total || (a.name < b.name ? -1 : 1),
  );
}
