import { describe, expect, it } from 'vitest';
import { everySlot, sumOf } from './barPicture.ts';

describe('the slots of a period', () => {
  it('are all there, those without anything too', () => {
    const slot = {
      from: 20,
      counts: new Map([
        ['completed', 3],
        ['failed', 1],
      ]),
    };
    expect(everySlot([slot], 0, 40, 10).map((one) => [one.from, sumOf(one)])).toEqual([
      [0, 0],
      [10, 0],
      [20, 4],
      [30, 0],
    ]);
  });

  it('are none of no period, and never more than can be shown', () => {
    expect(everySlot([], 0, 0, 10)).toEqual([]);
    expect(everySlot([], 0, 40, 0)).toEqual([]);
    expect(everySlot([], 0, 1e12, 1, 50)).toHaveLength(50);
  });
});
