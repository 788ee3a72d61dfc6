import { NONE } from '../trace/trace.ts';
import type { DependencyPath } from './dependency-path.ts';
import type { LeafGraph } from './leaf-graph.ts';
import type { Measures } from './measures.ts';
import { RangeMinimum } from './range-minimum.ts';
import type { Slack } from './slack.ts';

/** Where the leaves of the critical path stand in the order of the graph. */
interface Ranks {
  /** By vertex: how many leaves of the path stand before it or at it. */
  readonly upTo: Int32Array;
  /** By vertex: how many stand before it. */
  readonly before: Int32Array;
}

function rankVertices({ order, vertexCount }: LeafGraph, isOnPath: Uint8Array): Ranks {
  const upTo = new Int32Array(vertexCount);
  const before = new Int32Array(vertexCount);
  let count = 0;
  for (const vertex of order) {
    before[vertex] = count;
    count += isOnPath[vertex];
    upTo[vertex] = count;
  }
  return { upTo, before };
}

/**
 * Slack and drag of every leaf, exactly, by the observed schedule: each leaf starts as long after the latest end of what
 * it depends on as it did (its lag: queues, rate limits, the engine; negative where clocks are skewed), one that depends
 * on no other starts when it did, and each takes the time from its start to its end.
 *
 * Slack is from a pass back over the order: how much later a leaf could end without a later end of the execution. On the
 * critical path it is 0. Drag (Devaux 1999) is by how much the execution would end earlier if the leaf took no time from
 * start to end: `min(its time, the slack of the longest chain that avoids it)`. A leaf that another chain without slack
 * avoids has none, so only leaves of the path need an answer. A chain that avoids a leaf steps over its place in the
 * order exactly once: by a dependency from before to after it, by beginning after, or by ending before it. No chain up to
 * where it steps, and none from there on, can have the leaf in it, so that the longest one's length is known; the least
 * slack of all that step over each place is a `RangeMinimum`. O(V + E log p) for p leaves on the path.
 */
export function dependencySlack(graph: LeafGraph, measures: Measures, path: DependencyPath): Slack {
  const { leaves, order, offsets, deps, vertexCount } = graph;
  const { end } = leaves;
  const { waitsFor } = path;
  const onPath = path.leaves.length;
  const to: number = measures.to;
  const isOnPath = new Uint8Array(vertexCount);
  for (const leaf of path.leaves) isOnPath[leaf] = 1;
  const { upTo, before } = rankVertices(graph, isOnPath);
  const avoiding = new RangeMinimum(onPath);
  const latest = new Float64Array(vertexCount).fill(to); // when each vertex must have ended
  const next = new Int32Array(vertexCount).fill(NONE);
  for (let at = vertexCount - 1; at >= 0; at--) {
    const vertex = order[at];
    const isLeaf = vertex < leaves.length;
    if (isLeaf) avoiding.lay(upTo[vertex], onPath - 1, to - end[vertex]);
    if (waitsFor[vertex] === NONE) {
      if (isLeaf) avoiding.lay(0, before[vertex] - 1, latest[vertex] - end[vertex]);
      continue;
    }
    // When what it depends on must have ended.
    const due = isLeaf ? latest[vertex] - end[vertex] + end[waitsFor[vertex]] : latest[vertex];
    for (let i = offsets[vertex]; i < offsets[vertex + 1]; i++) {
      const dep = deps[i];
      if (due < latest[dep]) {
        latest[dep] = due;
        next[dep] = vertex;
      }
      const last = dep < leaves.length ? dep : waitsFor[dep];
      if (last !== NONE && upTo[dep] < before[vertex]) avoiding.lay(upTo[dep], before[vertex] - 1, due - end[last]);
    }
  }
  const slack = new Float64Array(leaves.length);
  for (let leaf = 0; leaf < leaves.length; leaf++) slack[leaf] = latest[leaf] - end[leaf];
  const drag = new Float64Array(leaves.length);
  const limits = avoiding.finish();
  for (const [i, leaf] of path.leaves.entries()) drag[leaf] = Math.min(end[leaf] - leaves.start[leaf], limits[i]);
  return { by: 'leaf', slack, drag, waitsFor, next, isOnPath };
}
