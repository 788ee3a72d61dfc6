import { describe, expect, test } from 'vitest';
import type { NodeDefinition, WorkflowDefinition } from './index.ts';
import { Bench, delay, workflow } from './testing/bench.ts';
import { drawRun } from './testing/draw.ts';

function of(id: string, ms: number, more: Partial<NodeDefinition>, ...dependsOn: string[]): NodeDefinition {
  return { ...delay(id, ms, ...dependsOn), ...more };
}

function withPools(pools: Record<string, number>, ...nodes: NodeDefinition[]): WorkflowDefinition {
  const named = Object.entries(pools).map(([name, concurrency]) => [name, { concurrency }]);
  return { ...workflow(...nodes), pools: Object.fromEntries(named) };
}

describe('the run', () => {
  test('as many nodes at once as it lets, the others wait for a place and say so', async () => {
    const result = await new Bench().run(workflow(delay('a', 10), delay('b', 20), delay('c', 5), delay('d', 1)), {
      concurrency: 2,
    });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 20
      b 0-20
        sleep 0-20
      d 0-16
        queue_wait 0-15 (concurrency: limit 2)
        sleep 15-16
      c 0-15
        queue_wait 0-10 (concurrency: limit 2)
        sleep 10-15
      a 0-10
        sleep 0-10"
    `);
  });

  test("the workflow's own limit counts where the run gives none, and 4 where neither does", async () => {
    const nodes = Array.from({ length: 6 }, (_, i) => delay(`n${i}`, 10));
    expect((await new Bench().run({ ...workflow(...nodes), concurrency: 3 })).duration).toBe(20);
    expect((await new Bench().run({ ...workflow(...nodes), concurrency: 3 }, { concurrency: 6 })).duration).toBe(10);
    expect((await new Bench().run(workflow(...nodes.slice(0, 5)))).duration).toBe(20);
  });

  test('a place is taken from the start of a node to its end, through its retries', async () => {
    const flaky: NodeDefinition = {
      id: 'a',
      type: 'flaky',
      with: { failures: 1 },
      retry: { policy: 'fixed', delayMs: 30 },
    };
    expect(drawRun(await new Bench().run(workflow(flaky, delay('b', 5)), { concurrency: 1 }))).toMatchInlineSnapshot(`
      "completed at 55
      b 0-55
        queue_wait 0-50 (concurrency: limit 1)
        sleep 50-55
      a 0-50
        @10 retry after attempt 1
        attempt 1 0-10 failed
          execute 0-10 failed
        retry_backoff 10-40
        attempt 2 40-50
          execute 40-50"
    `);
  });

  test('a node that starts when what it depends on has ended names what ended last', async () => {
    const result = await new Bench().run(workflow(delay('a', 10), delay('b', 20), delay('c', 5, 'a', 'b')));
    const { spans } = result.recording;
    const row = [...spans.node].findLastIndex((node, at) => node === 2 && spans.names[spans.name[at]] === 'queue_wait');
    expect([spans.start[row], spans.duration[row], spans.metadata.get(row)]).toEqual([
      20_000,
      0,
      { cause: 'dependency', released_by: 'b' },
    ]);
  });

  test('a node that could start at once waited for its turn only', async () => {
    const { spans } = (await new Bench().run(workflow(delay('a', 10)))).recording;
    expect([spans.names[spans.name[1]], spans.metadata.get(1)]).toEqual(['queue_wait', { cause: 'dispatch' }]);
  });
});

describe('a pool', () => {
  test('as many nodes of it at once as it lets; others go past those that wait for it', async () => {
    const result = await new Bench().run(
      withPools(
        { db: 1 },
        of('a', 10, { pool: 'db' }),
        of('b', 10, { pool: 'db' }),
        of('c', 10, { pool: 'db' }),
        delay('free', 5),
      ),
      { concurrency: 3 },
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 30
      c 0-30
        queue_wait 0-20 (pool: pool db, limit 1)
        sleep 20-30
      b 0-20
        queue_wait 0-10 (pool: pool db, limit 1)
        sleep 10-20
      a 0-10
        sleep 0-10
      free 0-5
        sleep 0-5"
    `);
  });

  test('a node that waits for its pool takes no place of the run meanwhile', async () => {
    const result = await new Bench().run(
      withPools({ db: 1 }, of('a', 20, { pool: 'db' }), of('b', 5, { pool: 'db' }), delay('c', 5), delay('d', 5, 'c')),
      { concurrency: 2 },
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 25
      b 0-25
        queue_wait 0-20 (pool: pool db, limit 1)
        sleep 20-25
      a 0-20
        sleep 0-20
      c 0-5
        sleep 0-5
      d 5-10
        sleep 5-10"
    `);
  });

  test('two pools do not hold each other up', async () => {
    const result = await new Bench().run(
      withPools(
        { db: 1, disk: 1 },
        of('db1', 30, { pool: 'db' }),
        of('db2', 30, { pool: 'db' }),
        of('disk1', 10, { pool: 'disk' }),
        of('disk2', 10, { pool: 'disk' }),
      ),
      { concurrency: 2 },
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 60
      db2 0-60
        queue_wait 0-30 (pool: pool db, limit 1)
        sleep 30-60
      db1 0-30
        sleep 0-30
      disk2 0-20
        queue_wait 0-10 (pool: pool disk, limit 1)
        sleep 10-20
      disk1 0-10
        sleep 0-10"
    `);
  });

  test("a conductor's pool is shared by its runs, and takes the place of the workflow's own", async () => {
    const bench = new Bench({ limits: { pools: { db: { concurrency: 1 } } } });
    const definition = withPools({ db: 5 }, of('a', 10, { pool: 'db' }));
    const runs = [1, 2, 3].map(() => bench.conductor.node.run(definition));
    const results = await bench.time.until(Promise.all(runs));
    expect(results.map((result) => result.duration)).toEqual([10, 20, 30]);
    expect(results.map(drawRun)).toMatchInlineSnapshot(`
      [
        "completed at 10
      a 0-10
        sleep 0-10",
        "completed at 20
      a 0-20
        queue_wait 0-10 (pool: pool db, limit 1)
        sleep 10-20",
        "completed at 30
      a 0-30
        queue_wait 0-20 (pool: pool db, limit 1)
        sleep 20-30",
      ]
    `);
  });
});

