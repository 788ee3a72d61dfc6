import { describe, expect, it } from 'vitest';
import { mayReload } from './reload.ts';
import { sameElsewhere } from './where.ts';

describe('another workspace', () => {
  it.each([
    ['/', '/'],
    ['/executions/0189', '/'],
    ['/compare', '/'],
    ['/workflows', '/workflows'],
    ['/workflows/0189', '/workflows'],
    ['/settings/keys', '/settings/keys'],
    ['/settings', '/settings'],
    ['/alerts', '/alerts'],
    ['/nowhere', '/'],
  ])('is shown from %s at %s', (from, to) => {
    expect(sameElsewhere(from)).toBe(to);
  });
});

describe('a page that misses a part of itself', () => {
  it('loads itself anew, and not again and again', () => {
    expect(mayReload(null, 1e12)).toBe(true);
    expect(mayReload('nonsense', 1e12)).toBe(true);
    expect(mayReload(String(1e12 - 1000), 1e12)).toBe(false);
    expect(mayReload(String(1e12 - 120_000), 1e12)).toBe(true);
  });
});
