import { NONE } from '../../trace/trace.ts';

/** Whether a block is in both of two sides that are compared, or only in one. */
export type Presence = 'both' | 'new' | 'removed';

/** The same blocks on the side that is compared with. */
export interface MergedBase {
  /** Microseconds; 0 for a block that the base does not have. */
  readonly total: Float64Array;
  readonly self: Float64Array;
  readonly count: Float64Array;
  readonly presence: readonly Presence[];
}

/**
 * Spans merged by the names that stand above each other, as columns; a row is a block. It may hold one execution, many,
 * or a difference of two.
 */
export interface MergedGraph {
  readonly length: number;
  /** The row of the block around, or `NONE`. It stands before what is in it. */
  readonly parent: Int32Array;
  readonly name: readonly string[];
  /** The wall time of all spans in the block, added up; microseconds. What ran at once counts as often as it ran. */
  readonly total: Float64Array;
  /** Of that, the time outside of the spans in them. */
  readonly self: Float64Array;
  /** How many spans it stands for. */
  readonly count: Float64Array;
  /** The key of the node that the spans belong to, by which a block is coloured; null where there is none, or several. */
  readonly nodeKey: readonly (string | null)[] | null;
  /** Null where nothing is compared. */
  readonly base: MergedBase | null;
}

/** Adds up towards the top: a block stands before what is in it. */
function sumUp({ length, parent }: MergedGraph, own: (block: number) => number, least: Float64Array): Float64Array {
  const sums = Float64Array.from({ length }, (_, block) => own(block));
  for (let block = length - 1; block >= 0; block--) {
    if (sums[block] < least[block]) sums[block] = least[block];
    if (parent[block] !== NONE) sums[parent[block]] += sums[block];
  }
  return sums;
}

/**
 * How wide each block is, in microseconds: its own time and all that is in it, so that a block is never narrower than
 * what lies in it, and what is left of it is its own time. That is its total where its spans ran one after the other, and
 * more where they ran at once. What was removed is as wide as it was in the base.
 */
export function weightsOf(graph: MergedGraph): Float64Array {
  const { base, self, total, length } = graph;
  if (base === null) return sumUp(graph, (block) => self[block], total);
  const isRemoved = (block: number) => base.presence[block] === 'removed';
  const least = Float64Array.from({ length }, (_, block) => (isRemoved(block) ? base.total[block] : total[block]));
  return sumUp(graph, (block) => (isRemoved(block) ? base.self[block] : self[block]), least);
}

/** By block, 1 where it is of nodes themselves, and not of what is in them. */
export function nodeBlocks({
  length,
  parent,
  nodeKey,
}: Pick<MergedGraph, 'length' | 'parent' | 'nodeKey'>): Uint8Array {
  const isNode = new Uint8Array(length);
  if (nodeKey === null) return isNode;
  for (let block = 0; block < length; block++) {
    const up = parent[block];
    if (nodeKey[block] !== null && (up === NONE || nodeKey[up] !== nodeKey[block])) isNode[block] = 1;
  }
  return isNode;
}

/** The blocks in each block as compressed rows: those of `b` are `children[offsets[b] .. offsets[b + 1])`. */
export interface MergedChildren {
  readonly offsets: Uint32Array;
  readonly children: Uint32Array;
  readonly roots: Uint32Array;
}

export function childrenOf({ length, parent }: Pick<MergedGraph, 'length' | 'parent'>): MergedChildren {
  const offsets = new Uint32Array(length + 1);
  let rootCount = 0;
  for (let block = 0; block < length; block++) {
    if (parent[block] === NONE) rootCount++;
    else offsets[parent[block] + 1]++;
  }
  for (let block = 0; block < length; block++) offsets[block + 1] += offsets[block];
  const next = offsets.slice(0, length);
  const children = new Uint32Array(length - rootCount);
  const roots = new Uint32Array(rootCount);
  let root = 0;
  for (let block = 0; block < length; block++) {
    if (parent[block] === NONE) roots[root++] = block;
    else children[next[parent[block]]++] = block;
  }
  return { offsets, children, roots };
}
