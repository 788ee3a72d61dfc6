import { NONE, statusOf, type TraceEvent, type TraceSink } from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createConductor, NodeFailure, WorkflowFileError, type Conductor, type ExecutionResult } from './index.ts';
import type { NodeDefinition, WorkflowDefinition } from './index.ts';
import { draw } from './testing/draw.ts';
import { VirtualTime } from './testing/virtual-time.ts';
import type { RunOptions } from './types.ts';

/** A conductor under a virtual clock, with a node type that fails as often as it is told to. */
class Bench {
  readonly time = new VirtualTime();
  readonly conductor: Conductor = createConductor(this.time);
  readonly calls: string[] = [];

  constructor() {
    this.conductor.register('flaky', {
      params: z.strictObject({ failures: z.number(), ms: z.number().optional(), retryAfterMs: z.number().optional() }),
      phase: 'execute',
      run: async ({ failures, ms = 10, retryAfterMs }, context) => {
        this.calls.push(context.nodeId);
        await context.sleep(ms);
        const details = retryAfterMs === undefined ? {} : { retryAfterMs };
        if (context.attempt <= failures) throw new NodeFailure('flaky', `attempt ${context.attempt} failed`, details);
        return { attempts: context.attempt };
      },
    });
  }

  run(definition: WorkflowDefinition | NodeDefinition, options: RunOptions = {}): Promise<ExecutionResult> {
    return this.time.until(this.conductor.node.run(definition, options));
  }
}

function delay(id: string, ms: number, ...dependsOn: string[]): NodeDefinition {
  return { id, type: 'delay', with: { ms }, dependsOn };
}

function workflow(...nodes: NodeDefinition[]): WorkflowDefinition {
  return { name: 'test', nodes };
}

function statesOf(result: ExecutionResult): Record<string, string> {
  const { key, status } = result.recording.nodes;
  return Object.fromEntries(key.map((id, row) => [id, statusOf(status[row] ?? 0)]));
}

function lines(...text: string[]): string {
  return text.join('\n');
}

