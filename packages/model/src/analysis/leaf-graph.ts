import { NONE, spanIdAt, spanNameAt, type NodeTable, type Trace, type Warning } from '../trace/trace.ts';
import { buildSpanTree, type SpanTree } from '../trace/tree.ts';
import { WarningCounter } from '../trace/warnings.ts';
import { allAtOnce, type Steps } from '../steps.ts';
import type { Micros } from '../units.ts';
import { containerFlags, endsOf, findLeaves, safeNodeParents, type Leaves } from './leaves.ts';
import { phaseTable, type PhaseTable } from './phase-table.ts';
import { triesByContainer } from './tries.ts';
import { compressEdges, orderGraph, type OrderedGraph } from './topology.ts';

/**
 * What depends on what among the leaves. The vertices are the leaves, by their number, and after them pseudo vertices
 * that take no time: the start and the end of each container (the items of a `foreach` are what is in it), and each node
 * that never started. So a group of 1,000 nodes that depends on another of 1,000 costs 4,002 edges and not a million.
 */
export interface LeafGraph extends OrderedGraph {
  readonly trace: Trace;
  readonly tree: SpanTree;
  /** The end of every span; open ones are closed. */
  readonly ends: Float64Array;
  readonly leaves: Leaves;
  /** What the names of spans mean. */
  readonly phases: PhaseTable;
  readonly vertexCount: number;
  /** The row in the node table of each vertex, or `NONE`; of a container's two, the start stands before the end. */
  readonly nodeOf: Int32Array;
  /** Dependencies that closed a cycle. */
  readonly warnings: readonly Warning[];
  /** For each node the row of what contains it, or `NONE`; without cycles. */
  readonly containerOf: Int32Array;
}

/** The vertices of the leaf graph by the rows of their nodes. */
export interface Vertices {
  readonly count: number;
  /** Where what a node waits for arrives. */
  readonly entry: Int32Array;
  /** What stands for a node where another waits for it. */
  readonly exit: Int32Array;
  readonly nodeOf: Int32Array;
}

/** Numbers the vertices of the leaf graph. */
export function numberVertices(nodes: NodeTable, leaves: Leaves, containers: Uint8Array): Vertices {
  const entry = new Int32Array(nodes.length);
  const exit = new Int32Array(nodes.length);
  const nodeOf = new Int32Array(leaves.length + 2 * nodes.length);
  nodeOf.set(leaves.node);
  let count = leaves.length;
  for (let row = 0; row < nodes.length; row++) {
    const leaf = leaves.ofNode[row];
    if (leaf !== NONE) {
      entry[row] = exit[row] = leaf;
      continue;
    }
    entry[row] = exit[row] = count;
    nodeOf[count++] = row;
    if (containers[row] === 0) continue;
    exit[row] = count;
    nodeOf[count++] = row;
  }
  return { count, entry, exit, nodeOf };
}

/** The edges of the graph, each from the vertex that waits to the one that it waits for. */
function listEdges({ nodes, spans }: Trace, parents: Int32Array, { entry, exit }: Pick<Vertices, 'entry' | 'exit'>) {
  const capacity = nodes.deps.length + 4 * nodes.length;
  const from = new Uint32Array(capacity);
  const to = new Uint32Array(capacity);
  let count = 0;
  const add = (vertex: number, dep: number) => {
    from[count] = vertex;
    to[count++] = dep;
  };
  for (let row = 0; row < nodes.length; row++) {
    for (let i = nodes.depOffsets[row]; i < nodes.depOffsets[row + 1]; i++) {
      if (nodes.deps[i] < nodes.length) add(entry[row], exit[nodes.deps[i]]);
    }
    if (exit[row] !== entry[row]) add(exit[row], entry[row]);
    const container = parents[row];
    if (container === NONE) continue;
    add(entry[row], entry[container]);
    add(exit[container], exit[row]);
  }
  // A task is tried again when the try before has ended, whether or not the source says so.
  for (const tries of triesByContainer(nodes, spans, parents).values()) {
    for (let i = 1; i < tries.length; i++) add(entry[tries[i]], exit[tries[i - 1]]);
  }
  return { from: from.subarray(0, count), to: to.subarray(0, count) };
}

