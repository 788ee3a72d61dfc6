import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inSlices, type Steps } from './slices.ts';

/** Work whose steps say when they are done. */
function* slow(done: () => void, steps: number): Steps<void> {
  for (let step = 0; step < steps; step++) {
    const until = performance.now() + 11;
    while (performance.now() < until);
    done();
    yield;
  }
}

test('however much is done in slices at once, one slice is done in a turn of the event loop', async () => {
  let inTurn = 0;
  let most = 0;
  let all = 0;
  const done = (): void => {
    most = Math.max(most, ++inTurn);
    all++;
  };
  const work = Promise.all(Array.from({ length: 5 }, () => inSlices(slow(done, 4))));
  inTurn = 0;
  for (let turn = 0; turn < 100; turn++) {
    await setImmediate();
    inTurn = 0;
  }
  await work;
  expect(all).toBe(20);
  expect(most).toBe(1);
});

function* small(): Steps<string> {
  yield;
  return 'done';
}

test('small work is done before the next turn', async () => {
  let turns = 0;
  const turn = setImmediate().then(() => turns++);
  expect(await inSlices(small())).toBe('done');
  expect(turns).toBe(0);
  await turn;
});
