import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KIND, NONE, type SpanTable, type Trace } from '../trace/trace.ts';
import { anyTrace, traceOf } from '../../testing/any-trace.ts';
import { Drawing } from '../../testing/drawing.ts';
import { analyseTrace, type Analysis } from './analyse.ts';
import { dependencyPath } from './dependency-path.ts';
import { dependencySlack } from './dependency-slack.ts';
import { buildLeafGraph, leafId, type LeafGraph } from './leaf-graph.ts';
import { measure, type Measures } from './measures.ts';
import { slackOfLeaf, slackOfSpan } from './slack.ts';
import { spanSlack } from './span-slack.ts';
import { spanPath, toleranceIn, type OverlapTolerance } from './span-path.ts';

const RUNS = { numRuns: 1000 };
const STRICT: OverlapTolerance = { fraction: 0, atMost: 0 };
const LENIENT: OverlapTolerance = { fraction: 0.2, atMost: 10 };

/** By the key of its node: slack and drag of each leaf, in ms. */
function bySlack({ graph, slack }: Analysis): Record<string, number[] | null> {
  const entries = Array.from(graph.leaves.span.keys(), (leaf): [string, number[] | null] => {
    const found = slackOfLeaf(slack, graph, leaf);
    return [leafId(graph, leaf), found === null ? null : [found.slack / 1000, found.drag / 1000]];
  });
  return Object.fromEntries(entries);
}

/** Rows are `[from, to, parent]`; the rows' times are microseconds. */
function ofSpans(rows: readonly (readonly [number, number, number])[]): Analysis {
  const specs = rows.map(([start, to, parent]) => ({
    start,
    duration: to - start,
    parent,
    name: 5,
    node: NONE,
    kind: KIND.node,
    status: 2,
    track: NONE,
  }));
  return analyseTrace(traceOf([], specs), { overlapTolerance: STRICT });
}

describe('slack and drag', () => {
  test('of parallel branches: the longer has drag as far as the shorter has slack', () => {
    const trace = new Drawing()
      .node('a', [], [0, 10])
      .node('long', ['a'], [10, 50])
      .node('short', ['a'], [10, 35])
      .node('end', ['long', 'short'], [52, 60])
      .node('aside', ['a'], [12, 20])
      .trace();
    expect(bySlack(analyseTrace(trace))).toEqual({
      a: [0, 10],
      long: [0, 15],
      short: [15, 0],
      end: [0, 8],
      aside: [40, 0],
    });
  });

  test('a wait in a queue stays where it was, whoever ends earlier', () => {
    const queued = [['queue_wait', [10, 25]]] as const;
    const trace = new Drawing().node('a', [], [0, 10]).node('b', ['a'], [10, 40], queued).trace();
    expect(bySlack(analyseTrace(trace))).toEqual({ a: [0, 10], b: [0, 15] });
  });

  test('what two chains of the same length avoid has none', () => {
    const trace = new Drawing().node('a', [], [0, 9]).node('b', [], [0, 9]).node('end', ['a', 'b'], [9, 12]).trace();
    expect(bySlack(analyseTrace(trace))).toEqual({ a: [0, 0], b: [0, 0], end: [0, 3] });
  });

  test('of a container: what depends on it waits for all in it', () => {
    const trace = new Drawing()
      .node('group', [], [0, 30], [], { type: 'group' })
      .node('in', [], [0, 30], [], { parentKey: 'group' })
      .node('beside', [], [0, 20], [], { parentKey: 'group' })
      .node('after', ['group'], [30, 40])
      .trace();
    expect(bySlack(analyseTrace(trace))).toEqual({ in: [0, 10], beside: [10, 0], after: [0, 10] });
  });

  test('of a bottleneck: what all of its instances cost together, which is more than the sum of each', () => {
    const drawing = new Drawing({ sourceFormat: 'test' });
    for (const [iteration, end] of [30, 28, 10].entries()) {
      drawing.node('item', [], [0, end], [], { iteration, type: 'task' });
    }
    const trace = drawing.node('beside', [], [0, 12]).node('end', ['item', 'beside'], [30, 31]).trace();
    const { bottlenecks, graph, slack } = analyseTrace(trace);
    const leaves = Array.from(graph.leaves.span.keys(), (leaf) => slackOfLeaf(slack, graph, leaf)?.drag);
    expect(leaves.slice(0, 3)).toEqual([2000, 0, 0]);
    const item = bottlenecks.find(({ id }) => id === 'item');
    expect([item?.count, item?.slack, item?.drag]).toEqual([3, 0, 18_000]);
  });

  test('of bottlenecks without dependencies: unknown, since what is inside of them has its own', () => {
    const trace = new Drawing({ sourceFormat: 'test' }).node('a', [], [0, 10]).node('b', [], [10, 30]).trace();
    const { bottlenecks, path } = analyseTrace(trace);
    expect(path?.kind).toBe('spans');
    expect(bottlenecks.map(({ id, slack, drag }) => [id, slack, drag])).toEqual([
      ['b', null, null],
      ['a', null, null],
    ]);
  });

  test('of spans: a parent costs its own time alone, and a child no more than those beside it leave', () => {
    const { slack, graph } = ofSpans([
      [0, 100, NONE],
      [10, 40, 0],
      [20, 35, 0],
      [50, 90, 0],
      [60, 70, 3],
    ]);
    expect([0, 1, 2, 3, 4].map((row) => slackOfSpan(slack, graph, row))).toEqual([
      { slack: 0, drag: 30 },
      { slack: 0, drag: 5 },
      { slack: 5, drag: 0 },
      { slack: 0, drag: 30 },
      { slack: 0, drag: 10 },
    ]);
  });

  test('of spans: unknown where the path leaves a span that runs on, as among threads', () => {
    const rows = [
      [0, 100, NONE],
      [60, 100, NONE],
    ] as const;
    const { slack, path } = ofSpans(rows);
    expect(path?.kind === 'spans' && [...path.spans]).toEqual([0, 1]);
    expect(slack).toBeNull();
  });
});