describe('scheduling', () => {
  test('a node starts when all it depends on has ended, independent ones run side by side', async () => {
    const result = await new Bench().run(
      workflow(delay('a', 30), delay('b', 10), delay('c', 5, 'b'), delay('d', 5, 'a', 'c')),
    );
    expect(result.success).toBe(true);
    expect(result.duration).toBe(35);
    expect(result.executedNodes).toEqual(['b', 'c', 'a', 'd']);
    expect(draw(result.recording)).toBe(
      lines('a 0-30', '  sleep 0-30', 'b 0-10', '  sleep 0-10', 'c 10-15', '  sleep 10-15', 'd 30-35', '  sleep 30-35'),
    );
  });

  test('the limit makes nodes wait in the order of their declaration, and the wait says why', async () => {
    const result = await new Bench().run(workflow(delay('a', 10), delay('b', 20), delay('c', 5), delay('d', 1)), {
      concurrency: 2,
    });
    expect(draw(result.recording)).toBe(
      lines(
        'b 0-20',
        '  sleep 0-20',
        'd 0-16',
        '  queue_wait 0-15',
        '  sleep 15-16',
        'c 0-15',
        '  queue_wait 0-10',
        '  sleep 10-15',
        'a 0-10',
        '  sleep 0-10',
      ),
    );
    const causes = [...result.recording.spans.metadata.values()].map((metadata) => metadata['cause']);
    expect(causes.filter((cause) => cause === 'concurrency')).toHaveLength(2);
    expect(causes.filter((cause) => cause === 'dispatch')).toHaveLength(2);
  });

  test('among ready nodes the one declared first starts first, whichever became ready first', async () => {
    const result = await new Bench().run(
      workflow(delay('early', 1, 'slow'), delay('slow', 10), delay('busy', 12), delay('late', 1)),
      { concurrency: 1 },
    );
    expect(result.executedNodes).toEqual(['slow', 'early', 'busy', 'late']);
  });

  test('a node whose condition is false is skipped, with those that depend on skipped nodes only', async () => {
    const result = await new Bench().run({
      name: 'test',
      inputs: { mode: { type: 'string', default: 'fast' } },
      nodes: [
        delay('start', 5),
        { ...delay('slow', 100, 'start'), when: 'input.mode == "slow"' },
        delay('after_slow', 100, 'slow'),
        { ...delay('fast', 10, 'start'), when: 'input.mode == "fast"' },
        delay('join', 1, 'after_slow', 'fast'),
      ],
    });
    expect(statesOf(result)).toEqual({
      start: 'completed',
      slow: 'skipped',
      after_slow: 'skipped',
      fast: 'completed',
      join: 'completed',
    });
    expect(result.success).toBe(true);
    expect(result.duration).toBe(16);
    expect(result.executedNodes).toEqual(['start', 'fast', 'join']);
  });

  test('a group takes no slot, contains its nodes, and gives their outputs', async () => {
    const result = await new Bench().run(
      workflow(
        { id: 'g', type: 'group', nodes: [delay('x', 10), { id: 'inner', type: 'group', nodes: [delay('y', 5)] }] },
        {
          id: 'end',
          type: 'transform',
          dependsOn: ['g'],
          with: { value: '${nodes.g.output.inner.y.ms + nodes.x.output.ms}' },
        },
      ),
      { concurrency: 1 },
    );
    expect(result.data).toMatchObject({ end: 15 });
    expect(draw(result.recording)).toBe(
      lines(
        'g 0-15',
        '  inner 0-15',
        '    y 0-15',
        '      queue_wait 0-10',
        '      sleep 10-15',
        '  x 0-10',
        '    sleep 0-10',
        'end 15-15',
      ),
    );
  });

  test('a group that is skipped skips everything in it', async () => {
    const inner: NodeDefinition = { id: 'in', type: 'group', nodes: [delay('y', 5)] };
    const result = await new Bench().run(
      workflow(
        { id: 'g', type: 'group', when: '1 > 2', nodes: [delay('x', 10), inner] },
        delay('after', 1, 'g'),
        delay('b', 1),
      ),
    );
    expect(statesOf(result)).toEqual({
      g: 'skipped',
      x: 'skipped',
      in: 'skipped',
      y: 'skipped',
      after: 'skipped',
      b: 'completed',
    });
  });

  test('slow motion is a phase of its own before each node', async () => {
    const result = await new Bench().run(workflow(delay('a', 10), delay('b', 10, 'a')), { slowMo: 500 });
    expect(draw(result.recording)).toBe(
      lines('a 0-510', '  slow_mo 0-500', '  sleep 500-510', 'b 510-1020', '  slow_mo 510-1010', '  sleep 1010-1020'),
    );
    expect(result.trace.config.slowMo).toBe(500);
  });
});

describe('failure', () => {
  test('what depends on it is skipped, what runs finishes, what has not started does not', async () => {
    const result = await new Bench().run(
      workflow(
        { id: 'bad', type: 'fail', dependsOn: ['a'], with: { message: 'no stock', code: 'no_stock' } },
        delay('a', 10),
        delay('long', 50),
        delay('after_long', 1, 'long'),
        delay('after_bad', 1, 'bad'),
      ),
      { concurrency: 2 },
    );
    expect(result).toMatchObject({ success: false, status: 'failed' });
    expect(result.error).toEqual({ code: 'no_stock', message: 'no stock', nodeKey: 'bad' });
    expect(result.data).toBeUndefined();
    expect(statesOf(result)).toEqual({
      bad: 'failed',
      a: 'completed',
      long: 'completed',
      after_long: 'skipped',
      after_bad: 'skipped',
    });
    const reasons = result.trace.nodes.map(({ nodeId, events }) => [nodeId, JSON.stringify(events.at(-1)?.data)]);
    expect(Object.fromEntries(reasons)).toMatchObject({
      after_bad: expect.stringContaining('a node that it depends on failed'),
      after_long: expect.stringContaining('the run had failed before it could start'),
    });
    expect(result.trace.events.at(-1)).toMatchObject({ type: 'error', data: { error: { code: 'no_stock' } } });
  });

  test('a failure in a group fails the group and the run', async () => {
    const bad: NodeDefinition = { id: 'bad', type: 'fail', with: { message: 'no' } };
    const result = await new Bench().run(
      workflow({ id: 'g', type: 'group', nodes: [bad, delay('x', 10)] }, delay('after', 1, 'g')),
    );
    expect(statesOf(result)).toEqual({ g: 'failed', bad: 'failed', x: 'skipped', after: 'skipped' });
    expect(result.error?.nodeKey).toBe('bad');
  });

  test.each([
    ['an error', () => new Error('boom'), 'boom'],
    ['undefined', () => undefined, 'the handler threw undefined'],
    ['a string', () => 'text', 'the handler threw text'],
    ['an object without a prototype', () => Object.create(null), 'the handler threw a value that cannot be shown'],
  ])('a handler that throws %s fails its node', async (_, thrown, message) => {
    const bench = new Bench();
    bench.conductor.register('throws', {
      params: z.object({}),
      phase: 'execute',
      run: () => {
        throw thrown();
      },
    });
    const result = await bench.run({ id: 'n', type: 'throws' });
    expect(result.error).toEqual({ code: 'handler_error', message, nodeKey: 'n' });
  });

  test('a handler that returns what is no JSON fails its node', async () => {
    const bench = new Bench();
    const circular: unknown[] = [];
    circular.push(circular);
    bench.conductor.register('circular', {
      params: z.object({}),
      phase: 'execute',
      run: () => JSON.parse('1', () => circular),
    });
    expect((await bench.run({ id: 'n', type: 'circular' })).error?.code).toBe('invalid_output');
  });

  test('an expression that fails is the failure of its node', async () => {
    const result = await new Bench().run({
      name: 'test',
      inputs: { text: { type: 'string', default: 'x' } },
      nodes: [{ id: 'n', type: 'delay', with: { ms: '${input.text + 1}' } }],
    });
    expect(result.error).toMatchObject({ code: 'expression_failed', nodeKey: 'n' });
    expect(result.error?.message).toContain('${input.text + 1}');
  });

  test('parameters that do not fit once they are known fail the node', async () => {
    const result = await new Bench().run({
      name: 'test',
      inputs: { text: { type: 'string', default: 'x' } },
      nodes: [{ id: 'n', type: 'delay', with: { ms: '${input.text}' } }],
    });
    expect(result.error).toMatchObject({ code: 'invalid_parameters', nodeKey: 'n' });
  });
});

