import { describe, expect, it } from 'vitest';
import { untilItPasses, type RetryOptions } from './retry.ts';

class Passing extends Error {}

function options(abort = new AbortController()): { waits: number[]; retry: RetryOptions } {
  const waits: number[] = [];
  const retry: RetryOptions = {
    timers: {
      sleep: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    },
    signal: abort.signal,
    isPassing: (error) => error instanceof Passing,
    onRetry: () => {},
  };
  return { waits, retry };
}

describe('untilItPasses', () => {
  it('tries again with growing waits until it works', async () => {
    const { waits, retry } = options();
    let calls = 0;
    const work = async () => {
      if (++calls < 8) throw new Passing();
      return 'done';
    };
    expect(await untilItPasses(work, retry)).toBe('done');
    expect(waits).toEqual([100, 200, 400, 800, 1600, 2000, 2000]);
  });

  it('gives up at once on an error that does not pass', async () => {
    const { waits, retry } = options();
    await expect(untilItPasses(() => Promise.reject(new Error('broken')), retry)).rejects.toThrow('broken');
    expect(waits).toEqual([]);
  });

  it('stops trying when it is told to give up', async () => {
    const abort = new AbortController();
    const { retry } = options(abort);
    let calls = 0;
    const work = () => {
      if (++calls === 3) abort.abort();
      return Promise.reject(new Passing('away'));
    };
    await expect(untilItPasses(work, retry)).rejects.toThrow('away');
    expect(calls).toBe(3);
  });
});