/**
 * When the last leaf ends if one of them takes some time more or less, by the definition: every leaf keeps its lag after
 * the latest end of what it depends on.
 */
function endWith({ leaves, order, offsets, deps, vertexCount }: LeafGraph, changed: number, by: number): number {
  const observed = new Float64Array(vertexCount).fill(-Infinity);
  const moved = new Float64Array(vertexCount).fill(-Infinity);
  let last = -Infinity;
  for (const vertex of order) {
    let [before, after] = [-Infinity, -Infinity];
    for (let i = offsets[vertex]; i < offsets[vertex + 1]; i++) {
      before = Math.max(before, observed[deps[i]]);
      after = Math.max(after, moved[deps[i]]);
    }
    observed[vertex] = before;
    moved[vertex] = after;
    if (vertex >= leaves.length) continue;
    observed[vertex] = leaves.end[vertex];
    const start = before === -Infinity ? leaves.start[vertex] : after + leaves.start[vertex] - before;
    moved[vertex] = start + leaves.end[vertex] - leaves.start[vertex] + (vertex === changed ? by : 0);
    last = Math.max(last, moved[vertex]);
  }
  return last;
}

describe('along dependencies, on any trace', () => {
  const dependencies = anyTrace.map((trace) => analyseTrace(trace)).filter(({ path }) => path?.kind === 'dependencies');

  test('a leaf can end later by its slack, and not by more', () => {
    fc.assert(
      fc.property(dependencies, ({ graph, slack, measures }) => {
        for (let leaf = 0; leaf < graph.leaves.length; leaf++) {
          const most = slack?.slack[leaf] ?? Number.NaN;
          expect(endWith(graph, leaf, most)).toBe(measures?.to);
          expect(endWith(graph, leaf, most + 1)).toBeGreaterThan(measures?.to ?? Infinity);
        }
      }),
      RUNS,
    );
  });

  test('the drag of a leaf is by how much everything ends earlier when it takes no time', () => {
    fc.assert(
      fc.property(dependencies, ({ graph, slack, measures }) => {
        const { leaves } = graph;
        for (let leaf = 0; leaf < leaves.length; leaf++) {
          const without = endWith(graph, leaf, leaves.start[leaf] - leaves.end[leaf]);
          expect(slack?.drag[leaf]).toBe((measures?.to ?? 0) - without);
        }
      }),
      RUNS,
    );
  });

  test('what is on the critical path has no slack, and only what is has drag', () => {
    fc.assert(
      fc.property(dependencies, ({ graph, slack, path }) => {
        if (path?.kind !== 'dependencies') return;
        const onPath = new Set(path.leaves);
        for (let leaf = 0; leaf < graph.leaves.length; leaf++) {
          if (onPath.has(leaf)) expect(slack?.slack[leaf]).toBe(0);
          else expect(slack?.drag[leaf]).toBe(0);
        }
      }),
      RUNS,
    );
  });
});