describe('retries', () => {
  const flaky = (failures: number, retry: NodeDefinition['retry']): NodeDefinition => ({
    id: 'n',
    type: 'flaky',
    with: { failures },
    retry,
  });

  test('exponential: each attempt and each wait is a span, and the failed attempts carry their errors', async () => {
    const result = await new Bench().run(flaky(3, { policy: 'exponential', delayMs: 100, maxDelayMs: 300 }));
    expect(draw(result.recording)).toBe(
      lines(
        'n 0-640',
        '  @10 retry after attempt 1',
        '  @120 retry after attempt 2',
        '  @330 retry after attempt 3',
        '  attempt 1 0-10 failed',
        '    execute 0-10 failed',
        '  retry_backoff 10-110',
        '  attempt 2 110-120 failed',
        '    execute 110-120 failed',
        '  retry_backoff 120-320',
        '  attempt 3 320-330 failed',
        '    execute 320-330 failed',
        '  retry_backoff 330-630',
        '  attempt 4 630-640',
        '    execute 630-640',
      ),
    );
    expect(result.data).toEqual({ attempts: 4 });
    const { spans } = result.recording;
    expect([...spans.metadata.values()]).toContainEqual({
      attempt: 1,
      error: { code: 'flaky', message: 'attempt 1 failed' },
    });
    expect(spans.metadata.get(0)).toEqual({ retry: { policy: 'exponential', max_attempts: 5 } });
  });

  test.each([
    ['none', { policy: 'none' } as const, 1],
    ['fixed', { policy: 'fixed' } as const, 3],
    ['fixed with its own number', { policy: 'fixed', maxAttempts: 7 } as const, 7],
    ['exponential', { policy: 'exponential' } as const, 5],
  ])('%s gives up after %j: %i attempts', async (_, retry, attempts) => {
    const bench = new Bench();
    const result = await bench.run(flaky(100, retry));
    expect(result.status).toBe('failed');
    expect(bench.calls).toHaveLength(attempts);
  });

  test('keep_trying goes on until it succeeds', async () => {
    const result = await new Bench().run(flaky(50, { policy: 'keep_trying', delayMs: 1 }));
    expect(result.data).toEqual({ attempts: 51 });
  });

  test('what cannot succeed is not tried again', async () => {
    const bench = new Bench();
    const result = await bench.run({
      id: 'n',
      type: 'fail',
      with: { message: 'no' },
      retry: { policy: 'fixed', maxAttempts: 5 },
    });
    expect(result.duration).toBe(0);
    expect(result.trace.nodes[0]?.state).toBe('error');
  });

  test('the wait that the other side asks for is kept', async () => {
    const result = await new Bench().run({
      id: 'n',
      type: 'flaky',
      with: { failures: 1, retryAfterMs: 2000 },
      retry: { policy: 'fixed', delayMs: 10 },
    });
    expect(result.duration).toBe(10 + 2000 + 10);
  });

  test('a node that waits for another attempt gives up when the run has failed', async () => {
    const result = await new Bench().run(
      workflow(
        { id: 'n', type: 'flaky', with: { failures: 100 }, retry: { policy: 'keep_trying', delayMs: 10_000 } },
        { id: 'bad', type: 'fail', dependsOn: ['d'], with: { message: 'no' } },
        delay('d', 50),
      ),
    );
    expect(result.duration).toBe(50);
    expect(result.error?.nodeKey).toBe('bad');
    expect(statesOf(result)).toMatchObject({ n: 'failed' });
  });
});

