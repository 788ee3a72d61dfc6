import { describe, expect, it } from 'vitest';
import { expiryOf, revokeSentences, stateOfKey } from './keyForm.ts';
import type { ApiKey } from './types.ts';

const NOW = Date.parse('2026-03-02T09:00:00Z');
const DAY = 86_400_000;
const KEY: ApiKey = {
  id: 'k1',
  name: 'ci',
  role: 'editor',
  createdAt: NOW,
  createdBy: 'local',
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
};

describe('a key', () => {
  it.each([
    [{}, 'active'],
    [{ expiresAt: NOW + 30 * DAY }, 'active'],
    [{ expiresAt: NOW + DAY }, 'soon'],
    [{ expiresAt: NOW }, 'expired'],
    [{ expiresAt: NOW - DAY, revokedAt: NOW - 2 * DAY }, 'revoked'],
  ] as const)('with %j is %s', (more, state) => {
    expect(stateOfKey({ ...KEY, ...more }, NOW)).toBe(state);
  });

  it('counts for so many days, or for ever', () => {
    expect(expiryOf(30, NOW)).toBe('2026-04-01T09:00:00.000Z');
    expect(expiryOf(null, NOW)).toBeNull();
  });

  it('says before it is revoked whom that locks out', () => {
    const gone = { ...KEY, id: 'k2', revokedAt: NOW };
    const other = { ...KEY, id: 'k3' };
    expect(revokeSentences(KEY, [KEY, other], null, NOW)).toHaveLength(1);
    expect(revokeSentences(KEY, [KEY, other], 'k1', NOW).join(' ')).toContain('You are signed in with this key');
    expect(revokeSentences(KEY, [KEY, gone], null, NOW).join(' ')).toContain('the last key of this workspace');
  });
});
