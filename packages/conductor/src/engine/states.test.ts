import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { NodeDefinition } from '../index.ts';
import { Bench, delay, statesOf, workflow } from '../testing/bench.ts';
import { drawRun } from '../testing/draw.ts';

function fails(id: string, ...dependsOn: string[]): NodeDefinition {
  return { id, type: 'fail', dependsOn, with: { message: 'no', code: 'broken' } };
}

function group(id: string, nodes: NodeDefinition[], more: Partial<NodeDefinition> = {}): NodeDefinition {
  return { id, type: 'group', nodes, ...more };
}

/** A bench with a node type that never ends, and never hears that it should. */
function withHanging(): Bench {
  const bench = new Bench();
  bench.conductor.register('hangs', {
    params: z.object({}),
    phase: 'execute',
    run: () => new Promise(() => {}),
  });
  return bench;
}

const hangs = (id: string, more: Partial<NodeDefinition> = {}): NodeDefinition => ({ id, type: 'hangs', ...more });

/** Cancels the run at a time. */
function cancelled(at: number, definition: Parameters<Bench['run']>[0], bench = new Bench()): ReturnType<Bench['run']> {
  const abort = new AbortController();
  bench.time.at(at, () => abort.abort());
  return bench.run(definition, { signal: abort.signal, concurrency: 1 });
}

describe('skipped', () => {
  test('by its condition, with its reason, and with those that depend on it alone', async () => {
    const result = await new Bench().run(
      workflow(
        { ...delay('off', 10), when: 'false' },
        delay('after_off', 10, 'off'),
        delay('after_both', 10, 'off', 'on'),
        delay('on', 5),
      ),
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 15
      on 0-5
        sleep 0-5
      off 0-0 skipped
      after_both 5-15
        sleep 5-15
      (after_off skipped)"
    `);
    expect(statesOf(result)).toEqual({
      off: 'skipped',
      after_off: 'skipped',
      after_both: 'completed',
      on: 'completed',
    });
  });

  test('behind a failure, however far', async () => {
    const result = await new Bench().run(workflow(fails('bad'), delay('next', 1, 'bad'), delay('last', 1, 'next')));
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "failed at 0: broken in bad
      bad 0-0 failed
        execute 0-0 failed
      (next skipped)
      (last skipped)"
    `);
  });

  test('a condition that fails is the failure of its node', async () => {
    const result = await new Bench().run(workflow({ ...delay('a', 5), when: '1 / 0 == 1' }, delay('b', 1, 'a')));
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "failed at 0: expression_failed in a
      a 0-0 failed
        expression_eval 0-0 failed
      (b skipped)"
    `);
  });
});

describe('failed', () => {
  test('what has started ends, what has not never does', async () => {
    const result = await new Bench().run(
      workflow(delay('a', 5), fails('bad', 'a'), delay('long', 20), delay('after_long', 5, 'long'), delay('queued', 5)),
      { concurrency: 2 },
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "failed at 20: broken in bad
      long 0-20
        sleep 0-20
      a 0-5
        sleep 0-5
      bad 5-5 failed
        execute 5-5 failed
      (after_long skipped)
      (queued skipped)"
    `);
  });

  test('with onFailure continue what depends on it runs, and the run completes', async () => {
    const result = await new Bench().run(
      workflow({ ...fails('bad'), onFailure: 'continue' }, delay('after', 5, 'bad'), delay('beside', 10)),
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 10
      beside 0-10
        sleep 0-10
      after 0-5
        sleep 0-5
      bad 0-0 failed
        execute 0-0 failed"
    `);
    expect(result).toMatchObject({ success: true, status: 'completed' });
  });

  test('expressions see that it failed and that it has no output', async () => {
    const result = await new Bench().run({
      name: 'test',
      nodes: [
        { ...fails('bad'), onFailure: 'continue' },
        { id: 'b', type: 'transform', dependsOn: ['bad'], with: { value: '${[nodes.bad.status, nodes.bad.output]}' } },
      ],
      output: '${nodes.b.output}',
    });
    expect(result.data).toEqual(['failed', null]);
  });

  test('a failure stops the nearest group that lets the run continue, and nothing outside it', async () => {
    const inner = group('inner', [fails('bad', 'x'), delay('x', 5), delay('behind', 1, 'bad')]);
    const result = await new Bench().run(
      workflow(
        group('outer', [inner, delay('beside', 20), delay('later', 5, 'beside')], { onFailure: 'continue' }),
        delay('after', 5, 'outer'),
        delay('other', 30),
      ),
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 30
      other 0-30
        sleep 0-30
      outer 0-20 failed
        beside 0-20
          sleep 0-20
        inner 0-5 failed
          x 0-5
            sleep 0-5
          bad 5-5 failed
            execute 5-5 failed
      after 20-25
        sleep 20-25
      (behind skipped)
      (later skipped)"
    `);
    expect(result.success).toBe(true);
  });
});

