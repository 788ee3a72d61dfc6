import { asMicros, TraceAssembler, type Trace } from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selfTime } from '../spanDetails.ts';
import { rangeIndexOf, rangeStats, sortedRange } from './rangeStats.ts';

type Drawn = readonly [name: string, from: number, to: number | null, parent: number | null];

function drawn(...spans: readonly Drawn[]): Trace {
  const all = new TraceAssembler();
  spans.forEach(([name, from, to, parent], at) =>
    all.addSpan({
      id: String(at),
      kind: 'node',
      name,
      start: asMicros(from),
      duration: to === null ? null : asMicros(to - from),
      parentId: parent === null ? null : String(parent),
      nodeKey: null,
      status: 'completed',
      iteration: null,
      track: null,
      metadata: null,
    }),
  );
  return all.finish();
}

const statsOf = (trace: Trace, start: number, end: number, now: number | null = null) =>
  sortedRange(rangeStats(rangeIndexOf(trace, now), { start, end }), 'total', false);

describe('the statistics of a range', () => {
  const trace = drawn(['a', 0, 100, null], ['b', 10, 40, 0], ['b', 30, 60, 0], ['c', 100, 120, null], ['d', 50, 50, 0]);

  it('count what lies within, clipped to the range', () => {
    expect(statsOf(trace, 20, 50)).toEqual([
      { name: 'b', kind: 'node', count: 2, total: 40, self: 40, average: 20, longest: 1 },
      { name: 'a', kind: 'node', count: 1, total: 30, self: 0, average: 30, longest: 0 },
      { name: 'd', kind: 'node', count: 1, total: 0, self: 0, average: 0, longest: 4 },
    ]);
  });

  it('leave out what only touches the range', () => {
    expect(statsOf(trace, 100, 110).map(({ name }) => name)).toEqual(['c']);
  });

  it('count a span that still runs up to the present', () => {
    const [row] = statsOf(drawn(['a', 0, null, null]), 5, 50, 20);
    expect(row?.total).toBe(15);
  });

  it('say of the whole run what is known of every span, however the spans lie', () => {
    const span = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 50 }), fc.nat(100));
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 20 }), (spans) => {
        const whole = drawn(
          ...spans.map(([from, long, up], at): Drawn => [
            `n${at}`,
            from,
            from + long,
            at === 0 || up > 80 ? null : up % at,
          ]),
        );
        for (const row of statsOf(whole, -1, 1000)) expect(row.self).toBe(selfTime(whole.spans, row.longest, 0));
      }),
    );
  });

  it('add up over ranges that follow each other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 119 }), (cut) => {
        const parts = [...statsOf(trace, 0, cut), ...statsOf(trace, cut, 120)];
        for (const { name, total, self } of statsOf(trace, 0, 120)) {
          const of = parts.filter((part) => part.name === name);
          expect(of.reduce((sum, part) => sum + part.total, 0)).toBe(total);
          expect(of.reduce((sum, part) => sum + part.self, 0)).toBe(self);
        }
      }),
    );
  });

  it('are sorted by any column, either way', () => {
    const rows = rangeStats(rangeIndexOf(trace, null), { start: 0, end: 200 });
    expect(sortedRange(rows, 'name', false).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
    expect(sortedRange(rows, 'count', false)[0]?.name).toBe('b');
    expect(sortedRange(rows, 'total', true)[0]?.name).toBe('d');
  });
});
