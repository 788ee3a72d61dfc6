import { toEpochMicros, type JournalEntry, type TraceEvent } from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ExecutionResult, NodeDefinition, ResumePoint, WorkflowDefinition } from '../index.ts';
import { assemble } from '../simulation/assemble.ts';
import { Bench, workflow } from '../testing/bench.ts';
import { checkSpans } from '../testing/check-spans.ts';
import { drawRun } from '../testing/draw.ts';

const ID = '018d0c90-4d00-7101-8101-000000000001';

/** What is left of a run whose process dies at a time: what it had committed, and what its sink had been told. */
async function interrupted(definition: WorkflowDefinition, atMs: number, calls: string[]): Promise<ResumePoint> {
  const bench = benchOf(calls);
  const startedAt = bench.time.clock.now();
  const finished: JournalEntry[] = [];
  const events: TraceEvent[] = [];
  const run = bench.conductor.node.run(definition, {
    executionId: ID,
    journal: { commit: async (_, entries) => void finished.push(...(await Promise.resolve(entries))) },
    sink: { write: async (_, batch) => void events.push(...(await Promise.resolve(batch))) },
  });
  const died = new Promise<void>((resolve) => bench.time.at(atMs, resolve));
  await bench.time.until(Promise.race([run, died]));
  return { startedAt, finished, earlier: assemble(events) };
}

function benchOf(calls: string[], startMs = 0): Bench {
  const bench = new Bench({}, startMs);
  bench.conductor.register('noted', {
    params: z.strictObject({ ms: z.number() }),
    phase: 'execute',
    run: async ({ ms }, context) => {
      calls.push(`${context.idempotencyKey.slice(ID.length + 1)} ${context.attempt}`);
      await context.sleep(ms);
      return ms;
    },
  });
  return bench;
}

function noted(id: string, ms: number, ...dependsOn: string[]): NodeDefinition {
  return { id, type: 'noted', dependsOn, with: { ms } };
}

/** Interrupts a run at a time, and goes on with it half a second later. */
async function resumed(
  definition: WorkflowDefinition,
  atMs: number,
): Promise<{ result: ExecutionResult; calls: string[] }> {
  const calls: string[] = [];
  const resume = await interrupted(definition, atMs, calls);
  calls.push('--');
  const bench = benchOf(calls, 500);
  const result = await bench.run(definition, { executionId: ID, resume });
  return { result, calls };
}

const chain = workflow(noted('a', 100), noted('b', 100, 'a'), noted('c', 100, 'b'));

