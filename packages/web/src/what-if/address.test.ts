import type { WhatIfChange } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { changesIn, readWhatIf, whatIfQuery } from './address.ts';

/** One of each kind. */
const ALL: readonly WhatIfChange[] = [
  { kind: 'speed', node: 'load', factor: 2 },
  { kind: 'duration', type: 'http', duration_ms: 200 },
  { kind: 'remove', node: 'audit' },
  { kind: 'no_retries' },
  { kind: 'backoff', factor: 0.5 },
  { kind: 'no_queue', node: 'x' },
  { kind: 'phase', phase: 'dns', factor: 0 },
  { kind: 'limit', limit: 'rate_limit', name: 'api', value: 20, burst: 5 },
  { kind: 'limit', limit: 'concurrency', value: 8 },
  { kind: 'unlimited' },
  { kind: 'drop_dependency', node: 'b', on: 'a' },
  { kind: 'add_dependency', node: 'b & c', on: '<a>' },
];

const read = (query: string) => readWhatIf(new URLSearchParams(query));

describe('the address of a prediction', () => {
  it('has all that is asked, and opens the same', () => {
    const state = { execution: 'e-1', changes: ALL, runs: 10 };
    expect(readWhatIf(new URLSearchParams(whatIfQuery(state)))).toEqual(state);
    expect(whatIfQuery({ changes: [] })).toBe('?tab=what-if');
  });

  it('that somebody has written by hand asks for what it can', () => {
    expect(read('changes=[&runs=7&execution=')).toEqual({ execution: null, changes: [], runs: 1 });
    const wrong = [
      'x',
      { kind: 'speed' },
      { kind: 'nope' },
      { kind: 'limit', limit: 'x', value: 1 },
      { kind: 'remove', node: 5 },
    ];
    expect(changesIn([...wrong, { kind: 'unlimited', more: 1 }])).toEqual([{ kind: 'remove' }, { kind: 'unlimited' }]);
  });
});
