import { expect, test } from 'vitest';
import { allAtOnce, inSlices, type Steps } from './steps.ts';

function* count(to: number): Steps<number> {
  for (let i = 0; i < to; i++) yield;
  return to;
}

function* failing(): Steps<never> {
  yield;
  throw new RangeError('no');
}

/** A clock on which each look takes a millisecond. */
function turns() {
  let now = 0;
  let taken = 0;
  return {
    now: () => now++,
    next: () => Promise.resolve(void taken++),
    taken: () => taken,
  };
}

test('small work is done without a turn for others', async () => {
  const few = turns();
  expect(await inSlices(count(5), few)).toBe(5);
  expect(few.taken()).toBe(0);
});

test('others have a turn every 10 ms of large work', async () => {
  const many = turns();
  expect(await inSlices(count(1000), many)).toBe(1000);
  expect(many.taken()).toBe(1000 / 10);
});

test('work that fails fails the promise', async () => {
  await expect(inSlices(failing(), turns())).rejects.toThrow('no');
  expect(() => allAtOnce(failing())).toThrow('no');
});
