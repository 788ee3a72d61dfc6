import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalBelow, normalQuantile, studentBeyond, studentQuantile } from './distributions.ts';
import { mannWhitney, shiftBetween } from './rank-test.ts';
import { ascending, median, noiseOf, percentileRank, quantileOfSorted, spreadOf } from './robust.ts';
import { correctForMany, fisherExact, oddsRatio, spearman } from './tables.ts';

describe('distributions', () => {
  it('have the values of published tables', () => {
    expect(normalBelow(1.959963984540054)).toBeCloseTo(0.975, 12);
    expect(normalBelow(0)).toBe(0.5);
    expect(normalBelow(-6) / 9.865876450376981e-10).toBeCloseTo(1, 9);
    expect(normalBelow(-3.5) / 2.3262907903552504e-4).toBeCloseTo(1, 9);
    expect(normalQuantile(0.995)).toBeCloseTo(2.575829303548901, 10);
    expect(studentBeyond(2.228138851964939, 10)).toBeCloseTo(0.05, 10);
    expect(studentBeyond(12.706204736432095, 1)).toBeCloseTo(0.05, 10);
    expect(studentQuantile(0.01, 30)).toBeCloseTo(2.749995654, 7);
    expect(studentQuantile(0.001, 4)).toBeCloseTo(8.610301581, 6);
  });

  it('say nothing of what is no probability', () => {
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
    expect(studentQuantile(0, 5)).toBe(Infinity);
  });
});

/** Permeability of chorioamnion (Hollander and Wolfe 1973, p. 69), the example of R's `wilcox.test`. */
const AT_TERM = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
const EARLIER = [1.15, 0.88, 0.9, 0.74, 1.21];

