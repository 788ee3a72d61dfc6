import { asMicros, TraceAssembler, type SpanKind, type Trace } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { layOut } from '../layout/layout.ts';
import { cutIdle, idleStretches, mapLayout } from './idle.ts';
import { sceneOf } from './scene.ts';

type Drawn = readonly [name: string, kind: SpanKind, from: number, to: number, parent?: string];

/** A trace of spans that are called by their names; a parent is the first span of that name. */
function drawn(...spans: readonly Drawn[]): Trace {
  const all = new TraceAssembler();
  spans.forEach(([name, kind, from, to, parent], at) => {
    const parentAt = spans.findIndex(([other]) => other === parent);
    all.addSpan({
      id: String(at),
      kind,
      name,
      start: asMicros(from),
      duration: asMicros(to - from),
      parentId: parent === undefined ? null : String(parentAt),
      nodeKey: null,
      status: 'completed',
      iteration: null,
      track: null,
      metadata: null,
    });
  });
  return all.finish();
}

function idle(trace: Trace, rules?: Parameters<typeof idleStretches>[2]): [number, number][] {
  return idleStretches(trace, layOut(trace.spans), rules).map(({ start, end }) => [start, end]);
}

describe('idle stretches', () => {
  it('are those between nodes in which none runs', () => {
    const trace = drawn(['a', 'node', 0, 10], ['b', 'node', 5, 30], ['c', 'node', 100, 120], ['d', 'node', 120, 130]);
    expect(idle(trace)).toEqual([[30, 100]]);
  });

  it('are those in which everything waits or sleeps, if one wants', () => {
    const trace = drawn(
      ['a', 'node', 0, 100],
      ['queue_wait', 'phase', 0, 60, 'a'],
      ['b', 'node', 100, 300],
      ['sleep', 'phase', 120, 290, 'b'],
    );
    expect(idle(trace)).toEqual([
      [0, 60],
      [120, 290],
    ]);
    expect(idle(trace, { queue: false, sleep: true })).toEqual([[120, 290]]);
    expect(idle(trace, { queue: true, sleep: false })).toEqual([[0, 60]]);
  });

  it('go on below a node that only holds others, and end where another works', () => {
    const trace = drawn(['group', 'node', 0, 500], ['a', 'node', 0, 10, 'group'], ['b', 'node', 400, 450, 'group']);
    expect(idle(trace)).toEqual([
      [10, 400],
      [450, 500],
    ]);
  });

  it('are none in an empty run', () => {
    expect(idle(drawn())).toEqual([]);
  });
});

describe('cutting them', () => {
  const trace = drawn(['a', 'node', 0, 1000], ['b', 'node', 1040, 2000], ['c', 'node', 90_000, 91_000]);

  it('leaves short ones alone and makes long ones narrow', () => {
    const map = cutIdle(trace, layOut(trace.spans));
    expect(map.breaks).toHaveLength(1);
    expect(map.breaks[0]).toMatchObject({ start: 2000, end: 90_000, chartStart: 2000 });
    expect(map.toChart(91_000)).toBeLessThan(3_200);
    expect(cutIdle(trace, layOut(trace.spans), { queue: true, sleep: true, longerThan: 20 }).breaks).toHaveLength(2);
  });

  it('keeps the order of the layout, and the durations of what is drawn', () => {
    const real = layOut(trace.spans);
    const layout = mapLayout(real, cutIdle(trace, real));
    expect([...layout.laneRows]).toEqual([...real.laneRows]);
    const scene = sceneOf(trace, { cutIdle: { queue: true, sleep: true } });
    expect([...scene.realEnd]).toEqual([1000, 2000, 91_000]);
    expect(scene.layout.maxTime).toBeCloseTo(scene.time.toChart(91_000));
    expect(sceneOf(trace).layout.maxTime).toBe(91_000);
  });

  it('cuts nothing of a run in which nothing works', () => {
    const asleep = drawn(['sleep', 'phase', 0, 1000]);
    expect(cutIdle(asleep, layOut(asleep.spans)).breaks).toEqual([]);
  });
});
