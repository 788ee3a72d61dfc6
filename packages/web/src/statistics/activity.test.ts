import { describe, expect, it } from 'vitest';
import { barOf, KINDS, slotName } from './activity.ts';

describe('executions as bars', () => {
  it('are of as many kinds as there are ways to stand', () => {
    const bar = barOf(5, [
      ['running', 1],
      ['pending', 2],
      ['failed', 3],
      ['timeout', 1],
    ]);
    expect([bar.from, [...bar.counts]]).toEqual([
      5,
      [
        ['open', 3],
        ['failed', 3],
        ['timeout', 1],
      ],
    ]);
    const keys = new Set(KINDS.map(({ key }) => key));
    for (const key of bar.counts.keys()) expect(keys.has(key)).toBe(true);
  });

  it('have a name for their stretch of time', () => {
    const from = Date.UTC(2024, 4, 6, 9);
    expect(slotName(from, 3_600_000)).toContain('09:00');
    expect(slotName(from, 86_400_000)).toContain('2024');
    expect(slotName(from, 7 * 86_400_000)).toMatch(/^week from /);
  });
});
