import { KIND, NONE, spanNameAt } from '../../trace/trace.ts';
import { asMicros, msFromMicros } from '../../units.ts';
import type { Analysis } from '../analyse.ts';
import { selfTime } from '../bottlenecks.ts';
import { RowHeap } from '../heap.ts';
import type { LeafGraph } from '../leaf-graph.ts';

/** A place in a tree of callers or callees: all spans of one name that are reached in the same way. */
export interface SandwichNode {
  readonly name: string;
  /** The position in the list of what it hangs from; -1 for the first. */
  readonly parent: number;
  readonly depth: number;
  /** Of callers: the time of the spans that were asked for under them. Spans that run at once are added up. */
  readonly total_ms: number;
  /** Of callers: the own time of the spans that were asked for. */
  readonly self_ms: number;
  readonly count: number;
}

/** A tree as a list: each place stands before those that hang from it, the largest first. */
export interface SandwichTree {
  readonly nodes: readonly SandwichNode[];
  /** Whether places were left out, the smallest, because there are too many. */
  readonly truncated: boolean;
}

/** Who calls the spans of a name, and what they call. Times in ms. */
export interface Sandwich {
  readonly name: string;
  readonly count: number;
  /** Of spans inside one of the same name the outermost counts. */
  readonly total_ms: number;
  readonly self_ms: number;
  readonly callers: SandwichTree;
  readonly callees: SandwichTree;
}

/** A place that has been found and perhaps not shown yet. */
interface Place {
  readonly name: string;
  readonly parent: number;
  readonly depth: number;
  total: number;
  self: number;
  count: number;
  /** Where the spans of the place stand: going up, the span that was reached; going down, the spans themselves. */
  readonly rows: number[];
  /** Going up, the span that was asked for, for each of `rows`; not used going down. */
  readonly origins: number[];
}

/** What the places below one are. */
type Expand = (place: Place, position: number) => Iterable<Place>;

/** Shows the largest place that is known, then those that hang from it become known, until there are enough. */
function grow(root: Place, most: number, expand: Expand): SandwichTree {
  const known: Place[] = [root];
  const open = new RowHeap((a, b) => known[a].total > known[b].total || (known[a].total === known[b].total && a < b));
  open.push(0);
  const shown: Place[] = [];
  for (let next = open.peek(); next !== -1 && shown.length < most; next = open.peek()) {
    open.pop();
    const place = known[next];
    const position = shown.push(place) - 1;
    for (const below of expand(place, position)) open.push(known.push(below) - 1);
  }
  return { nodes: inOrder(shown), truncated: open.peek() !== -1 };
}

/** Puts places in the order of a walk from the first, each followed by what hangs from it. */
function inOrder(shown: readonly Place[]): SandwichNode[] {
  const below = shown.map((): number[] => []);
  // They were shown by size, so that those below a place are in order already.
  for (const [position, { parent }] of shown.entries()) if (parent !== NONE) below[parent].push(position);
  const nodes: SandwichNode[] = [];
  const newPosition = new Int32Array(shown.length).fill(NONE);
  const stack = shown.length === 0 ? [] : [0];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { name, parent, depth, total, self, count } = shown[at];
    newPosition[at] = nodes.length;
    nodes.push({
      name,
      parent: parent === NONE ? NONE : newPosition[parent],
      depth,
      total_ms: msFromMicros(asMicros(total)),
      self_ms: msFromMicros(asMicros(self)),
      count,
    });
    for (const next of below[at].toReversed()) stack.push(next);
  }
  return nodes;
}

/** Gathers rows by the name of a span. */
class ByName {
  readonly #places = new Map<number, Place>();
  readonly #graph: LeafGraph;
  readonly #parent: number;
  readonly #depth: number;

  constructor(graph: LeafGraph, parent: number, depth: number) {
    this.#graph = graph;
    this.#parent = parent;
    this.#depth = depth;
  }

