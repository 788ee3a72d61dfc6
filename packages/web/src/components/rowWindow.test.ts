import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowWindow } from './rowWindow.ts';

const NONE: ReadonlyMap<number, number> = new Map();

describe('the rows of a long list that are there', () => {
  it('are those in view and some beside them', () => {
    const { first, end, before, after } = rowWindow({ count: 10_000, height: 30, extra: NONE }, 30_000, 600);
    expect([first, end]).toEqual([988, 1033]);
    expect([before, after]).toEqual([988 * 30, (10_000 - 1033) * 30]);
  });

  it('are all where there are few, and none of none', () => {
    expect(rowWindow({ count: 5, height: 30, extra: NONE }, 0, 600)).toEqual({ first: 0, end: 5, before: 0, after: 0 });
    expect(rowWindow({ count: 0, height: 30, extra: NONE }, 500, 600)).toEqual({
      first: 0,
      end: 0,
      before: 0,
      after: 0,
    });
  });

  it('are found also where rows are taller', () => {
    const extra = new Map([[2, 1000]]);
    const rows = { count: 1000, height: 30, extra };
    expect(rowWindow(rows, 500, 10), 'inside of the tall one').toMatchObject({ first: 0, end: 15 });
    expect(rowWindow(rows, 30 * 100 + 1000, 30)).toMatchObject({ first: 88, before: 88 * 30 + 1000 });
  });

  it('and what is left out always make the whole height, and cover what is in view', () => {
    const extras = fc.array(fc.tuple(fc.nat(499), fc.integer({ min: 1, max: 900 })), { maxLength: 5 });
    fc.assert(
      fc.property(fc.nat(500), extras, fc.nat(20_000), fc.nat(1000), (count, pairs, top, room) => {
        const extra = new Map(pairs);
        const { first, end, before, after } = rowWindow({ count, height: 30, extra }, top, room);
        const heightOf = (from: number, to: number) => {
          let sum = 0;
          for (let row = from; row < to; row++) sum += 30 + (extra.get(row) ?? 0);
          return sum;
        };
        expect(before).toBe(heightOf(0, first));
        expect(after).toBe(heightOf(end, count));
        const bottom = Math.min(top + room, heightOf(0, count));
        expect(Math.min(before, bottom)).toBeLessThanOrEqual(Math.max(0, Math.min(top, bottom)));
        expect(before + heightOf(first, end)).toBeGreaterThanOrEqual(bottom);
      }),
    );
  });
});
