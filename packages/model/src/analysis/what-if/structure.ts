import { KIND, NONE, type Trace } from '../../trace/trace.ts';
import { RowHeap } from '../heap.ts';
import { numberVertices, type LeafGraph } from '../leaf-graph.ts';
import { containerFlags } from '../leaves.ts';
import { DEFAULT_OVERLAP_TOLERANCE } from '../span-path.ts';
import { orderGraph, type OrderedGraph } from '../topology.ts';
import { EdgeList } from './edges.ts';

/**
 * What a simulation moves about: tasks, which take time, and pseudo vertices that only join. Tasks are the vertices
 * `0 .. taskCount`. An *element* is what people call a node: a row of the node table, or of the span table where a trace
 * knows no nodes.
 */
export interface Structure extends OrderedGraph {
  readonly graph: LeafGraph;
  readonly elements: 'nodes' | 'spans';
  /** Whether the order of what has no dependencies was read off the times. */
  readonly isInferred: boolean;
  readonly taskCount: number;
  readonly vertexCount: number;
  /** The span of each task, and its times. */
  readonly span: Int32Array;
  readonly submit: Float64Array;
  readonly start: Float64Array;
  readonly released: Float64Array;
  readonly end: Float64Array;
  /** By element: where what it waits for arrives and where it has ended; `NONE` for one that is no part of the graph. */
  readonly entry: Int32Array;
  readonly exit: Int32Array;
  /** By vertex: its element, or `NONE`. */
  readonly elementOf: Int32Array;
  /** By element: what contains it, or `NONE`. */
  readonly parentOf: Int32Array;
  /** By vertex that has a time of its own in the trace: when; else `NaN`. */
  readonly known: Float64Array;
  /** By vertex: the element whose own time passes before it, or `NONE`. */
  readonly gapOwner: Int32Array;
  /** The elements between whose earliest submission and latest end the makespan lies. */
  readonly counted: Int32Array;
}

/** Elements next to each other in the order of their starts. */
interface Siblings {
  readonly members: ArrayLike<number>;
  readonly start: (element: number) => number;
  readonly end: (element: number) => number;
  readonly entry: Int32Array;
  readonly exit: Int32Array;
  /** The vertex that they all come after, or `NONE`. */
  readonly base: number;
  readonly tolerance: number;
}

/**
 * Orders siblings by their times: one that starts after another ended comes after it. What has ended so far is joined in
 * a chain of pseudo vertices, so that this takes two edges a sibling.
 */
function orderSiblings(siblings: Siblings, edges: EdgeList, join: () => number): void {
  const { members, start, end, entry, exit, base, tolerance } = siblings;
  const running = new RowHeap((a, b) => (end(a) === end(b) ? a < b : end(a) < end(b)));
  let last = base;
  for (let i = 0; i < members.length; i++) {
    const element = members[i];
    let next = NONE;
    while (running.peek() !== -1 && end(running.peek()) <= start(element) + tolerance) {
      if (next === NONE) {
        next = join();
        if (last !== NONE) edges.add(next, last);
      }
      edges.add(next, exit[running.peek()]);
      running.pop();
    }
    if (next !== NONE) last = next;
    if (last !== NONE) edges.add(entry[element], last);
    running.push(element);
  }
}

function toleranceOf(duration: number): number {
  const { fraction, atMost } = DEFAULT_OVERLAP_TOLERANCE;
  return Math.min(atMost, Math.max(0, duration) * fraction);
}

/** The elements that are counted, as a list of nodes. */
function countedNodes({ leaves }: LeafGraph): Int32Array {
  return leaves.node.slice();
}

/** Vertices of nodes, with the dependencies that the trace knows. */
function byNodes(graph: LeafGraph): Structure {
  const { leaves, trace, containerOf } = graph;
  const { entry, exit, nodeOf } = numberVertices(trace.nodes, leaves, containerFlags(trace.nodes, containerOf));
  return {
    offsets: graph.offsets,
    deps: graph.deps,
    order: graph.order,
    cut: [],
    graph,
    elements: 'nodes',
    isInferred: false,
    taskCount: leaves.length,
    vertexCount: graph.vertexCount,
    span: leaves.span,
    submit: leaves.submit,
    start: leaves.start,
    // A callback that is recorded after the end of its node, in a torn trace, holds nothing.
    released: leaves.released.map((time, leaf) => Math.max(leaves.start[leaf], Math.min(leaves.end[leaf], time))),
    end: leaves.end,
    entry,
    exit,
    elementOf: nodeOf.subarray(0, graph.vertexCount),
    parentOf: containerOf,
    known: new Float64Array(graph.vertexCount).fill(Number.NaN),
    gapOwner: new Int32Array(graph.vertexCount).fill(NONE),
    counted: countedNodes(graph),
  };
}

/** Nodes by what contains them, in the order of their starts; those that never started are left out. */
function nodesByContainer({ trace, containerOf, ends }: LeafGraph) {
  const { nodes, spans } = trace;
  const groups = new Map<number, number[]>();
  for (let node = 0; node < nodes.length; node++) {
    if (nodes.span[node] < 0 || nodes.span[node] >= spans.length) continue;
    const known = groups.get(containerOf[node]);
    if (known === undefined) groups.set(containerOf[node], [node]);
    else known.push(node);
  }
  const start = (node: number) => spans.start[nodes.span[node]];
  const end = (node: number) => ends[nodes.span[node]];
  for (const group of groups.values()) group.sort((a, b) => start(a) - start(b) || a - b);
  return { groups, start, end };
}

