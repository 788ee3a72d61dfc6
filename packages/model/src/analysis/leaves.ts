import { isContainerType } from '../trace/containers.ts';
import { spanEnds } from '../trace/ends.ts';
import { isIdlePhase, isLeadingWait, isWaitPhase } from '../trace/phases.ts';
import { KIND, NONE, type NodeTable, type SpanTable, type Trace } from '../trace/trace.ts';
import { cutParentCycles, type SpanTree } from '../trace/tree.ts';
import type { Micros } from '../units.ts';

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
  readonly node: number[];
  readonly span: number[];
  readonly ofNode: Int32Array;
}

function rootsByNodes(trace: Trace, containers: Uint8Array): Roots {
  const { nodes, spans } = trace;
  const roots: Roots = { node: [], span: [], ofNode: new Int32Array(nodes.length).fill(NONE) };
  for (let row = 0; row < nodes.length; row++) {
    const span = spanOfNode(nodes, spans, row);
    if (containers[row] === 1 || span === NONE || spans.kind[span] === KIND.system) continue;
    roots.ofNode[row] = roots.node.length;
    roots.node.push(row);
    roots.span.push(span);
  }
  return roots;
}

function rootsBySpans(spans: SpanTable, tree: SpanTree): Roots {
  const roots: Roots = { node: [], span: [], ofNode: new Int32Array(0) };
  const below = new Uint8Array(spans.length); // whether a span stands inside a leaf
  for (const row of tree.order) {
    const up = spans.parent[row];
    if (up !== NONE && below[up] === 1) below[row] = 1;
    else if (spans.kind[row] !== KIND.system) {
      below[row] = 1;
      roots.node.push(NONE);
      roots.span.push(row);
    }
  }
  return roots;
}

/** Which leaf each span belongs to: that of its node, else that of the span around it. */
function leafOfSpans(trace: Trace, tree: SpanTree, roots: Roots): Int32Array {
  const { spans, nodes } = trace;
  const ofSpan = new Int32Array(spans.length).fill(NONE);
  for (const [leaf, row] of roots.span.entries()) ofSpan[row] = leaf;
  for (const row of tree.order) {
    if (ofSpan[row] !== NONE) continue;
    const node = spans.node[row];
    if (node >= 0 && node < nodes.length) ofSpan[row] = roots.ofNode[node];
    else if (spans.parent[row] !== NONE) ofSpan[row] = ofSpan[spans.parent[row]];
  }
  return ofSpan;
}

function groupByLeaf(ofSpan: Int32Array, order: Uint32Array, leafCount: number) {
  const memberOffsets = new Uint32Array(leafCount + 1);
  for (const leaf of ofSpan) if (leaf !== NONE) memberOffsets[leaf + 1]++;
  for (let leaf = 0; leaf < leafCount; leaf++) memberOffsets[leaf + 1] += memberOffsets[leaf];
  const next = memberOffsets.slice(0, leafCount);
  const members = new Uint32Array(memberOffsets[leafCount]);
  for (const row of order) if (ofSpan[row] !== NONE) members[next[ofSpan[row]]++] = row;
  return { memberOffsets, members };
}

/**
 * When a leaf started, how long it was queued and how long it ran (see `Leaves`), by its idle phases in order of start.
 */
function timesOf(spans: SpanTable, ends: Float64Array, root: number, idle: readonly number[], leads: boolean[]) {
  const end = ends[root];
  let start = spans.start[root];
  let queued = 0;
  for (const wait of idle) {
    if (spans.start[wait] > start) break;
    const to = Math.min(ends[wait], end);
    if (!leads[spans.name[wait]] || to <= start) continue;
    if (spans.names[spans.name[wait]] !== 'slow_mo') queued += to - start;
    start = to;
  }
  let run = end - start;
  let covered = start;
  let released = end;
  for (const phase of idle) {
    const to = Math.min(ends[phase], end);
    if (to <= covered) continue;
    const from = Math.max(spans.start[phase], covered);
    run -= to - from;
    covered = to;
    if (to === end && spans.names[spans.name[phase]] === 'callback') released = from;
  }
  return { start, queued, run, released };
}

/** Finds the leaves of a trace and their times. */
export function findLeaves(trace: Trace, tree: SpanTree, ends: Float64Array, nodeParents: Int32Array): Leaves {
  const { spans, nodes } = trace;
  const roots = nodes.length > 0 ? rootsByNodes(trace, containerFlags(nodes, nodeParents)) : rootsBySpans(spans, tree);
  const length = roots.span.length;
  const ofSpan = leafOfSpans(trace, tree, roots);
  const { memberOffsets, members } = groupByLeaf(ofSpan, tree.order, length);
  const isIdle = spans.names.map(isIdlePhase);
  const isWait = spans.names.map(isWaitPhase);
  const leads = spans.names.map(isLeadingWait);
  const submit = new Float64Array(length);
  const start = new Float64Array(length);
  const end = new Float64Array(length);
  const queued = new Float64Array(length);
  const run = new Float64Array(length);
  const released = new Float64Array(length);
  let hasWaits = false;
  const idle: number[] = [];
  for (let leaf = 0; leaf < length; leaf++) {
    const root = roots.span[leaf];
    idle.length = 0;
    for (let i = memberOffsets[leaf]; i < memberOffsets[leaf + 1]; i++) {
      const row = members[i];
      if (spans.kind[row] !== KIND.phase || !isIdle[spans.name[row]]) continue;
      idle.push(row);
      if (isWait[spans.name[row]]) hasWaits = true;
    }
    if (idle.length > 1) idle.sort((a, b) => spans.start[a] - spans.start[b] || a - b);
    const times = timesOf(spans, ends, root, idle, leads);
    submit[leaf] = spans.start[root];
    start[leaf] = times.start;
    end[leaf] = ends[root];
    queued[leaf] = times.queued;
    run[leaf] = times.run;
    released[leaf] = times.released;
  }
  return {
    length,
    node: Int32Array.from(roots.node),
    span: Int32Array.from(roots.span),
    submit,
    start,
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