interface Box {
  readonly row: number;
  readonly from: number;
  readonly to: number;
  /** By how much those in it may overlap. */
  readonly tolerance: number;
  readonly inside: readonly Box[];
}

/** The spans that hold something up, each with those in it, as they are clamped. */
function boxesOf({ leaves, tree, ends, trace }: LeafGraph, tolerance: OverlapTolerance): readonly Box[] {
  const tops = new Set(leaves.span);
  const boxOf = (row: number, from: number, to: number): Box => {
    const children = [...tree.children.subarray(tree.offsets[row], tree.offsets[row + 1])];
    const inside = children
      .filter((child) => !tops.has(child))
      .map((child) => [child, Math.max(from, trace.spans.start[child]), Math.min(to, ends[child])] as const)
      .filter(([, a, b]) => b > a)
      .map(([child, a, b]) => boxOf(child, a, b));
    return { row, from, to, inside, tolerance: toleranceIn(tolerance, to - from) };
  };
  return [...tops]
    .map((row) => [row, leaves.span.indexOf(row)] as const)
    .map(([row, leaf]) => boxOf(row, leaves.start[leaf], leaves.end[leaf]))
    .filter(({ from, to }) => to > from);
}

interface Change {
  readonly row: number;
  /** How much later it ends. */
  readonly by: number;
  /** Whether it has no time of its own. */
  readonly isIdle: boolean;
}

/** When the last of some boxes ends, by the definition: each starts its lag after all that had ended when it started. */
function endOfBoxes(boxes: readonly Box[], change: Change, isLagGone: boolean, origin: number, tolerance = 0): number {
  const sorted = boxes.toSorted((a, b) => a.from - b.from);
  const ends = new Map<Box, number>();
  for (const box of sorted) {
    const before = sorted.filter(({ from, to }) => from < box.from && to <= box.from + tolerance);
    const ready = Math.max(...before.map(({ to }) => to));
    const moved = Math.max(...before.map((one) => ends.get(one) ?? Number.NaN));
    const lag = before.length === 0 ? box.from - origin : box.from - ready;
    const start = (before.length === 0 ? origin : moved) + (isLagGone ? Math.min(0, lag) : lag);
    ends.set(box, start + durationOf(box, change));
  }
  return Math.max(...ends.values());
}

function durationOf({ row, from, to, inside, tolerance }: Box, change: Change): number {
  const isIdle = change.isIdle && row === change.row;
  let end = isIdle ? from : to;
  if (inside.length > 0) {
    const tail = to - Math.max(...inside.map((box) => box.to));
    end = endOfBoxes(inside, change, isIdle, from, tolerance) + (isIdle ? 0 : tail);
  }
  return end - from + (row === change.row ? change.by : 0);
}

function flat(boxes: readonly Box[]): Box[] {
  return boxes.flatMap((box) => [box, ...flat(box.inside)]);
}

const analysed = (overlapTolerance: OverlapTolerance) =>
  anyTrace
    .map((trace) => ({ ...analyseTrace(trace, { overlapTolerance }), overlapTolerance }))
    .filter(({ path }) => path?.kind === 'spans');