describe('cancelled', () => {
  test('what runs, what is queued and what has not become ready', async () => {
    const result = await cancelled(
      7,
      workflow(delay('done', 5), delay('runs', 10, 'done'), delay('queued', 10, 'done'), delay('waits', 1, 'runs')),
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "cancelled at 7: cancelled
      done 0-5
        sleep 0-5
      runs 5-7 cancelled
        sleep 5-7 cancelled
      (queued cancelled)
      (waits cancelled)"
    `);
    expect(result.executedNodes).toEqual(['done', 'runs']);
  });

  test('in groups, which end with what is in them', async () => {
    const result = await cancelled(7, workflow(group('g', [delay('a', 5), delay('b', 10, 'a'), delay('c', 1, 'b')])));
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "cancelled at 7: cancelled
      g 0-7 cancelled
        a 0-5
          sleep 0-5
        b 5-7 cancelled
          sleep 5-7 cancelled
      (c cancelled)"
    `);
  });

  test('during the wait for another attempt', async () => {
    const flaky: NodeDefinition = {
      id: 'n',
      type: 'flaky',
      with: { failures: 5 },
      retry: { policy: 'fixed', delayMs: 50 },
    };
    expect(drawRun(await cancelled(30, flaky))).toMatchInlineSnapshot(`
      "cancelled at 30: cancelled
      n 0-30 cancelled
        @10 retry after attempt 1
        attempt 1 0-10 failed
          execute 0-10 failed
        retry_backoff 10-30 cancelled"
    `);
  });

  test('a handler that does not hear of it keeps nobody waiting', async () => {
    const result = await cancelled(5, hangs('n'), withHanging());
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "cancelled at 5: cancelled
      n 0-5 cancelled
        execute 0-5 cancelled"
    `);
  });
});

describe('timeout', () => {
  test('of an attempt: it is one that failed, and another follows', async () => {
    const bench = new Bench();
    bench.conductor.register('faster', {
      params: z.object({}),
      phase: 'execute',
      run: async (_, context) => {
        await context.sleep(40 / context.attempt);
        return context.attempt;
      },
    });
    const result = await bench.run({
      id: 'n',
      type: 'faster',
      attemptTimeoutMs: 25,
      retry: { policy: 'fixed', delayMs: 5 },
    });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 50
      n 0-50
        @25 retry after attempt 1
        attempt 1 0-25 timeout
          execute 0-25 timeout
        retry_backoff 25-30
        attempt 2 30-50
          execute 30-50"
    `);
    expect(result.data).toBe(2);
  });

  test('of the only attempt: the node has run out of time', async () => {
    const result = await withHanging().run(hangs('n', { attemptTimeoutMs: 25 }));
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "failed at 25: timeout in n
      n 0-25 timeout
        execute 0-25 timeout"
    `);
  });

  test('of a node: its attempts and the waits between them, but not its time in the queue', async () => {
    const result = await withHanging().run(
      workflow(delay('first', 30), hangs('second', { timeoutMs: 20 }), delay('behind', 1, 'second')),
      { concurrency: 1 },
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "failed at 50: timeout in second
      second 0-50 timeout
        queue_wait 0-30 (concurrency: limit 1)
        execute 30-50 timeout
      first 0-30
        sleep 0-30
      (behind skipped)"
    `);
  });

  test('of a group: what runs in it, and what has not started is cancelled', async () => {
    const result = await withHanging().run(
      workflow(
        group('g', [delay('a', 5), hangs('b', { dependsOn: ['a'] }), delay('c', 1, 'b')], {
          timeoutMs: 20,
          onFailure: 'continue',
        }),
        delay('after', 5, 'g'),
      ),
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 25
      g 0-20 timeout
        a 0-5
          sleep 0-5
        b 5-20 timeout
          execute 5-20 timeout
      after 20-25
        sleep 20-25
      (c cancelled)"
    `);
  });

  test('of a group in a group: the inner one is stopped, and the outer one fails of it', async () => {
    const result = await withHanging().run(
      workflow(group('outer', [group('inner', [hangs('a')], { timeoutMs: 10 }), delay('beside', 30)])),
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "failed at 30: timeout in inner
      outer 0-30 failed
        beside 0-30
          sleep 0-30
        inner 0-10 timeout
          a 0-10 timeout
            execute 0-10 timeout"
    `);
  });

  test('of the run', async () => {
    const result = await withHanging().run(
      { ...workflow(delay('a', 5), hangs('b', { dependsOn: ['a'] }), delay('c', 1, 'b')), timeoutMs: 20 },
      {},
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "timeout at 20: timeout
      a 0-5
        sleep 0-5
      b 5-20 timeout
        execute 5-20 timeout
      (c cancelled)"
    `);
    expect(result.status).toBe('timeout');
  });

  test("of the run: the option takes the place of the workflow's own limit", async () => {
    const definition = { ...workflow(delay('a', 50)), timeoutMs: 1000 };
    expect(await new Bench().run(definition, { timeoutMs: 10 })).toMatchObject({ status: 'timeout', duration: 10 });
    expect(await new Bench().run({ ...definition, timeoutMs: 10 }, { timeoutMs: 60 })).toMatchObject({ success: true });
  });

  test('one that passes at the very moment of the end changes nothing', async () => {
    const result = await new Bench().run({ ...workflow(delay('a', 10)), timeoutMs: 10 });
    expect(['completed', 'timeout']).toContain(result.status);
    expect(statesOf(result)).toEqual({ a: result.status });
  });
});
