import { spanNameAt, statusOf, type JsonObject, type Trace } from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  createConductor,
  isolated,
  type ExecutionResult,
  type NodeContext,
  type NodeDefinition,
  type RunOptions,
} from '../index.ts';
import type { Schedule } from '../schedule.ts';
import { checkSpans } from '../testing/check-spans.ts';
import { VirtualTime } from '../testing/virtual-time.ts';
import { isolatedIn, type IsolatedOptions } from './isolated.ts';
import { ThreadPool } from './pool.ts';

const MODULE = new URL('../../fixtures/isolated-handler.mjs', import.meta.url);
const WITHOUT_HANDLER = new URL('../../fixtures/isolated-no-handler.mjs', import.meta.url);
const BROKEN = new URL('../../fixtures/isolated-broken.mjs', import.meta.url);
const MISSING = new URL('nowhere.mjs', import.meta.url);

const params = z.looseObject({ case: z.string() });

async function run(
  name: string,
  {
    more = {},
    options = {},
    run: runOptions = {},
    node = {},
  }: {
    more?: JsonObject;
    options?: IsolatedOptions;
    run?: RunOptions;
    node?: Partial<NodeDefinition>;
  } = {},
): Promise<ExecutionResult> {
  const conductor = createConductor();
  conductor.register('apart', { params, phase: null, run: isolated(MODULE, { maxWorkers: 1, ...options }) });
  const result = await conductor.node.run(
    { id: 'n', type: 'apart', with: { case: name, ...more }, ...node },
    runOptions,
  );
  checkSpans(result.recording);
  return result;
}

/** Names of spans with their parents' names, in the order in which they began. */
function tree({ spans }: Trace): string[] {
  return Array.from({ length: spans.length }, (_, row) => {
    const parent = spans.parent[row] ?? -1;
    return `${parent < 0 ? '' : `${spanNameAt(spans, parent)} > `}${spanNameAt(spans, row)}`;
  });
}

function durationOf({ spans }: Trace, name: string): number {
  const row = Array.from({ length: spans.length }, (_, at) => at).find((at) => spanNameAt(spans, at) === name);
  return spans.duration[row ?? -1] ?? -1;
}

describe('a handler in a thread', () => {
  test('gets its parameters and gives its output', async () => {
    const value = { a: [1, null, 'ä'], ['__proto__x']: true };
    expect((await run('echo', { more: { value } })).data).toEqual({ value });
  });

  test('knows its node', async () => {
    const { data, recording } = await run('facts');
    const id = recording.execution.id ?? '';
    expect(data).toMatchObject({ nodeId: 'n', executionId: id, attempt: 1, commands: true, http: true });
    expect(data).toMatchObject({ idempotencyKey: expect.stringContaining(id) });
    expect(data).toMatchObject({ traceparent: expect.stringContaining(id.replaceAll('-', '')) });
  });

  test('records phases, progress, annotations and log lines', async () => {
    const { data, recording, trace } = await run('everything');
    expect(data).toBe('done');
    expect(tree(recording).slice(1)).toEqual([
      'n > queue_wait',
      'n > worker_start',
      'n > execute',
      'execute > read',
      'read > inner',
      'execute > write',
    ]);
    const write = tree(recording).indexOf('execute > write');
    expect(statusOf(recording.spans.status[write] ?? 0)).toBe('failed');
    expect(durationOf(recording, 'execute')).toBeGreaterThan(30_000);
    expect(recording.annotations.label).toEqual(['cache miss', 'a line']);
    expect(trace.nodes[0]?.events.map(({ type }) => type)).toContain('progress');
  });

  test('its phases have the times that they had there, however late they are heard of', async () => {
    const conductor = createConductor();
    const handler = isolated(MODULE, { maxWorkers: 1 });
    conductor.register('apart', {
      params,
      phase: null,
      run: (p, context) => {
        let isBlocked = false;
        const blocked = new Proxy(context, {
          get(target, key) {
            const value: unknown = Reflect.get(target, key, target);
            if (typeof value !== 'function') return value;
            // The first progress is told before the first phase; until all of them are over, nothing more is heard.
            if (key === 'progress' && !isBlocked) {
              isBlocked = true;
              Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
            }
            const bound: unknown = value.bind(target);
            return bound;
          },
        });
        return handler(p, blocked);
      },
    });
    const { recording } = await conductor.node.run({ id: 'n', type: 'apart', with: { case: 'timed' } });
    checkSpans(recording);
    expect(durationOf(recording, 'read')).toBeGreaterThanOrEqual(20_000);
    expect(durationOf(recording, 'write')).toBeGreaterThanOrEqual(10_000);
    // Heard of at once, they would all be as long as it takes to tell.
    expect(durationOf(recording, 'read') + durationOf(recording, 'write')).toBeLessThan(150_000);
  });

  test('what it does after its end no longer counts, also not in the call after it', async () => {
    const conductor = createConductor();
    conductor.register('apart', { params, phase: null, run: isolated(MODULE, { maxWorkers: 1 }) });
    const nodes: NodeDefinition[] = [
      { id: 'a', type: 'apart', with: { case: 'late' } },
      { id: 'b', type: 'apart', with: { case: 'everything' }, dependsOn: ['a'] },
    ];
    const { data, recording } = await conductor.node.run({ name: 'test', nodes });
    expect(data).toEqual({ a: 'in time', b: 'done' });
    expect(recording.annotations.label).not.toContain('too late');
    expect(tree(recording).join()).not.toContain('too late');
  });

  test('cannot flood the run with what it reports', async () => {
    const { data, recording, trace } = await run('flood');
    expect(data).toBe('flooded');
    expect(recording.annotations.length).toBe(10_000);
    expect(trace.nodes[0]?.events.length).toBeLessThan(2000);
  });

  test('has parameters of its own', async () => {
    const nodes: NodeDefinition[] = [
      { id: 'list', type: 'transform', with: { value: ['theirs'] } },
      { id: 'a', type: 'apart', with: { case: 'mutates', list: '${nodes.list.output}' }, dependsOn: ['list'] },
    ];
    const conductor = createConductor();
    conductor.register('apart', { params, phase: null, run: isolated(MODULE) });
    expect((await conductor.node.run({ name: 'test', nodes })).data).toEqual({ list: ['theirs'], a: 2 });
  });
});

