import type { InterruptedExecution } from '@flowprof/store';
import { describe, expect, it } from 'vitest';
import { watchForInterrupted } from './recovery.ts';

const LOST: InterruptedExecution = {
  id: '01890000-0000-7000-8000-000000000001',
  workspaceId: '01890000-0000-7000-8000-000000000002',
  workflowName: 'nightly',
  executionNumber: 7,
  status: 'running',
  resumptions: 1,
  completedSteps: 1,
  stepCount: 3,
};
const GIVEN_UP: InterruptedExecution = { ...LOST, id: '01890000-0000-7000-8000-000000000003', status: 'failed' };

interface Watched {
  readonly waits: readonly number[];
  readonly limits: readonly number[];
  readonly adopted: readonly string[];
  readonly lines: readonly unknown[];
}

/** Watches as often as there are answers, and tells what it did. */
async function watch(answers: readonly (() => readonly InterruptedExecution[])[], room = 1000): Promise<Watched> {
  const abort = new AbortController();
  const waits: number[] = [];
  const limits: number[] = [];
  const adopted: string[] = [];
  const lines: unknown[] = [];
  await watchForInterrupted(
    {
      store: {
        claimInterrupted: async (limit) => {
          limits.push(limit);
          return answers[waits.length - 1]?.() ?? [];
        },
      },
      room: () => room,
      adopt: async (workspaceId, id) => {
        adopted.push(`${workspaceId} ${id}`);
      },
      timers: {
        sleep: async (ms) => {
          waits.push(ms);
          if (waits.length > answers.length) abort.abort();
        },
      },
      logger: { warn: (...line: unknown[]) => lines.push(line) },
    },
    abort.signal,
  );
  return { waits, limits, adopted, lines };
}

describe('watchForInterrupted', () => {
  it('looks every 10 s, runs on what it found, goes on after a failure and ends with the signal', async () => {
    const seen = await watch([() => [LOST], () => [], (): never => expect.fail('the database is away'), () => [LOST]]);
    expect(seen.waits).toEqual([10_000, 10_000, 10_000, 10_000, 10_000]);
    expect(seen.adopted).toEqual([`${LOST.workspaceId} ${LOST.id}`, `${LOST.workspaceId} ${LOST.id}`]);
    const line = 'nightly #7 was interrupted and goes on: 1 of 3 steps had completed';
    expect(seen.lines).toEqual([
      [expect.objectContaining({ execution: LOST.id, completedSteps: 1, stepCount: 3 }), line],
      [{ err: expect.any(Error) }, 'interrupted executions could not be looked for'],
      [expect.objectContaining({ execution: LOST.id }), line],
    ]);
  });

  it('only tells of one that was interrupted too often', async () => {
    const { adopted, lines } = await watch([() => [GIVEN_UP]]);
    expect(adopted).toEqual([]);
    expect(lines).toEqual([
      [expect.objectContaining({ status: 'failed' }), expect.stringContaining('nightly #7 was interrupted too often')],
    ]);
  });

  it.each([
    [1000, [100]],
    [7, [7]],
    [0, []],
  ])('with room for %i more asks for so many at most: %j', async (room, limits) => {
    expect((await watch([() => []], room)).limits).toEqual(limits);
  });
});
