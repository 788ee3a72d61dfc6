import { buildProfile } from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { WorkflowFileError, type NodeDefinition, type WorkflowDefinition } from './index.ts';
import { Bench, delay, lines, statesOf, workflow } from './testing/bench.ts';
import { draw } from './testing/draw.ts';

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
    ['an error', (): unknown => new Error('boom'), 'boom'],
    ['undefined', (): unknown => undefined, 'the handler threw undefined'],
    ['a string', (): unknown => 'text', 'the handler threw text'],
    [
      'an object without a prototype',
      (): unknown => Object.create(null),
      'the handler threw a value that cannot be shown',
    ],
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
    bench.conductor.register('circular', {
      params: z.object({}),
      phase: 'execute',
      run: () => Number.NaN,
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

function flaky(failures: number, retry: NodeDefinition['retry']): NodeDefinition {
  return { id: 'n', type: 'flaky', with: { failures }, retry };
}

describe('retries', () => {
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

  test.each<[string, NodeDefinition, string, string]>([
    [
      'an error that no attempt can mend',
      { id: 'n', type: 'fail', with: { message: 'no' }, retry: { policy: 'fixed', maxAttempts: 4 } },
      'unexpected',
      'the error of attempt 1 of 4 is not retryable',
    ],
    ['every attempt', flaky(9, { policy: 'fixed', maxAttempts: 2 }), 'unexpected', 'all 2 attempts failed'],
    ['the first attempt', flaky(1, { policy: 'fixed', maxAttempts: 2 }), 'expected', 'succeeded on attempt 2 of 2'],
    [
      'the time limit',
      { ...flaky(9, { policy: 'keep_trying', delayMs: 100 }), timeoutMs: 50 },
      'unexpected',
      'the time limit passed during attempt 1',
    ],
  ])('a profile tells why %s failed', async (_, node, verdict, reason) => {
    const { recording } = await new Bench().run(node);
    expect(buildProfile(recording).retries).toMatchObject([{ id: 'n', verdict, reason }]);
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