describe('a handler that misbehaves is a failure of its node', () => {
  test.each<[string, string, string]>([
    ['exit', 'isolated_crashed', 'code 0'],
    ['heap', 'isolated_out_of_memory', 'memory'],
    ['stack', 'handler_error', 'call stack'],
    ['uncaught', 'isolated_crashed', 'thrown from a timer'],
    ['unhandled', 'isolated_crashed', 'left alone'],
    ['throwsUndefined', 'handler_error', 'undefined'],
    ['throwsProxy', 'handler_error', 'cannot be shown'],
    ['throwsFailure', 'own_code', 'slow down'],
    ['cyclic', 'invalid_output', 'not JSON'],
    ['bigint', 'invalid_output', 'not JSON'],
    ['func', 'invalid_output', 'not JSON'],
    ['getter', 'invalid_output', 'not JSON'],
    ['deep', 'invalid_output', 'not JSON'],
    ['huge', 'output_too_large', '10485760'],
    ['no such case', 'handler_error', 'not a function'],
  ])('%s', async (name, code, message) => {
    const { status, error } = await run(name, { options: { maxHeapMb: 48 } });
    expect(status).toBe('failed');
    expect(error).toMatchObject({ code, nodeKey: 'n' });
    expect(error?.message).toContain(message);
  });

  test('a thread that takes too long to start is given up as well', async () => {
    const { recording } = await run('never', { node: { timeoutMs: 1 }, options: { graceMs: 0 } });
    expect(statusOf(recording.nodes.status[0] ?? 0)).toBe('timeout');
    expect((await run('never', { options: { timeLimitMs: 1, graceMs: 0 } })).error?.code).toBe('timeout');
  });

  test('after a crash the next attempt has a new thread', async () => {
    const { error, recording } = await run('exit', {
      node: { retry: { policy: 'fixed', delayMs: 0, maxAttempts: 2 } },
    });
    expect(error?.code).toBe('isolated_crashed');
    expect(tree(recording).filter((line) => line.endsWith('> worker_start'))).toEqual([
      'attempt 1 > worker_start',
      'attempt 2 > worker_start',
    ]);
  });

  test('messages that are none, or of another call, are not listened to', async () => {
    expect((await run('garbage')).data).toBe('mine');
    const { data, recording } = await run('badMetadata');
    expect(data).toBe('fine');
    expect(tree(recording).join()).not.toContain('bad');
  });

  test.each([
    [WITHOUT_HANDLER, 'default export'],
    [BROKEN, 'does not even load'],
    [MISSING, 'cannot be loaded'],
  ])('a module that cannot be used: %s', async (module, message) => {
    const conductor = createConductor();
    conductor.register('apart', { params: z.object({}), phase: null, run: isolated(module) });
    const { error } = await conductor.node.run({ id: 'n', type: 'apart', retry: { policy: 'fixed' } });
    expect(error?.code).toBe('isolated_not_loaded');
    expect(error?.message).toContain(message);
  });

  test('parameters that cannot be copied', async () => {
    const conductor = createConductor();
    const odd = z.object({}).transform(() => ({ call: () => 1 }));
    conductor.register('apart', { params: odd, phase: null, run: isolated(MODULE) });
    const { error } = await conductor.node.run({ id: 'n', type: 'apart' });
    expect(error?.code).toBe('invalid_parameters');
  });
});

