import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimerQueue, type Timer } from './timer-queue.ts';
import { VirtualTime } from './virtual-time.ts';

test('timers fire in the order of their times, those of one time in the order in which they were set', () => {
  const timer = fc.record({ at: fc.nat(20), cancelled: fc.boolean() });
  fc.assert(
    fc.property(fc.array(timer, { maxLength: 300 }), (plans) => {
      const queue = new TimerQueue();
      const timers = plans.map(({ at }, order): Timer => ({ at, order, fire: () => {}, cancelled: false }));
      for (const one of timers) queue.add(one);
      for (const [i, one] of timers.entries()) if (plans[i].cancelled) queue.cancel(one);
      const fired: Timer[] = [];
      for (let one = queue.next(); one !== undefined; one = queue.next()) fired.push(one);
      const left = timers.filter((one) => !one.cancelled);
      expect(fired).toEqual(left.sort((a, b) => a.at - b.at || a.order - b.order));
    }),
  );
});

test('the time goes on only when nothing else can happen, in promises, ticks or turns of the event loop', async () => {
  const time = new VirtualTime();
  const seen: string[] = [];
  const signal = new AbortController().signal;
  const busy = async (): Promise<void> => {
    for (let i = 0; i < 1000; i++) await Promise.resolve();
    seen.push(`promises ${time.elapsed}`);
    await new Promise<void>((resolve) => process.nextTick(resolve));
    seen.push(`tick ${time.elapsed}`);
    for (let i = 0; i < 3; i++) await turn();
    seen.push(`turns ${time.elapsed}`);
  };
  const sleeper = async (): Promise<void> => {
    await time.timers.sleep(5, signal);
    seen.push(`slept ${time.elapsed}`);
    await busy();
    await time.timers.sleep(1, signal);
  };
  await time.until(Promise.all([sleeper(), busy()]));
  expect(seen).toEqual(['promises 0', 'tick 0', 'turns 0', 'slept 5000', 'promises 5000', 'tick 5000', 'turns 5000']);
  expect(time.elapsed).toBe(6000);
});

test('what can never end is told apart from what takes long', async () => {
  await expect(new VirtualTime().until(new Promise(() => {}))).rejects.toThrow('nothing is left');
});
