import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FairSlots } from './fair-slots.ts';

/** Lets what is granted be told. */
const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);

describe('slots that are shared', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('go to the group with the fewest, and within it to who came first', async () => {
    const slots = new FairSlots(3, 1000);
    const granted: string[] = [];
    const ask = (group: string, name: string): void =>
      void slots.take(group).then(
        () => granted.push(name),
        () => granted.push(`${name} gave up`),
      );
    for (let i = 1; i <= 6; i++) ask('noisy', `noisy ${i}`);
    await settle();
    ask('quiet', 'quiet 1');
    ask('quiet', 'quiet 2');
    ask('other', 'other 1');
    await settle();
    expect(granted).toEqual(['noisy 1', 'noisy 2', 'noisy 3']);
    expect(slots.waiting).toBe(6);
    for (let i = 0; i < 3; i++) slots.give('noisy');
    await settle();
    expect(granted.slice(3)).toEqual(['quiet 1', 'other 1', 'noisy 4']);
    slots.give('other');
    slots.give('quiet');
    slots.give('noisy');
    await settle();
    expect(granted.slice(6)).toEqual(['quiet 2', 'noisy 5', 'noisy 6']);
    expect(slots.waiting).toBe(0);
  });

  it('are all for whoever is alone, and are waited for in bounded time only', async () => {
    const slots = new FairSlots(2, 1000);
    await slots.take('a');
    await slots.take('a');
    const third = slots.take('a').catch(String);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await third).toBe('Error: no connection became free within 1000 ms');
    expect(slots.waiting).toBe(0);
    slots.give('a');
    await slots.take('b');
    slots.give('a');
    slots.give('b');
    await Promise.all([slots.take('c'), slots.take('d')]);
  });
});
