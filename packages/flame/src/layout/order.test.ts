import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { laneOrder } from './order.ts';

const at = (column: ArrayLike<number>, i: number): number => column[i] ?? Number.NaN;

describe('laneOrder', () => {
  const time = fc.oneof(fc.integer({ min: -1_000, max: 1_000 }), fc.integer({ min: -(2 ** 52), max: 2 ** 52 }));
  it('orders by start, then spans of no length, then longer ones, then rows', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(time, fc.nat({ max: 3 }))), (spans) => {
        const start = Float64Array.from(spans, ([from]) => from);
        const end = Float64Array.from(spans, ([from, length]) => from + length);
        const wanted = [...spans.keys()].sort(
          (a, b) =>
            at(start, a) - at(start, b) ||
            Number(end[b] === start[b]) - Number(end[a] === start[a]) ||
            at(end, b) - at(end, a) ||
            a - b,
        );
        expect([...laneOrder(start, end)]).toEqual(wanted);
      }),
    );
  });

  it('sorts long runs of equal starts', () => {
    const n = 1_000;
    const end = Float64Array.from({ length: n }, (_, row) => row + 1);
    const order = laneOrder(new Float64Array(n), end);
    expect([order[0], order[n - 1]]).toEqual([n - 1, 0]);
  });
});
