import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sparkBars, sparkPath } from './spark.ts';

describe('the bars of a spark', () => {
  it('are as high as their values, and what is not known is as low as can be', () => {
    const [first, second, third] = sparkBars([10, 5, null], 96, 21);
    expect(first?.height).toBe(20);
    expect(second?.height).toBe(10);
    expect(third?.height).toBe(2);
  });

  it('are nothing for nothing, and low where all took no time', () => {
    expect(sparkBars([], 96, 20)).toEqual([]);
    expect(sparkBars([0, 0], 96, 20).map(({ height }) => height)).toEqual([2, 2]);
  });

  it('stay in the picture', () => {
    const seconds = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }));
    fc.assert(
      fc.property(fc.array(seconds, { maxLength: 40 }), (values) => {
        for (const { x, y, width, height } of sparkBars(values, 96, 22)) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x + width).toBeLessThanOrEqual(97);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y + height).toBeLessThanOrEqual(22);
        }
      }),
    );
  });
});

describe('the line of a spark', () => {
  it('goes from the bottom to the top, and is broken where a value is not known', () => {
    expect(sparkPath([0, 10], 100, 23)).toBe('M0 21.5L100 1.5');
    expect(sparkPath([10, null, 10, 5], 90, 23)).toBe('M0 1.5h0.5M60 1.5L90 11.5');
    expect(sparkPath([], 90, 23)).toBe('');
    expect(sparkPath([0, 0], 90, 23)).toBe('M0 21.5L90 21.5');
  });
});