describe('resume', () => {
  test('what had finished does not run again, what was interrupted does, and the recording holds both', async () => {
    const { result, calls } = await resumed(chain, 160);
    expect(calls).toEqual(['a 1', 'b 1', '--', 'b 1', 'c 1']);
    expect(result).toMatchObject({ success: true, data: { a: 100, b: 100, c: 100 } });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 700
      a 0-100
        execute 0-100
      interrupted 100-500
      b 100-100 cancelled
        execute 100-100 cancelled
      b 500-600
        execute 500-600
      c 600-700
        execute 600-700"
    `);
    checkSpans(result.recording);
  });

  test('the time nobody ran it is a span of its own, which counts as the engine', async () => {
    const { result } = await resumed(chain, 160);
    const { spans } = result.recording;
    const row = [...spans.name].findIndex((name) => spans.names[name] === 'interrupted');
    expect(spans.start[row]).toBeLessThanOrEqual(160_000);
    expect(spans.start[row] + spans.duration[row]).toBe(500_000);
  });

  test('times go on from the first start', async () => {
    const { result } = await resumed(chain, 160);
    expect(result.recording.execution.startedAt).toBe(toEpochMicros(1_705_312_800_000_000));
    expect(result.duration).toBe(700);
    expect(result.trace.startTime).toBe(1_705_312_800_000);
  });

  test('everything had finished: nothing runs', async () => {
    const { result, calls } = await resumed(workflow(noted('a', 100)), 100.5);
    expect(calls.slice(calls.indexOf('--'))).toEqual(['--']);
    expect(result).toMatchObject({ success: true, data: { a: 100 } });
  });

  test('nothing had finished: everything runs again', async () => {
    const { result, calls } = await resumed(chain, 50);
    expect(calls).toEqual(['a 1', '--', 'a 1', 'b 1', 'c 1']);
    expect(result.success).toBe(true);
  });

  test('without an earlier trace the recording begins with what was restored', async () => {
    const calls: string[] = [];
    const { startedAt, finished } = await interrupted(chain, 160, calls);
    const bench = benchOf(calls, 500);
    const result = await bench.run(chain, { executionId: ID, resume: { startedAt, finished, earlier: null } });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 700
      a 0-100
      interrupted 100-500
      b 500-600
        execute 500-600
      c 600-700
        execute 600-700"
    `);
    checkSpans(result.recording);
  });

  test('items of a loop that had finished keep their results', async () => {
    const each: NodeDefinition = {
      id: 'each',
      type: 'foreach',
      with: { items: [100, 200, 50], concurrency: 2 },
      nodes: [{ id: 'item', type: 'noted', with: { ms: '${item}' } }],
    };
    const { result, calls } = await resumed(workflow(each, noted('after', 10, 'each')), 130);
    expect(calls).toEqual([
      'each[0]/item 1',
      'each[1]/item 1',
      'each[2]/item 1',
      '--',
      'each[1]/item 1',
      'each[2]/item 1',
      'after 1',
    ]);
    expect(result.data).toEqual({ each: [100, 200, 50], after: 10 });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 710
      each 0-700
        item#0 0-100
          execute 0-100
        item#1 0-0 cancelled
          execute 0-0 cancelled
        item#1 500-700
          execute 500-700
        item#2 500-550
          execute 500-550
      interrupted 100-500
      after 700-710
        execute 700-710"
    `);
    checkSpans(result.recording);
  });

  test('a failure that was committed and let the run continue stays one', async () => {
    const bad: NodeDefinition = { id: 'bad', type: 'fail', onFailure: 'continue', with: { message: 'no' } };
    const { result } = await resumed(workflow(bad, noted('a', 100, 'bad'), noted('b', 10, 'a')), 60);
    expect(result.success).toBe(true);
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 610
      interrupted 0-500
      bad 0-0 failed
        execute 0-0 failed
      a 0-0 cancelled
        execute 0-0 cancelled
      a 500-600
        execute 500-600
      b 600-610
        execute 600-610"
    `);
  });

  test('a failure that stops the run is not committed: the node is tried again', async () => {
    const bad: NodeDefinition = { id: 'bad', type: 'fail', dependsOn: ['a'], with: { message: 'no', code: 'broken' } };
    const { result, calls } = await resumed(workflow(noted('long', 100), noted('a', 20), bad), 50);
    expect(result).toMatchObject({ success: false, error: { code: 'broken', nodeKey: 'bad' } });
    expect(calls).toEqual(['long 1', 'a 1', '--', 'long 1']);
  });

  test('a branch that was chosen stays chosen', async () => {
    const definition: WorkflowDefinition = {
      name: 'test',
      nodes: [
        { id: 's', type: 'switch', with: { cases: [{ name: 'a', when: 'true' }], default: 'b' } },
        noted('a', 100, 's.a'),
        noted('b', 100, 's.b'),
      ],
    };
    const { result } = await resumed(definition, 60);
    expect(result.executedNodes).toContain('a');
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 600
      interrupted 0-500
      s 0-0
      a 0-0 cancelled
        execute 0-0 cancelled
      a 500-600
        execute 500-600
      (b skipped)"
    `);
  });

  test('twice interrupted', async () => {
    const calls: string[] = [];
    const first = await interrupted(chain, 160, calls);
    const bench = benchOf(calls, 500);
    const finished = [...first.finished];
    const events: TraceEvent[] = [];
    const second = bench.conductor.node.run(chain, {
      executionId: ID,
      resume: first,
      journal: { commit: async (_, entries) => void finished.push(...(await Promise.resolve(entries))) },
      sink: { write: async (_, batch) => void events.push(...(await Promise.resolve(batch))) },
    });
    await bench.time.until(Promise.race([second, new Promise<void>((resolve) => bench.time.at(150, resolve))]));
    calls.push('--');
    const last = benchOf(calls, 1000);
    const result = await last.run(chain, {
      executionId: ID,
      resume: { startedAt: first.startedAt, finished, earlier: null },
    });
    expect(calls).toEqual(['a 1', 'b 1', 'b 1', 'c 1', '--', 'c 1']);
    expect(result.success).toBe(true);
  });

  test('what had ended at the very start does not run again, even at that time', async () => {
    const definition = workflow(noted('a', 0), noted('b', 100, 'a'));
    const { startedAt, finished } = await interrupted(definition, 1, []);
    expect(finished).toMatchObject([{ path: 'a', start: 0, end: 0 }]);
    const calls: string[] = [];
    const resume = { startedAt, finished, earlier: null };
    const result = await benchOf(calls).run(definition, { executionId: ID, resume });
    expect(calls).toEqual(['b 1']);
    expect(result.duration).toBe(100);
  });

  test('the clock of whoever goes on may be behind', async () => {
    const calls: string[] = [];
    const resume = await interrupted(chain, 150, calls);
    const bench = benchOf(calls, -3_600_000);
    const result = await bench.run(chain, { executionId: ID, resume });
    expect(result.duration).toBe(300);
  });

  test('what had ended ends again in the order in which it had', async () => {
    const definition = workflow(noted('late', 20), noted('early', 10), noted('c', 100, 'early', 'late'));
    const { result, calls } = await resumed(definition, 50);
    expect(calls).toEqual(['late 1', 'early 1', 'c 1', '--', 'c 1']);
    expect(result.executedNodes).toEqual(['early', 'late', 'c']);
  });

  test('what had been skipped by its condition is skipped again, for the same reason', async () => {
    const definition = workflow({ ...noted('off', 10), when: 'false' }, noted('a', 10), noted('b', 100, 'a', 'off'));
    const { result, calls } = await resumed(definition, 50);
    expect(calls).toEqual(['a 1', 'b 1', '--', 'b 1']);
    expect(result.status).toBe('completed');
    const events = JSON.stringify(result.trace.nodes.find(({ nodeId }) => nodeId === 'off')?.events);
    expect(events).toContain('the condition is false');
  });
});