describe('stopping', () => {
  test('a node that never ends is stopped when its time is up, and its handler hears of it', async () => {
    const bench = new Bench();
    let heard = false;
    bench.conductor.register('hangs', {
      params: z.object({}),
      phase: 'execute',
      run: (_, { signal }) => {
        signal.addEventListener('abort', () => (heard = true));
        return new Promise(() => {});
      },
    });
    const result = await bench.run({ id: 'n', type: 'hangs', timeoutMs: 100 });
    expect(heard).toBe(true);
    expect(result).toMatchObject({ status: 'failed', duration: 100, error: { code: 'timeout', nodeKey: 'n' } });
    expect(statesOf(result)).toEqual({ n: 'timeout' });
    expect(draw(result.recording)).toBe(lines('n 0-100 timeout', '  execute 0-100 timeout'));
  });

  test('the time limit covers all attempts and the waits between them', async () => {
    const result = await new Bench().run({
      id: 'n',
      type: 'flaky',
      with: { failures: 100 },
      retry: { policy: 'keep_trying', delayMs: 100 },
      timeoutMs: 250,
    });
    expect(result.duration).toBe(250);
    expect(statesOf(result)).toEqual({ n: 'timeout' });
  });

  test('cancelling stops what runs, keeps what had finished, and starts nothing more', async () => {
    const bench = new Bench();
    const abort = new AbortController();
    bench.conductor.register('cancels', {
      params: z.object({}),
      phase: 'execute',
      run: () => {
        abort.abort();
        return null;
      },
    });
    const result = await bench.run(
      workflow(delay('a', 5), delay('long', 1000), { id: 'c', type: 'cancels', dependsOn: ['a'] }, delay('d', 1, 'a')),
      { signal: abort.signal, concurrency: 2 },
    );
    expect(result).toMatchObject({ success: false, status: 'cancelled', duration: 5, error: { code: 'cancelled' } });
    expect(statesOf(result)).toEqual({ a: 'completed', long: 'cancelled', c: 'cancelled', d: 'cancelled' });
  });

  test('a run that is cancelled before it starts runs nothing', async () => {
    const result = await new Bench().run(workflow(delay('a', 5)), { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ status: 'cancelled', duration: 0, executedNodes: [] });
  });
});

describe('input, services and output', () => {
  const definition: WorkflowDefinition = {
    name: 'test',
    inputs: { n: { type: 'number', required: true }, tag: { type: 'string', default: 'x' }, other: { type: 'object' } },
    services: ['shop'],
    nodes: [{ id: 'a', type: 'transform', with: { value: '${input.n * 2}' } }],
    output: {
      twice: '${nodes.a.output}',
      text: 'n=${input.n} ${services.shop.url} ${input.other}',
      tag: '${input.tag}',
    },
  };
  const services = { shop: { url: 'http://shop' } };

  test('defaults are filled in and the output is made of expressions', async () => {
    const result = await new Bench().run(definition, { input: { n: 3 }, services });
    expect(result.data).toEqual({ twice: 6, text: 'n=3 http://shop null', tag: 'x' });
  });

  test.each([
    ['a missing input', {}, services, 'invalid_input'],
    ['an input of another type', { n: '3' }, services, 'invalid_input'],
    ['an input that is not declared', { n: 3, m: 4 }, services, 'invalid_input'],
    ['a missing service', { n: 3 }, {}, 'missing_service'],
  ])('%s refuses the run before anything happens', async (_, input, given, code) => {
    const result = await new Bench().run(definition, { input, services: given });
    expect(result).toMatchObject({ success: false, status: 'failed', error: { code }, executedNodes: [] });
    expect(statesOf(result)).toEqual({ a: 'skipped' });
  });

  test('an invalid definition is refused with its problems', async () => {
    const run = new Bench().run(workflow(delay('a', 5, 'b')));
    await expect(run).rejects.toBeInstanceOf(WorkflowFileError);
  });
});

