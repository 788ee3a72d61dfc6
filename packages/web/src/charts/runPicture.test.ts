import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highestIn, placesOf, runsBetween, shapeOf, windowOf, type RunPoint } from './runPicture.ts';

function point(value: number | null, at: number | null = null): RunPoint {
  return { id: `${value}`, label: '', status: 'completed', value, at, isUnusual: false, facts: [] };
}

describe('the places of runs', () => {
  it('are their positions, or the seconds when they started', () => {
    const points = [point(1, null), point(1, 5000), point(1, 4000), point(1, 9000)];
    expect(placesOf(points, false)).toEqual([0, 1, 2, 3]);
    expect(placesOf(points, true)).toEqual([5, 5, 5, 9]);
  });
});

describe('the height of the chart', () => {
  const picture = {
    points: [point(10), point(50), point(null)],
    levels: [{ from: 0, to: 0, median: 9, low: 8, high: 20 }],
    steps: [],
    lines: [],
  };
  it('is that of the highest in the window', () => {
    expect(highestIn(picture, { from: 0, to: 2 })).toBeCloseTo(54);
    expect(highestIn(picture, { from: 0, to: 0 })).toBeCloseTo(21.6);
    expect(highestIn(picture, { from: 2, to: 2 })).toBe(1);
    expect(highestIn({ ...picture, lines: [{ label: 'a', value: 100 }] }, { from: 2, to: 2 })).toBeCloseTo(108);
  });
});

describe('the window', () => {
  it('is the whole where none is asked for, or what is asked for is none', () => {
    expect(windowOf(5, null)).toEqual({ from: 0, to: 4 });
    expect(windowOf(5, { from: 2, to: 9 })).toEqual({ from: 2, to: 4 });
    expect(windowOf(5, { from: 9, to: 12 })).toEqual({ from: 0, to: 4 });
    expect(windowOf(0, { from: 0, to: 3 })).toEqual({ from: 0, to: 0 });
  });

  it('holds what was drawn around, and always two runs', () => {
    expect(runsBetween([0, 1, 2, 3], 0.5, 2.2)).toEqual({ from: 1, to: 2 });
    expect(runsBetween([0, 1, 2, 3], 1.2, 1.4)).toEqual({ from: 1, to: 2 });
    expect(runsBetween([0], -1, 1)).toBeNull();
    expect(runsBetween([0, 1], 5, 6)).toBeNull();
    const places = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(places, fc.integer({ max: 60 }), fc.nat(60), (given, low, width) => {
        const found = runsBetween(
          given.toSorted((a, b) => a - b),
          low,
          low + width,
        );
        if (found === null) return;
        expect(found.to).toBeGreaterThan(found.from);
        expect(found.from).toBeGreaterThanOrEqual(0);
        expect(found.to).toBeLessThan(given.length);
      }),
    );
  });
});

describe('the shape of a run', () => {
  it('tells those that went well from those that did not', () => {
    const statuses = ['completed', 'failed', 'timeout', 'cancelled', 'running'] as const;
    expect(new Set(statuses.map(shapeOf)).size).toBe(5);
  });
});