describe('mannWhitney', () => {
  it('gives what R gives for its example', () => {
    const test = mannWhitney(EARLIER, AT_TERM);
    expect(test?.u).toBe(35);
    expect(test?.isExact).toBe(true);
    expect(test?.pValue).toBeCloseTo(0.254412254412254, 12);
  });

  it('gives what SciPy gives for its example', () => {
    const test = mannWhitney([20, 11, 17, 12], [19, 22, 16, 29, 24]);
    expect(test?.u).toBe(17);
    expect(test?.pValue).toBeCloseTo(0.1111111111111111, 12);
  });

  it('is exact for small samples: counted out by hand', () => {
    expect(mannWhitney([1, 2, 3, 4], [5, 6, 7, 8])?.pValue).toBeCloseTo(2 / 70, 12);
    expect(mannWhitney([1, 2, 3], [9])?.pValue).toBeCloseTo(2 / 4, 12);
    // With ties: of the 10 ways to choose 2 of {1, 1, 1, 2, 2}, one is the largest.
    expect(mannWhitney([1, 1, 1], [2, 2])?.pValue).toBeCloseTo(2 / 10, 12);
    expect(mannWhitney([3, 3], [3, 3, 3])?.pValue).toBe(1);
  });

  it('is close to the exact distribution where it takes the normal one', () => {
    const first = Array.from({ length: 300 }, (_, i) => (i * 7919) % 1000);
    const second = Array.from({ length: 300 }, (_, i) => ((i * 104729) % 1000) + 60);
    const test = mannWhitney(first, second);
    expect(test?.isExact).toBe(false);
    const z = ((test?.u ?? 0) - 45_000) / Math.sqrt((300 * 300 * 601) / 12);
    expect(test?.pValue).toBeCloseTo(2 * normalBelow(-Math.abs(z)), 4);
  });

  it('turns round with the samples, and does not mind the order or the scale', () => {
    const sample = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(sample, sample, fc.integer({ min: 1, max: 50 }), (a, b, scale) => {
        const test = mannWhitney(a, b);
        const turned = mannWhitney(b, a);
        const scaled = mannWhitney(
          a.toReversed().map((value) => value * scale),
          b.map((value) => value * scale),
        );
        expect((test?.u ?? 0) + (turned?.u ?? 0)).toBe(a.length * b.length);
        expect(turned?.pValue).toBeCloseTo(test?.pValue ?? -1, 10);
        expect(scaled).toEqual(test);
        expect(test?.pValue).toBeGreaterThan(0);
        expect(test?.pValue).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('says nothing of an empty sample', () => {
    expect(mannWhitney([], [1])).toBeNull();
    expect(shiftBetween([1], [])).toBeNull();
  });
});

describe('shiftBetween', () => {
  it("is Hodges and Lehmann's estimate: R gives 0.305 for its example", () => {
    const found = shiftBetween(EARLIER, AT_TERM);
    expect(found?.shift).toBeCloseTo(0.305, 10);
    expect(found?.low).toBeLessThanOrEqual(-0.15);
    expect(found?.high).toBeGreaterThanOrEqual(0.7);
  });

  it('finds the shift of samples of any size', () => {
    const first = Array.from({ length: 5000 }, (_, i) => i % 997);
    const found = shiftBetween(
      first,
      first.map((value) => value + 100),
    );
    expect(found?.shift).toBeCloseTo(100, 6);
    expect(found?.low).toBeLessThan(100);
    expect(found?.high).toBeGreaterThan(100);
  });
});

describe('tables', () => {
  it("Fisher's test gives what R gives for the tea tasting and the convictions of twins", () => {
    expect(fisherExact({ firstWith: 3, firstWithout: 1, secondWith: 1, secondWithout: 3 })).toBeCloseTo(0.48571428, 7);
    expect(fisherExact({ firstWith: 2, firstWithout: 15, secondWith: 10, secondWithout: 3 })).toBeCloseTo(
      0.0005367241,
      9,
    );
    expect(oddsRatio({ firstWith: 0, firstWithout: 5, secondWith: 5, secondWithout: 0 })).toBeCloseTo(1 / 121, 10);
  });

  it("Spearman's correlation gives the published value for IQ against hours of television", () => {
    const iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
    const hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
    const found = spearman(iq, hours);
    expect(found?.rho).toBeCloseTo(-29 / 165, 12);
    expect(found?.pValue).toBeCloseTo(0.627188, 5);
    expect(spearman([1, 1, 1, 1], [1, 2, 3, 4])).toBeNull();
    expect(spearman([1, 2, 3], [1, 2, 3])).toBeNull();
    expect(spearman([1, 2, 3, 4, 5], [2, 4, 6, 8, 10])?.rho).toBe(1);
  });

  it('many tests are corrected as Benjamini and Hochberg (1995) do it: four of their fifteen stand', () => {
    const published = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
    ];
    const corrected = correctForMany(published.toReversed());
    expect(corrected.filter((p) => p <= 0.05)).toHaveLength(4);
    expect(corrected.at(-1)).toBeCloseTo(0.0015, 12);
  });
});

describe('robust statistics', () => {
  it('quantiles go between values as R does', () => {
    const sorted = ascending([4, 1, 3, 2]);
    expect([0, 0.25, 0.5, 1].map((share) => quantileOfSorted(sorted, share))).toEqual([1, 1.75, 2.5, 4]);
    expect(quantileOfSorted([], 0.5)).toBeNull();
  });

  it('are not moved by one wild value', () => {
    const values = [10, 11, 9, 10, 12, 8, 10, 11, 9];
    const calm = noiseOf(values, 3, 0.01);
    const wild = noiseOf([...values, 1e9], 3, 0.01);
    expect(median([...values, 1e9])).toBe(10);
    expect(Math.abs((wild?.centre ?? 0) - (calm?.centre ?? 0))).toBeLessThan(1);
    expect(wild?.deviation).toBeLessThan(3 * (calm?.deviation ?? 0));
    expect(spreadOf([5, 5, 5])).toEqual({ centre: 5, deviation: 0 });
    expect(noiseOf([5, 5, 5], 3, 0.01)).toEqual({ centre: 5, deviation: 0.01 });
    expect(noiseOf([], 3, 0.01)).toBeNull();
  });

  it('rank a value among others, equal ones as halves', () => {
    expect(percentileRank([1, 2, 2, 3], 2)).toBe(0.5);
    expect(percentileRank([1, 2], 9)).toBe(1);
    expect(percentileRank([], 1)).toBeNull();
  });
});