/** Nodes without any dependency: their order is read off their times. */
function byTimesOfNodes(graph: LeafGraph): Structure {
  const base = byNodes(graph);
  const edges = new EdgeList();
  edges.addGraph(graph);
  let count = graph.vertexCount;
  const { groups, start, end } = nodesByContainer(graph);
  for (const [container, members] of groups) {
    const duration = container === NONE ? 0 : end(container) - start(container);
    const { entry, exit } = base;
    const above = container === NONE ? NONE : entry[container];
    orderSiblings(
      { members, start, end, entry, exit, base: above, tolerance: toleranceOf(duration) },
      edges,
      () => count++,
    );
  }
  const elementOf = new Int32Array(count).fill(NONE);
  elementOf.set(base.elementOf);
  return {
    ...base,
    ...orderGraph(edges.compress(count)),
    isInferred: true,
    vertexCount: count,
    elementOf,
    known: new Float64Array(count).fill(Number.NaN),
    gapOwner: new Int32Array(count).fill(NONE),
  };
}

/** Numbers the vertices of spans: those without others inside are tasks, the others have a start and an end. */
function numberSpans({ trace, tree }: LeafGraph) {
  const { length } = trace.spans;
  const entry = new Int32Array(length);
  const exit = new Int32Array(length);
  const tasks: number[] = [];
  const isTask = (row: number) => tree.offsets[row] === tree.offsets[row + 1];
  for (let row = 0; row < length; row++) if (isTask(row)) entry[row] = exit[row] = tasks.push(row) - 1;
  let count = tasks.length;
  for (let row = 0; row < length; row++) {
    if (isTask(row)) continue;
    entry[row] = count++;
    exit[row] = count++;
  }
  return { entry, exit, tasks, count };
}

/** The edges of a tree of spans, with the number of vertices that are there in the end. */
function edgesOfSpans({ trace, tree, ends }: LeafGraph, numbers: ReturnType<typeof numberSpans>) {
  const { spans } = trace;
  const { entry, exit } = numbers;
  const edges = new EdgeList();
  let count = numbers.count;
  const join = () => count++;
  const start = (row: number) => spans.start[row];
  const end = (row: number) => ends[row];
  orderSiblings({ members: tree.roots, start, end, entry, exit, base: NONE, tolerance: 0 }, edges, join);
  for (let row = 0; row < spans.length; row++) {
    const members = tree.children.subarray(tree.offsets[row], tree.offsets[row + 1]);
    if (members.length === 0) continue;
    const tolerance = toleranceOf(ends[row] - spans.start[row]);
    orderSiblings({ members, start, end, entry, exit, base: entry[row], tolerance }, edges, join);
    edges.add(exit[row], entry[row]);
    // What goes on after its parent has ended does not hold it up.
    for (const child of members) if (ends[child] <= ends[row]) edges.add(exit[row], exit[child]);
  }
  return { edges, count };
}

/** A tree of spans without nodes: children follow each other, or run side by side, as they did. */
function bySpans(graph: LeafGraph): Structure {
  const { trace, ends, leaves } = graph;
  const { spans } = trace;
  const numbers = numberSpans(graph);
  const { entry, exit, tasks } = numbers;
  const { edges, count } = edgesOfSpans(graph, numbers);
  const elementOf = new Int32Array(count).fill(NONE);
  const known = new Float64Array(count).fill(Number.NaN);
  const gapOwner = new Int32Array(count).fill(NONE);
  for (let row = 0; row < spans.length; row++) {
    const parent = spans.parent[row];
    elementOf[entry[row]] = elementOf[exit[row]] = row;
    gapOwner[entry[row]] = parent === NONE || spans.kind[parent] === KIND.system ? NONE : parent;
    if (entry[row] === exit[row]) continue;
    known[entry[row]] = spans.start[row];
    known[exit[row]] = ends[row];
    gapOwner[exit[row]] = row;
  }
  const ofTasks = (column: Float64Array) => Float64Array.from(tasks, (row) => column[row]);
  const start = ofTasks(spans.start);
  const end = ofTasks(ends);
  return {
    ...orderGraph(edges.compress(count)),
    graph,
    elements: 'spans',
    isInferred: true,
    taskCount: tasks.length,
    vertexCount: count,
    span: Int32Array.from(tasks),
    submit: start,
    start,
    released: end,
    end,
    entry,
    exit,
    elementOf,
    parentOf: spans.parent,
    known,
    gapOwner,
    counted: leaves.span.slice(),
  };
}

function hasDependencies(trace: Trace): boolean {
  return trace.nodes.deps.length > 0 || trace.execution.sourceFormat === 'conductor';
}

/** What depends on what in an execution: by its dependencies, or as its times tell where it has none. */
export function buildStructure(graph: LeafGraph): Structure {
  if (graph.trace.nodes.length === 0) return bySpans(graph);
  return hasDependencies(graph.trace) ? byNodes(graph) : byTimesOfNodes(graph);
}
