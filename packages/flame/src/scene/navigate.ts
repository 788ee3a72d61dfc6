import { NONE } from '@flowprof/model';
import type { Layout } from '../layout/layout.ts';

export type Direction = 'parent' | 'child' | 'next-sibling' | 'previous-sibling' | 'next' | 'previous';

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

/**
 * The span in a direction from another one, or `NONE`. `next` and `previous` stay in the lane; siblings have the same
 * parent, whatever lane they are in.
 */
export function spanFrom(layout: Layout, row: number, direction: Direction): number {
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
    default:
      return direction satisfies never;
  }
}