/** A pool whose times pass when the test says so. */
function pooled(maxWorkers: number): {
  pool: ThreadPool;
  pass: () => void;
  conductor: ReturnType<typeof createConductor>;
} {
  const due = new Set<() => void>();
  const schedule: Schedule = (_, then) => {
    due.add(then);
    return () => due.delete(then);
  };
  const pool = new ThreadPool({ maxWorkers, idleMs: 1, maxHeapMb: 64 }, schedule);
  const pass = (): void => {
    const now = Array.from(due);
    due.clear();
    for (const then of now) then();
  };
  const conductor = createConductor();
  conductor.register('apart', { params, phase: null, run: isolatedIn(pool, MODULE) });
  return { pool, pass, conductor };
}

const many = (count: number): NodeDefinition[] =>
  Array.from({ length: count }, (_, i) => ({ id: `n${i}`, type: 'apart', with: { case: 'echo', value: i } }));

/** Resolves once the pool has no thread left; each turn of the loop lets exits come in. */
async function empty(pool: ThreadPool): Promise<void> {
  while (pool.size > 0) await new Promise((resolve) => setImmediate(resolve));
}

/** A context that tells when the handler reports its first progress: it is then running in its thread. */
function watched(context: NodeContext, running: () => void): NodeContext {
  return new Proxy(context, {
    get(target, key) {
      if (key === 'progress') return running;
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      const bound: unknown = value.bind(target);
      return bound;
    },
  });
}

describe('the threads of a module', () => {
  test('are no more than they may be, are used again, and end when nobody needs them', async () => {
    const { pool, pass, conductor } = pooled(2);
    const result = await conductor.node.run({ name: 'test', nodes: many(12) }, { concurrency: 12 });
    expect(result.status).toBe('completed');
    expect(pool.size).toBe(2);
    pass();
    await empty(pool);
    expect((await conductor.node.run({ name: 'test', nodes: many(1) })).status).toBe('completed');
    expect(pool.size).toBe(1);
    pass();
    await empty(pool);
  });

  test('a call that is stopped while it waits for one leaves the queue', async () => {
    const { pool, pass, conductor } = pooled(1);
    const abort = new AbortController();
    const nodes: NodeDefinition[] = ['a', 'b'].map((id) => ({ id, type: 'apart', with: { case: 'never' } }));
    const running = conductor.node.run({ name: 'test', nodes }, { signal: abort.signal });
    setImmediate(() => abort.abort());
    expect((await running).status).toBe('cancelled');
    pass();
    await empty(pool);
  });

  test.each([
    ['listens', 1],
    ['loop', 0],
    ['block', 0],
    ['never', 0],
  ])('%s: stopped while it runs; %i threads are left after the time for cleaning up', async (name, left) => {
    const { pool, pass } = pooled(1);
    const abort = new AbortController();
    const conductor = createConductor();
    const handler = isolatedIn(pool, MODULE);
    const stop = (): void => abort.abort();
    conductor.register('apart', { params, phase: null, run: (p, context) => handler(p, watched(context, stop)) });
    const node: NodeDefinition = { id: 'n', type: 'apart', with: { case: name } };
    expect((await conductor.node.run(node, { signal: abort.signal })).status).toBe('cancelled');
    if (left === 0) {
      pass();
      return empty(pool);
    }
    // It answers, and is lent to the next, which would wait for ever if it had not come back.
    const next = await conductor.node.run({ id: 'n', type: 'apart', with: { case: 'facts' } });
    expect(next.status).toBe('completed');
    expect(pool.size).toBe(1);
    pass();
    return empty(pool);
  });

  test('a time limit of the handler ends a thread that loops', async () => {
    const { pool, pass } = pooled(1);
    const time = new VirtualTime();
    const conductor = createConductor({ timers: time.timers });
    const handler = isolatedIn(pool, MODULE, { timeLimitMs: 1000 });
    let pastLimit: Promise<void> = Promise.resolve();
    const running = (): void => {
      pastLimit = time.until(time.timers.sleep(2000, new AbortController().signal));
    };
    conductor.register('apart', { params, phase: null, run: (p, context) => handler(p, watched(context, running)) });
    const result = await conductor.node.run({ id: 'n', type: 'apart', with: { case: 'loop' } });
    expect(result.error).toMatchObject({ code: 'timeout', message: 'the handler took longer than 1000 ms' });
    await pastLimit;
    pass();
    await empty(pool);
  });
});
