import {
  cutParentCycles,
  groupNodes,
  isLeadingWait,
  KIND,
  NONE,
  statusOf,
  type MergedSpans,
  type Status,
  type Trace,
} from '@flowprof/model';

/** The spans that a row of the Gantt view is of, before it is known where they are drawn. */
export interface RowSource {
  /** What the row is called for as long as the run is looked at: the key of its node, or the number of its block. */
  readonly id: string;
  readonly name: string;
  readonly nodeKey: string | null;
  /** The position of the row around it, or `NONE`. */
  parent: number;
  /** The spans of its instances, in the order of their start once they are sorted. */
  readonly spans: number[];
  /** Of instances that have not started: how many there are, and why. */
  notStarted: number;
  why: Status | null;
  /** When its dependencies ended, where no instance has started. */
  readyAt: number;
}

/** What the key of the node that holds together what is done for one item of a loop ends in. */
const ITEM = '.item';
/** Without nodes there is a row for each block down to this depth, and so many rows at most. */
const BLOCK_DEPTH = 2;
const MOST_BLOCKS = 1_000;
/** So far up is looked for a group. */
const MOST_LEVELS = 1_000;

/** What is done for one item of a loop has no row of its own: it is all that is in it. */
function isItem({ nodes }: Trace, node: number): boolean {
  const up = nodes.parent[node];
  return up !== NONE && nodes.key[node] === `${nodes.key[up]}${ITEM}`;
}

function fresh(id: string, name: string, nodeKey: string | null): RowSource {
  return { id, name, nodeKey, parent: NONE, spans: [], notStarted: 0, why: null, readyAt: 0 };
}

/** A name of several instances may end within a bracket that each closes in its own way: `ALIGN (sample_`. */
function withoutOpening(name: string): string {
  return name.replace(/\s*[([{][^)\]}]*$/u, '') || name;
}

/** A row for each node key, with its instances. */
function rowsOfNodes(trace: Trace, ends: Float64Array): RowSource[] {
  const { nodes } = trace;
  const groups = groupNodes(trace);
  const rows: RowSource[] = [];
  const byKey = new Map<string, number>();
  const rowOfNode = new Int32Array(nodes.length).fill(NONE);
  for (let node = 0; node < nodes.length; node++) {
    if (isItem(trace, node)) continue;
    const key = nodes.key[node];
    const known = byKey.get(key);
    const at = known ?? rows.push(fresh(key, withoutOpening(groups.names[groups.of[node]]), key)) - 1;
    if (known === undefined) byKey.set(key, at);
    rowOfNode[node] = at;
    const span = nodes.span[node];
    if (span !== NONE) rows[at].spans.push(span);
    else {
      rows[at].notStarted++;
      rows[at].why ??= statusOf(nodes.status[node]);
      for (let d = nodes.depOffsets[node]; d < nodes.depOffsets[node + 1]; d++) {
        const dep = nodes.span[nodes.deps[d]];
        if (dep !== NONE) rows[at].readyAt = Math.max(rows[at].readyAt, ends[dep]);
      }
    }
  }
  for (let node = 0; node < nodes.length; node++) {
    const own = rowOfNode[node];
    if (own === NONE || rows[own].parent !== NONE) continue;
    let up = nodes.parent[node];
    for (let level = 0; up !== NONE && rowOfNode[up] === NONE && level < MOST_LEVELS; level++) up = nodes.parent[up];
    if (up !== NONE && rowOfNode[up] !== own) rows[own].parent = rowOfNode[up];
  }
  return rows;
}

/** Where the source knows no nodes: a row for each of the uppermost blocks of spans of the same names. */
function rowsOfBlocks(merged: MergedSpans, spanCount: number): RowSource[] {
  const depth = new Int32Array(merged.length);
  const chosen: number[] = [];
  for (let block = 0; block < merged.length; block++) {
    if (merged.parent[block] !== NONE) depth[block] = depth[merged.parent[block]] + 1;
    if (depth[block] < BLOCK_DEPTH) chosen.push(block);
  }
  // What a block is in is not smaller than the block, and stands before it.
  chosen.sort((a, b) => depth[a] - depth[b] || merged.total[b] - merged.total[a] || a - b);
  const rowOf = new Int32Array(merged.length).fill(NONE);
  const rows: RowSource[] = [];
  for (const block of chosen.slice(0, MOST_BLOCKS)) {
    const up = merged.parent[block] === NONE ? NONE : rowOf[merged.parent[block]];
    if (merged.parent[block] !== NONE && up === NONE) continue;
    rowOf[block] = rows.push(fresh(String(block), merged.name[block], merged.nodeKey?.[block] ?? null)) - 1;
    rows[rowOf[block]].parent = up;
  }
  for (let span = 0; span < spanCount; span++) {
    const row = rowOf[merged.blockOf[span]];
    if (row !== NONE) rows[row].spans.push(span);
  }
  return rows;
}

/** The rows of a run, each after the one around it, siblings in the order in which they first ran. */
export function rowSources(trace: Trace, ends: Float64Array, merged: () => MergedSpans): RowSource[] {
  const { start } = trace.spans;
  const rows = trace.nodes.length > 0 ? rowsOfNodes(trace, ends) : rowsOfBlocks(merged(), trace.spans.length);
  const parent = Int32Array.from(rows, (row) => row.parent);
  cutParentCycles(parent, new Uint8Array(rows.length));
  for (const row of rows) row.spans.sort((a, b) => start[a] - start[b] || a - b);
  const first = rows.map(({ spans, readyAt }) => (spans.length > 0 ? start[spans[0]] : readyAt));
  const started = rows.map(({ spans }) => (spans.length > 0 ? 0 : 1));
  const inside = rows.map((): number[] => []);
  const top: number[] = [];
  for (let row = 0; row < rows.length; row++) (parent[row] === NONE ? top : inside[parent[row]]).push(row);
  const order = (a: number, b: number): number => started[a] - started[b] || first[a] - first[b] || a - b;
  for (const list of [top, ...inside]) list.sort(order);
  const sorted: RowSource[] = [];
  const place = new Int32Array(rows.length);
  const stack = top.toReversed();
  for (let row = stack.pop(); row !== undefined; row = stack.pop()) {
    place[row] = sorted.push(rows[row]) - 1;
    rows[row].parent = parent[row] === NONE ? NONE : place[parent[row]];
    for (const next of inside[row].toReversed()) stack.push(next);
  }
  return sorted;
}

/** By span, where its leading waits end; its start where it has none. */
export function ranFromOf({ spans }: Trace, ends: Float64Array): Float64Array {
  const { start, parent, kind, name } = spans;
  const waits = Uint8Array.from(spans.names, (text) => (isLeadingWait(text) ? 1 : 0));
  const ran = start.slice();
  if (!waits.includes(1)) return ran;
  const found: number[] = [];
  for (let row = 0; row < spans.length; row++) if (waits[name[row]] === 1 && parent[row] !== NONE) found.push(row);
  found.sort((a, b) => start[a] - start[b] || a - b);
  for (const row of found) {
    let up = parent[row];
    if (start[row] > ran[up]) continue;
    ran[up] = Math.max(ran[up], ends[row]);
    // The wait of a first attempt is one of its node too.
    if (kind[up] === KIND.attempt && parent[up] !== NONE && start[row] <= ran[parent[up]]) {
      up = parent[up];
      ran[up] = Math.max(ran[up], ends[row]);
    }
  }
  return ran;
}
