import { describe, expect, it } from 'vitest';
import type { Execution } from '../api/types.ts';
import { filterByName, flattenPages, readStatusFilter, secondsSoFar, shareOfLongest } from './rows.ts';

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
    ...fields,
  };
}

const page = (items: Execution[]) => ({ items, total: 3, skip: 0, limit: 2 });

describe('the list of executions', () => {
  it('has each execution once, with its latest state, when pages overlap', () => {
    const rows = flattenPages([
      page([execution('a', { status: 'running' }), execution('b')]),
      page([execution('a'), execution('c')]),
    ]);
    expect(rows.map((row) => `${row.id} ${row.status}`)).toEqual(['a completed', 'b completed', 'c completed']);
  });

  it.each([
    ['', ['a', 'b', 'c']],
    ['  PIPE ', ['a', 'b']],
    ['#2', ['b']],
    ['pipeline #1', ['a']],
    ['workflow w', ['c']],
    ['nothing', []],
  ])('filtered by "%s" shows %j', (text, ids) => {
    const rows = [execution('a'), execution('b', { number: 2 }), execution('c', { workflowName: null, number: 7 })];
    expect(filterByName(rows, text).map((row) => row.id)).toEqual(ids);
  });

  it.each([
    ['failed', 'failed'],
    ['skipped', null],
    ['odd', null],
    [null, null],
  ])('reads the status filter %s as %s', (text, status) => {
    expect(readStatusFilter(text)).toBe(status);
  });

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

  it('measures bars against the longest', () => {
    expect([shareOfLongest(5, 10), shareOfLongest(null, 10), shareOfLongest(1, 0), shareOfLongest(11, 10)]).toEqual([
      0.5, 0, 0, 1,
    ]);
  });
});
