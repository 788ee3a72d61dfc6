import { NONE, type NodeTable, type SpanTable } from '../trace/trace.ts';

/**
 * The nodes that are tries of one task, by the row of the container of type `retry` that they are directly in; each list
 * in order of time. A try that never started is not among them.
 */
export function triesByContainer(
  nodes: NodeTable,
  spans: SpanTable,
  containerOf: Int32Array,
): ReadonlyMap<number, readonly number[]> {
  const tries = new Map<number, number[]>();
  for (let node = 0; node < nodes.length; node++) {
    const container = containerOf[node];
    if (container === NONE || nodes.type[container] !== 'retry') continue;
    const span = nodes.span[node];
    if (span < 0 || span >= spans.length) continue;
    const known = tries.get(container);
    if (known === undefined) tries.set(container, [node]);
    else known.push(node);
  }
  const startOf = (node: number) => spans.start[nodes.span[node]];
  for (const list of tries.values()) list.sort((a, b) => startOf(a) - startOf(b) || a - b);
  return tries;
}
