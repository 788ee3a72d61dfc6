import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowOf } from './row-window.ts';

describe('the rows that are rendered', () => {
  it('are all that can be seen, and never many more', () => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.integer({ min: -5_000, max: 3_100_000 }),
        fc.integer({ min: 0, max: 2_000 }),
        (count, top, tall) => {
          const { first, last } = windowOf(count, 30, top, top + tall);
          const seenFrom = Math.max(0, Math.min(count, Math.floor(top / 30)));
          const seenTo = Math.max(0, Math.min(count, Math.ceil((top + tall) / 30)));
          expect(first).toBeLessThanOrEqual(seenFrom);
          expect(last).toBeGreaterThanOrEqual(seenTo);
          expect(first).toBeGreaterThanOrEqual(0);
          expect(last).toBeLessThanOrEqual(count);
          expect(last - first).toBeLessThanOrEqual(tall / 30 + 80);
        },
      ),
    );
  });
});
