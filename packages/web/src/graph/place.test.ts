import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeGraph, type Link } from './place.ts';
import { spread } from './spread.ts';

const WIDTH = 200;
const HEIGHT = 60;

function boxes(count: number) {
  return Array.from({ length: count }, (_, number) => ({ id: `n${number}`, width: WIDTH, height: HEIGHT }));
}

function links(...pairs: readonly (readonly [from: number, to: number])[]): Link[] {
  return pairs.map(([from, to]) => ({ from: `n${from}`, to: `n${to}` }));
}

/** Links from a lower number to a higher one: no circles. */
const ACYCLIC = fc
  .record({
    count: fc.integer({ min: 1, max: 30 }),
    pairs: fc.array(fc.tuple(fc.nat(29), fc.nat(29)), { maxLength: 60 }),
  })
  .map(({ count, pairs }) => ({
    count,
    pairs: pairs.map(([a, b]) => [a % count, b % count] as const).filter(([a, b]) => a < b),
  }));

describe('a placed graph', () => {
  it('has a chain on one line from left to right', () => {
    const { corners, height } = placeGraph(boxes(3), links([0, 1], [1, 2]));
    expect([...corners.values()].map(({ y }) => y)).toEqual([0, 0, 0]);
    expect([...corners.values()].map(({ x }) => x)).toEqual([0, 272, 544]);
    expect(height).toBe(HEIGHT);
  });

  it('has what lies side by side around what it comes from and leads to', () => {
    const { corners } = placeGraph(boxes(4), links([0, 1], [0, 2], [1, 3], [2, 3]));
    const y = (id: string) => corners.get(id)?.y ?? NaN;
    expect((y('n1') + y('n2')) / 2).toBeCloseTo(y('n0'));
    expect(y('n3')).toBeCloseTo(y('n0'));
    expect(Math.abs(y('n1') - y('n2'))).toBeGreaterThanOrEqual(HEIGHT);
  });

  it('untangles what can be untangled', () => {
    const { corners } = placeGraph(boxes(4), links([0, 3], [1, 2]));
    const y = (id: string) => corners.get(id)?.y ?? NaN;
    expect(y('n0') < y('n1')).toBe(y('n3') < y('n2'));
  });

  it('leads links around the boxes between their ends', () => {
    const { corners, bends } = placeGraph(boxes(3), links([0, 1], [1, 2], [0, 2]));
    const between = corners.get('n1')?.y ?? NaN;
    const [bend] = bends[2] ?? [];
    expect(bends[0]).toEqual([]);
    expect((bend?.y ?? NaN) < between || (bend?.y ?? NaN) > between + HEIGHT).toBe(true);
  });

  it('stands whatever the links say: circles, unknown ends, a box to itself', () => {
    const { corners } = placeGraph(boxes(3), [
      ...links([0, 1], [1, 2], [2, 0], [1, 1]),
      { from: 'n0', to: 'nowhere' },
      { from: 'nowhere', to: 'n1' },
    ]);
    expect(new Set([...corners.values()].map(({ x, y }) => `${x} ${y}`)).size).toBe(3);
    expect(placeGraph([], []).height).toBe(0);
  });

  it('has every box after those that lead to it, and none over another', () => {
    fc.assert(
      fc.property(ACYCLIC, ({ count, pairs }) => {
        const { corners, width, height } = placeGraph(boxes(count), links(...pairs));
        for (const [from, to] of pairs) {
          const start = corners.get(`n${from}`)?.x ?? NaN;
          expect((corners.get(`n${to}`)?.x ?? NaN) - start).toBeGreaterThan(WIDTH);
        }
        const all = [...corners.values()];
        for (const [at, a] of all.entries()) {
          expect(a.x).toBeGreaterThanOrEqual(0);
          expect(a.y).toBeGreaterThanOrEqual(-1e-6);
          expect(a.x + WIDTH).toBeLessThanOrEqual(width + 1e-6);
          expect(a.y + HEIGHT).toBeLessThanOrEqual(height + 1e-6);
          for (const b of all.slice(at + 1)) {
            expect(Math.abs(a.x - b.x) >= WIDTH || Math.abs(a.y - b.y) >= HEIGHT - 1e-6).toBe(true);
          }
        }
      }),
    );
  });

  it('places hundreds of boxes in far less time than a reader notices', () => {
    const pairs = Array.from({ length: 1500 }, (_, link) => {
      const to = 10 + (link % 490);
      return [Math.floor(to / 10 - 1) * 10 + ((link * 7) % 10), to] as const;
    });
    // The quickest of three, for a machine that has other things to do as well.
    const took = Array.from({ length: 3 }, () => {
      const start = performance.now();
      placeGraph(boxes(500), links(...pairs));
      return performance.now() - start;
    });
    expect(Math.min(...took)).toBeLessThan(500);
  });
});

describe('spreading positions', () => {
  it('keeps those that have room, and shares the shift of those that have none', () => {
    expect(spread([0, 100], [0, 20])).toEqual([0, 100]);
    expect(spread([50, 50], [0, 20])).toEqual([40, 60]);
    expect(spread([0, 0, 0], [0, 10, 10])).toEqual([-10, 0, 10]);
  });

  it('keeps the order and the distances', () => {
    const distances = fc.array(fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.nat(50)), { maxLength: 40 });
    fc.assert(
      fc.property(distances, (pairs) => {
        const gaps = pairs.map(([, gap]) => gap);
        const found = spread(
          pairs.map(([want]) => want),
          gaps,
        );
        for (let i = 1; i < found.length; i++)
          expect((found[i] ?? 0) - (found[i - 1] ?? 0)).toBeGreaterThanOrEqual((gaps[i] ?? 0) - 1e-6);
      }),
    );
  });
});
