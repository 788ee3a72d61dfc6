import { allAtOnce, NONE, OPEN } from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFlat, layFlat } from './flat.ts';
import { layNested, type LayoutSpans } from './layout.ts';

function table(drawn: readonly { readonly start: number; readonly duration: number }[]): LayoutSpans {
  return {
    length: drawn.length,
    start: Float64Array.from(drawn, ({ start }) => start),
    duration: Float64Array.from(drawn, ({ duration }) => duration),
    parent: new Int32Array(drawn.length).fill(NONE),
    track: null,
    tracks: [],
  };
}

const nested = (spans: LayoutSpans) => allAtOnce(layNested(spans, spans.parent, {}));

describe('the layout of flat tables', () => {
  it('is the one of any table, to the lane', () => {
    const span = fc.record({ wait: fc.nat(3), duration: fc.nat(12) });
    let taken = 0;
    fc.assert(
      fc.property(fc.array(span, { maxLength: 60 }), (drawn) => {
        let start = 0;
        const spans = table(drawn.map(({ wait, duration }) => ({ start: (start += wait), duration })));
        const flat = allAtOnce(layFlat(spans));
        if (flat === null) return;
        taken++;
        expect(flat).toEqual(nested(spans));
      }),
      { numRuns: 500 },
    );
    expect(taken, 'most tables are of this kind').toBeGreaterThan(100);
  });

  it.each([
    [
      'rows out of order',
      [
        [5, 1],
        [0, 1],
      ],
    ],
    [
      'a span that runs',
      [
        [0, OPEN],
        [1, 1],
      ],
    ],
    [
      'an empty span behind a longer one of the same start',
      [
        [0, 4],
        [0, 0],
      ],
    ],
    ['more at once than it looks through', Array.from({ length: 40 }, (_, i) => [i, 1000])],
  ])('is left to others for %s', (_, drawn) => {
    const spans = table(drawn.map(([start = 0, duration = 0]) => ({ start, duration })));
    expect(allAtOnce(layFlat(spans))).toBeNull();
  });

  it('is not for spans in others, nor for tracks', () => {
    const spans = table([
      { start: 0, duration: 2 },
      { start: 0, duration: 1 },
    ]);
    expect(isFlat(spans)).toBe(true);
    expect(isFlat({ ...spans, parent: Int32Array.of(NONE, 0) })).toBe(false);
    expect(isFlat({ ...spans, track: Int32Array.of(0, 0) })).toBe(false);
  });
});
