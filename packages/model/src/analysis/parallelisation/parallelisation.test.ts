import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyTrace, traceOf } from '../../../testing/any-trace.ts';
import { Drawing } from '../../../testing/drawing.ts';
import type { Trace } from '../../trace/trace.ts';
import { analyseTrace } from '../analyse.ts';
import { buildProfile } from '../profile.ts';
import { gainOf } from '../shortened.ts';
import { concurrencyOver } from './concurrency.ts';

const other = { sourceFormat: 'other' };

const found = (trace: Trace) => buildProfile(trace).parallelisation;

describe('parallelisation', () => {
  const twoAtOnce = new Drawing(other)
    .node('a', [], [0, 100])
    .node('b', [], [0, 300])
    .node('c', ['a'], [400, 500])
    .trace();

  test('tells how long how many ran at once, and how little time more workers would take', () => {
    expect(found(twoAtOnce)).toMatchObject({
      makespan_ms: 500,
      work_ms: 500,
      span_ms: 300,
      workers: 2,
      peak_concurrency: 2,
      lower_bounds: [
        { workers: 1, lower_bound_ms: 500 },
        { workers: 2, lower_bound_ms: 300 },
      ],
      levels: [
        { from: 0, to: 0, time_ms: 100, percent: 20 },
        { from: 1, to: 1, time_ms: 300, percent: 60 },
        { from: 2, to: 2, time_ms: 100, percent: 20 },
      ],
      idle_percent: 20,
    });
  });

  test('counts with the limit of the run, and with powers of two below the peak', () => {
    const drawing = new Drawing({ concurrency: 100 });
    for (let i = 0; i < 9; i++) drawing.node(`n${i}`, [], [0, 10]);
    expect(found(drawing.trace())?.lower_bounds.map(({ workers }) => workers)).toEqual([1, 2, 4, 8, 9, 100]);
  });

  test('draws concurrency over time in a bounded number of buckets, of which the last may be cut off', () => {
    const { measures } = analyseTrace(twoAtOnce);
    const { bucket, mean, peak } = concurrencyOver(measures ?? expect.fail(), 3);
    expect(bucket).toBe(166_667);
    expect([...mean].map((running) => Math.round(running * 1000) / 1000)).toEqual([1.6, 0.8, 0.6]);
    expect([...peak]).toEqual([2, 1, 1]);
    const { concurrency } = found(twoAtOnce) ?? expect.fail();
    expect(concurrency).toMatchObject({ from_ms: 0, bucket_ms: 2.5 });
    expect(concurrency.mean).toHaveLength(200);
  });

  test('comes to an end also where a trace lasts longer than numbers count exactly', () => {
    const span = { parent: -1, name: 5, kind: 0, status: 2, track: -1 };
    const nodes = [0, 1].map((row) => ({ parent: -1, span: row, deps: [], type: 'http' }));
    const [first, last] = [-9_007_199_253_740_988, 9_007_199_254_733_072];
    const trace = traceOf(nodes, [
      { ...span, node: 0, start: first, duration: 10 },
      { ...span, node: 1, start: last - 10, duration: 10 },
    ]);
    expect(found(trace)?.concurrency.mean).toHaveLength(200);
  });

  test('puts neighbouring levels together where there are very many', () => {
    const drawing = new Drawing(other);
    for (let i = 0; i < 200; i++) drawing.node(`n${i}`, [], [i, 400]);
    const { levels } = found(drawing.trace()) ?? expect.fail();
    expect(levels.length).toBeLessThanOrEqual(65);
    expect(levels.reduce((sum, { time_ms }) => sum + time_ms, 0)).toBe(400);
  });

  test('does not let a leaf run on to a callback that another clock puts after its end', () => {
    const trace = new Drawing(other).node('a', [], [0, 10], [['callback', [20, 30]]]).trace();
    expect(found(trace)).toMatchObject({ work_ms: 10, levels: [{ from: 1, to: 1, time_ms: 10 }] });
    expect(found(trace)?.concurrency.mean[0]).toBe(1);
  });

  test('is unknown when nothing has started', () => {
    expect(found(new Drawing().node('a', [], null).trace())).toBeNull();
  });

  test('of any trace: levels sum to the makespan, buckets to the time that leaves held places', () => {
    fc.assert(
      fc.property(anyTrace, fc.integer({ min: 1, max: 7 }), (trace, most) => {
        const { graph, measures } = analyseTrace(trace);
        if (measures === null) return;
        const { bucket, mean, peak, timeAt } = concurrencyOver(measures, most);
        expect(timeAt.reduce((sum, time) => sum + time, 0)).toBe(measures.makespan);
        expect(mean.length).toBeLessThanOrEqual(most);
        const inBuckets = mean.reduce(
          (sum, running, i) => sum + running * Math.min(bucket, measures.makespan - i * bucket),
          0,
        );
        const { start, released } = graph.leaves;
        const held = released.reduce((sum, until, leaf) => sum + Math.max(0, until - start[leaf]), 0);
        expect(inBuckets).toBeCloseTo(held, 3);
        expect(Math.max(0, ...peak)).toBe(measures.peakConcurrency);
      }),
    );
  });
});

