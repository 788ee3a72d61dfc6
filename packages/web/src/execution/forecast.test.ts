import { describe, expect, it } from 'vitest';
import { forecastOf } from './forecast.ts';
import type { Projection } from './queries.ts';

const BASE: Projection = { reason: null, runs: 12, p10: 9000, p50: 10_000, p90: 14_000, blocker: null };
const BLOCKER = { name: 'Load', state: 'running', cause: null, reason: null, limit: null, elapsed: 2000, usual: 5000 };

describe('the forecast of a run', () => {
  it('says when it will end, and upon what that rests', () => {
    expect(forecastOf(BASE, 4000)).toEqual({
      end: 'in about 6 s',
      detail: 'Eight of ten would end between 9 s and 14 s after the start, as 12 runs before it went',
      held: null,
    });
  });

  it('says that it is late', () => {
    expect(forecastOf(BASE, 12_000)?.end).toBe('2 s ago, as it looked: it is late');
  });

  it('says what holds it', () => {
    expect(forecastOf({ ...BASE, blocker: BLOCKER }, 0)?.held).toEqual({
      name: 'Load',
      how: 'runs, for 2 s so far, usually 5 s',
    });
    const waiting = { ...BLOCKER, state: 'waiting', cause: 'rate_limit', reason: 'shop', limit: 2, usual: null };
    expect(forecastOf({ ...BASE, blocker: waiting }, 0)?.held?.how).toBe(
      'waits (rate limit: shop, 2 at once), for 2 s so far',
    );
    const ready = { ...BLOCKER, state: 'ready', elapsed: null, usual: null };
    expect(forecastOf({ ...BASE, blocker: ready }, 0)?.held?.how).toBe('is ready and has not started');
  });

  it('says why there is none, or nothing', () => {
    const none = { ...BASE, p10: null, p50: null, p90: null };
    expect(forecastOf({ ...none, reason: 'too_little_history' }, 0)?.end).toBe('no forecast');
    expect(forecastOf({ ...none, reason: 'ended' }, 0)).toBeNull();
  });
});
