import { KIND, NONE, spanIdAt, spanNameAt } from '../trace/trace.ts';
import { asMicros, type Micros } from '../units.ts';
import type { Accounting } from './accounting.ts';
import { RowHeap } from './heap.ts';
import type { LeafGraph } from './leaf-graph.ts';

/** A node with all its instances, or a name with all its spans, by the time it held the critical path. */
export interface Bottleneck {
  /** The node's key, or the name of the spans. */
  readonly id: string;
  readonly name: string;
  readonly count: number;
  /** The duration of all instances, waits included. */
  readonly total: Micros;
  /** The time that was its own: a node's run time, a span's time outside of its children. */
  readonly self: Micros;
  readonly critical: Micros;
  /** The id of the instance that held the path longest, else the longest. */
  readonly spanId: string;
}

interface Group {
  readonly id: string;
  readonly name: string;
  count: number;
  total: number;
  self: number;
  critical: number;
  worst: number;
  worstCritical: number;
  worstTotal: number;
}

/** Sums per group while rows come in. */
class Groups {
  readonly #byId = new Map<string, Group>();

  add(id: string, name: string, row: number, total: number, self: number, critical: number): void {
    let group = this.#byId.get(id);
    if (group === undefined) {
      group = { id, name, count: 0, total: 0, self: 0, critical: 0, worst: row, worstCritical: -1, worstTotal: -1 };
      this.#byId.set(id, group);
    }
    group.count++;
    group.total += total;
    group.self += self;
    group.critical += critical;
    const isWorse = critical > group.worstCritical || (critical === group.worstCritical && total > group.worstTotal);
    if (!isWorse) return;
    group.worst = row;
    group.worstCritical = critical;
    group.worstTotal = total;
  }

  /** Of the groups that took any time the first few in rank. O(n log limit): there can be as many groups as nodes. */
  ranked(limit: number): Group[] {
    if (limit <= 0) return [];
    const groups = [...this.#byId.values()].filter((group) => group.total > 0);
    const weakestFirst = new RowHeap((a, b) => compareRank(groups[a], groups[b]) > 0);
    for (let i = 0; i < groups.length; i++) {
      if (i >= limit && compareRank(groups[i], groups[weakestFirst.peek()]) > 0) continue;
      if (i >= limit) weakestFirst.pop();
      weakestFirst.push(i);
    }
    const kept: Group[] = [];
    for (let i = weakestFirst.peek(); i !== -1; i = weakestFirst.peek()) {
      kept.push(groups[i]);
      weakestFirst.pop();
    }
    return kept.reverse();
  }
}

/** The group that held the path longest comes first, then what took longest in all. */
function compareRank(a: Group, b: Group): number {
  return b.critical - a.critical || b.total - a.total || (a.id < b.id ? -1 : 1);
}

/** How long each leaf held the path, with the spans in it. */
function criticalOfLeaves({ leaves }: LeafGraph, held: Float64Array): Float64Array {
  const critical = new Float64Array(leaves.length);
  for (const [row, leaf] of leaves.ofSpan.entries()) if (leaf !== NONE) critical[leaf] += held[row];
  return critical;
}

function groupNodes(graph: LeafGraph, held: Float64Array, groups: Groups): void {
  const { leaves } = graph;
  const { nodes } = graph.trace;
  const critical = criticalOfLeaves(graph, held);
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    const node = leaves.node[leaf];
    const total = leaves.end[leaf] - leaves.submit[leaf];
    groups.add(nodes.key[node], nodes.name[node], leaves.span[leaf], total, leaves.run[leaf], critical[leaf]);
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

function groupSpans(graph: LeafGraph, held: Float64Array, groups: Groups): void {
  const { spans } = graph.trace;
  const { order, depth } = graph.tree;
  const around: number[] = []; // the rows of the spans around a row
  const timesAround = new Uint32Array(spans.names.length); // how many of them have each name
  for (const row of order) {
    for (const left of around.splice(depth[row])) timesAround[spans.name[left]]--;
    const isRecursion = timesAround[spans.name[row]] > 0;
    around.push(row);
    timesAround[spans.name[row]]++;
    if (spans.kind[row] === KIND.system) continue;
    const total = isRecursion ? 0 : graph.ends[row] - spans.start[row];
    const name = spanNameAt(spans, row);
    groups.add(name, name, row, total, selfTime(graph, row), held[row]);
  }
}

/**
 * Ranks what an execution spent its time in: the nodes, or, where the source knows none, the names of its spans (of
 * which those inside another of the same name count once). First what held the critical path longest, then what took
 * longest in all.
 */
export function findBottlenecks(graph: LeafGraph, accounting: Accounting | null, limit: number): Bottleneck[] {
  const held = accounting?.held ?? new Float64Array(graph.trace.spans.length);
  const groups = new Groups();
  if (graph.trace.nodes.length > 0) groupNodes(graph, held, groups);
  else groupSpans(graph, held, groups);
  return groups.ranked(limit).map((group) => ({
    id: group.id,
    name: group.name,
    count: group.count,
    total: asMicros(group.total),
    self: asMicros(group.self),
    critical: asMicros(group.critical),
    spanId: spanIdAt(graph.trace.spans.ids, group.worst),
  }));
}