describe('along spans, on any trace', () => {
  test('a span can end later by its slack and not by more, and its drag is what its own time costs', () => {
    let known = 0;
    fc.assert(
      fc.property(fc.oneof(analysed(STRICT), analysed(LENIENT)), ({ graph, slack, measures, overlapTolerance }) => {
        if (slack === null || measures === null) return;
        const boxes = boxesOf(graph, overlapTolerance);
        const holding = flat(boxes);
        // What ended last may have taken no time, and stays.
        const tail = measures.to - Math.max(...boxes.map(({ to }) => to));
        const endAfter = (change: Change) => tail + endOfBoxes(boxes, change, false, measures.from);
        for (const { row } of holding) {
          known++;
          expect(endAfter({ row, by: slack.slack[row], isIdle: false })).toBe(measures.to);
          expect(endAfter({ row, by: slack.slack[row] + 1, isIdle: false })).toBeGreaterThan(measures.to);
          expect(slack.drag[row]).toBe(measures.to - endAfter({ row, by: 0, isIdle: true }));
        }
        expect(slack.slack.filter((one) => !Number.isNaN(one))).toHaveLength(holding.length);
      }),
      { numRuns: 1500 },
    );
    expect(known).toBeGreaterThan(500);
  });

  test('what is on the critical path has no slack, and no more drag than it held the path', () => {
    fc.assert(
      fc.property(analysed(STRICT), ({ slack, path, accounting }) => {
        if (slack === null || path?.kind !== 'spans') return;
        for (const row of path.spans) if (row !== NONE) expect(slack.slack[row]).toBe(0);
        for (const [row, drag] of slack.drag.entries()) {
          if (drag > 0) expect(drag).toBeLessThanOrEqual(accounting?.held[row] ?? 0);
        }
      }),
      RUNS,
    );
  });
});

const BARE: Trace = traceOf([], []);

function measured(graph: LeafGraph): Measures {
  const measures = measure(graph);
  if (measures === null) throw new Error('a leaf was expected');
  return measures;
}

const allAre = (column: Float64Array | undefined, value: number) => column?.every((one) => one === value);

describe('a chain of a million', () => {
  const N = 1_000_000;

  function table(parentOf: (row: number) => number, lengthOf: (row: number) => number, hasNodes: boolean): SpanTable {
    return {
      length: N,
      ids: { prefix: '00000001', listed: null },
      names: ['execute'],
      start: Float64Array.from({ length: N }, (_, row) => row),
      duration: Float64Array.from({ length: N }, (_, row) => lengthOf(row)),
      parent: Int32Array.from({ length: N }, (_, row) => parentOf(row)),
      name: new Uint32Array(N),
      node: Int32Array.from({ length: N }, (_, row) => (hasNodes ? row : NONE)),
      kind: new Uint8Array(N).fill(KIND.node),
      status: new Uint8Array(N).fill(2),
      flags: new Uint8Array(N),
      track: null,
      tracks: [],
      metadata: new Map(),
    };
  }

  test('nodes, each dependent on the one before, all have drag', () => {
    const keys = Array.from({ length: N }, (_, row) => `n${row}`);
    const nodes: Trace['nodes'] = {
      length: N,
      key: keys,
      name: keys,
      type: keys.map(() => 'task'),
      iteration: new Int32Array(N).fill(NONE),
      parent: new Int32Array(N).fill(NONE),
      span: Int32Array.from({ length: N }, (_, row) => row),
      status: new Uint8Array(N).fill(2),
      depOffsets: Uint32Array.from({ length: N + 1 }, (_, row) => Math.max(0, row - 1)),
      deps: Uint32Array.from({ length: N - 1 }, (_, row) => row),
    };
    const spans = table(
      () => NONE,
      () => 1,
      true,
    );
    const graph = buildLeafGraph({ ...BARE, nodes, spans });
    const measures = measured(graph);
    const slack = dependencySlack(graph, measures, dependencyPath(graph, measures));
    expect(allAre(slack.slack, 0)).toBe(true);
    expect(allAre(slack.drag, 1)).toBe(true);
  });

  test('spans, each inside the one before, each cost what is their own', () => {
    const spans = table(
      (row) => row - 1,
      (row) => 2 * (N - row),
      false,
    );
    const graph = buildLeafGraph({ ...BARE, spans });
    const slack = spanSlack(graph, spanPath(graph, measured(graph), STRICT), STRICT);
    expect(allAre(slack?.slack, 0)).toBe(true);
    expect(allAre(slack?.drag, 2)).toBe(true);
  });
});
