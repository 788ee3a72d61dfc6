import type { InterruptedExecution } from '@flowprof/store';
import { describe, expect, it } from 'vitest';
import { watchForInterrupted } from './recovery.ts';

const LOST: InterruptedExecution = {
  id: '01890000-0000-7000-8000-000000000001',
  workspaceId: '01890000-0000-7000-8000-000000000002',
  workflowName: 'nightly',
  executionNumber: 7,
  completedSteps: 1,
  stepCount: 3,
};

describe('watchForInterrupted', () => {
  it('looks every 15 s, says what it found, goes on after a failure and ends with the signal', async () => {
    const abort = new AbortController();
    const waits: number[] = [];
    const logged: unknown[] = [];
    const answers = [() => [LOST], () => [], (): never => expect.fail('the database is away'), () => [LOST]];
    let looks = 0;
    await watchForInterrupted({
      store: {
        recoverInterrupted: async () => {
          const answer = answers[looks++];
          if (looks === answers.length) abort.abort();
          return answer?.() ?? [];
        },
      },
      timers: {
        sleep: async (ms) => {
          waits.push(ms);
        },
      },
      logger: { warn: (what: unknown) => logged.push(what) },
      signal: abort.signal,
    });
    expect(waits).toEqual([15_000, 15_000, 15_000, 15_000]);
    expect(logged).toEqual([LOST, { err: expect.any(Error) }, LOST]);
  });
});
