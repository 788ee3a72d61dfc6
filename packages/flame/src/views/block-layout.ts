import { childrenOf, NONE, type MergedGraph } from '@flowprof/model';
import type { Layout } from '../layout/layout.ts';

/** Where the blocks of a merged graph lie: from left to right by weight, the heaviest first, each below what it is in. */
interface BlockPlaces {
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** 0 for the blocks at the top. */
  readonly depth: Int32Array;
  readonly depths: number;
}

/** Places the blocks; those in a block begin where it begins. Iterative, O(blocks log blocks). */
export function placeBlocks(graph: Pick<MergedGraph, 'length' | 'parent'>, weight: Float64Array): BlockPlaces {
  const { length, parent } = graph;
  const { offsets, children, roots } = childrenOf(graph);
  const start = new Float64Array(length);
  const end = new Float64Array(length);
  const depth = new Int32Array(length);
  let depths = 0;
  const heaviestFirst = (a: number, b: number): number => weight[b] - weight[a] || a - b;
  const line = (blocks: Uint32Array, from: number): void => {
    if (blocks.length > 1) blocks.sort(heaviestFirst);
    let at = from;
    for (const block of blocks) {
      start[block] = at;
      at += weight[block];
      end[block] = at;
    }
  };
  line(roots, 0);
  for (let block = 0; block < length; block++) {
    if (parent[block] !== NONE) depth[block] = depth[parent[block]] + 1;
    if (depth[block] >= depths) depths = depth[block] + 1;
    if (offsets[block] < offsets[block + 1]) line(children.subarray(offsets[block], offsets[block + 1]), start[block]);
  }
  return { start, end, depth, depths };
}

/** What a layout is built of. */
interface Placed {
  readonly parent: Int32Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly laneOf: Int32Array;
  readonly laneCount: number;
  readonly sections?: Layout['sections'];
}

/** Builds a layout of rows whose lanes and times are known; no two in a lane may overlap. */
export function layoutOfPlaced({ parent, start, end, laneOf, laneCount, sections = [] }: Placed): Layout {
  const length = laneOf.length;
  const byStart = Uint32Array.from({ length }, (_, row) => row);
  byStart.sort((a, b) => start[a] - start[b] || end[a] - end[b] || a - b);
  const laneOffsets = new Uint32Array(laneCount + 1);
  for (const lane of laneOf) laneOffsets[lane + 1]++;
  for (let lane = 0; lane < laneCount; lane++) laneOffsets[lane + 1] += laneOffsets[lane];
  const next = laneOffsets.slice(0, laneCount);
  const laneRows = new Uint32Array(length);
  const laneStart = new Float64Array(length);
  const laneEnd = new Float64Array(length);
  let maxTime = 0;
  let minTime = length === 0 ? 0 : Infinity;
  for (const row of byStart) {
    const at = next[laneOf[row]]++;
    laneRows[at] = row;
    laneStart[at] = start[row];
    laneEnd[at] = end[row];
    if (end[row] > maxTime) maxTime = end[row];
    if (start[row] < minTime) minTime = start[row];
  }
  const family = childrenOf({ length, parent });
  const order = (a: number, b: number): number => start[a] - start[b] || a - b;
  for (let row = 0; row < length; row++) {
    if (family.offsets[row + 1] - family.offsets[row] > 1) {
      family.children.subarray(family.offsets[row], family.offsets[row + 1]).sort(order);
    }
  }
  family.roots.sort(order);
  return {
    laneCount,
    laneOffsets,
    laneRows,
    laneStart,
    laneEnd,
    laneOf,
    stackStart: new Uint8Array(laneCount),
    parent,
    childOffsets: family.offsets,
    children: family.children,
    roots: family.roots,
    start,
    end,
    sections,
    minTime,
    maxTime,
  };
}
