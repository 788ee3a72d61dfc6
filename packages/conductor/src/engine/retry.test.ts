import { buildProfile } from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { NodeFailure, type NodeDefinition, type RetryDefinition } from '../index.ts';
import { Bench, delay, workflow } from '../testing/bench.ts';
import { drawRun } from '../testing/draw.ts';

function flaky(
  failures: number,
  retry: RetryDefinition | undefined,
  more: Partial<NodeDefinition> = {},
): NodeDefinition {
  return { id: 'n', type: 'flaky', with: { failures }, ...(retry && { retry }), ...more };
}

/** The lengths of the waits between attempts, in milliseconds. */
async function waitsOf(node: NodeDefinition): Promise<number[]> {
  const { spans } = (await new Bench().run(node)).recording;
  const code = spans.names.indexOf('retry_backoff');
  return [...spans.name].flatMap((name, row) => (name === code ? [spans.duration[row] / 1000] : []));
}

describe('policies', () => {
  test('none: the only attempt is the node itself', async () => {
    expect(drawRun(await new Bench().run(flaky(1, undefined)))).toMatchInlineSnapshot(`
      "failed at 10: flaky in n
      n 0-10 failed
        execute 0-10 failed"
    `);
    expect(drawRun(await new Bench().run(flaky(1, { policy: 'none' })))).toMatchInlineSnapshot(`
      "failed at 10: flaky in n
      n 0-10 failed
        execute 0-10 failed"
    `);
  });

  test('fixed: the same wait each time, until it succeeds', async () => {
    expect(drawRun(await new Bench().run(flaky(2, { policy: 'fixed', delayMs: 100 })))).toMatchInlineSnapshot(`
      "completed at 230
      n 0-230
        @10 retry after attempt 1
        @120 retry after attempt 2
        attempt 1 0-10 failed
          execute 0-10 failed
        retry_backoff 10-110
        attempt 2 110-120 failed
          execute 110-120 failed
        retry_backoff 120-220
        attempt 3 220-230
          execute 220-230"
    `);
  });

  test('fixed: it fails after the number of attempts that it is given', async () => {
    const result = await new Bench().run(flaky(9, { policy: 'fixed', delayMs: 5, maxAttempts: 2 }));
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "failed at 25: flaky in n
      n 0-25 failed
        @10 retry after attempt 1
        attempt 1 0-10 failed
          execute 0-10 failed
        retry_backoff 10-15
        attempt 2 15-25 failed
          execute 15-25 failed"
    `);
    expect(result.error).toEqual({ code: 'flaky', message: 'attempt 2 failed', nodeKey: 'n' });
  });

  test.each<[string, RetryDefinition, number[]]>([
    ['by its defaults', { policy: 'exponential' }, [500, 1000, 2000, 4000]],
    ['with a factor', { policy: 'exponential', delayMs: 10, factor: 3 }, [10, 30, 90, 270]],
    ['with a cap', { policy: 'exponential', delayMs: 100, maxDelayMs: 250 }, [100, 200, 250, 250]],
    ['fixed with a factor', { policy: 'fixed', delayMs: 10, factor: 2 }, [10, 20]],
    ['fixed by its defaults', { policy: 'fixed' }, [1000, 1000]],
  ])('exponential and fixed waits grow %s', async (_, retry, waits) => {
    expect(await waitsOf(flaky(99, retry))).toEqual(waits);
  });

  test('exponential waits never grow over 30 s by themselves', async () => {
    const waits = await waitsOf(flaky(99, { policy: 'exponential', maxAttempts: 12 }));
    expect(waits.slice(5)).toEqual([16_000, 30_000, 30_000, 30_000, 30_000, 30_000]);
  });

  test('jitter takes away a random part of each wait, within its bounds', async () => {
    const waits = await waitsOf(flaky(99, { policy: 'fixed', delayMs: 1000, maxAttempts: 50, jitter: 0.4 }));
    expect(waits).toHaveLength(49);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(600);
    expect(Math.max(...waits)).toBeLessThanOrEqual(1000);
    expect(new Set(waits).size).toBeGreaterThan(40);
  });

  test('keep_trying: as often as it takes', async () => {
    const result = await new Bench().run(flaky(200, { policy: 'keep_trying', delayMs: 10 }));
    expect(result).toMatchObject({ success: true, data: { attempts: 201 }, duration: 201 * 10 + 200 * 10 });
  });

  test('keep_trying with a number of attempts ends with it', async () => {
    const bench = new Bench();
    await bench.run(flaky(200, { policy: 'keep_trying', delayMs: 10, maxAttempts: 4 }));
    expect(bench.calls).toHaveLength(4);
  });
});

/** A bench whose node type `coded` fails with one code after the other; null is a success, '' no failure of ours. */
function benchOf(codes: readonly (string | null)[]): Bench {
  const bench = new Bench();
  bench.conductor.register('coded', {
    params: z.object({}),
    phase: 'execute',
    run: async (_, context) => {
      bench.calls.push(`attempt ${context.attempt}`);
      await context.sleep(1);
      const code = codes[context.attempt - 1];
      if (code === null || code === undefined) return context.attempt;
      if (code === '') throw new Error('anything');
      throw new NodeFailure(code, code, { retryable: code !== 'final' });
    },
  });
  return bench;
}

describe('which failures are tried again', () => {
  test.each<[string, (string | null)[], Partial<RetryDefinition>, number, string | undefined]>([
    ['all that may pass, when nothing is said', ['a', '', null], {}, 3, undefined],
    ['not one that is final', ['a', 'final', null], {}, 2, 'final'],
    ['those of the list', ['a', 'b', null], { on: ['a', 'b'] }, 3, undefined],
    ['none that is not in the list', ['a', 'c', null], { on: ['a', 'b'] }, 2, 'c'],
    ['one without a code by the code that it gets', ['', null], { on: ['handler_error'] }, 2, undefined],
    ['not those that are excepted', ['a', 'b', null], { except: ['b'] }, 2, 'b'],
    ['all others, where some are excepted', ['a', '', null], { except: ['b'] }, 3, undefined],
    ['one that says it is final, where the list names it', ['final', null], { on: ['final'] }, 2, undefined],
  ])('%s', async (_, codes, rule, attempts, code) => {
    const bench = benchOf(codes);
    const result = await bench.run({
      id: 'n',
      type: 'coded',
      retry: { policy: 'fixed', maxAttempts: 5, delayMs: 1, ...rule },
    });
    expect(bench.calls).toHaveLength(attempts);
    expect(result.error?.code).toBe(code);
  });

  test('a timeout of an attempt has a code, too', async () => {
    const bench = new Bench();
    const slow: NodeDefinition = { ...delay('n', 50), attemptTimeoutMs: 10 };
    const tried = await bench.run({ ...slow, retry: { policy: 'fixed', delayMs: 1, maxAttempts: 2, on: ['timeout'] } });
    expect(tried.duration).toBe(21);
    const given = await new Bench().run({ ...slow, retry: { policy: 'fixed', delayMs: 1, except: ['timeout'] } });
    expect(given.duration).toBe(10);
  });
});

describe('what the other side asks for', () => {
  test.each([
    ['longer than the own wait: it is kept', 2000, { policy: 'fixed', delayMs: 10 } as const, 2000],
    ['shorter: the own wait', 5, { policy: 'fixed', delayMs: 10 } as const, 10],
    ['longer than 30 s: 30 s', 3_600_000, { policy: 'fixed', delayMs: 10 } as const, 30_000],
    ['a larger cap allows it', 50_000, { policy: 'fixed', delayMs: 10, maxDelayMs: 60_000 } as const, 50_000],
    ['a smaller cap does not shorten it', 20_000, { policy: 'fixed', delayMs: 10, maxDelayMs: 100 } as const, 20_000],
  ])('%s', async (_, retryAfterMs, retry, wait) => {
    expect(await waitsOf({ id: 'n', type: 'flaky', with: { failures: 1, retryAfterMs }, retry })).toEqual([wait]);
  });

  test('the wait and its annotation say how long it was asked to be', async () => {
    const { recording } = await new Bench().run({
      id: 'n',
      type: 'flaky',
      with: { failures: 1, retryAfterMs: 2000 },
      retry: { policy: 'fixed', delayMs: 10 },
    });
    const { spans, annotations } = recording;
    const row = [...spans.name].indexOf(spans.names.indexOf('retry_backoff'));
    expect(spans.metadata.get(row)).toEqual({ delay_ms: 2000, retry_after_ms: 2000 });
    expect(annotations.label).toEqual(['retry after attempt 1']);
    expect(annotations.metadata.get(0)).toEqual({
      attempt: 1,
      delay_ms: 2000,
      error: { code: 'flaky', message: 'attempt 1 failed' },
    });
  });
});

describe('verdicts', () => {
  const fixed: RetryDefinition = { policy: 'fixed', maxAttempts: 3, delayMs: 1 };

  test.each<[string, NodeDefinition, unknown]>([
    [
      'succeeded in the end',
      flaky(2, fixed),
      { verdict: 'expected', attempts: 3, reason: 'succeeded on attempt 3 of 3' },
    ],
    ['exhausted', flaky(9, fixed), { verdict: 'unexpected', attempts: 3, reason: 'all 3 attempts failed' }],
    [
      'without a limit',
      flaky(4, { policy: 'keep_trying', delayMs: 1 }),
      { verdict: 'expected', attempts: 5, reason: 'succeeded on attempt 5' },
    ],
    [
      'final',
      { id: 'n', type: 'fail', with: { message: 'no' }, retry: fixed },
      { verdict: 'unexpected', attempts: 1, reason: 'the error of attempt 1 of 3 is not retryable' },
    ],
    [
      'not of the codes that the policy tries again',
      flaky(9, { ...fixed, on: ['other'] }),
      { verdict: 'unexpected', attempts: 1, reason: 'the policy does not try again after flaky' },
    ],
    [
      'out of time',
      flaky(9, { policy: 'keep_trying', delayMs: 20 }, { timeoutMs: 45 }),
      { verdict: 'unexpected', attempts: 2, reason: 'the time limit passed during attempt 2' },
    ],
  ])('%s', async (_, node, finding) => {
    const { recording } = await new Bench().run(node);
    expect(buildProfile(recording).retries).toMatchObject([{ id: 'n', ...Object(finding) }]);
  });

  test('a node that succeeds at once, and one without a policy, are no finding', async () => {
    expect(buildProfile((await new Bench().run(flaky(0, fixed))).recording).retries).toEqual([]);
    expect(buildProfile((await new Bench().run(flaky(1, undefined))).recording).retries).toEqual([]);
  });

  test('failed attempts and waits are accounted for as what they are', async () => {
    const { recording } = await new Bench().run(flaky(2, { policy: 'fixed', delayMs: 100 }));
    const { accounting } = buildProfile(recording);
    expect(accounting).toMatchObject({
      total_ms: 230,
      causes: { failed_attempts: 20, retry_backoff: 200, work: 10, unaccounted: 0 },
    });
  });

  test('no further attempt follows once the run has failed elsewhere', async () => {
    const result = await new Bench().run(
      workflow(
        flaky(99, { policy: 'fixed', delayMs: 50, maxAttempts: 9 }),
        {
          id: 'bad',
          type: 'fail',
          dependsOn: ['d'],
          with: { message: 'no' },
        },
        delay('d', 65),
      ),
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "failed at 70: failed_on_purpose in bad
      n 0-70 failed
        @10 retry after attempt 1
        attempt 1 0-10 failed
          execute 0-10 failed
        retry_backoff 10-60
        attempt 2 60-70 failed
          execute 60-70 failed
      d 0-65
        sleep 0-65
      bad 65-65 failed
        execute 65-65 failed"
    `);
  });

  test('no further attempt follows once a group around the group of the node has failed', async () => {
    const inner = { id: 'inner', type: 'group', nodes: [flaky(99, { policy: 'fixed', delayMs: 1, maxAttempts: 9 })] };
    const bad = { id: 'bad', type: 'fail', dependsOn: ['d'], with: { message: 'no' } };
    const nodes = [inner, delay('d', 5), bad];
    const outer = { id: 'outer', type: 'group', onFailure: 'continue' as const, nodes };
    const bench = new Bench();
    const result = await bench.run(workflow(outer, delay('after', 5, 'outer')));
    expect(bench.calls).toEqual(['n']);
    expect(result).toMatchObject({ status: 'completed', duration: 15 });
  });

  test.each([{ timeoutMs: 5 }, { attemptTimeoutMs: 5 }])(
    'a handler that blocks past %o has run out of time',
    async (limit) => {
      const bench = new Bench();
      bench.conductor.register('blocks', {
        params: z.strictObject({}),
        phase: 'execute',
        run: () => {
          bench.time.pass(20);
          return 1;
        },
      });
      const result = await bench.run({ id: 'a', type: 'blocks', ...limit });
      expect(result).toMatchObject({ success: false, error: { code: 'timeout' } });
    },
  );

  test('a handler may cancel the run when it hears that its attempt has run out of time', async () => {
    const bench = new Bench();
    const cancel = new AbortController();
    bench.conductor.register('resigns', {
      params: z.strictObject({}),
      phase: 'execute',
      run: (_, { signal }) => {
        signal.addEventListener('abort', () => cancel.abort());
        return new Promise<never>(() => {});
      },
    });
    const retry = { policy: 'fixed', delayMs: 1 } as const;
    const result = await bench.run(
      workflow({ id: 'a', type: 'resigns', attemptTimeoutMs: 5, retry }, delay('b', 50), delay('c', 5, 'a')),
      { signal: cancel.signal },
    );
    expect(result.executedNodes).toEqual(['a', 'b']);
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "cancelled at 5: cancelled
      a 0-5 cancelled
        attempt 1 0-5 timeout
          execute 0-5 timeout
      b 0-5 cancelled
        sleep 0-5 cancelled
      (c cancelled)"
    `);
  });
});
