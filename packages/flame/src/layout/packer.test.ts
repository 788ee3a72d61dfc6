import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LanePacker } from './packer.ts';

/** The lowest lane that is free, looked for one by one. */
function lowestFree(intervals: readonly (readonly [start: number, end: number])[]): number[] {
  const ends: number[] = [];
  return intervals.map(([start, end]) => {
    const free = ends.findIndex((until) => until <= start);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = end;
    return lane;
  });
}

describe('LanePacker', () => {
  it('always takes the lowest lane that is free, also after it has been reset', () => {
    const packer = new LanePacker();
    const step = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 60 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        let at = 0;
        const intervals = steps.map(([wait, length]) => {
          at += wait;
          return [at, at + length] as const;
        });
        packer.reset();
        const wanted = lowestFree(intervals);
        expect(intervals.map(([start, end]) => packer.place(start, end))).toEqual(wanted);
        expect(packer.lanes).toBe(Math.max(-1, ...wanted) + 1);
      }),
    );
  });
});
