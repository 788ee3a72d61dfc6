import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { apportion, count, countOf, duration, exactMs, percent, sharesOf } from './quantity.ts';

test.each([
  [0, '0 µs'],
  [0.0004, '0 µs'],
  [0.84, '840 µs'],
  [0.9996, '1.00 ms'],
  [1, '1.00 ms'],
  [12.345, '12.3 ms'],
  [999.94, '999.9 ms'],
  [999.96, '1.000 s'],
  [4520, '4.520 s'],
  [59_400, '59.400 s'],
  [59_999.4, '59.999 s'],
  [59_999.6, '1 min 00 s'],
  [3_599_600, '1 h 00 min'],
  [86_390_000, '1 d 00 h'],
  [185_000, '3 min 05 s'],
  [3_600_000, '1 h 00 min'],
  [7_380_000, '2 h 03 min'],
  [273_600_000, '3 d 04 h'],
  [-1.5, '-1.50 ms'],
])('%d ms is written %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test('exact times show every microsecond, and percents one decimal', () => {
  expect([exactMs(1234567.891), exactMs(0.001), exactMs(-2)]).toEqual(['1,234,567.891 ms', '0.001 ms', '-2.000 ms']);
  expect([percent(65.84), count(109123), countOf(1, 'node'), countOf(1234.5, 'node')]).toEqual([
    '65.8%',
    '109,123',
    '1 node',
    '1,234.5 nodes',
  ]);
});

test('shares of anything that has a sum add up to exactly 100.0%, each within 0.1 of its true share', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(10 ** 9), { minLength: 1, maxLength: 12 }), (parts) => {
      const sum = parts.reduce((a, b) => a + b, 0);
      const shares = sharesOf(parts);
      expect(shares.reduce((a, b) => a + b, 0)).toBe(sum === 0 ? 0 : 1000);
      for (const [i, part] of parts.entries()) {
        if (sum > 0) expect(Math.abs((shares[i] ?? 0) - (part / sum) * 1000)).toBeLessThan(1);
      }
    }),
  );
});

test('what is nothing gets no cell', () => {
  expect(apportion([0, 3, 0, 1], 8)).toEqual([0, 6, 0, 2]);
  expect(apportion([0, 0], 8)).toEqual([0, 0]);
});
