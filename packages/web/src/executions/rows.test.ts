import { describe, expect, it } from 'vitest';
import type { Execution } from '../api/types.ts';
import { earlierFirst, inputLine, secondsSoFar, tickedAfter } from './rows.ts';

function execution(id: string, fields: Partial<Execution> = {}): Execution {
  return {
    id,
    workflowId: 'w',
    workflowName: 'Data pipeline',
    number: 1,
    version: null,
    status: 'completed',
    trigger: null,
    startedAt: 1000,
    completedAt: 3000,
    durationSeconds: 2,
    error: null,
    input: {},
    updatedAt: null,
    temporal: null,
    ...fields,
  };
}

const idsOf = (executions: readonly Execution[]) => executions.map(({ id }) => id);

describe('a row of the list', () => {
  it('counts the time of a running one up to now', () => {
    expect(secondsSoFar(execution('a'), 9000)).toBe(2);
    expect(secondsSoFar(execution('a', { status: 'running', durationSeconds: null }), 9000)).toBe(8);
    expect(
      secondsSoFar(execution('a', { status: 'pending', durationSeconds: null, startedAt: null }), 9000),
    ).toBeNull();
    expect(secondsSoFar(execution('a', { status: 'failed', durationSeconds: null }), 9000)).toBeNull();
    expect(
      secondsSoFar(execution('a', { status: 'running', durationSeconds: null, trigger: 'import' }), 9000),
    ).toBeNull();
  });

  it('says in a line what it was started with, however large that is', () => {
    expect(inputLine({})).toBe('');
    expect(inputLine({ size: 3, mode: 'fast', items: [1, 2], order: { a: 1 } })).toBe(
      'size 3, mode fast, items [2], order {1}',
    );
    expect(inputLine({ a: null, b: true, c: 1, d: 2, e: 3 })).toBe('a null, b true, c 1, d 2, …');
    expect(inputLine({ text: 'x'.repeat(10_000) }).length).toBeLessThan(80);
  });
});

describe('ticking executions', () => {
  const [a, b, c] = [execution('a'), execution('b'), execution('c')];

  it('takes two at most, of which the first gives way', () => {
    expect(idsOf(tickedAfter([], a))).toEqual(['a']);
    expect(idsOf(tickedAfter([a], b))).toEqual(['a', 'b']);
    expect(idsOf(tickedAfter([a, b], c))).toEqual(['b', 'c']);
    expect(idsOf(tickedAfter([a, b], a))).toEqual(['b']);
  });

  it('compares with the one that started earlier, and with one that never started last', () => {
    const [early, late] = [execution('early', { startedAt: 1 }), execution('late', { startedAt: 2 })];
    const never = execution('never', { startedAt: null });
    expect(idsOf(earlierFirst([late, early]))).toEqual(['early', 'late']);
    expect(idsOf(earlierFirst([never, late]))).toEqual(['late', 'never']);
  });
});
