import { analyseTrace, buildProfile } from '@flowprof/model';
import { expect, test } from 'vitest';
import type { NodeDefinition } from '../index.ts';
import { Bench, delay, workflow } from '../testing/bench.ts';
import { drawRun } from '../testing/draw.ts';

const each: NodeDefinition = {
  id: 'each',
  type: 'foreach',
  with: { items: [5, 10] },
  nodes: [{ id: 'wait', type: 'delay', with: { ms: '${item}' } }],
};

test('it is a phase of its own before each leaf', async () => {
  const result = await new Bench().run(workflow(delay('a', 10), each), { slowMo: 100, concurrency: 1 });
  expect(drawRun(result)).toMatchInlineSnapshot(`
    "completed at 325
    each 0-325
      wait#1 0-325
        queue_wait 0-215 (concurrency: limit 1)
        slow_mo 215-315
        sleep 315-325
      wait#0 0-215
        queue_wait 0-110 (concurrency: limit 1)
        slow_mo 110-210
        sleep 210-215
    a 0-110
      slow_mo 0-100
      sleep 100-110"
  `);
});

test('no analysis counts it as work: not the work, the span, the nodes nor the accounting', async () => {
  const definition = workflow(delay('a', 10), delay('b', 20, 'a'), delay('c', 5));
  const plain = analyseTrace((await new Bench().run(definition)).recording);
  const slow = analyseTrace((await new Bench().run(definition, { slowMo: 1000 })).recording);
  expect(slow.measures).toMatchObject({ work: plain.measures?.work, span: plain.measures?.span });
  // Once before each of the two nodes on the critical path.
  expect(slow.accounting?.totals).toEqual({ ...plain.accounting?.totals, engine: 2_000_000 });
});

test('the recording says that there was some', async () => {
  const { recording } = await new Bench().run(workflow(delay('a', 10), delay('b', 5, 'a')), { slowMo: 50 });
  expect(recording.execution.attributes).toMatchObject({ slow_mo_ms: 50 });
  expect(buildProfile(recording)).toMatchObject({
    makespan_ms: 115,
    accounting: { causes: { engine: 100, sleep: 15 } },
  });
});

test('neither does it cost more attempts, nor count towards the time limit of a node', async () => {
  const result = await new Bench().run(
    workflow({ id: 'n', type: 'flaky', with: { failures: 2 }, retry: { policy: 'fixed', delayMs: 5 }, timeoutMs: 100 }),
    { slowMo: 1000 },
  );
  expect(result).toMatchObject({ success: true, duration: 1040 });
  expect(drawRun(result)).toMatchInlineSnapshot(`
    "completed at 1040
    n 0-1040
      @1010 retry after attempt 1
      @1025 retry after attempt 2
      slow_mo 0-1000
      attempt 1 1000-1010 failed
        execute 1000-1010 failed
      retry_backoff 1010-1015
      attempt 2 1015-1025 failed
        execute 1015-1025 failed
      retry_backoff 1025-1030
      attempt 3 1030-1040
        execute 1030-1040"
  `);
});
