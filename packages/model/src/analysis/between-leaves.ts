import { KIND, NONE } from '../trace/trace.ts';
import type { TakePiece } from './coverage.ts';
import type { LeafGraph } from './leaf-graph.ts';
import { triesByContainer } from './tries.ts';

/** The earliest end among the leaves that start at or after a time, and take time. */
function endsAfter({ leaves }: LeafGraph): (time: number) => number {
  const order = new Uint32Array(leaves.length);
  let count = 0;
  for (let leaf = 0; leaf < leaves.length; leaf++) if (leaves.end[leaf] > leaves.start[leaf]) order[count++] = leaf;
  order.subarray(0, count).sort((a, b) => leaves.start[a] - leaves.start[b]);
  const starts = new Float64Array(count);
  const earliest = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    starts[i] = leaves.start[order[i]];
    earliest[i] = leaves.end[order[i]];
  }
  for (let i = earliest.length - 2; i >= 0; i--) earliest[i] = Math.min(earliest[i], earliest[i + 1]);
  return (time) => earliest[firstAtLeast(starts, time)] ?? Infinity;
}

/** The position of the first of some sorted values that is not below a value; their number when there is none. */
function firstAtLeast(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The spans of the engine itself that belong to no leaf with their phases, and the telling of how containers ended, as
 * stretches that do not overlap. A span of the engine that contains others (a
 * root around the whole execution), or during which a leaf ran from its start to its end (the window of a recorder),
 * says nothing about what the time between leaves went to and is left out.
 */
export class SystemTime {
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #row: number[] = [];

  constructor(graph: LeafGraph) {
    const { trace, tree, leaves, ends } = graph;
    const { kind, start, length, node, name, names, parent, metadata } = trace.spans;
    // What was still open when the execution closed, and was not waited for, explains nothing.
    const isLeftBehind = (row: number) => row !== NONE && metadata.get(row)?.['awaited'] === false;
    const callback = names.indexOf('callback');
    const candidates: number[] = [];
    for (let row = 0; row < length; row++) {
      if (leaves.ofSpan[row] !== NONE || tree.offsets[row] !== tree.offsets[row + 1]) continue;
      const isTelling = kind[row] === KIND.phase && node[row] !== NONE && name[row] === callback;
      const isOfEngine = kind[row] === KIND.phase && parent[row] !== NONE && kind[parent[row]] === KIND.system;
      if (isLeftBehind(row) || isLeftBehind(parent[row])) continue;
      if (kind[row] === KIND.system || isTelling || isOfEngine) candidates.push(row);
    }
    if (candidates.length === 0) return;
    const endAfter = endsAfter(graph);
    const rows = candidates.filter((row) => kind[row] !== KIND.system || endAfter(start[row]) > ends[row]);
    rows.sort((a, b) => start[a] - start[b] || a - b);
    let covered = -Infinity;
    for (const row of rows) {
      if (ends[row] <= covered || ends[row] <= start[row]) continue;
      this.#from.push(Math.max(covered, start[row]));
      this.#to.push(ends[row]);
      this.#row.push(row);
      covered = ends[row];
    }
  }

  /** Divides a stretch by the span that covers it. */
  divide(from: number, to: number, take: TakePiece): void {
    let cursor = from;
    for (let i = this.#firstAfter(from); i < this.#row.length && this.#from[i] < to; i++) {
      const begin = Math.max(cursor, this.#from[i]);
      const until = Math.min(to, this.#to[i]);
      take(cursor, begin, NONE);
      take(begin, until, this.#row[i]);
      cursor = until;
    }
    take(cursor, to, NONE);
  }

  /** The first stretch that ends after a time. */
  #firstAfter(time: number): number {
    let low = 0;
    let high = this.#to.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#to[middle] <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * The phases of containers, which belong to no leaf: what an engine does, or waits for, before the first and after the
 * last node in them.
 */
export class ContainerPhases {
  readonly #graph: LeafGraph;
  /** By the row of the container. */
  readonly #phases = new Map<number, number[]>();

  constructor(graph: LeafGraph) {
    this.#graph = graph;
    const { kind, node, length } = graph.trace.spans;
    for (let row = 0; row < length; row++) {
      if (kind[row] !== KIND.phase || graph.leaves.ofSpan[row] !== NONE || node[row] === NONE) continue;
      const known = this.#phases.get(node[row]);
      if (known === undefined) this.#phases.set(node[row], [row]);
      else known.push(row);
    }
  }

  /**
   * Adds to some rows the phases of the containers of one leaf that ended between two times, and of those of another
   * leaf that began between them. Each container begins and ends once, so that a whole path costs little more than the
   * number of containers.
   */
  between(lastLeaf: number, nextLeaf: number, from: number, to: number, rows: number[]): void {
    if (this.#phases.size === 0) return;
    const { ends, trace } = this.#graph;
    this.#climb(lastLeaf, rows, (span) => ends[span] <= to);
    this.#climb(nextLeaf, rows, (span) => trace.spans.start[span] >= from);
  }

  #climb(leaf: number, rows: number[], goesOn: (span: number) => boolean): void {
    const { containerOf, leaves, trace } = this.#graph;
    const node = leaf === NONE ? NONE : leaves.node[leaf];
    if (node === NONE) return;
    for (let at = containerOf[node]; at !== NONE; at = containerOf[at]) {
      const span = trace.nodes.span[at];
      if (span < 0 || span >= trace.spans.length || !goesOn(span)) return;
      for (const row of this.#phases.get(at) ?? []) rows.push(row);
    }
  }
}

/**
 * The time in which the items of a loop wait for their turn, because it lets only so many be under way at once: from the
 * start of its first item to their own.
 */
export class LoopWaits {
  readonly #graph: LeafGraph;
  /** By the row of a `foreach`: when its first item started. */
  readonly #opened = new Map<number, number>();

  constructor(graph: LeafGraph) {
    this.#graph = graph;
    const { nodes, spans } = graph.trace;
    for (let node = 0; node < nodes.length; node++) {
      const loop = graph.containerOf[node];
      if (loop === NONE || nodes.type[loop] !== 'foreach') continue;
      const span = this.#spanOf(node);
      if (span === NONE) continue;
      const known = this.#opened.get(loop);
      if (known === undefined || spans.start[span] < known) this.#opened.set(loop, spans.start[span]);
    }
  }

  /** The span of a node, or `NONE`. */
  #spanOf(node: number): number {
    const span = this.#graph.trace.nodes.span[node];
    return span >= 0 && span < this.#graph.trace.spans.length ? span : NONE;
  }

  /** When the loop that a node is an item of started its first one; null where the node is none, or was the first. */
  #openedBefore(node: number): number | null {
    const opened = this.#opened.get(this.#graph.containerOf[node]);
    const span = this.#spanOf(node);
    return opened === undefined || span === NONE || this.#graph.trace.spans.start[span] <= opened ? null : opened;
  }

  /** How long an item waited; 0 for what is none. */
  waitOf(node: number): number {
    const opened = this.#opened.size === 0 ? null : this.#openedBefore(node);
    return opened === null ? 0 : this.#graph.trace.spans.start[this.#spanOf(node)] - opened;
  }

  /** Divides a stretch before a leaf by the node of the loop in which the leaf's item waited for its turn. */
  divide(leaf: number, from: number, to: number, take: TakePiece): void {
    const { containerOf, leaves, trace } = this.#graph;
    const waits: { from: number; to: number; loop: number }[] = [];
    const first = this.#opened.size === 0 || leaf === NONE ? NONE : leaves.node[leaf];
    for (let at = first; at !== NONE; at = containerOf[at]) {
      const span = this.#spanOf(at);
      if (span === NONE || trace.spans.start[span] <= from) break;
      const opened = this.#openedBefore(at);
      if (opened !== null) waits.push({ from: opened, to: trace.spans.start[span], loop: containerOf[at] });
    }
    let cursor = from;
    for (const wait of waits.reverse()) {
      const begin = Math.min(to, Math.max(cursor, wait.from));
      const end = Math.min(to, Math.max(begin, wait.to));
      take(cursor, begin, NONE);
      take(begin, end, wait.loop);
      cursor = end;
    }
    take(cursor, to, NONE);
  }
}

/** The time between two tries that are nodes of their own in a container of type `retry`. */
export class TryWaits {
  readonly #graph: LeafGraph;
  /** The try before, by the row of a try. */
  readonly #before = new Map<number, number>();

  constructor(graph: LeafGraph) {
    this.#graph = graph;
    const { nodes, spans } = graph.trace;
    for (const tries of triesByContainer(nodes, spans, graph.containerOf).values()) {
      for (let i = 1; i < tries.length; i++) this.#before.set(tries[i], tries[i - 1]);
    }
  }

  /** Divides a stretch before a leaf: the third of what is taken is the row of the try that was waited for. */
  divide(leaf: number, from: number, to: number, take: TakePiece): void {
    const { containerOf, leaves, trace, ends } = this.#graph;
    let at = this.#before.size === 0 || leaf === NONE ? NONE : leaves.node[leaf];
    while (at !== NONE && !this.#before.has(at)) at = containerOf[at];
    const before = at === NONE ? undefined : this.#before.get(at);
    if (before === undefined) return take(from, to, NONE);
    const begin = Math.min(to, Math.max(from, ends[trace.nodes.span[before]]));
    const end = Math.min(to, Math.max(begin, trace.spans.start[trace.nodes.span[at]]));
    take(from, begin, NONE);
    take(begin, end, at);
    take(end, to, NONE);
  }
}
