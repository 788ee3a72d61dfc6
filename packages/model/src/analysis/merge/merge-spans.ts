import { spanEnds } from '../../trace/ends.ts';
import { isFailure, statusOf } from '../../trace/status.ts';
import { KIND, NONE, type SpanTable, type Trace } from '../../trace/trace.ts';
import { buildSpanTree } from '../../trace/tree.ts';
import type { Micros } from '../../units.ts';
import { BlockTrie } from './block-trie.ts';
import type { MergedGraph } from './merged-graph.ts';

/** One execution merged, and how its blocks and its spans belong together. */
export interface MergedSpans extends MergedGraph {
  /** How many of the spans in a block failed. */
  readonly failed: Float64Array;
  /** The row of the longest span in each block. */
  readonly longest: Int32Array;
  /** By row of the span table, the block that the span is in. */
  readonly blockOf: Int32Array;
}

/** What the failed attempts of a node are below, so that what was tried again lies above what was not. */
const FAILED_ATTEMPT = 'failed attempt';

/** Every span before those in it, siblings in the order of their start; null where the table is in such an order already. */
function orderOf({ length, parent, start, duration }: SpanTable): Uint32Array | null {
  const latest = new Float64Array(length).fill(-Infinity);
  for (let row = 0; row < length; row++) {
    const up = parent[row];
    if (up === NONE) continue;
    if (up >= row || start[row] < latest[up]) return buildSpanTree({ length, parent, start, duration }).order;
    latest[up] = start[row];
  }
  return null;
}

/**
 * The block of every span. Attempts are no level of their own; but what failed of it is, below `failed attempt`. What is
 * in an attempt is in the block of its node.
 */
function blocksOf(
  { length, parent, kind, status, name, names }: SpanTable,
  order: Uint32Array | null,
  trie: BlockTrie,
) {
  const failure = Uint8Array.from({ length: 256 }, (_, code) => (isFailure(statusOf(code)) ? 1 : 0));
  const blockOf = new Int32Array(length);
  const isLevel = new Uint8Array(length).fill(1);
  const failedAttempt = names.length;
  for (let i = 0; i < length; i++) {
    const row = order === null ? i : order[i];
    const up = parent[row] === NONE ? NONE : blockOf[parent[row]];
    if (kind[row] !== KIND.attempt || up === NONE) blockOf[row] = trie.child(up, name[row]);
    else if (failure[status[row]] === 1) blockOf[row] = trie.child(up, failedAttempt);
    else {
      blockOf[row] = up;
      isLevel[row] = 0;
    }
  }
  return { blockOf, isLevel, failure };
}

/** What each block adds up to, in one pass: own time is what the spans directly in a span leave of it. */
function sumsOf(
  { length: spanCount, start, parent, status }: SpanTable,
  ends: Float64Array,
  order: Uint32Array | null,
  { blockOf, isLevel, failure, length }: ReturnType<typeof blocksOf> & { readonly length: number },
) {
  const total = new Float64Array(length);
  const self = new Float64Array(length);
  const count = new Float64Array(length);
  const failed = new Float64Array(length);
  const longest = new Int32Array(length).fill(NONE);
  const longestTime = new Float64Array(length).fill(-1);
  /** Up to where the spans in a span cover it. */
  const reached = start.slice();
  for (let i = 0; i < spanCount; i++) {
    const row = order === null ? i : order[i];
    const block = blockOf[row];
    const from = start[row];
    const end = ends[row];
    const duration = end - from;
    self[block] += duration;
    const up = parent[row];
    if (up !== NONE) {
      const uncovered = from > reached[up] ? from : reached[up];
      const to = end < ends[up] ? end : ends[up];
      if (to > uncovered) {
        self[blockOf[up]] -= to - uncovered;
        reached[up] = to;
      }
    }
    if (isLevel[row] === 0) continue;
    total[block] += duration;
    count[block]++;
    failed[block] += failure[status[row]];
    if (duration <= longestTime[block]) continue;
    longestTime[block] = duration;
    longest[block] = row;
  }
  return { total, self, count, failed, longest };
}

/** The key of the node of each block; null where its spans belong to several, or to none. */
function nodeKeysOf({ spans, nodes }: Trace, blockOf: Int32Array, length: number): (string | null)[] {
  if (nodes.length === 0) return Array.from({ length }, () => null);
  const node = new Int32Array(length).fill(UNKNOWN);
  for (let row = 0; row < spans.length; row++) {
    const block = blockOf[row];
    const own = spans.node[row];
    if (node[block] === UNKNOWN) node[block] = own;
    else if (node[block] !== own && node[block] !== NONE) {
      if (own === NONE || nodes.key[own] !== nodes.key[node[block]]) node[block] = NONE;
    }
  }
  return Array.from(node, (row) => (row < 0 ? null : nodes.key[row]));
}

const UNKNOWN = -2;

/**
 * Merges the spans of an execution by the names that stand above each other. Iterative; O(n) where each span stands
 * after the one around it and siblings stand in the order of their start, else O(n log n).
 * @param now where spans that still run end; by default at the latest time that the spans reach
 */
export function mergeSpans(trace: Trace, now: Micros | null = null): MergedSpans {
  const { spans } = trace;
  const ends = spanEnds(spans, now);
  const order = orderOf(spans);
  const trie = new BlockTrie();
  const { blockOf, isLevel, failure } = blocksOf(spans, order, trie);
  const { length } = trie;
  const sums = sumsOf(spans, ends, order, { blockOf, isLevel, failure, length });
  const name = Array.from(trie.code.subarray(0, length), (code) => spans.names[code] ?? FAILED_ATTEMPT);
  const parent = trie.parent.slice(0, length);
  const nodeKey = nodeKeysOf(trace, blockOf, length);
  return { length, parent, name, ...sums, nodeKey, base: null, blockOf };
}
