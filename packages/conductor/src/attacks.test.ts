import { isTerminal, statusOf, type TraceSink } from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { NodeFailure, type ExecutionResult, type NodeContext, type NodeDefinition } from './index.ts';
import { Bench, delay, statesOf, workflow } from './testing/bench.ts';
import { checkSpans } from './testing/check-spans.ts';

/** Every kind of moment that a node can be in: queued, in slow motion, at work, between attempts, in groups in groups. */
const EVERYTHING = workflow(
  delay('first', 7),
  { id: 'flaky', type: 'flaky', with: { failures: 2, ms: 4 }, retry: { policy: 'fixed', delayMs: 6 } },
  { id: 'deaf', type: 'deaf', with: { ms: 15 } },
  {
    id: 'outer',
    type: 'group',
    dependsOn: ['first'],
    when: 'true',
    nodes: [
      delay('in', 5),
      {
        id: 'inner',
        type: 'group',
        dependsOn: ['in'],
        nodes: [delay('deep', 5), { ...delay('no', 1), when: 'false' }],
      },
    ],
  },
  delay('last', 3, 'outer', 'flaky'),
);

function bench(): Bench {
  const made = new Bench();
  made.conductor.register('deaf', {
    params: z.strictObject({ ms: z.number() }),
    phase: 'execute',
    run: async ({ ms }) => {
      await made.time.timers.sleep(ms, new AbortController().signal);
      return ms;
    },
  });
  return made;
}

function checkRun(result: ExecutionResult): void {
  checkSpans(result.recording);
  for (const status of result.recording.nodes.status) expect(isTerminal(statusOf(status))).toBe(true);
  const events = result.trace.events.map(({ type }) => type);
  expect(events.filter((type) => type === 'completed' || type === 'error')).toHaveLength(1);
}

describe.each([1, 2, 4])('stopped at any moment, %i at a time', (concurrency) => {
  test('a cancelled run has ended at that moment, and all of its spans with it', async () => {
    for (let ms = 0; ms <= 60; ms++) {
      for (const slowMo of [0, 3]) {
        const made = bench();
        const abort = new AbortController();
        void made.time.timers.sleep(ms, new AbortController().signal).then(() => abort.abort());
        const result = await made.run(EVERYTHING, { signal: abort.signal, concurrency, slowMo });
        checkRun(result);
        if (result.status === 'cancelled') expect(result.duration).toBe(ms);
        else expect(result.status).toBe('completed');
      }
    }
  });

  test('a time limit ends its node at that moment, whatever the node is at', async () => {
    for (let timeoutMs = 1; timeoutMs <= 30; timeoutMs++) {
      const nodes = EVERYTHING.nodes.map((node) => (node.type === 'group' ? node : { ...node, timeoutMs }));
      const result = await bench().run({ name: 'limited', nodes }, { concurrency, slowMo: 2 });
      checkRun(result);
      const { nodes: table, spans } = result.recording;
      for (let row = 0; row < table.length; row++) {
        if (statusOf(table.status[row] ?? 0) === 'timeout')
          expect(spans.duration[table.span[row] ?? 0]).toBeGreaterThan(0);
      }
    }
  });
});

test('two failures at once: the first one in order is the error of the run, both are failed', async () => {
  const bad: NodeDefinition = { id: 'a', type: 'flaky', with: { failures: 1 } };
  const group: NodeDefinition = { id: 'g', type: 'group', nodes: [{ ...bad, id: 'b' }, delay('c', 20)] };
  const result = await bench().run(workflow(bad, group, delay('after', 1, 'g')));
  checkRun(result);
  expect(result.error?.nodeKey).toBe('a');
  expect(statesOf(result)).toEqual({ a: 'failed', g: 'failed', b: 'failed', c: 'completed', after: 'skipped' });
});

test('skipping goes through groups, and what reads a skipped node sees null', async () => {
  const result = await bench().run(
    workflow(
      { ...delay('no', 1), when: 'false' },
      { id: 'g', type: 'group', dependsOn: ['no'], nodes: [{ id: 'h', type: 'group', nodes: [delay('x', 1)] }] },
      delay('yes', 1),
      {
        id: 'read',
        type: 'transform',
        dependsOn: ['g', 'yes'],
        with: { value: ['${nodes.no.output}', '${nodes.x.status}', '${nodes.g.output}'] },
      },
    ),
  );
  checkRun(result);
  expect(statesOf(result)).toEqual({
    no: 'skipped',
    g: 'skipped',
    h: 'skipped',
    x: 'skipped',
    yes: 'completed',
    read: 'completed',
  });
  expect(result.data).toMatchObject({ read: [null, 'skipped', null] });
});

