import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  after,
  asMicros,
  epochFromMs,
  isoFromEpoch,
  microsFromMs,
  msFromMicros,
  secondsFromMicros,
  since,
  toMicros,
} from './units.ts';

const anyMicros = fc.integer({ min: -1e15, max: 1e15 }).map(asMicros);

describe('microseconds', () => {
  test('come back from milliseconds and show at most three decimals', () => {
    fc.assert(
      fc.property(anyMicros, (time) => {
        const ms = msFromMicros(time);
        expect(microsFromMs(ms)).toBe(time);
        expect(String(ms)).toMatch(/^-?\d+(\.\d{1,3})?$/);
      }),
    );
  });

  test('show at most six decimals as seconds', () => {
    expect(secondsFromMicros(asMicros(1_234_567))).toBe(1.234567);
  });

  test.each([
    [0.4, 0],
    [-0.4, 0],
    [2.5, 3],
    [-2.6, -3],
  ])('%d is rounded to %d, never to minus zero', (value, rounded) => {
    expect(Object.is(toMicros(value), rounded)).toBe(true);
  });

  test.each([Number.NaN, Infinity, -Infinity])('%d is no time', (value) => {
    expect(() => toMicros(value)).toThrow(RangeError);
    expect(() => epochFromMs(value)).toThrow(RangeError);
  });

  test('an offset leads to the moment that it was taken from', () => {
    const start = epochFromMs(1_705_312_800_000);
    fc.assert(
      fc.property(anyMicros, (offset) => {
        expect(since(start, after(start, offset))).toBe(offset);
      }),
    );
  });

  test('a moment is written in UTC with milliseconds, cut off', () => {
    expect(isoFromEpoch(epochFromMs(1_705_312_800_000.999))).toBe('2024-01-15T10:00:00.000Z');
    expect(isoFromEpoch(epochFromMs(-0.001))).toBe('1969-12-31T23:59:59.999Z');
  });
});
