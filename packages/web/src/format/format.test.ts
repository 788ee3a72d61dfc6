import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, formatExactMs, formatPercent, formatSeconds } from './duration.ts';
import { formatRelative } from './time.ts';
import { formatBytes, formatJson, words } from './value.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0 µs'],
    [50, '50 µs'],
    [999, '999 µs'],
    [1000, '1 ms'],
    [3200, '3.2 ms'],
    [123_456, '123 ms'],
    [999_499, '999 ms'],
    [999_500, '1 s'],
    [1_450_000, '1.45 s'],
    [59_949_999, '59.9 s'],
    [59_960_000, '1 min'],
    [125_000_000, '2 min 5 s'],
    [3_600_000_000, '1 h'],
    [3_661_000_000, '1 h 1 min'],
    [90_000_000_000, '1 d 1 h'],
    [-1500, '−1.5 ms'],
  ])('%d µs is %s', (micros, text) => {
    expect(formatDuration(micros)).toBe(text);
  });

  it('never shows a number that its next unit would hold', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_399_000_000 }), (micros) => {
        const text = formatDuration(micros);
        expect(text).not.toMatch(/^1000 |^60 s|^60 min|min 60 s|h 60 min/);
      }),
    );
  });
});

describe('exact and relative values', () => {
  it('shows microseconds exactly in milliseconds', () => {
    expect(formatExactMs(1_234_567)).toBe('1,234.567 ms');
  });
  it('shows a dash for a duration that is not known', () => {
    expect([formatSeconds(null), formatSeconds(0), formatSeconds(150.5)]).toEqual(['–', '0 µs', '2 min 31 s']);
  });
  it.each([
    [0, 100, '0 %'],
    [0.01, 100, '<0.1 %'],
    [33.333, 100, '33.3 %'],
    [100, 100, '100 %'],
    [1, 0, '–'],
  ])('%d of %d is %s', (part, whole, text) => {
    expect(formatPercent(part, whole)).toBe(text);
  });
  it.each([
    [2, 'just now'],
    [30, '30 seconds ago'],
    [90, '1 minute ago'],
    [7200, '2 hours ago'],
    [86_400 * 3, '3 days ago'],
    [86_400 * 800, '2 years ago'],
  ])('%d s before now is %s', (seconds, text) => {
    expect(formatRelative(1e12 - seconds * 1000, 1e12)).toBe(text);
  });
});

describe('values', () => {
  it.each([
    [0, '0 B'],
    [512, '512 B'],
    [1234, '1.2 kB'],
    [999_600, '1 MB'],
    [52_000_000, '52 MB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
  it('puts a name of the model in words', () => {
    expect(words('rate_limit_wait')).toBe('rate limit wait');
  });
  it('cuts what is too long to show and says by how much', () => {
    expect(formatJson('x'.repeat(20_005))).toMatch(/x\n… 5 characters more$/);
    expect(formatJson({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}');
  });
});
