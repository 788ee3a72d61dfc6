import { allAtOnce } from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { laneOrder } from './order.ts';

const at = (column: ArrayLike<number>, i: number): number => column[i] ?? Number.NaN;

describe('laneOrder', () => {
  const time = fc.oneof(fc.integer({ min: -1_000, max: 1_000 }), fc.integer({ min: -(2 ** 52), max: 2 ** 52 }));
  it('orders by start, then spans of no length, then rows, however long the others are', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(time, fc.integer({ min: -1, max: 3 }))), (spans) => {
        const start = Float64Array.from(spans, ([from]) => from);
        const duration = Float64Array.from(spans, ([, length]) => length);
        const wanted = [...spans.keys()].sort(
          (a, b) => at(start, a) - at(start, b) || Number(duration[b] === 0) - Number(duration[a] === 0) || a - b,
        );
        expect([...allAtOnce(laneOrder(start, duration))]).toEqual(wanted);
      }),
    );
  });
});