test('a group whose condition cannot be evaluated fails with all that is in it skipped', async () => {
  const result = await bench().run(
    workflow({ id: 'g', type: 'group', when: '1', nodes: [delay('x', 1)] }, delay('after', 1, 'g')),
  );
  checkRun(result);
  expect(statesOf(result)).toEqual({ g: 'failed', x: 'skipped', after: 'skipped' });
  expect(result.error?.code).toBe('expression_failed');
});

test('an output that cannot be made fails the run, and its nodes stay as they are', async () => {
  const result = await bench().run({ ...workflow(delay('a', 1)), output: '${nodes.a.output.nope.x}' });
  expect(result).toMatchObject({ status: 'failed', error: { code: 'expression_failed' } });
  expect(statesOf(result)).toEqual({ a: 'completed' });
});

function runHandler(
  handler: (context: NodeContext) => unknown,
  more: Partial<NodeDefinition> = {},
): Promise<ExecutionResult> {
  const made = bench();
  made.conductor.register('odd', {
    params: z.object({}),
    phase: 'execute',
    // Whatever a handler written in JavaScript may give back.
    run: async (_, context) => z.custom<null>().parse(await handler(context)),
  });
  return made.run({ id: 'n', type: 'odd', ...more });
}

describe('handlers that misbehave', () => {
  const trap = {
    get value(): number {
      throw new Error('trap');
    },
  };

  test.each<[string, (context: NodeContext) => unknown, string]>([
    ['an output whose getter throws', () => trap, 'invalid_output'],
    ['undefined', () => undefined, 'invalid_output'],
    ['a function', () => () => 1, 'invalid_output'],
    ['a bigint', () => 1n, 'invalid_output'],
    ['a date', () => new Date(0), 'invalid_output'],
  ])('%s', async (_, handler, code) => {
    const result = await runHandler(handler);
    expect(result.error?.code).toBe(code);
    checkRun(result);
  });

  test('phases that are ended before those inside them, or with a state that is none', async () => {
    const result = await runHandler((context) => {
      const outer = context.span('outer');
      const inner = outer.span('inner').span('innermost');
      outer.end('running');
      inner.end('failed');
      expect(outer.span('late').span('later')).toBeDefined();
      return null;
    });
    expect(result.success).toBe(true);
    const { spans } = result.recording;
    for (let row = 0; row < spans.length; row++) expect(statusOf(spans.status[row] ?? 0)).toBe('completed');
    expect(spans.length).toBe(6);
  });

  test('a signal that is first read after the node was stopped has aborted already', async () => {
    let context: NodeContext | undefined;
    const never = (given: NodeContext): Promise<never> => {
      context = given;
      return new Promise(() => {});
    };
    const result = await runHandler(never, { timeoutMs: 5 });
    checkRun(result);
    expect(context?.signal.aborted).toBe(true);
    await expect(context?.sleep(1)).rejects.toMatchObject({ code: 'timeout' });
    context?.progress(50);
    context?.log('late');
    expect(result.trace.nodes[0]?.events.filter(({ type }) => type === 'progress')).toHaveLength(1);
  });

  test('a message of any length is cut', async () => {
    const result = await runHandler(() => {
      throw new NodeFailure('long', 'x'.repeat(100_000));
    });
    expect(result.error?.message.length).toBeLessThan(600);
  });
});

test.each<[string, () => Promise<void>]>([
  ['never answers', () => new Promise(() => {})],
  [
    'throws at once',
    () => {
      throw new Error('broken');
    },
  ],
])('a sink that %s does not hold up a run for ever', async (_, write) => {
  const sink: TraceSink = { write };
  const result = await bench().run(EVERYTHING, { sink });
  expect(result.status).toBe('completed');
  checkRun(result);
  expect(result.recording.warnings[0]?.code).toBe('sink_failed');
});