describe('the trace in the result', () => {
  test('a single node: started, two of progress, completed', async () => {
    const { trace } = await new Bench().run(delay('one', 10));
    expect(trace.events.map((event) => event.type)).toEqual(['started', 'progress', 'progress', 'completed']);
    expect(trace.events[0]?.data).toEqual({ totalNodes: 1, totalWeight: 1, criticalPath: ['one'] });
    expect(trace.nodes).toHaveLength(1);
    expect(trace.nodes[0]).toMatchObject({ nodeId: 'one', state: 'completed', progress: 100, duration: 10 });
    expect(trace.rootNodeId).toBe('one');
  });

  test('a group of three: a trace for each and more than ten events at its level', async () => {
    const { trace } = await new Bench().run({
      id: 'g',
      type: 'group',
      nodes: [delay('a', 10), delay('b', 10, 'a'), delay('c', 10, 'b')],
    });
    expect(trace.nodes.map((node) => node.nodeId)).toEqual(['a', 'b', 'c']);
    expect(trace.events.length).toBeGreaterThan(10);
    expect(trace.events[0]?.data).toEqual({ totalNodes: 3, totalWeight: 3, criticalPath: ['a', 'b', 'c'] });
    const overall = trace.events
      .filter((event) => event.type === 'progress')
      .map((event) => Reflect.get(Object(event.data), 'progress'));
    expect(overall).toEqual([0, 33.33, 33.33, 66.67, 66.67, 100]);
    expect(trace.events.at(-1)).toMatchObject({
      type: 'completed',
      data: { totalDuration: 30, nodesCompleted: 3, nodesErrored: 0 },
    });
  });

  test('groups in groups: each level has its own traces and its own history', async () => {
    const { trace } = await new Bench().run({
      id: 'g',
      type: 'group',
      nodes: [{ id: 'in', type: 'group', nodes: [{ id: 'deep', type: 'group', nodes: [delay('leaf', 10)] }] }],
    });
    const deep = trace.nodes[0]?.childTraces?.[0];
    expect(deep?.nodeId).toBe('deep');
    expect(deep?.childTraces?.[0]?.nodeId).toBe('leaf');
    expect(deep?.events.map((event) => event.type)).toContain('started');
  });

  test('it is plain data: it survives being sent and being written', async () => {
    const result = await new Bench().run({ id: 'g', type: 'group', nodes: [delay('a', 10), delay('b', 5, 'a')] });
    expect(structuredClone(result).trace).toEqual(result.trace);
    expect(JSON.parse(JSON.stringify(result.trace))).toEqual(result.trace);
  });

  test("a handler's phases, progress, annotations and log lines are in it, with secrets struck out", async () => {
    const bench = new Bench();
    bench.conductor.register('load', {
      params: z.strictObject({ rows: z.number() }),
      phase: null,
      run: async ({ rows }, context) => {
        const read = context.span('read', { rows });
        await context.sleep(10);
        context.progress(50, 'half way');
        const write = read.next('write');
        const sync = write.span('fsync');
        await context.sleep(5);
        sync.end();
        context.annotate('cache miss', 'cache');
        context.log('sent Authorization: Bearer abcdefghijkl');
        return rows;
      },
    });
    const result = await bench.run({ id: 'n', type: 'load', with: { rows: 3 } });
    expect(draw(result.recording)).toBe(
      lines(
        'n 0-15',
        '  @15 cache miss',
        '  @15 sent Authorization: Bearer [redacted]',
        '  read 0-10',
        '  write 10-15',
        '    fsync 10-15',
      ),
    );
    expect(
      result.trace.nodes[0]?.events.filter((event) => event.type === 'progress').map((event) => event.data),
    ).toEqual([
      { progress: 0, message: 'Executing: n' },
      { progress: 50, message: 'half way' },
      { progress: 100, message: 'Completed: n' },
    ]);
  });
});

