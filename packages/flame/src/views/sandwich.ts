import { NONE, type MergedSandwich, type MergedSpans, type SandwichGraph } from '@flowprof/model';
import { spanFrom } from '../scene/navigate.ts';
import type { Direction } from '../values.ts';
import { layoutOfPlaced, placeBlocks } from './block-layout.ts';
import { sceneOfBlocks } from './block-scene.ts';
import { blockAt, blockSentence, wholeOf } from './left-heavy.ts';
import type { ModeScene } from './mode-scene.ts';

/** Callers after callees in one column; the callers' own first block is the callees', so that it is left out. */
function joined<T>(callees: ArrayLike<T>, callers: ArrayLike<T>): T[] {
  return [...Array.from(callees), ...Array.from(callers).slice(1)];
}

/** The directions in which callers are walked: what is above them on the screen is what calls them. */
const TURNED: Partial<Record<Direction, Direction>> = { parent: 'child', child: 'parent' };

/** The rows of a sandwich: those below `turned` are the name and its callees, the others its callers. */
function rowsOf({ callers, callees }: MergedSandwich) {
  const turned = callees.length;
  const shift = (row: number): number => (row <= 0 ? row : row + turned - 1);
  const graph = {
    length: turned + callers.length - 1,
    parent: Int32Array.from(joined(callees.parent, Array.from(callers.parent, shift))),
    name: joined(callees.name, callers.name),
    total: Float64Array.from(joined(callees.total, callers.total)),
    self: Float64Array.from(joined(callees.self, callers.self)),
    count: Float64Array.from(joined(callees.count, callers.count)),
    nodeKey: callees.nodeKey && callers.nodeKey && joined(callees.nodeKey, callers.nodeKey),
    isNode: Uint8Array.from(joined(callees.isNode, callers.isNode)),
    base: null,
  };
  return { graph, turned, shift };
}

/** Callers under their heading, then the name and what it calls under theirs. */
function layoutOf(callees: SandwichGraph, callers: SandwichGraph, parent: Int32Array) {
  const below = placeBlocks(callees, callees.weight);
  const above = placeBlocks(callers, callers.weight);
  // The lanes of callers, each with the one that it is nearest to below it, after their heading; without any, no heading.
  const callerLanes = above.depths - 1;
  const middle = callerLanes === 0 ? 1 : callerLanes + 2;
  const name = callees.name[0];
  return layoutOfPlaced({
    parent,
    start: Float64Array.from(joined(below.start, above.start)),
    end: Float64Array.from(joined(below.end, above.end)),
    laneOf: Int32Array.from(
      joined(
        below.depth.map((depth) => middle + depth),
        above.depth.map((depth) => callerLanes + 1 - depth),
      ),
    ),
    laneCount: middle + below.depths,
    sections: [
      ...(callerLanes === 0
        ? []
        : [{ label: `What calls ${name}`, headingLane: 0, firstLane: 1, endLane: callerLanes + 1 }]),
      {
        label: callees.length === 1 ? `${name}, which calls nothing` : `${name} and what it calls`,
        headingLane: middle - 1,
        firstLane: middle,
        endLane: middle + below.depths,
      },
    ],
  });
}

/** All spans of a name in the middle, what calls them above, what they call below. */
export function sandwichMode(merged: MergedSpans, sandwich: MergedSandwich): ModeScene {
  const { callers, callees } = sandwich;
  const { graph, turned, shift } = rowsOf(sandwich);
  const layout = layoutOf(callees, callers, graph.parent);
  const scene = sceneOfBlocks(graph, layout);
  const whole = wholeOf(merged);
  const settle = (span: number): number => (span >= 0 && span < merged.blockOf.length ? span : NONE);
  const rowOf = (span: number): number => {
    const block = settle(span) === NONE ? NONE : merged.blockOf[span];
    if (block === NONE) return NONE;
    return callees.blockOf[block] === NONE ? shift(callers.blockOf[block]) : callees.blockOf[block];
  };
  const sourceOf = (row: number): number => (row < turned ? callees.source[row] : callers.source[row - turned + 1]);
  const roleOf = (row: number) => (row === 0 ? 'focus' : row < turned ? 'callee' : 'caller');
  const firstCaller = callers.length > 1 ? heaviest(callers) + turned - 1 : NONE;
  return {
    mode: 'sandwich',
    scene,
    isClock: false,
    rows: null,
    settle,
    rowOf,
    spanOf: (row, current) => (row === NONE ? NONE : rowOf(current) === row ? current : merged.longest[sourceOf(row)]),
    blockOf: (row) => (row === NONE ? null : blockAt(graph, row, whole, roleOf(row))),
    step: (row, direction) => {
      if (row === 0 && direction === 'parent') return firstCaller;
      if (row === 0 && direction === 'child') return callees.length > 1 ? heaviest(callees) : NONE;
      // Callers and callees hang on the same row, but are not each other's siblings.
      if (layout.parent[row] === 0 && direction === 'next-sibling') return spanFrom(scene, row, 'next');
      if (layout.parent[row] === 0 && direction === 'previous-sibling') return spanFrom(scene, row, 'previous');
      return spanFrom(scene, row, row < turned ? direction : (TURNED[direction] ?? direction));
    },
    sentence: (row) => blockSentence(blockAt(graph, row, whole, roleOf(row))),
  };
}

/** The heaviest block directly at the first one. */
function heaviest({ parent, weight, length }: SandwichGraph): number {
  let best: number = NONE;
  for (let block = 1; block < length; block++) {
    if (parent[block] === 0 && (best === NONE || weight[block] > weight[best])) best = block;
  }
  return best;
}
