import { buildProfile } from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import type { NodeDefinition, WorkflowDefinition } from './index.ts';
import { Bench, delay, workflow } from './testing/bench.ts';
import { drawRun } from './testing/draw.ts';

function limited(id: string, ms: number, more: Partial<NodeDefinition> = {}): NodeDefinition {
  return { ...delay(id, ms), rateLimit: 'api', ...more };
}

function withRate(perSecond: number, burst: number | undefined, ...nodes: NodeDefinition[]): WorkflowDefinition {
  return { ...workflow(...nodes), rateLimits: { api: { perSecond, ...(burst !== undefined && { burst }) } } };
}

describe('a rate limit', () => {
  test('one after the other at its pace, and the wait says what for', async () => {
    const result = await new Bench().run(withRate(100, undefined, limited('a', 1), limited('b', 1), limited('c', 1)));
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 21
      c 0-21
        @20 waited for api
        rate_limit_wait 0-20 (resource api, per_second 100)
        sleep 20-21
      b 0-11
        @10 waited for api
        rate_limit_wait 0-10 (resource api, per_second 100)
        sleep 10-11
      a 0-1
        sleep 0-1"
    `);
  });

  test('as many at once as the bucket holds, then at its pace', async () => {
    const nodes = Array.from({ length: 5 }, (_, i) => limited(`n${i}`, 1));
    const result = await new Bench().run(withRate(100, 3, ...nodes), { concurrency: 5 });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 21
      n4 0-21
        @20 waited for api
        rate_limit_wait 0-20 (resource api, per_second 100)
        sleep 20-21
      n3 0-11
        @10 waited for api
        rate_limit_wait 0-10 (resource api, per_second 100)
        sleep 10-11
      n0 0-1
        sleep 0-1
      n1 0-1
        sleep 0-1
      n2 0-1
        sleep 0-1"
    `);
  });

  test('a pause fills the bucket, but not over its brim', async () => {
    const late = Array.from({ length: 4 }, (_, i) => limited(`late${i}`, 0, { dependsOn: ['pause'] }));
    const result = await new Bench().run(withRate(100, 2, limited('first', 0), delay('pause', 500), ...late), {
      concurrency: 9,
    });
    expect(result.duration).toBe(520);
  });

  test('a part of a token is kept', async () => {
    const result = await new Bench().run(
      withRate(
        100,
        1,
        limited('a', 0),
        delay('wait', 6),
        limited('b', 0, { dependsOn: ['wait'] }),
        limited('c', 0, { dependsOn: ['b'] }),
      ),
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 20
      wait 0-6
        sleep 0-6
      a 0-0
      b 6-10
        @10 waited for api
        rate_limit_wait 6-10 (resource api, per_second 100)
      c 10-20
        @20 waited for api
        rate_limit_wait 10-20 (resource api, per_second 100)"
    `);
  });

  test('every attempt takes a token: the wait before a retry comes after the backoff', async () => {
    const flaky: NodeDefinition = {
      id: 'a',
      type: 'flaky',
      with: { failures: 2, ms: 1 },
      rateLimit: 'api',
      retry: { policy: 'fixed', delayMs: 5 },
    };
    const result = await new Bench().run(withRate(50, 1, flaky));
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 41
      a 0-41
        @1 retry after attempt 1
        @20 waited for api
        @21 retry after attempt 2
        @40 waited for api
        attempt 1 0-1 failed
          execute 0-1 failed
        retry_backoff 1-6
        rate_limit_wait 6-20 (resource api, per_second 50)
        attempt 2 20-21 failed
          execute 20-21 failed
        retry_backoff 21-26
        rate_limit_wait 26-40 (resource api, per_second 50)
        attempt 3 40-41
          execute 40-41"
    `);
  });

  test('nodes that need no token go past those that wait for one', async () => {
    const result = await new Bench().run(withRate(10, 1, limited('a', 1), limited('b', 1), delay('free', 5)), {
      concurrency: 2,
    });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 101
      b 0-101
        @100 waited for api
        rate_limit_wait 0-100 (resource api, per_second 10)
        sleep 100-101
      free 0-5
        sleep 0-5
      a 0-1
        sleep 0-1"
    `);
  });

  test('the next token goes to the most urgent one that waits', async () => {
    const result = await new Bench().run(
      withRate(
        100,
        1,
        limited('a', 0),
        limited('b', 0),
        limited('urgent', 0, { priority: 5, dependsOn: ['soon'] }),
        delay('soon', 3),
      ),
      { concurrency: 9 },
    );
    expect(result.executedNodes.filter((id) => id !== 'soon')).toMatchInlineSnapshot(`
      [
        "a",
        "urgent",
        "b",
      ]
    `);
  });

  test('slower than one a second', async () => {
    const result = await new Bench().run(withRate(0.1, 1, limited('a', 0), limited('b', 0)));
    expect(result.duration).toBe(10_000);
  });

  test('cancelling ends the wait at once', async () => {
    const bench = new Bench();
    const abort = new AbortController();
    bench.time.at(5, () => abort.abort());
    const result = await bench.run(withRate(1, 1, limited('a', 0), limited('b', 0)), { signal: abort.signal });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "cancelled at 5: cancelled
      a 0-0
      (b cancelled)"
    `);
  });

  test("a node's own time limit does not count the wait for its first token, that of the run does", async () => {
    const definition = withRate(10, 1, limited('a', 0), limited('b', 1, { timeoutMs: 50 }));
    expect(await new Bench().run(definition)).toMatchObject({ status: 'completed', duration: 101 });
    expect(drawRun(await new Bench().run(definition, { timeoutMs: 30 }))).toMatchInlineSnapshot(`
      "timeout at 30: timeout
      a 0-0
      (b cancelled)"
    `);
  });

  test("a conductor's is shared by its runs", async () => {
    const bench = new Bench({ limits: { rateLimits: { api: { perSecond: 10 } } } });
    const definition = withRate(1000, 1, limited('a', 0));
    const runs = [1, 2, 3].map(() => bench.conductor.node.run(definition));
    const results = await bench.time.until(Promise.all(runs));
    expect(results.map((result) => result.duration)).toEqual([0, 100, 200]);
  });

  test('the wait is accounted for as what it is', async () => {
    const { recording } = await new Bench().run(withRate(10, 1, limited('a', 20), limited('b', 20)));
    const { accounting } = buildProfile(recording);
    expect(accounting).toMatchObject({ total_ms: 120, causes: { rate_limit: 100, sleep: 20, unaccounted: 0 } });
  });

  test('the wait is annotated on the node', async () => {
    const { recording } = await new Bench().run(withRate(10, 1, limited('a', 20), limited('b', 20)));
    const { annotations, nodes } = recording;
    expect(annotations.type).toEqual(['rate_limit']);
    expect(annotations.span[0]).toBe(nodes.span[1]);
    expect([annotations.label[0], annotations.time[0], annotations.metadata.get(0)]).toMatchInlineSnapshot(`
      [
        "waited for api",
        100000,
        {
          "per_second": 10,
          "resource": "api",
          "waited_ms": 100,
        },
      ]
    `);
  });
});
