import { analyseTrace, buildLeafGraph, buildProfile, type LeafGraph, type Trace } from '@flowprof/model';
import { dependencyPath } from '../../packages/model/src/analysis/dependency-path.ts';
import { dependencySlack } from '../../packages/model/src/analysis/dependency-slack.ts';
import { connectLeaves } from '../../packages/model/src/analysis/leaf-graph.ts';
import { containerFlags } from '../../packages/model/src/analysis/leaves.ts';
import { measure, type Measures } from '../../packages/model/src/analysis/measures.ts';
import type { Suite, Task } from '../suite.ts';
import { layeredTrace } from './traces.ts';

/** A graph as whoever has nothing but it would keep it: its edges in two columns, and how long each node takes. */
interface Edges {
  readonly count: number;
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly time: Float64Array;
}

function edgesOf({ nodes, spans }: Trace): Edges {
  const to = Uint32Array.from(nodes.deps);
  const from = new Uint32Array(to.length);
  for (let node = 0; node < nodes.length; node++) {
    from.fill(node, nodes.depOffsets[node], nodes.depOffsets[node + 1]);
  }
  return { count: nodes.length, from, to, time: Float64Array.from(nodes.span, (span) => spans.duration[span] ?? 0) };
}

/** The edges as compressed rows. */
function compressed({ count, from, to }: Edges) {
  const offsets = new Uint32Array(count + 1);
  for (let i = 0; i < from.length; i++) offsets[from[i] + 1]++;
  for (let v = 0; v < count; v++) offsets[v + 1] += offsets[v];
  const next = offsets.slice(0, count);
  const rows = new Uint32Array(to.length);
  for (let i = 0; i < from.length; i++) rows[next[from[i]]++] = to[i];
  return { offsets, rows };
}

/** A topological order (Kahn 1962), from what depends on nothing. */
function orderOf(edges: Edges, offsets: Uint32Array): Uint32Array {
  const { count, from, to } = edges;
  const forward = compressed({ ...edges, from: to, to: from });
  const left = new Uint32Array(count);
  const order = new Uint32Array(count);
  let end = 0;
  for (let v = 0; v < count; v++) {
    left[v] = offsets[v + 1] - offsets[v];
    if (left[v] === 0) order[end++] = v;
  }
  for (let at = 0; at < end; at++) {
    const v = order[at];
    for (let i = forward.offsets[v]; i < forward.offsets[v + 1]; i++) {
      if (--left[forward.rows[i]] === 0) order[end++] = forward.rows[i];
    }
  }
  return order;
}

/**
 * The least that gives critical path and slack of a graph: compressed rows, a topological order, the longest path up to
 * each node and from each node on, and the path itself.
 */
function barePass(edges: Edges) {
  const { count, time } = edges;
  const { offsets, rows } = compressed(edges);
  const order = orderOf(edges, offsets);
  const upTo = new Float64Array(count);
  const before = new Int32Array(count).fill(-1);
  let last = 0;
  for (let at = 0; at < count; at++) {
    const v = order[at];
    let longest = 0;
    for (let i = offsets[v]; i < offsets[v + 1]; i++) {
      if (upTo[rows[i]] <= longest) continue;
      longest = upTo[rows[i]];
      before[v] = rows[i];
    }
    upTo[v] = longest + time[v];
    if (upTo[v] > upTo[last]) last = v;
  }
  const from = new Float64Array(count);
  const slack = new Float64Array(count);
  for (let at = count - 1; at >= 0; at--) {
    const v = order[at];
    slack[v] = upTo[last] - upTo[v] - from[v];
    const longest = from[v] + time[v];
    for (let i = offsets[v]; i < offsets[v + 1]; i++) if (from[rows[i]] < longest) from[rows[i]] = longest;
  }
  const path: number[] = [];
  for (let v = last; v !== -1; v = before[v]) path.push(v);
  return { path: path.reverse(), slack };
}

function measured(graph: LeafGraph): Measures {
  const measures = measure(graph);
  if (measures === null) throw new Error('nothing has run');
  return measures;
}

/** Critical path, slack and drag of leaves whose times are known: their graph, its order, and a pass each way. */
function pathAndSlack(trace: Trace, graph: LeafGraph, measures: Measures) {
  const containers = containerFlags(trace.nodes, graph.containerOf);
  const connected = { ...graph, ...connectLeaves(trace, graph.leaves, graph.containerOf, containers) };
  const path = dependencyPath(connected, measures);
  return { path, slack: dependencySlack(connected, measures, path) };
}

function tasksFor(nodes: number): { readonly trace: Trace; readonly floor: Task; readonly tasks: readonly Task[] } {
  const trace = layeredTrace(nodes, 1_000);
  const edges = edgesOf(trace);
  const graph = buildLeafGraph(trace);
  const measures = measured(graph);
  const size = `of ${nodes.toLocaleString('en')} nodes`;
  const steps = nodes;
  return {
    trace,
    floor: { name: `bare pass for critical path and slack ${size}`, steps, run: () => barePass(edges) },
    tasks: [
      { name: `critical path, slack, drag ${size}`, steps, run: () => pathAndSlack(trace, graph, measures) },
      { name: `leaves, their times and their graph ${size}`, steps, run: () => buildLeafGraph(trace) },
      { name: `analyseTrace ${size}`, steps, run: () => analyseTrace(trace) },
      { name: `buildProfile ${size}`, steps, run: () => buildProfile(trace) },
    ],
  };
}

/** The suite; it makes its traces when it is opened, for they are large. */
export const analysis: Suite = {
  name: 'analysis',
  about:
    'critical path, slack and the whole profile of layered graphs with three dependencies and three spans a node: 100,000, 300,000 and 1,000,000 nodes, by the node',
  open: async () => {
    const sizes = [100_000, 300_000, 1_000_000].map(tasksFor);
    const [small, ...others] = sizes;
    if (small === undefined) throw new Error('there is no size');
    const tasks = [...small.tasks, ...others.flatMap(({ floor, tasks: of }) => [floor, ...of])];
    return { floor: small.floor, tasks, turnsMs: 20_000, close: async () => undefined };
  },
};
