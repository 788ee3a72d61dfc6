import { describe, expect, it } from 'vitest';
import { agoWords, checkWords, progressWords, syncLine, syncedWords } from './syncWords.ts';
import type { SyncState, TemporalCheck } from './types.ts';

const STATE: SyncState = {
  state: 'up_to_date',
  lastListedAt: 0,
  error: null,
  runs: 1204,
  waiting: 0,
  failing: 0,
  lagMs: null,
};
const CHECK: TemporalCheck = {
  isOk: true,
  serverVersion: '1.32.0',
  retentionDays: 1,
  canList: true,
  latencyMs: 12,
  codec: 'none',
  error: null,
};

describe('how far a sync is', () => {
  it.each([
    [{}, '1,204 executions'],
    [{ runs: 1 }, '1 execution'],
    [{ waiting: 1, lagMs: 40 }, '1,204 executions · 1 waits to be read'],
    [{ waiting: 30, lagMs: 90_000 }, '1,204 executions · 30 wait to be read, the oldest for 1 min 30 s'],
    [{ failing: 2 }, '1,204 executions · 2 could not be read, and will be tried again'],
  ])('with %j is: %s', (change, words) => {
    expect(syncLine({ ...STATE, ...change })).toBe(words);
  });

  it('is told after it was asked for', () => {
    expect(syncedWords({ found: 0, changed: 0, waiting: 0, failing: 0 })).toBe('Temporal lists no execution.');
    expect(syncedWords({ found: 1, changed: 0, waiting: 0, failing: 0 })).toBe('1 execution listed, nothing new.');
    expect(syncedWords({ found: 20, changed: 3, waiting: 1, failing: 2 })).toBe(
      '20 executions listed, 3 new or changed. 1 is still to be read. 2 could not be read.',
    );
  });

  it('is told of one execution by its events', () => {
    expect(progressWords(12, 12)).toBe('12 events');
    expect(progressWords(12_800, 51_200)).toBe('12,800 of 51,200 events');
    expect(progressWords(12, null)).toBe('12 events');
    expect([agoWords(1000, 2500), agoWords(1000, 61_000), agoWords(5000, 1000)]).toEqual([
      'just now',
      '1 min ago',
      'just now',
    ]);
  });
});

describe('a connection that was tried', () => {
  it.each([
    [{}, 'Temporal 1.32.0 answered after 12 ms. It keeps executions that have ended for 1 day.'],
    [{ serverVersion: null, latencyMs: null, retentionDays: null }, 'Temporal answered.'],
    [
      { retentionDays: null, canList: false },
      'Temporal 1.32.0 answered after 12 ms. Its executions may not be listed, so none will be found.',
    ],
    [
      { retentionDays: null, codec: 'failing' },
      'Temporal 1.32.0 answered after 12 ms. The codec server does not answer: payloads stay encoded.',
    ],
  ])('with %j is: %s', (change, words) => {
    expect(checkWords({ ...CHECK, ...change })).toBe(words);
  });
});