/** How a node is called where two are compared: its key, with its iteration where it has one. */
export function nodeId({ key, iteration }: Pick<NodeTable, 'key' | 'iteration'>, node: number): string {
  return iteration[node] === NONE ? key[node] : `${key[node]}[${iteration[node]}]`;
}

/** How a leaf is called where two are compared: as its node, else its span's id. */
export function leafId(graph: Pick<LeafGraph, 'trace' | 'leaves'>, leaf: number): string {
  const node = graph.leaves.node[leaf];
  return node === NONE ? spanIdAt(graph.trace.spans.ids, graph.leaves.span[leaf]) : nodeId(graph.trace.nodes, node);
}

/** The name of a leaf's node, else of its span. */
export function leafName({ trace, leaves }: Pick<LeafGraph, 'trace' | 'leaves'>, leaf: number): string {
  const node = leaves.node[leaf];
  return node === NONE ? spanNameAt(trace.spans, leaves.span[leaf]) : trace.nodes.name[node];
}

const DIGITS = /^[0-9]+$/;

/** Compares ids: whole numbers of any length by their value, everything else by its characters. */
export function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length !== b.length && DIGITS.test(a) && DIGITS.test(b)) return a.length - b.length;
  return a < b ? -1 : 1;
}

/** What depends on what among leaves. */
type Connections = Pick<LeafGraph, keyof OrderedGraph | 'vertexCount' | 'nodeOf' | 'warnings'>;

/**
 * Connects leaves by the dependencies of their nodes. O(nodes + edges).
 * @param containers see `containerFlags`
 */
export function connectLeaves(trace: Trace, leaves: Leaves, parents: Int32Array, containers: Uint8Array): Connections {
  return allAtOnce(connectLeavesInSteps(trace, leaves, parents, containers));
}

function* connectLeavesInSteps(
  trace: Trace,
  leaves: Leaves,
  parents: Int32Array,
  containers: Uint8Array,
): Steps<Connections> {
  const { nodes } = trace;
  const { count, nodeOf, ...vertices } = numberVertices(nodes, leaves, containers);
  yield;
  const edges = listEdges(trace, parents, vertices);
  yield;
  const compressed = compressEdges(count, edges.from, edges.to);
  yield;
  const ordered = orderGraph(compressed);
  const warnings = new WarningCounter();
  for (const [vertex, dep] of ordered.cut) {
    const key = (at: number) => nodes.key[nodeOf[at]];
    warnings.add('dependency_cycle', `node ${key(vertex)} depends on ${key(dep)}`);
  }
  return { ...ordered, vertexCount: count, nodeOf, warnings: warnings.list() };
}

/**
 * Builds the graph of a trace's leaves. A dependency on a container is one on all nodes in it, and the nodes in it wait
 * for what it waits for. O(nodes + edges), and O(n log n) for the spans.
 * @param now where spans that still run end; see `endsOf`
 */
export function buildLeafGraph(trace: Trace, now?: Micros): LeafGraph {
  return allAtOnce(buildLeafGraphInSteps(trace, now));
}

/** The same in steps, between which others may have a turn. */
export function* buildLeafGraphInSteps(trace: Trace, now?: Micros): Steps<LeafGraph> {
  const tree = buildSpanTree(trace.spans);
  yield;
  const ends = endsOf(trace, now);
  yield;
  const parents = safeNodeParents(trace.nodes);
  const containers = containerFlags(trace.nodes, parents);
  yield;
  const phases = phaseTable(trace.spans.names);
  yield;
  const leaves = findLeaves(trace, tree, ends, containers, phases);
  yield;
  return {
    ...(yield* connectLeavesInSteps(trace, leaves, parents, containers)),
    trace,
    tree,
    ends,
    leaves,
    phases,
    containerOf: parents,
  };
}
