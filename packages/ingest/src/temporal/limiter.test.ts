import { array, assert, asyncProperty, integer } from 'fast-check';
import { expect, test } from 'vitest';
import { RateLimiter, type Waits } from './limiter.ts';

/** Time that passes only when someone waits, in the order in which they wake. */
function fakeTime(): Waits {
  let now = 0;
  return {
    now: () => now,
    wait: (ms, signal) => {
      signal?.throwIfAborted();
      now += ms;
      return Promise.resolve();
    },
  };
}

async function startsOf(limiter: RateLimiter, waits: Waits, count: number): Promise<number[]> {
  const starts: number[] = [];
  for (let index = 0; index < count; index++) {
    await limiter.take();
    starts.push(Math.round(waits.now()));
  }
  return starts;
}

test('lets a burst through, then keeps the rate', async () => {
  const waits = fakeTime();
  const limiter = new RateLimiter({ perSecond: 10, burst: 3 }, waits);
  await waits.wait(1000);
  expect(await startsOf(limiter, waits, 6)).toEqual([1000, 1000, 1000, 1100, 1200, 1300]);
});

test('never lets more through than the rate and the burst together', async () => {
  await assert(
    asyncProperty(
      integer({ min: 1, max: 50 }),
      integer({ min: 1, max: 20 }),
      array(integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 100 }),
      async (perSecond, burst, rests) => {
        const waits = fakeTime();
        const limiter = new RateLimiter({ perSecond, burst }, waits);
        const starts: number[] = [];
        for (const rest of rests) {
          await waits.wait(rest);
          await limiter.take();
          starts.push(waits.now());
        }
        for (let from = 0; from < starts.length; from++) {
          for (let to = from; to < starts.length; to++) {
            const seconds = ((starts[to] ?? 0) - (starts[from] ?? 0)) / 1000;
            expect(to - from + 1).toBeLessThanOrEqual(burst + seconds * perSecond + 1e-6);
          }
        }
      },
    ),
  );
});

test('pauses and slows down when the server refuses, once for what was refused together, and recovers', async () => {
  const waits = fakeTime();
  const limiter = new RateLimiter({ perSecond: 10, burst: 1 }, waits);
  await limiter.take();
  limiter.slowDown();
  limiter.slowDown();
  const [first = 0, second = 0] = await startsOf(limiter, waits, 2);
  expect(first).toBe(500);
  expect(second - first).toBe(200);
  const later = await startsOf(limiter, waits, 60);
  expect((later.at(-1) ?? 0) - (later.at(-2) ?? 0)).toBe(100);
});

test('gives up its turn for who is cancelled', async () => {
  const waits = fakeTime();
  const limiter = new RateLimiter({ perSecond: 1, burst: 1 }, waits);
  const gone = AbortSignal.abort(new Error('gone'));
  await expect(limiter.take(gone)).rejects.toThrow('gone');
  expect(waits.now()).toBe(0);
});
