import { describe, expect, it } from 'vitest';
import { formatExactMs, formatPercent, formatSeconds } from './duration.ts';
import { formatRelative } from './time.ts';
import { formatBytes, formatJson, words } from './value.ts';

describe('exact and relative values', () => {
  it('shows microseconds exactly in milliseconds', () => {
    expect(formatExactMs(1_234_567)).toBe('1,234.567 ms');
  });
  it('shows a dash for a duration that is not known', () => {
    expect([formatSeconds(null), formatSeconds(0), formatSeconds(150.5)]).toEqual(['–', '0 µs', '2 min 30.5 s']);
  });
  it.each([
    [0, 100, '0%'],
    [0.01, 100, '<0.1%'],
    [33.333, 100, '33.3%'],
    [100, 100, '100%'],
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