describe('the sink', () => {
  class Collector implements TraceSink {
    readonly events: TraceEvent[] = [];
    readonly batches: number[] = [];
    async write(_: string, batch: readonly TraceEvent[]): Promise<void> {
      this.batches.push(batch.length);
      this.events.push(...batch);
      await Promise.resolve();
    }
  }

  test('is sent everything in order, and all of it before the run ends', async () => {
    const sink = new Collector();
    const result = await new Bench().run(workflow(delay('a', 120), delay('b', 10, 'a')), { sink });
    const types = sink.events.map((event) => event.type);
    expect(types[0]).toBe('execution_started');
    expect(types.slice(1, 3)).toEqual(['node_declared', 'node_declared']);
    expect(types.at(-1)).toBe('execution_finished');
    expect(types.filter((type) => type === 'execution_finished')).toHaveLength(1);
    expect(sink.batches.length).toBeGreaterThan(1);
    const states = sink.events.flatMap((event) =>
      event.type === 'node_state' ? [`${event.state.nodeKey} ${event.state.status}`] : [],
    );
    expect(states).toEqual(['a running', 'a completed', 'b running', 'b completed']);
    const open = new Map(sink.events.flatMap((event) => (event.type === 'span' ? [[event.span.id, event.span]] : [])));
    expect(open.size).toBe(result.recording.spans.length);
    expect([...open.values()].every((span) => span.duration !== null)).toBe(true);
  });

  test('gets inputs and outputs short and without secrets', async () => {
    const sink = new Collector();
    const value = { password: 'hunter2', note: 'key fp_abc_SECRETSECRET', big: 'x'.repeat(10_000), token_count: 3 };
    await new Bench().run({ id: 'n', type: 'transform', with: { value } }, { sink });
    const text = JSON.stringify(sink.events);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('SECRETSECRET');
    expect(text.length).toBeLessThan(8000);
    expect(text).toContain('[redacted]');
  });

  test('that throws does not stop the run, but is counted', async () => {
    const sink: TraceSink = { write: () => Promise.reject(new Error('disk full')) };
    const result = await new Bench().run(workflow(delay('a', 10)), { sink });
    expect(result.success).toBe(true);
    expect(result.recording.warnings).toEqual([{ code: 'sink_failed', count: 1, example: 'disk full' }]);
  });

  test('that cannot keep up slows the run down instead of filling the memory', async () => {
    const time = new VirtualTime();
    let longest = 0;
    const sink: TraceSink = {
      write: async (_, batch) => {
        longest = Math.max(longest, batch.length);
        await time.timers.sleep(10, new AbortController().signal);
      },
    };
    const nodes = Array.from({ length: 3000 }, (_, i): NodeDefinition => ({
      id: `n${i}`,
      type: 'transform',
      with: { value: i },
    }));
    const result = await time.until(createConductor(time).node.run({ name: 'many', nodes }, { sink }));
    expect(result.success).toBe(true);
    expect(longest).toBeLessThanOrEqual(1000);
    const waited = [...result.recording.spans.metadata.values()].some(
      (metadata) => metadata['cause'] === 'backpressure',
    );
    expect(waited).toBe(true);
  });
});

describe('size', () => {
  test('a chain of 10,000 nodes', async () => {
    const nodes = Array.from({ length: 10_000 }, (_, i): NodeDefinition => ({
      id: `n${i}`,
      type: 'transform',
      with: { value: i },
      ...(i > 0 && { dependsOn: [`n${i - 1}`] }),
    }));
    const result = await createConductor().node.run({ name: 'chain', nodes });
    expect(result.executedNodes).toHaveLength(10_000);
    expect(result.trace.nodes).toHaveLength(10_000);
    expect(result.recording.nodes.span.every((row) => row !== NONE)).toBe(true);
  });

  test('groups 1,000 deep', async () => {
    let node: NodeDefinition = { id: 'leaf', type: 'transform', with: { value: 1 } };
    for (let i = 0; i < 1000; i++) node = { id: `g${i}`, type: 'group', nodes: [node] };
    const result = await createConductor().node.run({ name: 'deep', nodes: [node] });
    expect(result.success).toBe(true);
    expect(result.executedNodes).toHaveLength(1001);
    expect(result.trace.nodes[0]?.childTraces?.[0]?.nodeId).toBe('g998');
  });
});
