import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consequencesOf, draftOfRetention, removesMore, retentionOf, sizeWords } from './retentionForm.ts';
import type { Retention } from './types.ts';

const FOR_EVER: Retention = {
  rows: { maxDays: null, maxBytes: null },
  profiles: { maxDays: null, maxBytes: null },
};
const STORED = { rowsBytes: 12_000_000, profilesBytes: 3_000_000_000 };

describe('what is kept for how long', () => {
  it('is the same after it was shown to be edited', () => {
    const limit = fc.record({
      maxDays: fc.option(fc.integer({ min: 0, max: 36_500 })),
      maxBytes: fc.option(fc.integer({ min: 0, max: 1e13 })),
    });
    fc.assert(
      fc.property(fc.record({ rows: limit, profiles: limit }), (retention) => {
        expect(retentionOf(draftOfRetention(retention))).toEqual({ retention, problems: {} });
      }),
    );
  });

  it('says which field is wrong', () => {
    const draft = draftOfRetention(FOR_EVER);
    const { retention, problems } = retentionOf({
      rows: { ...draft.rows, days: '1.5' },
      profiles: { ...draft.profiles, size: '-1' },
    });
    expect(retention).toBeNull();
    expect(Object.keys(problems)).toEqual(['rows days', 'profiles size']);
  });

  it('says what goes in whole sentences', () => {
    expect(consequencesOf(FOR_EVER, STORED)).toEqual(['Executions themselves are kept for ever.']);
    const short = { rows: { maxDays: 30, maxBytes: 5_000_000 }, profiles: { maxDays: 365, maxBytes: 5e9 } };
    expect(consequencesOf(short, STORED)).toEqual([
      'Rows of executions stored more than 30 days ago are removed.',
      'Of rows, 5 MB are kept, the newest: of the 12 MB stored now, the oldest 7 MB go.',
      'Executions whose rows are gone keep their steps, chart and profile; an execution that failed cannot go on from there any more.',
      'Whole executions stored more than 365 days ago are deleted for good, with their charts and their part in the statistics.',
      'Of traces, 5 GB are kept, the newest: the 3 GB stored now fit.',
      'An execution whose trace goes is deleted for good.',
    ]);
  });

  it('asks once more where more goes than before', () => {
    const month = { ...FOR_EVER, rows: { maxDays: 30, maxBytes: null } };
    expect(removesMore(FOR_EVER, month)).toBe(true);
    expect(removesMore(month, { ...FOR_EVER, rows: { maxDays: 7, maxBytes: null } })).toBe(true);
    expect(removesMore(month, FOR_EVER)).toBe(false);
    expect(removesMore(month, month)).toBe(false);
  });

  it.each([
    [12, '12 bytes'],
    [1500, '2 kB'],
    [12_340_000, '12.3 MB'],
    [2_000_000_000, '2 GB'],
  ])('calls %d bytes %s', (bytes, words) => {
    expect(sizeWords(bytes)).toBe(words);
  });
});