  add(row: number, origin: number, total: number, self: number, count: number): void {
    const { spans } = this.#graph.trace;
    let place = this.#places.get(spans.name[row]);
    if (place === undefined) {
      const name = spanNameAt(spans, row);
      place = { name, parent: this.#parent, depth: this.#depth, total: 0, self: 0, count: 0, rows: [], origins: [] };
      this.#places.set(spans.name[row], place);
    }
    place.total += total;
    place.self += self;
    place.count += count;
    place.rows.push(row);
    if (origin !== NONE) place.origins.push(origin);
  }

  list(): Iterable<Place> {
    return this.#places.values();
  }
}

/** The spans that are asked for. */
interface Asked {
  /** Those that stand in no other of them. */
  readonly outermost: readonly number[];
  readonly count: number;
  /** By row of an outermost one: the own time of it and of those inside it, and how many these are. */
  readonly self: ReadonlyMap<number, number>;
  readonly instances: ReadonlyMap<number, number>;
}

function durationOf({ trace, ends }: LeafGraph, row: number): number {
  return Math.max(0, ends[row] - trace.spans.start[row]);
}

/** Finds the spans of a name, and the nodes of a key. */
function findAsked(graph: LeafGraph, name: string): Asked {
  const { nodes, spans } = graph.trace;
  const code = spans.names.indexOf(name);
  const isAsked = (row: number) =>
    spans.name[row] === code ||
    (spans.kind[row] === KIND.node && spans.node[row] !== NONE && nodes.key[spans.node[row]] === name);
  const around = new Int32Array(spans.length).fill(NONE);
  const outermost: number[] = [];
  const self = new Map<number, number>();
  const instances = new Map<number, number>();
  let count = 0;
  for (const row of graph.tree.order) {
    const up = spans.parent[row];
    const asked = isAsked(row);
    around[row] = up !== NONE && around[up] !== NONE ? around[up] : asked ? row : NONE;
    if (!asked) continue;
    count++;
    const outer = around[row];
    if (outer === row) outermost.push(row);
    self.set(outer, (self.get(outer) ?? 0) + selfTime(graph, row));
    instances.set(outer, (instances.get(outer) ?? 0) + 1);
  }
  return { outermost, count, self, instances };
}

function callersOf(graph: LeafGraph, root: Place, asked: Asked, most: number): SandwichTree {
  const { parent } = graph.trace.spans;
  return grow(root, most, ({ rows, origins, depth }, position) => {
    const above = new ByName(graph, position, depth + 1);
    for (const [i, row] of rows.entries()) {
      const up = parent[row];
      if (up === NONE) continue;
      const origin = origins[i];
      const total = durationOf(graph, origin);
      above.add(up, origin, total, asked.self.get(origin) ?? 0, asked.instances.get(origin) ?? 0);
    }
    return above.list();
  });
}

function calleesOf(graph: LeafGraph, root: Place, most: number): SandwichTree {
  const { offsets, children } = graph.tree;
  return grow(root, most, ({ rows, depth }, position) => {
    const below = new ByName(graph, position, depth + 1);
    for (const row of rows) {
      for (let i = offsets[row]; i < offsets[row + 1]; i++) {
        below.add(children[i], NONE, durationOf(graph, children[i]), selfTime(graph, children[i]), 1);
      }
    }
    return below.list();
  });
}

/**
 * The spans of a name between those that call them and those that they call, merged by name as in speedscope's sandwich
 * view. Trees grow where most time is, place by place, so that what is shown of a large trace is what matters, and are
 * walked without recursion. O(spans) going down; going up, a pass over the spans asked for at each level that is shown.
 * @param name the name of spans, or the key of a node
 * @param most how many places each tree has at most
 * @returns null when there is no such span
 */
export function sandwichOf({ graph }: Pick<Analysis, 'graph'>, name: string, most: number): Sandwich | null {
  const asked = findAsked(graph, name);
  const { outermost, count } = asked;
  if (count === 0) return null;
  let total = 0;
  for (const row of outermost) total += durationOf(graph, row);
  let self = 0;
  for (const own of asked.self.values()) self += own;
  const root = { name, parent: NONE, depth: 0, total, self, count, rows: [...outermost], origins: [...outermost] };
  return {
    name,
    count,
    total_ms: msFromMicros(asMicros(total)),
    self_ms: msFromMicros(asMicros(self)),
    callers: callersOf(graph, root, asked, most),
    callees: calleesOf(graph, root, most),
  };
}
