import { NONE, OPEN } from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOut, shownRow, type Layout, type LayoutSpans } from './layout.ts';

const at = (column: ArrayLike<number>, i: number): number => column[i] ?? Number.NaN;

type Drawn = readonly [start: number, duration: number, parent?: number, track?: number];

function table(drawn: readonly Drawn[], tracks: readonly string[] = []): LayoutSpans {
  return {
    length: drawn.length,
    start: Float64Array.from(drawn, ([start]) => start),
    duration: Float64Array.from(drawn, ([, duration]) => duration),
    parent: Int32Array.from(drawn, ([, , parent]) => parent ?? NONE),
    track: tracks.length === 0 ? null : Int32Array.from(drawn, ([, , , track]) => track ?? NONE),
    tracks,
  };
}

function lanes(drawn: readonly Drawn[]): number[] {
  return [...layOut(table(drawn)).laneOf];
}

/** Every lane is in the order of start and end, and no two of its spans overlap. */
function expectSoundLanes(layout: Layout): void {
  for (let lane = 0; lane < layout.laneCount; lane++) {
    for (let i = at(layout.laneOffsets, lane) + 1; i < at(layout.laneOffsets, lane + 1); i++) {
      expect(layout.laneStart[i]).toBeGreaterThanOrEqual(at(layout.laneEnd, i - 1));
      expect(layout.laneEnd[i]).toBeGreaterThanOrEqual(at(layout.laneEnd, i - 1));
    }
  }
}

describe('layOut', () => {
  it('keeps what runs one after the other in one lane', () => {
    expect(
      lanes([
        [0, 10],
        [10, 10],
        [25, 5],
      ]),
    ).toEqual([0, 0, 0]);
  });

  it('puts what runs in parallel into the lowest lane that is free', () => {
    expect(
      lanes([
        [0, 100],
        [10, 20],
        [20, 50],
        [40, 10],
      ]),
    ).toEqual([0, 1, 2, 1]);
  });

  it('nests children below their parent and keeps a parallel stack below all of them', () => {
    // 0 holds 1, which holds 2; 3 runs beside 0
    expect(
      lanes([
        [0, 100],
        [5, 50, 0],
        [10, 10, 1],
        [20, 50],
      ]),
    ).toEqual([0, 1, 2, 3]);
  });

  it('opens lanes for children of one parent that overlap', () => {
    expect(
      lanes([
        [0, 100],
        [0, 60, 0],
        [30, 60, 0],
        [40, 5, 1],
        [60, 40, 0],
      ]),
    ).toEqual([0, 1, 3, 2, 1]);
  });

  it('leaves room for children that start before their parent and end after it', () => {
    const layout = layOut(
      table([
        [10, 10],
        [0, 60, 0],
        [30, 10],
        [32, 4, 2],
      ]),
    );
    expectSoundLanes(layout);
    expect(layout.laneOf[2]).toBe(2);
  });

  it('lets spans of no length share a lane with their neighbours, and stand apart inside another one', () => {
    expect(
      lanes([
        [0, 10],
        [0, 0],
        [10, 0],
        [5, 0],
      ]),
    ).toEqual([0, 0, 0, 1]);
  });

  it('draws running spans up to now, or up to the latest time that is known', () => {
    const drawn = table([
      [0, OPEN],
      [50, 10],
    ]);
    expect([...layOut(drawn, { now: 200 }).end]).toEqual([200, 60]);
    expect([...layOut(drawn).end]).toEqual([60, 60]);
    expect(layOut(table([[30, OPEN]]), { now: 10 }).end[0]).toBe(30);
  });

  it('does not move what stands when spans are added later', () => {
    const early: Drawn[] = [
      [0, 40],
      [10, 40],
      [45, 30],
    ];
    const later: Drawn[] = [...early, [60, 30], [76, 5]];
    expect(lanes(later).slice(0, 3)).toEqual(lanes(early));
  });

  it('makes a labelled section of each track', () => {
    const layout = layOut(
      table(
        [
          [0, 10, NONE, 1],
          [0, 10, NONE, 0],
          [2, 3, 1, 0],
        ],
        ['main', 'worker'],
      ),
    );
    expect(layout.sections).toEqual([
      { label: 'main', headingLane: 0, firstLane: 1, endLane: 3 },
      { label: 'worker', headingLane: 3, firstLane: 4, endLane: 5 },
    ]);
    expect([...layout.laneOf]).toEqual([4, 1, 2]);
  });

  it('leaves hidden rows out and lays their children out below the given parents', () => {
    const layout = layOut(
      table([
        [0, 10],
        [0, 10, 0],
        [2, 3, 1],
      ]),
      {
        parent: Int32Array.of(NONE, 0, 0),
        hidden: Uint8Array.of(0, 1, 0),
      },
    );
    expect([...layout.laneOf]).toEqual([0, NONE, 1]);
    expect(layout.laneCount).toBe(2);
    expect(shownRow(layout, 1)).toBe(0);
    expect(shownRow(layout, 2)).toBe(2);
    expect(shownRow(layout, 7)).toBe(NONE);
  });

  it('survives a chain of 200,000 spans and a table without any', () => {
    const n = 200_000;
    const deep = layOut({
      length: n,
      start: new Float64Array(n),
      duration: new Float64Array(n).fill(5),
      parent: Int32Array.from({ length: n }, (_, row) => row - 1),
      track: null,
      tracks: [],
    });
    expect(deep.laneOf[n - 1]).toBe(n - 1);
    expect(layOut(table([]))).toMatchObject({ laneCount: 0, minTime: 0, maxTime: 0 });
  });

  const span = fc.record({
    start: fc.integer({ min: -50, max: 1000 }),
    duration: fc.oneof(fc.constant(OPEN), fc.integer({ min: 0, max: 200 })),
    up: fc.option(fc.nat({ max: 60 }), { nil: null }),
  });
  it('never lets spans overlap in a lane, shows every span, and keeps children below their parents', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 60 }), (spans) => {
        const drawn = spans.map(({ start, duration, up }, row): Drawn => {
          return [start, duration, up === null || row === 0 ? NONE : up % row];
        });
        const layout = layOut(table(drawn), { now: 1_500 });
        expectSoundLanes(layout);
        expect(layout.laneRows.length).toBe(drawn.length);
        for (const [row, [, , parent = NONE]] of drawn.entries()) {
          if (parent !== NONE) expect(layout.laneOf[row]).toBeGreaterThan(at(layout.laneOf, parent));
        }
      }),
    );
  });
});
