import { NONE } from '../trace/trace.ts';
import { asMicros, type Micros } from '../units.ts';
import { compareIds, leafId, type LeafGraph } from './leaf-graph.ts';
import type { Measures } from './measures.ts';

/** The observed critical path over dependencies. Invariant: `lead + onPath + gaps = makespan`. */
export interface DependencyPath {
  readonly kind: 'dependencies';
  /** The leaves on it, first to last. */
  readonly leaves: Uint32Array;
  /** Before each leaf: its start less the end of the one before; negative where clocks are skewed; 0 before the first. */
  readonly gapBefore: Float64Array;
  /** From the earliest submission of any leaf to the start of the first on the path, its own waits included. */
  readonly lead: Micros;
  /** The leaves' time from start to end, waits in between included. */
  readonly onPath: Micros;
  readonly gaps: Micros;
  readonly negativeGaps: number;
  /** By vertex of the leaf graph: the leaf it waited for, the last to end of those it depends on; `NONE` where it depends on none. */
  readonly waitsFor: Int32Array;
}

/** Whether leaf `a` rather than `b` held up what waited for both: it ended later, or has the smaller id. */
function holdsLonger(graph: LeafGraph, a: number, b: number): boolean {
  const { end } = graph.leaves;
  if (end[a] !== end[b]) return end[a] > end[b];
  return compareIds(leafId(graph, a), leafId(graph, b)) < 0;
}

/**
 * Walks back from the leaf that ended last to the dependency that ended last, until there is none; ties go to the
 * smallest id. Pseudo vertices are looked through. O(vertices + edges).
 */
export function dependencyPath(graph: LeafGraph, measures: Measures): DependencyPath {
  const { leaves, order, offsets, deps } = graph;
  const waitsFor = new Int32Array(graph.vertexCount).fill(NONE);
  let last = 0;
  for (const vertex of order) {
    for (let i = offsets[vertex]; i < offsets[vertex + 1]; i++) {
      const leaf = deps[i] < leaves.length ? deps[i] : waitsFor[deps[i]];
      if (leaf === NONE || leaf === waitsFor[vertex]) continue;
      if (waitsFor[vertex] === NONE || holdsLonger(graph, leaf, waitsFor[vertex])) waitsFor[vertex] = leaf;
    }
    if (vertex < leaves.length && vertex !== last && holdsLonger(graph, vertex, last)) last = vertex;
  }
  const path: number[] = [];
  for (let at = last; at !== NONE; at = waitsFor[at]) path.push(at);
  path.reverse();

  const gapBefore = new Float64Array(path.length);
  let onPath = 0;
  let gaps = 0;
  let negativeGaps = 0;
  for (const [i, leaf] of path.entries()) {
    onPath += leaves.end[leaf] - leaves.start[leaf];
    if (i === 0) continue;
    gapBefore[i] = leaves.start[leaf] - leaves.end[path[i - 1]];
    gaps += gapBefore[i];
    if (gapBefore[i] < 0) negativeGaps++;
  }
  return {
    kind: 'dependencies',
    leaves: Uint32Array.from(path),
    gapBefore,
    lead: asMicros(leaves.start[path[0]] - measures.from),
    onPath: asMicros(onPath),
    gaps: asMicros(gaps),
    negativeGaps,
    waitsFor,
  };
}
