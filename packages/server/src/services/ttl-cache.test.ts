import { toEpochMicros, toMicros } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { TtlCache } from './ttl-cache.ts';

const START = 1_700_000_000_000_000;

function newCache(limit = 10) {
  let at = START;
  const cache = new TtlCache<string>({ now: () => toEpochMicros(at) }, toMicros(3_000_000), limit);
  return { cache, moveTo: (seconds: number) => (at = START + seconds * 1_000_000) };
}

describe('a cache', () => {
  it('holds for its time, and not when the clock is put back', () => {
    const { cache, moveTo } = newCache();
    cache.set('a', 'x');
    const held = [2.9, 3, -1, 0].map((seconds) => {
      moveTo(seconds);
      return cache.get('a');
    });
    expect(held).toEqual(['x', undefined, undefined, 'x']);
    expect(cache.last('a')).toBe('x');
  });

  it('forgets first what was kept longest ago', () => {
    const { cache } = newCache(2);
    for (const key of ['a', 'b', 'a', 'c']) cache.set(key, key);
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual(['a', undefined, 'c']);
  });

  it('keeps what it reads if that is to be kept, and nothing was forgotten meanwhile', async () => {
    const { cache } = newCache();
    expect(await cache.read('a', async () => 'x')).toBe('x');
    expect(
      await cache.read(
        'b',
        async () => 'y',
        () => false,
      ),
    ).toBe('y');
    expect(await cache.read('c', async () => null)).toBeNull();
    for (const forget of [() => cache.delete('other'), () => cache.clear()]) {
      await cache.read('d', async () => {
        forget();
        return 'old';
      });
    }
    cache.set('a', 'x');
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual(['x', undefined, undefined, undefined]);
  });
});
