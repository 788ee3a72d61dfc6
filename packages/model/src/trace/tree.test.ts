import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FLAG, NONE, OPEN } from './trace.ts';
import { buildSpanTree, cutParentCycles } from './tree.ts';

/** Any column of parents: cyclic, out of range, its own. */
const anyParents = fc
  .nat({ max: 40 })
  .chain((n) => fc.array(fc.integer({ min: -3, max: n + 2 }), { minLength: n, maxLength: n }))
  .map((parents) => Int32Array.from(parents));

/** How far a row is from the top; null on a cycle. */
function depthOf(parent: Int32Array, row: number): number | null {
  let depth = 0;
  for (let at = parent[row] ?? NONE; at !== NONE; at = parent[at] ?? NONE) if (++depth > parent.length) return null;
  return depth;
}

describe('cutParentCycles', () => {
  test('leaves no cycle, cuts each once, and keeps every parent that is not on one', () => {
    fc.assert(
      fc.property(anyParents, (parents) => {
        const n = parents.length;
        const inRange = parents.map((up) => (up >= 0 && up < n ? up : NONE));
        const cut = parents.slice();
        const flags = new Uint8Array(n);
        const rows = cutParentCycles(cut, flags);
        for (let row = 0; row < n; row++) {
          expect(depthOf(cut, row)).not.toBeNull();
          const isCut = rows.includes(row);
          expect(flags[row]).toBe(isCut ? FLAG.cycle : 0);
          expect(cut[row]).toBe(isCut ? NONE : inRange[row]);
          if (isCut) expect(depthOf(inRange, row)).toBeNull();
        }
        expect(new Set(rows).size).toBe(rows.length);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('buildSpanTree', () => {
  test('places every span once, after its parent, among its siblings by start', () => {
    const spans = anyParents.chain((parent) => {
      cutParentCycles(parent, new Uint8Array(parent.length));
      const column = (min: number) =>
        fc.array(fc.integer({ min, max: 6 }), { minLength: parent.length, maxLength: parent.length });
      return fc.tuple(column(-5), column(OPEN)).map(([start, duration]) => ({
        length: parent.length,
        parent,
        start: Float64Array.from(start),
        duration: Float64Array.from(duration),
      }));
    });
    fc.assert(
      fc.property(spans, (table) => {
        const tree = buildSpanTree(table);
        expect([...tree.order].sort((a, b) => a - b)).toEqual([...Array(table.length).keys()]);
        const position = new Map([...tree.order].map((row, at) => [row, at]));
        for (let row = 0; row < table.length; row++) {
          const up = table.parent[row] ?? NONE;
          expect(tree.depth[row]).toBe(depthOf(table.parent, row));
          if (up !== NONE) expect(position.get(up)).toBeLessThan(position.get(row) ?? 0);
          const children = Array.from(tree.children.subarray(tree.offsets[row], tree.offsets[row + 1]));
          expect(children.every((child) => table.parent[child] === row)).toBe(true);
          const starts = children.map((child) => table.start[child] ?? 0);
          expect(starts).toEqual([...starts].sort((a, b) => a - b));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('of siblings that start at once the longer comes first, and one that still runs before all', () => {
    const table = {
      length: 4,
      parent: new Int32Array(4).fill(NONE),
      start: new Float64Array(4),
      duration: Float64Array.from([5, OPEN, 9, 5]),
    };
    expect([...buildSpanTree(table).roots]).toEqual([1, 2, 0, 3]);
  });

  test('takes a chain of a million spans', () => {
    const length = 1_000_000;
    const parent = Int32Array.from({ length }, (_, row) => row - 1);
    const tree = buildSpanTree({ length, parent, start: new Float64Array(length), duration: new Float64Array(length) });
    expect(tree.depth[length - 1]).toBe(length - 1);
  });
});
