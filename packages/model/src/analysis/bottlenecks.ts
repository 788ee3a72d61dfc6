import { KIND, spanIdAt } from '../trace/trace.ts';
import { asMicros, type Micros } from '../units.ts';
import type { Accounting } from './accounting.ts';
import { slackOfGroup } from './group-slack.ts';
import { firstRows } from './heap.ts';
import type { LeafGraph } from './leaf-graph.ts';
import { groupId, type NodeGroups } from './node-groups.ts';
import type { Slack } from './slack.ts';

/** A node with all its instances, or a name with all its spans, by the time it held the critical path. */
export interface Bottleneck {
  /** The node's key, or the name of the spans. */
  readonly id: string;
  readonly name: string;
  /** Its number; see `NodeGroups`. */
  readonly group: number;
  readonly count: number;
  /** The duration of all instances, waits included. */
  readonly total: Micros;
  /** The time that was its own: a node's run time, a span's time outside of its children. */
  readonly self: Micros;
  readonly critical: Micros;
  /** The id of the instance that held the path longest, else the longest. */
  readonly spanId: string;
  /** See `slackOfGroup`. */
  readonly slack: Micros | null;
  readonly drag: Micros | null;
}

/** Sums per group while rows come in. */
class GroupSums {
  readonly count: Uint32Array;
  readonly total: Float64Array;
  readonly self: Float64Array;
  readonly critical: Float64Array;
  /** The span of the instance that held the path longest, else the longest. */
  readonly worst: Uint32Array;
  readonly #worstCritical: Float64Array;
  readonly #worstTotal: Float64Array;

  constructor(groups: number) {
    this.count = new Uint32Array(groups);
    this.total = new Float64Array(groups);
    this.self = new Float64Array(groups);
    this.critical = new Float64Array(groups);
    this.worst = new Uint32Array(groups);
    this.#worstCritical = new Float64Array(groups).fill(-1);
    this.#worstTotal = new Float64Array(groups).fill(-1);
  }

  add(group: number, span: number, total: number, self: number, critical: number): void {
    this.count[group]++;
    this.total[group] += total;
    this.self[group] += self;
    this.critical[group] += critical;
    const worst = this.#worstCritical[group];
    if (critical < worst || (critical === worst && total <= this.#worstTotal[group])) return;
    this.worst[group] = span;
    this.#worstCritical[group] = critical;
    this.#worstTotal[group] = total;
  }
}

/** How long each leaf held the path, with the spans in it; microseconds. */
export function criticalOfLeaves({ leaves }: Pick<LeafGraph, 'leaves'>, held: Float64Array): Float64Array {
  const critical = new Float64Array(leaves.length);
  for (let row = 0; row < held.length; row++) if (held[row] !== 0) critical[leaves.ofSpan[row]] += held[row];
  return critical;
}

function sumNodes(graph: LeafGraph, { of }: NodeGroups, held: Float64Array, sums: GroupSums): void {
  const { leaves } = graph;
  const critical = criticalOfLeaves(graph, held);
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    const total = leaves.end[leaf] - leaves.submit[leaf];
    sums.add(of[leaves.node[leaf]], leaves.span[leaf], total, leaves.run[leaf], critical[leaf]);
  }
}

/** A span's time outside of its children, which may overlap each other and stick out; microseconds. */
export function selfTime({ tree, trace, ends }: LeafGraph, row: number): number {
  const { start } = trace.spans;
  let self = ends[row] - start[row];
  let cursor = start[row];
  for (let i = tree.offsets[row]; i < tree.offsets[row + 1]; i++) {
    const child = tree.children[i];
    const from = Math.max(cursor, start[child]);
    const to = Math.min(ends[row], ends[child]);
    if (to <= from) continue;
    self -= to - from;
    cursor = to;
  }
  return self;
}

function sumSpans(graph: LeafGraph, held: Float64Array, sums: GroupSums): void {
  const { names, name, kind, start } = graph.trace.spans;
  const { order, depth } = graph.tree;
  const around: number[] = []; // the rows of the spans around a row
  const timesAround = new Uint32Array(names.length); // how many of them have each name
  for (const row of order) {
    while (around.length > depth[row]) timesAround[name[around.pop() ?? 0]]--;
    const isRecursion = timesAround[name[row]] > 0;
    around.push(row);
    timesAround[name[row]]++;
    if (kind[row] === KIND.system) continue;
    sums.add(name[row], row, isRecursion ? 0 : graph.ends[row] - start[row], selfTime(graph, row), held[row]);
  }
}

/**
 * Ranks what an execution spent its time in: the nodes, or, where the source knows none, the names of its spans (of
 * which those inside another of the same name count once). First what held the critical path longest, then what took
 * longest in all.
 */
export function findBottlenecks(
  graph: LeafGraph,
  groups: NodeGroups,
  accounting: Accounting | null,
  slack: Slack | null,
  limit: number,
): Bottleneck[] {
  const { trace } = graph;
  const held = accounting?.held ?? new Float64Array(trace.spans.length);
  const sums = new GroupSums(groups.count);
  if (trace.nodes.length > 0) sumNodes(graph, groups, held, sums);
  else sumSpans(graph, held, sums);
  const { critical, total, self, count, worst } = sums;
  const id = (group: number) => groupId(trace, groups, group);
  const isBefore = (a: number, b: number) =>
    (critical[b] - critical[a] || total[b] - total[a] || (id(a) < id(b) ? -1 : 1)) < 0;
  const busy = Uint32Array.from(total.keys()).filter((group) => total[group] > 0);
  return firstRows(busy, limit, isBefore).map((group) => ({
    id: id(group),
    name: groups.names[group],
    group,
    count: count[group],
    total: asMicros(total[group]),
    self: asMicros(self[group]),
    critical: asMicros(critical[group]),
    spanId: spanIdAt(trace.spans.ids, worst[group]),
    ...(slackOfGroup(graph, groups, group, slack) ?? { slack: null, drag: null }),
  }));
}
