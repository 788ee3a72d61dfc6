import { describe, expect, it } from 'vitest';
import { placeOf, policyWords } from './operation.ts';

describe('where something ran', () => {
  it('is told by its own metadata, and else by those of its node', () => {
    const node = { task_queue: 'orders', worker: '1@a', build_id: 'v1' };
    expect(placeOf({ worker: '2@b' }, node)).toEqual({ taskQueue: 'orders', worker: '2@b', buildId: 'v1' });
    expect(placeOf(undefined, node)).toEqual({ taskQueue: 'orders', worker: '1@a', buildId: 'v1' });
    expect(placeOf({ task_queue: 7, worker: '' }, undefined)).toEqual({ taskQueue: null, worker: null, buildId: null });
  });
});

describe('a retry policy', () => {
  const grows = { initial_interval_ms: 1000, backoff_coefficient: 2, maximum_interval_ms: 100_000 };
  it.each([
    [{ policy: 'none' }, 'none: nothing is tried again'],
    [
      { policy: 'server default', max_attempts: null, ...grows },
      'server default: without limit, after 1 s, each time 2× as long, 1 min 40 s at most',
    ],
    [
      { policy: 'own', max_attempts: 3, initial_interval_ms: 50, backoff_coefficient: 1 },
      'up to 3 attempts, every 50 ms',
    ],
    [{ policy: 'own', max_attempts: 1, ...grows }, 'a single attempt'],
    [{ policy: 'own', max_attempts: 4 }, 'up to 4 attempts'],
    [{ attempts: 2 }, null],
    ['often', null],
    [undefined, null],
  ])('%j is: %s', (retry, words) => {
    expect(policyWords(retry)?.replaceAll('\u202f', ' ') ?? null).toBe(words);
  });
});
