import { NONE, type Trace } from '@flowprof/model';
import type { Layout } from '../layout/layout.ts';
import type { Direction } from '../values.ts';
import type { Scene } from './scene.ts';

/** Where a row stands in a list that is in the order of start. */
function positionIn(layout: Layout, rows: Uint32Array, low: number, high: number, row: number): number {
  const from = layout.start[row];
  let a = low;
  let b = high;
  while (a < b) {
    const middle = (a + b) >> 1;
    if (layout.start[rows[middle]] < from) a = middle + 1;
    else b = middle;
  }
  while (a < high && rows[a] !== row) a++;
  return a;
}

function neighbour(layout: Layout, rows: Uint32Array, low: number, high: number, row: number, step: number): number {
  const at = positionIn(layout, rows, low, high, row) + step;
  return at >= low && at < high ? rows[at] : NONE;
}

/** The node that a node waited for longest, or `NONE`. */
function lastDependency({ nodes }: Trace, layout: Layout, node: number): number {
  let last: number = NONE;
  for (let d = nodes.depOffsets[node]; d < nodes.depOffsets[node + 1]; d++) {
    const span = nodes.span[nodes.deps[d]];
    if (span !== NONE && (last === NONE || layout.end[span] > layout.end[last])) last = span;
  }
  return last;
}

/** The first node to start of those that depend on a node, or `NONE`. */
function firstDependent({ nodes }: Trace, layout: Layout, node: number): number {
  let first: number = NONE;
  for (let other = 0; other < nodes.length; other++) {
    const span = nodes.span[other];
    if (span === NONE || (first !== NONE && layout.start[span] >= layout.start[first])) continue;
    for (let d = nodes.depOffsets[other]; d < nodes.depOffsets[other + 1]; d++) {
      if (nodes.deps[d] === node) first = span;
    }
  }
  return first;
}

/**
 * The span in a direction from another one, or `NONE`. `next` and `previous` stay in the lane; siblings have the same
 * parent, whatever lane they are in; dependencies are those of the node that a span belongs to.
 */
export function spanFrom(scene: Pick<Scene, 'layout' | 'trace'>, row: number, direction: Direction): number {
  const { layout, trace } = scene;
  const parent = layout.parent[row];
  switch (direction) {
    case 'parent':
      return parent;
    case 'child': {
      const first = layout.childOffsets[row];
      return first < layout.childOffsets[row + 1] ? layout.children[first] : NONE;
    }
    case 'next':
    case 'previous': {
      const lane = layout.laneOf[row];
      if (lane === NONE) return NONE;
      const { laneOffsets, laneRows } = layout;
      return neighbour(layout, laneRows, laneOffsets[lane], laneOffsets[lane + 1], row, direction === 'next' ? 1 : -1);
    }
    case 'next-sibling':
    case 'previous-sibling': {
      const step = direction === 'next-sibling' ? 1 : -1;
      if (parent === NONE) return neighbour(layout, layout.roots, 0, layout.roots.length, row, step);
      const { childOffsets, children } = layout;
      return neighbour(layout, children, childOffsets[parent], childOffsets[parent + 1], row, step);
    }
    case 'dependency':
    case 'dependent': {
      const node = trace.spans.node[row];
      if (node === NONE) return NONE;
      return direction === 'dependency' ? lastDependency(trace, layout, node) : firstDependent(trace, layout, node);
    }
    default:
      return direction satisfies never;
  }
}
