import { asMicros, NONE, TraceAssembler } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { layOut } from '../layout/layout.ts';
import { spanFrom } from './navigate.ts';
import { laneTopsOf, METRICS } from './metrics.ts';
import { pick } from './pick.ts';
import { sceneOf } from './scene.ts';

// 0 ─────── 3 ──   lane 0
//  1 ── 2 ─  4     lane 1
//     5 ─────      lane 2: overlaps 1 and 2
const layout = layOut({
  length: 6,
  start: Float64Array.of(0, 10, 60, 110, 120, 30),
  duration: Float64Array.of(100, 30, 20, 50, 10, 60),
  parent: Int32Array.of(NONE, 0, 0, NONE, 3, 0),
  track: null,
  tracks: [],
});
const tops = laneTopsOf(layout);
const top = (lane: number): number => tops[lane] ?? Number.NaN;

describe('moving from span to span', () => {
  it.each([
    [1, 'parent', 0],
    [0, 'parent', NONE],
    [0, 'child', 1],
    [1, 'child', NONE],
    [1, 'next-sibling', 5],
    [5, 'next-sibling', 2],
    [2, 'next-sibling', NONE],
    [0, 'next-sibling', 3],
    [3, 'previous-sibling', 0],
    [1, 'next', 2],
    [2, 'next', 4],
    [4, 'previous', 2],
  ] as const)('from %d to the %s is %d', (row, direction, wanted) => {
    expect(spanFrom({ layout, trace: new TraceAssembler().finish() }, row, direction)).toBe(wanted);
  });

  it('follows dependencies: to the last one to end, and to the first one to start after', () => {
    const all = new TraceAssembler();
    for (const [key, dependsOn, start, duration] of [
      ['a', [], 0, 10],
      ['b', [], 0, 30],
      ['c', ['a', 'b'], 40, 5],
      ['d', ['b'], 35, 5],
    ] as const) {
      all.addNode({ key, name: key, type: 'http', iteration: null, parentKey: null, dependsOn });
      const at = { start: asMicros(start), duration: asMicros(duration), track: null, metadata: null } as const;
      const of = { kind: 'node', status: 'completed', parentId: null, iteration: null } as const;
      all.addSpan({ id: key, name: key, nodeKey: key, ...at, ...of });
    }
    const scene = sceneOf(all.finish());
    const row = (name: string): number => scene.trace.nodes.span[scene.trace.nodes.key.indexOf(name)] ?? NONE;
    expect(spanFrom(scene, row('c'), 'dependency')).toBe(row('b'));
    expect(spanFrom(scene, row('a'), 'dependency')).toBe(NONE);
    expect(spanFrom(scene, row('b'), 'dependent')).toBe(row('d'));
    expect(spanFrom(scene, row('d'), 'dependent')).toBe(NONE);
  });
});

describe('picking', () => {
  it('finds the span at a place', () => {
    expect(pick(layout, tops, top(0) + 5, 50, 1)).toBe(0);
    expect(pick(layout, tops, top(1) + 5, 70, 1)).toBe(2);
    expect(pick(layout, tops, top(2) + 5, 70, 1)).toBe(5);
  });

  it('finds nothing far from any span, above the lanes and below them', () => {
    expect(pick(layout, tops, top(1) + 5, 50, 1)).toBe(NONE);
    expect(pick(layout, tops, 0, 50, 1)).toBe(NONE);
    expect(pick(layout, tops, top(layout.laneCount) + 40, 50, 1)).toBe(NONE);
  });

  it('forgives a few pixels and takes the nearest', () => {
    expect(pick(layout, tops, top(0) + 5, 102, 1)).toBe(0);
    expect(pick(layout, tops, top(0) + 5, 108, 1)).toBe(3);
    expect(pick(layout, tops, top(0) + METRICS.lanePitch - 1, 104, 1)).toBe(NONE);
  });
});
