import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piecesOf } from './draw/pieces.ts';
import { REAL_TIME, TimeMap } from './time-map.ts';

/** Cuts in the order of time, from distances. */
const cuts = fc
  .array(fc.record({ apart: fc.integer({ min: 1, max: 1e6 }), long: fc.integer({ min: 10, max: 1e9 }) }), {
    maxLength: 20,
  })
  .map((steps) => {
    let at = 0;
    return steps.map(({ apart, long }) => {
      const start = at + apart;
      at = start + long;
      return { start, end: at, length: Math.max(1, long / 100) };
    });
  });

describe('the time of the chart', () => {
  it('never falls, and leads back to the time of the run', () => {
    fc.assert(
      fc.property(
        cuts,
        fc.array(fc.integer({ min: -1e6, max: 3e10 }), { minLength: 2, maxLength: 30 }),
        (some, times) => {
          const map = new TimeMap(some);
          const sorted = times.toSorted((a, b) => a - b);
          let last = -Infinity;
          for (const time of sorted) {
            const chart = map.toChart(time);
            expect(chart).toBeGreaterThanOrEqual(last);
            expect(Math.abs(map.toReal(chart) - time)).toBeLessThan(0.01);
            last = chart;
          }
        },
      ),
    );
  });

  it('is that of the run where nothing is cut', () => {
    const times = Float64Array.of(1, 2);
    expect(REAL_TIME.column(times)).toBe(times);
    expect(REAL_TIME.toChart(7)).toBe(7);
    expect(REAL_TIME.skipped).toBe(0);
  });

  it('has the pieces between the breaks, for the ticks of the axis', () => {
    const map = new TimeMap([
      { start: 100, end: 1100, length: 10 },
      { start: 1200, end: 2200, length: 10 },
    ]);
    expect(map.skipped).toBe(1980);
    expect(piecesOf({ start: 0, end: 300 }, map)).toEqual([
      { start: 0, end: 100 },
      { start: 1100, end: 1200 },
      { start: 2200, end: 2280 },
    ]);
    expect(piecesOf({ start: 102, end: 108 }, map)).toEqual([]);
    expect(piecesOf({ start: 50, end: 105 }, map)).toEqual([{ start: 50, end: 100 }]);
  });
});
