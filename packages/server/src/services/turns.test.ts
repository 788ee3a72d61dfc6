import { describe, expect, it } from 'vitest';
import { WorkspaceTurns } from './turns.ts';

/** Whether a promise is done once everything that can go on has gone on. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await new Promise((go) => setImmediate(go));
  return done;
}

describe('the turns of a workspace', () => {
  it('go to as many as may be under way, then to those that wait, in order', async () => {
    const turns = new WorkspaceTurns({ atOnce: 2, waiting: 10 });
    const first = await turns.take('a');
    await turns.take('a');
    const [third, fourth] = [turns.take('a'), turns.take('a')];
    expect(await isDone(third)).toBe(false);
    first();
    expect([await isDone(third), await isDone(fourth)]).toEqual([true, false]);
    // Given back twice, it is one turn all the same.
    first();
    expect(await isDone(fourth)).toBe(false);
    (await third)();
    expect(await isDone(fourth)).toBe(true);
  });

  it('are no other workspace’s', async () => {
    const turns = new WorkspaceTurns({ atOnce: 1, waiting: 10 });
    await turns.take('a');
    void turns.take('a');
    expect(await isDone(turns.take('b'))).toBe(true);
  });

  it('are refused when too many wait', async () => {
    const turns = new WorkspaceTurns({ atOnce: 1, waiting: 1 });
    const give = await turns.take('a');
    const waiting = turns.take('a');
    await expect(turns.take('a')).rejects.toMatchObject({ code: 'overloaded' });
    give();
    (await waiting)();
    expect(await isDone(turns.take('a'))).toBe(true);
  });
});
