import { isContainerType } from '../trace/containers.ts';
import { spanEnds } from '../trace/ends.ts';
import { KIND, NONE, type NodeTable, type SpanTable, type Trace } from '../trace/trace.ts';
import { cutParentCycles, type SpanTree } from '../trace/tree.ts';
import type { Micros } from '../units.ts';
import type { PhaseTable } from './phase-table.ts';

/**
 * The leaves of an execution as columns: the nodes that do the work, none of which contains another. Where the source
 * knows no nodes, they are the topmost spans that are not of kind `system`. A node without a span is not among them.
 * All times are microseconds from the execution's start.
 */
export interface Leaves {
  readonly length: number;
  /** The row in the node table, or `NONE`. */
  readonly node: Int32Array;
  /** The row in the span table. */
  readonly span: Int32Array;
  /** The start of its span: from here on it could have run. */
  readonly submit: Float64Array;
  /** The end of the waits at its beginning (`queue_wait`, `rate_limit_wait`, `slow_mo`). */
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** `start - submit` less the time in slow motion, which is asked for. */
  readonly queued: Float64Array;
  /** `end - start` less the waits in between and the callbacks, during which it holds no place. */
  readonly run: Float64Array;
  /** When it gave its place back: its end, or where the callback at its end begins. */
  readonly released: Float64Array;
  /** The leaf of a node, or `NONE`. */
  readonly ofNode: Int32Array;
  /** The leaf that a span belongs to, or `NONE`. */
  readonly ofSpan: Int32Array;
  /** The spans of leaf `i` are `members[memberOffsets[i] .. memberOffsets[i + 1])`, parents before children. */
  readonly memberOffsets: Uint32Array;
  readonly members: Uint32Array;
  /** Whether the source records waits at all; without them a queue wait of 0 means nothing. */
  readonly hasWaits: boolean;
}

/**
 * The end of every span.
 * @param now where open spans end; by default at the latest time that the trace knows.
 */
export function endsOf(trace: Trace, now?: Micros): Float64Array {
  let known = -Infinity;
  for (const time of trace.annotations.time) if (time > known) known = time;
  return spanEnds(trace.spans, now, known);
}

/** The rows of containers: nodes that contain others, and those whose type says that they are there to. */
export function containerFlags(nodes: NodeTable, parent: Int32Array): Uint8Array {
  const containers = new Uint8Array(nodes.length);
  for (let row = 0; row < nodes.length; row++) {
    if (isContainerType(nodes.type[row])) containers[row] = 1;
    if (parent[row] !== NONE) containers[parent[row]] = 1;
  }
  return containers;
}

/** The column of what contains the nodes, without cycles and without rows that do not exist. */
export function safeNodeParents(nodes: NodeTable): Int32Array {
  const parent = nodes.parent.slice();
  cutParentCycles(parent, new Uint8Array(nodes.length));
  return parent;
}

/** A span row that really exists, or `NONE`. */
function spanOfNode(nodes: NodeTable, spans: SpanTable, row: number): number {
  const span = nodes.span[row];
  return span >= 0 && span < spans.length ? span : NONE;
}

interface Roots {
  readonly node: Int32Array;
  readonly span: Int32Array;
  readonly ofNode: Int32Array;
}

function rootsByNodes({ nodes, spans }: Trace, containers: Uint8Array): Roots {
  const node = new Int32Array(nodes.length);
  const span = new Int32Array(nodes.length);
  const ofNode = new Int32Array(nodes.length).fill(NONE);
  let count = 0;
  for (let row = 0; row < nodes.length; row++) {
    const own = spanOfNode(nodes, spans, row);
    if (containers[row] === 1 || own === NONE || spans.kind[own] === KIND.system) continue;
    ofNode[row] = count;
    node[count] = row;
    span[count++] = own;
  }
  return { node: node.slice(0, count), span: span.slice(0, count), ofNode };
}

function rootsBySpans({ parent, kind, length }: SpanTable, tree: SpanTree): Roots {
  const span = new Int32Array(length);
  const below = new Uint8Array(length); // whether a span stands inside a leaf
  let count = 0;
  for (let i = 0; i < length; i++) {
    const row = tree.order[i];
    const up = parent[row];
    if (up !== NONE && below[up] === 1) below[row] = 1;
    else if (kind[row] !== KIND.system) {
      below[row] = 1;
      span[count++] = row;
    }
  }
  return { node: new Int32Array(count).fill(NONE), span: span.slice(0, count), ofNode: new Int32Array(0) };
}