const stepsOf = (trace: Trace) =>
  (found(trace)?.serial_steps ?? []).map(({ id, after_id, cost_ms }) => [id, after_id, cost_ms]);

describe('serial steps', () => {
  test('cost what the makespan would shrink by, not the whole gap', () => {
    const trace = new Drawing(other)
      .node('a', [], [0, 200])
      .node('x', [], [0, 500])
      .node('b', ['a'], [501, 900])
      .node('long', ['x'], [500, 700])
      .trace();
    // Without the gap, b would end at 599; long ends at 700.
    expect(stepsOf(trace)).toEqual([['b', 'x', 200]]);
    expect(found(trace)).toMatchObject({ serial_cost_ms: 200 });
  });

  test('are all told, also where the first waits for nothing at all', () => {
    const trace = new Drawing(other)
      .node('x', [], [0, 300])
      .node('a', [], [300, 500])
      .node('y', [], [500, 800])
      .node('b', ['a'], [800, 1000])
      .trace();
    expect(stepsOf(trace)).toEqual([
      ['a', 'x', 200],
      ['b', 'y', 200],
    ]);
    expect(found(trace)).toMatchObject({ serial_cost_ms: 200 });
  });

  test('are none where a wait explains the gap, or nothing ends just before', () => {
    const explained = new Drawing({ concurrency: 1 })
      .node('a', [], [0, 200])
      .node('x', [], [0, 500])
      .node('b', ['a'], [200, 900], [['queue_wait', [200, 501]]])
      .trace();
    expect(stepsOf(explained)).toEqual([]);
    const far = new Drawing(other).node('a', [], [0, 200]).node('x', [], [0, 450]).node('b', ['a'], [501, 900]).trace();
    expect(stepsOf(far)).toEqual([]);
  });

  test('are none where so much ends all the time that something ends close to any start', () => {
    const drawing = new Drawing(other).node('a', [], [0, 200]).node('b', ['a'], [501, 900]);
    for (let i = 0; i < 100; i++) drawing.node(`x${i}`, [], [200 + 3 * i, 203 + 3 * i]);
    expect(stepsOf(drawing.trace())).toEqual([]);
  });
});

describe('shorter leaves', () => {
  test('shrink the makespan of any trace by no less than nothing and no more than all of it', () => {
    fc.assert(
      fc.property(anyTrace, fc.array(fc.nat({ max: 90 })), fc.array(fc.nat({ max: 90 })), (trace, runs, delays) => {
        const { graph, measures } = analyseTrace(trace);
        if (measures === null) return;
        const column = (times: number[]) => graph.leaves.start.map((_, leaf) => times[leaf] ?? 0);
        const gain = gainOf(graph, measures, { run: column(runs), delay: column(delays) });
        expect(gain).toBeGreaterThanOrEqual(0);
        expect(gain).toBeLessThanOrEqual(measures.makespan);
        expect(gainOf(graph, measures, {})).toBe(0);
      }),
    );
  });
});
