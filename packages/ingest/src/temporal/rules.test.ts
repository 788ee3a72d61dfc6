import { toEpochMicros } from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dueAgainAt,
  isOfConnection,
  isStale,
  listingWait,
  nextWindow,
  retryAt,
  retryWait,
  SYNC_PACE,
} from './rules.ts';

const SECOND = 1_000_000;
const NOW = toEpochMicros(1_700_000_000 * SECOND);
const ago = (seconds: number) => toEpochMicros(NOW - seconds * SECOND);

describe('when a run is looked at again', () => {
  it.each([
    ['that has ended', { isClosed: true, events: 10, lastEventAt: ago(1), isBusy: false }, null],
    ['in which something just happened', { isClosed: false, events: 10, lastEventAt: ago(1), isBusy: false }, 2],
    ['of which nothing is known yet', { isClosed: false, events: 0, lastEventAt: null, isBusy: false }, 2],
    ['silent for two minutes', { isClosed: false, events: 10, lastEventAt: ago(120), isBusy: false }, 12],
    ['silent for an hour', { isClosed: false, events: 10, lastEventAt: ago(3600), isBusy: false }, 60],
    ['that has worked silently for an hour', { isClosed: false, events: 10, lastEventAt: ago(3600), isBusy: true }, 15],
    ['of very many events', { isClosed: false, events: 50_000, lastEventAt: ago(1), isBusy: true }, 10],
    ['whose clock is ahead', { isClosed: false, events: 10, lastEventAt: ago(-60), isBusy: false }, 2],
  ])('one %s', (_, run, seconds) => {
    const due = dueAgainAt(run, NOW);
    expect(due === null ? null : Math.round((due - NOW) / SECOND)).toBe(seconds);
  });

  it('is never at once, and never later than a minute but for what it costs', () => {
    fc.assert(
      fc.property(fc.nat(60_000), fc.integer({ min: -1e9, max: 1e9 }), fc.boolean(), (events, seconds, isBusy) => {
        const due = dueAgainAt({ isClosed: false, events, lastEventAt: ago(seconds), isBusy }, NOW);
        const wait = (due ?? 0) - NOW;
        expect(wait).toBeGreaterThanOrEqual(SYNC_PACE.openEvery);
        expect(wait).toBeLessThanOrEqual(Math.max(SYNC_PACE.openEveryIdle, (events / 5000) * SECOND + 1));
      }),
    );
  });
});

describe('waits after failures', () => {
  it('double up to ten minutes, a fifth more or less', () => {
    expect([1, 2, 3, 4].map((failures) => retryWait(failures, 0.5) / SECOND)).toEqual([2, 4, 8, 16]);
    expect(retryWait(100, 0.5)).toBe(SYNC_PACE.longestRetry);
    expect([0, 1].map((chance) => retryWait(1, chance) / SECOND)).toEqual([1.6, 2.4]);
  });

  it('are a day for what the server does not know any more', () => {
    expect(retryAt(NOW, 'not_found', 1, 0.5)).toBe(NOW + 2 * SECOND);
    expect(retryAt(NOW, 'not_found', SYNC_PACE.lostAfter, 0.5)).toBe(NOW + SYNC_PACE.lostRetry);
    expect(retryAt(NOW, 'codec_failed', 9, 0.5)).toBe(NOW + 512 * SECOND);
  });

  it('tell what is wrong with the server from what is wrong with a run', () => {
    const codes = ['unreachable', 'tls', 'unauthenticated', 'permission_denied', 'rate_limited', 'forbidden'];
    expect(codes.every(isOfConnection)).toBe(true);
    expect(['not_found', 'codec_failed', 'too_large', 'cancelled', 'failed'].some(isOfConnection)).toBe(false);
  });
});

describe('listings', () => {
  it('go back as far as was asked for at first, then to a little before the last one', () => {
    expect(nextWindow({ listedUntil: null, backfillDays: 7 }, NOW)).toEqual({ from: ago(7 * 86_400), until: NOW });
    expect(nextWindow({ listedUntil: ago(30), backfillDays: 7 }, NOW)).toEqual({ from: ago(150), until: NOW });
  });

  it('leave no gap where the clock went back', () => {
    const { from } = nextWindow({ listedUntil: ago(-3600), backfillDays: 7 }, NOW);
    expect(from).toBe(ago(120));
  });

  it('reach back no further than there is time', () => {
    expect(nextWindow({ listedUntil: null, backfillDays: 1e9 }, NOW).from).toBe(0);
  });

  it('are made less often while nothing changes', () => {
    expect([listingWait(3), listingWait(0)]).toEqual([SYNC_PACE.listEvery, SYNC_PACE.listEveryIdle]);
  });
});

describe('what somebody looks at', () => {
  it.each([
    [{ isComplete: true, syncedAt: ago(3600) }, false],
    [{ isComplete: false, syncedAt: null }, true],
    [{ isComplete: false, syncedAt: ago(1) }, false],
    [{ isComplete: false, syncedAt: ago(5) }, true],
  ])('%j is stale: %s', (run, stale) => {
    expect(isStale(run, NOW)).toBe(stale);
  });
});
