import { NONE, weightsOf, type MergedGraph, type MergedSpans } from '@flowprof/model';
import type { Block } from '../api.ts';
import { spanFrom } from '../scene/navigate.ts';
import { formatDuration } from '../time.ts';
import { layoutOfPlaced, placeBlocks } from './block-layout.ts';
import { sceneOfBlocks } from './block-scene.ts';
import type { ModeScene } from './mode-scene.ts';

/** What a block of a merged graph stands for. */
export function blockAt(graph: MergedGraph, block: number, whole: number, role: Block['role'] = 'block'): Block {
  const { base, nodeKey } = graph;
  return {
    role,
    name: graph.name[block],
    nodeKey: nodeKey?.[block] ?? null,
    total: graph.total[block],
    self: graph.self[block],
    count: graph.count[block],
    share: whole > 0 ? graph.total[block] / whole : 0,
    base: base && {
      total: base.total[block],
      self: base.self[block],
      count: base.count[block],
      presence: base.presence[block],
    },
  };
}

/** A block as one sentence. */
export function blockSentence({ name, total, self, count, base, role }: Block): string {
  const of = role === 'block' ? '' : `${role}, `;
  const times = count === 1 ? 'once' : `${count.toLocaleString('en')} times`;
  const compared =
    base === null
      ? ''
      : base.presence === 'both'
        ? `, ${formatDuration(base.total)} in the base`
        : `, ${base.presence}`;
  return `${name}, ${of}${times}, total ${formatDuration(total)}, self ${formatDuration(self)}${compared}`;
}

/** What everything at the top took. */
export function wholeOf({ length, parent, total }: MergedGraph): number {
  let whole = 0;
  for (let block = 0; block < length; block++) if (parent[block] === NONE) whole += total[block];
  return whole;
}

/** A merged graph, the heaviest to the left: each row is a block. */
export function graphMode(
  graph: MergedGraph,
  failed: Float64Array | null = null,
  colour: 'node' | 'difference' = 'difference',
): ModeScene {
  const places = placeBlocks(graph, weightsOf(graph));
  const { start, end, depth, depths } = places;
  const layout = layoutOfPlaced({ parent: graph.parent, start, end, laneOf: depth, laneCount: depths });
  const scene = sceneOfBlocks({ ...graph, failed }, layout, colour);
  const whole = wholeOf(graph);
  const inRange = (row: number): number => (row >= 0 && row < graph.length ? row : NONE);
  return {
    mode: 'left-heavy',
    scene,
    isClock: false,
    rows: null,
    settle: inRange,
    rowOf: inRange,
    spanOf: (row) => row,
    blockOf: (row) => (inRange(row) === NONE ? null : blockAt(graph, row, whole)),
    step: (row, direction) => spanFrom(scene, row, direction),
    sentence: (row) => blockSentence(blockAt(graph, row, whole)),
  };
}

/** A run merged by the names that stand above each other: each row is a block of spans. */
export function leftHeavyMode(merged: MergedSpans): ModeScene {
  const inRange = (span: number): number => (span >= 0 && span < merged.blockOf.length ? span : NONE);
  const rowOf = (span: number): number => (inRange(span) === NONE ? NONE : merged.blockOf[span]);
  return {
    ...graphMode(merged, merged.failed),
    settle: inRange,
    rowOf,
    spanOf: (row, current) => (row === NONE ? NONE : rowOf(current) === row ? current : merged.longest[row]),
  };
}
