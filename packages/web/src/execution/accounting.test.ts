import { CAUSES, type Cause } from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountingParts } from './accounting.ts';

const NOTHING: Record<Cause, number> = {
  work: 0,
  queue: 0,
  rate_limit: 0,
  retry_backoff: 0,
  failed_attempts: 0,
  sleep: 0,
  callback: 0,
  engine: 0,
  unaccounted: 0,
};

describe('the accounting bar', () => {
  it('has the causes that took time, side by side', () => {
    expect(accountingParts({ ...NOTHING, work: 6, sleep: 3, queue: 1 })).toEqual([
      { cause: 'work', time: 6, from: 0, share: 0.6 },
      { cause: 'queue', time: 1, from: 0.6, share: 0.1 },
      { cause: 'sleep', time: 3, from: 0.7, share: 0.3 },
    ]);
  });

  it('is empty for a run that took no time', () => {
    expect(accountingParts(NOTHING)).toEqual([]);
  });

  it('is full without gaps, whatever the times', () => {
    const times = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: CAUSES.length, maxLength: CAUSES.length });
    fc.assert(
      fc.property(times, (values) => {
        const causes = { ...NOTHING };
        for (const [at, cause] of CAUSES.entries()) causes[cause] = values[at] ?? 0;
        const parts = accountingParts(causes);
        for (const [at, part] of parts.entries()) {
          const before = parts[at - 1];
          expect(part.from).toBeCloseTo(before ? before.from + before.share : 0, 9);
        }
        const last = parts.at(-1);
        if (last) expect(last.from + last.share).toBeCloseTo(1, 9);
      }),
    );
  });
});
