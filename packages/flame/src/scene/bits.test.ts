import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { BitSet } from './bits.ts';

it('finds the next position, and whether there is one in a stretch, as a list of them would', () => {
  const length = fc.oneof(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 900, max: 40_000 }));
  fc.assert(
    fc.property(length, fc.array(fc.nat({ max: 39_999 }), { maxLength: 30 }), fc.nat(), fc.nat(), (n, picked, a, b) => {
      const set = new BitSet(n);
      const listed = [...new Set(picked.filter((position) => position < n))].sort((x, y) => x - y);
      for (const position of [...listed, ...listed]) set.add(position);
      expect(set.size).toBe(listed.length);
      const from = n === 0 ? 0 : a % n;
      const to = n === 0 ? 0 : Math.max(from, b % (n + 1));
      expect(set.next(from)).toBe(listed.find((position) => position >= from) ?? -1);
      expect(set.anyIn(from, to)).toBe(listed.some((position) => position >= from && position < to));
      for (const position of listed) expect(set.has(position)).toBe(true);
      expect(set.next(n)).toBe(-1);
    }),
  );
});
