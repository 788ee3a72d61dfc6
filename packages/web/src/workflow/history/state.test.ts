import { describe, expect, it } from 'vitest';
import { againstKey, readAgainst, readHistoryState, withHistoryState } from './state.ts';

describe('the history in the address', () => {
  it('is as in a fresh page where the address says nothing, or nonsense', () => {
    const fresh = readHistoryState(new URLSearchParams());
    expect(fresh).toMatchObject({ runs: 50, version: null, against: { kind: 'auto' }, byTime: false, isTable: false });
    expect(readHistoryState(new URLSearchParams('runs=7&version=x&against=nothing&axis=y&view=z'))).toEqual(fresh);
  });

  it('comes back as it was written, beside what others keep there', () => {
    const change = {
      runs: 200,
      version: 3,
      against: { kind: 'baseline', id: 'b1' },
      byTime: true,
      isTable: true,
      from: 'e1',
      to: 'e9',
      by: 'failure',
      node: 'charge',
    } as const;
    const written = withHistoryState(new URLSearchParams('tab=history'), change);
    expect(written.get('tab')).toBe('history');
    expect(readHistoryState(written)).toEqual(change);
    const back = withHistoryState(written, readHistoryState(new URLSearchParams()));
    expect(back.toString()).toBe('tab=history');
  });

  it.each(['auto', 'previous', 'last', 'baseline:b1'])('knows the choice %s by its key', (key) => {
    expect(againstKey(readAgainst(key))).toBe(key);
  });
});
