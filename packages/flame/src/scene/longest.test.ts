import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { longestIn } from './longest.ts';

it('finds the longest span of any stretch, of equals the first', () => {
  const size = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 200, max: 5_000 }));
  fc.assert(
    fc.property(size, fc.nat(), fc.nat(), fc.nat(), (n, seed, a, b) => {
      const lengths = Array.from({ length: n }, (_, i) => Math.imul(i + 1, 2_654_435_761 + seed) >>> 27);
      const laneStart = Float64Array.from(lengths, (_, i) => i * 100);
      const laneEnd = Float64Array.from(lengths, (length, i) => i * 100 + length);
      const from = a % n;
      const to = from + 1 + (b % (n - from));
      let wanted = from;
      for (let i = from; i < to; i++) if ((lengths[i] ?? 0) > (lengths[wanted] ?? 0)) wanted = i;
      expect(longestIn({ laneStart, laneEnd }, from, to)).toBe(wanted);
    }),
    { numRuns: 300 },
  );
});
