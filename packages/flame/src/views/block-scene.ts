import {
  EMPTY_EXECUTION,
  KIND,
  NO_LINKS,
  nodeBlocks,
  NONE,
  STATUSES,
  type MergedGraph,
  type Trace,
} from '@flowprof/model';
import type { Layout } from '../layout/layout.ts';
import { BitSet } from '../scene/bits.ts';
import { Looks } from '../scene/looks.ts';
import { laneTopsOf, METRICS } from '../scene/metrics.ts';
import type { Scene } from '../scene/scene.ts';
import { REAL_TIME } from '../time-map.ts';
import { formatDuration } from '../time.ts';
import { changeText, differenceCodes } from './difference.ts';

const COMPLETED = STATUSES.indexOf('completed');
const FAILED = STATUSES.indexOf('failed');

/** Rows that are drawn, and are no spans: what they are called, and the nodes that they are coloured by. */
export type BlockRows = Pick<MergedGraph, 'length' | 'parent' | 'name' | 'nodeKey' | 'base' | 'total' | 'count'> & {
  /** How many of the spans in each row failed; where all did, the row is drawn so. */
  readonly failed?: Float64Array | null;
  /** 1 for rows that are of nodes themselves; told by the blocks around them when absent. */
  readonly isNode?: Uint8Array;
};

/** Blocks as the rows of a trace, so that they are drawn, found and named as spans are. */
function traceOfBlocks(blocks: BlockRows, layout: Layout): Trace {
  const { length, name, nodeKey, failed, count } = blocks;
  const isNode = blocks.isNode ?? nodeBlocks(blocks);
  const codes = new Map<string, number>();
  const codeOf = (text: string): number => {
    const code = codes.get(text) ?? codes.size;
    codes.set(text, code);
    return code;
  };
  const names = Uint32Array.from(name, codeOf);
  const nodes = new Map<string, number>();
  const node = new Int32Array(length).fill(NONE);
  const kind = new Uint8Array(length).fill(KIND.phase);
  const status = new Uint8Array(length).fill(COMPLETED);
  for (let row = 0; row < length; row++) {
    const key = nodeKey?.[row] ?? null;
    if (failed && count[row] > 0 && failed[row] === count[row]) status[row] = FAILED;
    if (key === null) continue;
    node[row] = nodes.get(key) ?? nodes.size;
    nodes.set(key, node[row]);
    if (isNode[row] === 1) kind[row] = KIND.node;
  }
  const keys = [...nodes.keys()];
  const none = new Int32Array(keys.length).fill(NONE);
  return {
    execution: EMPTY_EXECUTION,
    nodes: {
      length: keys.length,
      key: keys,
      name: keys,
      type: keys.map(() => ''),
      iteration: none,
      parent: none,
      span: none,
      status: new Uint8Array(keys.length),
      depOffsets: new Uint32Array(keys.length + 1),
      deps: new Uint32Array(0),
    },
    spans: {
      length,
      ids: { prefix: '', listed: null },
      names: [...codes.keys()],
      start: layout.start,
      duration: Float64Array.from(layout.end, (end, row) => end - layout.start[row]),
      parent: layout.parent,
      name: names,
      node,
      kind,
      status,
      flags: new Uint8Array(length),
      track: null,
      tracks: [],
      metadata: new Map(),
    },
    annotations: {
      length: 0,
      span: new Int32Array(0),
      time: new Float64Array(0),
      label: [],
      type: [],
      metadata: new Map(),
    },
    links: NO_LINKS,
    warnings: [],
  };
}

/** Makes blocks that have been laid out ready to be drawn. */
export function sceneOfBlocks(blocks: BlockRows, layout: Layout, colour: 'node' | 'difference' = 'difference'): Scene {
  const trace = traceOfBlocks(blocks, layout);
  const laneTops = laneTopsOf(layout);
  return {
    trace,
    layout,
    time: REAL_TIME,
    realEnd: layout.end,
    // A wait that is merged stands beside what it was in front of: no bar begins with the waits in it.
    looks: new Looks(trace, { ...layout, childOffsets: new Uint32Array(blocks.length + 1) }),
    difference: colour === 'node' ? null : differenceCodes(blocks),
    laneTops,
    amountOf: (row) =>
      blocks.base === null
        ? formatDuration(blocks.total[row])
        : changeText(blocks.base.presence[row], blocks.base.total[row], blocks.total[row]),
    failed: new BitSet(blocks.length),
    outlines: [],
    contentHeight: laneTops[layout.laneCount] + METRICS.bottomPadding,
  };
}
