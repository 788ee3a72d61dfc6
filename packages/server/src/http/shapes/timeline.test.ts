import { describe, expect, it } from 'vitest';
import { summarise } from './timeline.ts';

describe('summarise', () => {
  it('leaves small data alone', () => {
    const data = { rows: [1, 2, 3], nested: { a: 'b' } };
    expect(summarise(data)).toBe(data);
    expect(summarise(null)).toBeNull();
  });

  it('leaves alone what the engine has cut to a little more than 2 KiB', () => {
    const data = { rows: ['x'.repeat(1000), 'x'.repeat(1050), '… 480 more'], '…': '1 more' };
    expect(summarise(data)).toBe(data);
  });

  it('replaces what is large by its size', () => {
    const data = { text: 'x'.repeat(5000), rows: [1, 2, 3], nested: { a: 1 }, n: 7, ok: true, none: null };
    expect(summarise(data)).toEqual({
      text: `${'x'.repeat(80)}…`,
      rows: 'array of 3',
      nested: 'object of 1',
      n: 7,
      ok: true,
      none: null,
    });
  });

  it('is bounded whatever the data', () => {
    const data = Object.fromEntries(
      Array.from({ length: 5000 }, (_, i) => [`key ${i} ${'k'.repeat(200)}`, 'v'.repeat(200)]),
    );
    const summary = summarise(data);
    expect(JSON.stringify(summary).length).toBeLessThan(5000);
    expect(summary).toMatchObject({ '…': '4980 more' });
  });
});