describe('a type', () => {
  test('as many nodes of it at once as the workflow lets', async () => {
    const result = await new Bench().run(
      {
        ...workflow(delay('a', 10), delay('b', 10), { id: 'c', type: 'flaky', with: { failures: 0 } }),
        typeConcurrency: { delay: 1 },
      },
      {},
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 20
      b 0-20
        queue_wait 0-10 (concurrency: type delay, limit 1)
        sleep 10-20
      a 0-10
        sleep 0-10
      c 0-10
        execute 0-10"
    `);
  });

  test('and the pool: both have to have room', async () => {
    const result = await new Bench().run({
      ...withPools({ db: 1 }, of('a', 10, { pool: 'db' }), delay('b', 30), of('c', 5, { pool: 'db' })),
      typeConcurrency: { delay: 2 },
    });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 30
      b 0-30
        sleep 0-30
      c 0-15
        queue_wait 0-10 (pool: pool db, limit 1)
        sleep 10-15
      a 0-10
        sleep 0-10"
    `);
  });
});

describe('priorities', () => {
  test('of those that are ready the most urgent starts first, then the one declared first', async () => {
    const result = await new Bench().run(
      workflow(
        delay('first', 10),
        of('low', 1, { priority: -1 }),
        delay('plain', 1),
        of('high', 1, { priority: 5 }),
        of('also_high', 1, { priority: 5 }),
      ),
      { concurrency: 1 },
    );
    expect(result.executedNodes).toEqual(['high', 'also_high', 'first', 'plain', 'low']);
  });

  test('what runs is never stopped for something more urgent', async () => {
    const result = await new Bench().run(
      workflow(delay('gate', 1), delay('long', 20), of('urgent', 1, { priority: 9 }, 'gate'), delay('next', 1, 'gate')),
      { concurrency: 2 },
    );
    expect(result.executedNodes).toEqual(['gate', 'urgent', 'next', 'long']);
  });

  test("a group's is that of what is in it, unless it has its own", async () => {
    const result = await new Bench().run(
      workflow(delay('plain', 1), {
        id: 'g',
        type: 'group',
        priority: 3,
        nodes: [delay('in', 1), of('low', 1, { priority: -3 })],
      }),
      { concurrency: 1 },
    );
    expect(result.executedNodes).toEqual(['in', 'plain', 'low', 'g']);
  });

  test('the most urgent one waits for its pool, and a less urgent one of another goes past it', async () => {
    const result = await new Bench().run(
      withPools(
        { db: 1, disk: 1 },
        of('holds', 20, { pool: 'db', priority: 9 }),
        of('urgent', 5, { pool: 'db', priority: 8 }),
        of('lesser', 5, { pool: 'disk', priority: 1 }),
      ),
      { concurrency: 2 },
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 25
      urgent 0-25
        queue_wait 0-20 (pool: pool db, limit 1)
        sleep 20-25
      holds 0-20
        sleep 0-20
      lesser 0-5
        sleep 0-5"
    `);
  });
});
