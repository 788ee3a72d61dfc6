import { expect, test } from 'vitest';
import { Caller } from './caller.ts';
import { TemporalError, type TemporalErrorCode } from './errors.ts';
import { RateLimiter, type Waits } from './limiter.ts';

/** Time that passes only when someone waits; what was waited for. */
function fakeTime(): Waits & { waited: number[] } {
  let now = 0;
  const waited: number[] = [];
  return {
    waited,
    now: () => now,
    wait: (ms, signal) => {
      signal?.throwIfAborted();
      waited.push(Math.round(ms));
      now += ms;
      return Promise.resolve();
    },
  };
}

/** A caller whose requests fail with codes, one after the other, and then work. */
function callerOf(codes: readonly TemporalErrorCode[], patienceMs: number, random = 1) {
  const waits = fakeTime();
  let calls = 0;
  const channel = {
    call: async () => {
      const code = codes[calls++];
      if (code !== undefined) throw new TemporalError(code, 'no');
      return new Uint8Array([7]);
    },
  };
  const limiter = (): RateLimiter => new RateLimiter({ perSecond: 1000, burst: 1000 }, waits);
  const tools = { waits, random: () => random, patienceMs, requests: limiter(), listings: limiter() };
  return { caller: new Caller(channel, tools), waits, calls: () => calls };
}

const ASKED = { timeoutMs: 1000 };

test('asks again, longer and longer apart, until it works', async () => {
  const { caller, waits } = callerOf(['unreachable', 'timed_out', 'failed', 'unreachable'], 10_000);
  expect(await caller.call('Do', new Uint8Array(), ASKED)).toEqual(new Uint8Array([7]));
  expect(waits.waited).toEqual([100, 200, 400, 800]);
});

test('comes back at different times where many were put off', async () => {
  const { caller, waits } = callerOf(['unreachable', 'unreachable'], 10_000, 0);
  await caller.call('Do', new Uint8Array(), ASKED);
  expect(waits.waited).toEqual([50, 100]);
});

test('gives up when it was patient for as long as it should be', async () => {
  const always: TemporalErrorCode[] = Array.from({ length: 100 }, () => 'unreachable');
  const { caller, waits } = callerOf(always, 5000);
  await expect(caller.call('Do', new Uint8Array(), ASKED)).rejects.toMatchObject({ code: 'unreachable' });
  expect(waits.now()).toBeLessThanOrEqual(5000);
  expect(waits.waited).toEqual([100, 200, 400, 800, 1600]);
});

test.each<TemporalErrorCode>([
  'invalid',
  'not_found',
  'permission_denied',
  'unauthenticated',
  'too_large',
  'tls',
  'cancelled',
])('does not ask again after %s', async (code) => {
  const { caller, calls } = callerOf([code], 10_000);
  await expect(caller.call('Do', new Uint8Array(), ASKED)).rejects.toMatchObject({ code });
  expect(calls()).toBe(1);
});

test('pauses where the server says that it is too much', async () => {
  const { caller, waits } = callerOf(['rate_limited'], 10_000);
  await caller.call('Do', new Uint8Array(), { ...ASKED, isListing: true });
  expect(waits.waited).toEqual([100, 400]);
});

test('does not go on waiting for who has gone', async () => {
  const { caller } = callerOf(['unreachable'], 10_000);
  const asked = { ...ASKED, signal: AbortSignal.abort() };
  await expect(caller.call('Do', new Uint8Array(), asked)).rejects.toMatchObject({ code: 'cancelled' });
});
