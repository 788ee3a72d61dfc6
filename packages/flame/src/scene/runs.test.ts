import { NONE } from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pixelAt, scaleOf } from '../camera.ts';
import { layOut, type Layout } from '../layout/layout.ts';
import { markedIn, reduceLane, RUN, RunBuffer } from './runs.ts';

function laneOf(spans: readonly (readonly [number, number])[]): Layout {
  return layOut({
    length: spans.length,
    start: Float64Array.from(spans, ([start]) => start),
    duration: Float64Array.from(spans, ([, duration]) => duration),
    parent: new Int32Array(spans.length).fill(NONE),
    track: null,
    tracks: [],
  });
}

interface Run {
  readonly from: number;
  readonly to: number;
  readonly row: number;
  readonly flags: number;
}

function reduce(layout: Layout, start: number, end: number, width: number, failed: ReadonlySet<number>): Run[] {
  const out = new RunBuffer();
  const marks = { failed: markedIn(layout, (row) => failed.has(row)), match: null };
  reduceLane(layout, 0, scaleOf({ start, end }, width), marks, out);
  return Array.from({ length: out.count }, (_, i) => ({
    from: out.from[i] ?? Number.NaN,
    to: out.to[i] ?? Number.NaN,
    row: out.row[i] ?? Number.NaN,
    flags: out.flags[i] ?? 0,
  }));
}

describe('reduceLane', () => {
  it('gives each span that is wide enough a run of its own, cut at the edges', () => {
    const layout = laneOf([
      [0, 100],
      [100, 50],
      [400, 400],
    ]);
    expect(reduce(layout, 50, 550, 500, new Set())).toEqual([
      { from: 0, to: 50, row: 0, flags: 0 },
      { from: 50, to: 100, row: 1, flags: 0 },
      { from: 350, to: 500, row: 2, flags: 0 },
    ]);
  });

  it('draws a span that is narrower than a pixel one pixel wide', () => {
    expect(reduce(laneOf([[500, 1]]), 0, 1_000_000, 1_000, new Set())).toEqual([{ from: 1, to: 2, row: 0, flags: 0 }]);
  });

  it('merges what shares a pixel and keeps the failure of any of them', () => {
    const spans = Array.from({ length: 10_000 }, (_, i) => [i * 10, 5] as const);
    const runs = reduce(laneOf(spans), 0, 100_000, 100, new Set([5_003]));
    expect(runs.length).toBeLessThanOrEqual(101);
    expect(runs.filter(({ flags }) => (flags & RUN.failed) !== 0)).toMatchObject([{ from: 50 }]);
    expect((runs[3]?.flags ?? 0) & RUN.merged).toBe(RUN.merged);
  });

  it('draws nothing of a span whose last pixel in view was taken', () => {
    const spans = [
      [4, 21],
      [25, 0],
      [25, 3],
      [28, 0],
    ] as const;
    expect(reduce(laneOf(spans), 1, 26, 13, new Set([2]))).toMatchObject([
      { from: 1, to: 12, flags: 0 },
      { from: 12, to: 13, flags: RUN.failed },
    ]);
  });

  it('covers every pixel that any span covers, without overlap, and loses no failure', () => {
    const gap = fc.tuple(fc.nat({ max: 30 }), fc.nat({ max: 30 }));
    fc.assert(
      fc.property(
        fc.array(gap, { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 20, max: 1_500 }),
        fc.integer({ min: 5, max: 300 }),
        fc.array(fc.nat({ max: 79 }), { maxLength: 3 }),
        (gaps, start, length, width, picked) => {
          let at = 0;
          const spans = gaps.map(([before, duration]) => {
            const from = at + before;
            at = from + duration;
            return [from, duration] as const;
          });
          const layout = laneOf(spans);
          const failed = new Set(picked);
          const runs = reduce(layout, start, start + length, width, failed);
          const scale = scaleOf({ start, end: start + length }, width);
          let last = 0;
          for (const { from, to } of runs) {
            expect(from).toBeGreaterThanOrEqual(last);
            expect(to).toBeGreaterThan(from);
            last = to;
          }
          expect(last).toBeLessThanOrEqual(width);
          for (const [row, [from, duration]] of spans.entries()) {
            const left = pixelAt(scale, from);
            const right = Math.max(left + 1, pixelAt(scale, from + duration));
            if (left < 0 || right > width) continue;
            const covering = runs.filter((run) => run.from < right && run.to > left);
            expect(covering.length).toBeGreaterThan(0);
            if (failed.has(row)) expect(covering.some(({ flags }) => (flags & RUN.failed) !== 0)).toBe(true);
          }
        },
      ),
    );
  });
});
