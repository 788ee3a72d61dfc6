import { describe, expect, it } from 'vitest';
import type { Execution } from '../../api/types.ts';
import { runBefore, runsOf, selectedRun } from './runs.ts';

const execution = (id: string, more: Partial<Execution> = {}): Execution => ({
  id,
  workflowId: 'w',
  workflowName: 'W',
  number: 1,
  status: 'completed',
  trigger: null,
  startedAt: 1000,
  completedAt: 3000,
  durationSeconds: 2,
  error: null,
  input: {},
  updatedAt: null,
  temporal: null,
  version: null,
  ...more,
});

describe('the runs of the panel', () => {
  const runs = runsOf([
    execution('new'),
    execution('never', { startedAt: null }),
    execution('bad', { status: 'failed' }),
    execution('old', { durationSeconds: null }),
  ]);

  it('are the executions that have started, in milliseconds', () => {
    expect(runs.map(({ runId, duration }) => [runId, duration])).toEqual([
      ['new', 2000],
      ['bad', 2000],
      ['old', null],
    ]);
  });

  it('are looked at from the newest, unless another one is asked for that is there', () => {
    expect([selectedRun(runs, null), selectedRun(runs, 'old'), selectedRun(runs, 'gone')]).toEqual([
      'new',
      'old',
      'new',
    ]);
    expect(selectedRun([], null)).toBeNull();
  });

  it('are held against the one before that completed', () => {
    expect([runBefore(runs, 'new'), runBefore(runs, 'old'), runBefore(runs, 'gone')]).toEqual(['old', null, null]);
  });
});
