import { describe, expect, it } from 'vitest';
import type { Execution } from '../api/types.ts';
import { sparkOf, sparkWords } from './rows.ts';

function execution(id: string, more: Partial<Execution>): Execution {
  return {
    id,
    workflowId: 'w',
    workflowName: 'w',
    number: 1,
    version: null,
    status: 'completed',
    trigger: null,
    startedAt: null,
    completedAt: null,
    durationSeconds: null,
    error: null,
    input: {},
    updatedAt: null,
    temporal: null,
    ...more,
  };
}

describe('the newest runs of a workflow', () => {
  const recent = [
    execution('c', { status: 'running' }),
    execution('b', { status: 'failed', durationSeconds: 3 }),
    execution('a', { durationSeconds: 1.2 }),
  ];

  it('are drawn oldest first', () => {
    expect(sparkOf(recent).map(({ id, seconds }) => [id, seconds])).toEqual([
      ['a', 1.2],
      ['b', 3],
      ['c', null],
    ]);
  });

  it('are told in words', () => {
    expect(sparkWords(recent)).toBe('Last 3 runs: 1.2 s to 3 s, 1 failed');
    expect(sparkWords(recent.slice(0, 1))).toBe('Last 1 run');
  });
});
