import { describe, expect, it } from 'vitest';
import { placeOfStep } from './stepPlace.ts';

describe('the place of a step in its run', () => {
  it.each([
    [
      'a finished step',
      { startedAt: 3000, durationSeconds: 4, status: 'completed' as const },
      { from: 0.2, share: 0.4 },
    ],
    [
      'one that still runs',
      { startedAt: 3000, durationSeconds: null, status: 'running' as const },
      { from: 0.2, share: 0.8 },
    ],
    [
      'one that sticks out',
      { startedAt: 10_000, durationSeconds: 9, status: 'completed' as const },
      { from: 0.9, share: 0.1 },
    ],
    ['one that never started', { startedAt: null, durationSeconds: null, status: 'pending' as const }, null],
    ['one that was skipped', { startedAt: 3000, durationSeconds: null, status: 'skipped' as const }, null],
  ])('of %s', (_, step, place) => {
    const found = placeOfStep(step, 1000, 10);
    if (place === null) expect(found).toBeNull();
    else {
      expect(found?.from).toBeCloseTo(place.from);
      expect(found?.share).toBeCloseTo(place.share);
    }
  });

  it('is unknown where the run has no time', () => {
    const step = { startedAt: 1000, durationSeconds: 1, status: 'completed' as const };
    expect([placeOfStep(step, null, 10), placeOfStep(step, 1000, null), placeOfStep(step, 1000, 0)]).toEqual([
      null,
      null,
      null,
    ]);
  });
});