/** Which leaf each span belongs to: that of its node, else that of the span around it. */
function leafOfSpans({ spans, nodes }: Trace, tree: SpanTree, roots: Roots): Int32Array {
  const { length, node, parent } = spans;
  const ofSpan = new Int32Array(length).fill(NONE);
  for (let leaf = 0; leaf < roots.span.length; leaf++) ofSpan[roots.span[leaf]] = leaf;
  for (let i = 0; i < length; i++) {
    const row = tree.order[i];
    if (ofSpan[row] !== NONE) continue;
    const own = node[row];
    if (own >= 0 && own < nodes.length) ofSpan[row] = roots.ofNode[own];
    else if (parent[row] !== NONE) ofSpan[row] = ofSpan[parent[row]];
  }
  return ofSpan;
}

function groupByLeaf(ofSpan: Int32Array, order: Uint32Array, leafCount: number) {
  const memberOffsets = new Uint32Array(leafCount + 1);
  for (let row = 0; row < ofSpan.length; row++) if (ofSpan[row] !== NONE) memberOffsets[ofSpan[row] + 1]++;
  for (let leaf = 0; leaf < leafCount; leaf++) memberOffsets[leaf + 1] += memberOffsets[leaf];
  const next = memberOffsets.slice(0, leafCount);
  const members = new Uint32Array(memberOffsets[leafCount]);
  for (let i = 0; i < order.length; i++) {
    const leaf = ofSpan[order[i]];
    if (leaf !== NONE) members[next[leaf]++] = order[i];
  }
  return { memberOffsets, members };
}

/** The columns of times of `Leaves`, to be filled. */
class LeafTimes {
  readonly submit: Float64Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly queued: Float64Array;
  readonly run: Float64Array;
  readonly released: Float64Array;

  constructor(length: number) {
    const column = () => new Float64Array(length);
    this.submit = column();
    this.start = column();
    this.end = column();
    this.queued = column();
    this.run = column();
    this.released = column();
  }

  /** Fills in a leaf whose span is known, without waits. */
  set(leaf: number, from: number, to: number): void {
    this.submit[leaf] = this.start[leaf] = from;
    this.end[leaf] = this.released[leaf] = to;
    this.run[leaf] = to - from;
  }

  /** Takes a leaf's idle phases, in order of start, out of its time. */
  idle(leaf: number, idle: readonly number[], spans: SpanTable, ends: Float64Array, phases: PhaseTable): void {
    const end = this.end[leaf];
    const { start, name } = spans;
    let begin = this.submit[leaf];
    for (const wait of idle) {
      if (start[wait] > begin) break;
      const to = Math.min(ends[wait], end);
      if (phases.leads[name[wait]] === 0 || to <= begin) continue;
      if (name[wait] !== phases.slowMo) this.queued[leaf] += to - begin;
      begin = to;
    }
    let run = end - begin;
    let covered = begin;
    for (const phase of idle) {
      const to = Math.min(ends[phase], end);
      if (to <= covered) continue;
      const from = Math.max(start[phase], covered);
      // One that begins only after its leaf has ended, as by another clock, takes nothing from it.
      if (from >= to) continue;
      run -= to - from;
      covered = to;
      if (to === end && name[phase] === phases.callback) this.released[leaf] = from;
    }
    this.start[leaf] = begin;
    this.run[leaf] = run;
  }
}

/**
 * Finds the leaves of a trace and their times.
 * @param containers see `containerFlags`
 */
export function findLeaves(
  trace: Trace,
  tree: SpanTree,
  ends: Float64Array,
  containers: Uint8Array,
  phases: PhaseTable,
): Leaves {
  const { spans, nodes } = trace;
  const { start, kind, name } = spans;
  const roots = nodes.length > 0 ? rootsByNodes(trace, containers) : rootsBySpans(spans, tree);
  const length = roots.span.length;
  const ofSpan = leafOfSpans(trace, tree, roots);
  const { memberOffsets, members } = groupByLeaf(ofSpan, tree.order, length);
  const times = new LeafTimes(length);
  let hasWaits = false;
  const idle: number[] = [];
  for (let leaf = 0; leaf < length; leaf++) {
    const root = roots.span[leaf];
    times.set(leaf, start[root], ends[root]);
    idle.length = 0;
    for (let i = memberOffsets[leaf]; i < memberOffsets[leaf + 1]; i++) {
      const row = members[i];
      if (kind[row] !== KIND.phase || phases.isIdle[name[row]] === 0) continue;
      idle.push(row);
      if (phases.isWait[name[row]] === 1) hasWaits = true;
    }
    if (idle.length === 0) continue;
    if (idle.length > 1) idle.sort((a, b) => start[a] - start[b] || a - b);
    times.idle(leaf, idle, spans, ends, phases);
  }
  const { submit, start: started, end, queued, run, released } = times;
  return {
    length,
    node: roots.node,
    span: roots.span,
    submit,
    start: started,
    end,
    queued,
    run,
    released,
    ofNode: roots.ofNode,
    ofSpan,
    memberOffsets,
    members,
    hasWaits,
  };
}
