import { once } from 'node:events';
import { isTerminal, statusOf, type JsonValue, type TraceEvent } from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  createConductor,
  NodeFailure,
  type ExecutionResult,
  type NodeContext,
  type NodeDefinition,
  type RunOptions,
} from '../index.ts';
import { checkSpans } from '../testing/check-spans.ts';
import { ownJson } from './own-json.ts';

/** What a handler written in JavaScript may give back. */
type Odd = (context: NodeContext) => unknown;

function trap(): never {
  throw new Error('trap');
}

/** An object that throws whatever is done to it. */
function bomb(target: object): object {
  return new Proxy(target, {
    get: trap,
    has: trap,
    getPrototypeOf: trap,
    ownKeys: trap,
    getOwnPropertyDescriptor: trap,
  });
}

const AFTER: NodeDefinition = {
  id: 'after',
  type: 'transform',
  with: { value: '${nodes.odd.output}' },
  dependsOn: ['odd'],
};

/** The handler, as if it kept to its type. */
function loose(odd: Odd): (params: unknown, context: NodeContext) => JsonValue {
  return (_, context) => z.custom<JsonValue>().parse(odd(context));
}

function deepOf(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}

/** A list that has another one twice, and so on. */
function laughs(levels: number): unknown {
  let value: unknown = 'ha';
  for (let i = 0; i < levels; i++) value = [value, value];
  return value;
}

function bare(): unknown {
  const object: unknown = Object.create(null);
  return object;
}

// What looks like a promise is what is tested here.
// oxlint-disable-next-line unicorn/no-thenable
const THEN = 'then';

/** Runs a handler that may do anything, a node that reads its output, and one that has nothing to do with it. */
async function run(odd: Odd, more: Partial<NodeDefinition> = {}, options: RunOptions = {}): Promise<ExecutionResult> {
  const conductor = createConductor();
  conductor.register('odd', { params: z.object({}), phase: 'execute', run: loose(odd) });
  const beside: NodeDefinition = { id: 'beside', type: 'delay', with: { ms: 1 } };
  const nodes: NodeDefinition[] = [{ id: 'odd', type: 'odd', ...more }, AFTER, beside];
  const result = await conductor.node.run({ name: 'test', nodes }, options);
  checkSpans(result.recording);
  for (const status of result.recording.nodes.status) expect(isTerminal(statusOf(status))).toBe(true);
  // Whatever it was, the result can be written down.
  JSON.stringify([result.data, result.error, result.trace]);
  return result;
}

describe('what a handler throws', () => {
  const failure = new NodeFailure('own', 'own');

  test.each<[string, () => unknown, string]>([
    ['undefined', () => undefined, 'undefined'],
    ['null', () => null, 'null'],
    ['a symbol', () => Symbol('odd'), 'Symbol(odd)'],
    ['a function', () => trap, 'trap'],
    ['an object without a prototype', bare, 'cannot be shown'],
    ['a proxy that throws', () => bomb({}), 'cannot be shown'],
    ['an error that throws when it is looked at', () => bomb(new Error('x')), 'cannot be shown'],
    ['a failure that throws when it is looked at', () => bomb(failure), 'cannot be shown'],
    [
      'an error with a message that throws',
      () => Object.defineProperty(new Error('x'), 'message', { get: trap }),
      'cannot be shown',
    ],
    [
      'an error with a symbol for a message',
      () => Object.assign(new Error('x'), { message: Symbol('odd') }),
      'Symbol(odd)',
    ],
    ['an error with no message', () => new TypeError(), 'TypeError'],
    ['a message of a megabyte', () => new Error('x'.repeat(1_000_000)), 'xxx'],
  ])('%s', async (_, thrown, message) => {
    const throwing: Odd = () => {
      throw thrown();
    };
    for (const odd of [throwing, () => Promise.reject(thrown()), async (context: NodeContext) => throwing(context)]) {
      const { error } = await run(odd);
      expect(error).toMatchObject({ code: 'handler_error', nodeKey: 'odd' });
      expect(error?.message).toContain(message);
      expect(error?.message.length).toBeLessThan(600);
    }
  });

  test('a failure whose fields are no texts and numbers', async () => {
    const odd = Object.assign(new NodeFailure('x', 'x'), { code: { toString: () => 'made' }, retryAfterMs: 'soon' });
    const { error } = await run(() => Promise.reject(odd), { retry: { policy: 'fixed', delayMs: 0, maxAttempts: 2 } });
    expect(error).toMatchObject({ code: 'made', message: 'x' });
  });
});

describe('what a handler gives back', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;

  test.each<[string, () => unknown, string]>([
    ['a cycle', () => cyclic, 'invalid_output'],
    ['a BigInt', () => ({ a: 1n }), 'invalid_output'],
    ['a function inside', () => ({ a: trap }), 'invalid_output'],
    ['undefined inside', () => [undefined], 'invalid_output'],
    ['a hole', () => Array.from({ length: 3 }).fill(1, 1), 'invalid_output'],
    ['NaN', () => ({ a: Number.NaN }), 'invalid_output'],
    ['a Map', () => new Map(), 'invalid_output'],
    ['a symbol', () => Symbol('x'), 'invalid_output'],
    ['a getter that throws', () => Object.defineProperty({}, 'a', { get: trap, enumerable: true }), 'invalid_output'],
    ['a proxy that throws', () => ({ a: bomb({}) }), 'invalid_output'],
    ['a list that says it is longer than any', () => Array.from({ length: 0 }).concat({ length: 2 ** 32 - 1 }), ''],
    [
      'a list of four thousand million holes',
      () => ({ a: Object.assign([], { length: 2 ** 32 - 1 }) }),
      'output_too_large',
    ],
    ['a list within a list, a hundred thousand times', () => deepOf(100_000), 'invalid_output'],
    ['a list that has another twice, and that too, forty times', () => laughs(40), 'output_too_large'],
    ['two hundred million characters', () => ['x'.repeat(200_000_000)], 'output_too_large'],
  ])('%s', async (_, output, code) => {
    for (const odd of [output, async () => output()]) {
      const { error, status } = await run(odd);
      if (code === '') expect(status).toBe('completed');
      else expect(error).toMatchObject({ code, nodeKey: 'odd' });
    }
  });

  test('a proxy and a getter are read once, and are plain data from then on', async () => {
    let reads = 0;
    const counted = Object.defineProperty({}, 'n', { get: () => ++reads, enumerable: true });
    const proxy = new Proxy(
      { a: 1 },
      {
        get: (target, key) => {
          const value: unknown = key === THEN ? undefined : Reflect.get(target, key);
          return value;
        },
      },
    );
    const { data } = await run(() => [counted, proxy]);
    expect(data).toMatchObject({ odd: [{ n: 1 }, { a: 1 }], after: [{ n: 1 }, { a: 1 }] });
    expect(reads).toBe(1);
  });

  test('changing it later changes nothing', async () => {
    const output = { list: ['as it was'] };
    const { data } = await run((context) => {
      void context.sleep(0).then(() => output.list.push('changed'));
      return output;
    });
    output.list.push('changed');
    expect(data).toMatchObject({ odd: { list: ['as it was'] }, after: { list: ['as it was'] } });
  });

  test('a key named __proto__ is a key', async () => {
    const output: unknown = JSON.parse('{"__proto__": {"admin": true}}');
    const { data } = await run(() => output);
    expect(JSON.stringify(data)).toContain('"odd":{"__proto__":{"admin":true}}');
    expect(Reflect.get({}, 'admin')).toBeUndefined();
  });

  test('what is JSON comes back equal', () => {
    const value = { a: [1, -0.5, '', 'ä', true, null, { b: {} }, []], c: deepOf(500) };
    expect(ownJson(value)).toEqual(value);
    expect(ownJson(Object.assign(Object(bare()), { a: 1 }))).toEqual({ a: 1 });
  });
});

describe('promises that are none', () => {
  type Settle = (value: unknown) => void;
  const thenable = (then: (resolve: Settle, reject: Settle) => unknown): object =>
    Object.defineProperty({}, THEN, { value: then });

  test.each<[string, object, JsonValue]>([
    ['resolves twice', thenable((resolve) => [resolve(1), resolve(2)]), 1],
    ['resolves and then rejects', thenable((resolve, reject) => [resolve(1), reject(new Error('late'))]), 1],
    ['resolves and then throws', thenable((resolve) => (resolve(1), trap())), 1],
    ['resolves with another one', thenable((resolve) => resolve(thenable((inner) => inner(3)))), 3],
    ['is a promise with a then of its own', Object.defineProperty(Promise.resolve(4), THEN, { value: () => 'no' }), 4],
  ])('one that %s counts once', async (_, promise, output) => {
    const { data } = await run(() => promise);
    expect(data).toMatchObject({ odd: output, after: output });
  });

  test('one that throws, and one whose then cannot be read', async () => {
    expect((await run(() => thenable(trap))).error).toMatchObject({ code: 'handler_error', message: 'trap' });
    const unreadable = Object.defineProperty({}, THEN, { get: trap });
    expect((await run(() => unreadable)).error).toMatchObject({ code: 'handler_error', message: 'trap' });
  });

  test('one that never settles, and one that settles after its time', async () => {
    expect((await run(() => thenable(() => {}), { timeoutMs: 10 })).error?.code).toBe('timeout');
    const settles: Settle[] = [];
    const { error, data } = await run(() => thenable((resolve) => settles.push(resolve)), { timeoutMs: 10 });
    for (const settle of settles) settle('too late');
    expect([error?.code, data]).toEqual(['timeout', undefined]);
  });
});

describe('a handler that goes on after its end', () => {
  test('adds nothing to the trace, the events or the result', async () => {
    const events: TraceEvent[] = [];
    const sink = { write: async (_: string, batch: readonly TraceEvent[]) => void events.push(...batch) };
    let context: NodeContext | undefined;
    const result = await run((given) => ((context = given), given.span('open'), 'done'), {}, { sink });
    const before = JSON.stringify([result.data, result.trace, events.length, result.recording.spans.length]);
    const late = context?.span('late');
    late?.span('later').end();
    late?.next('latest').annotate('late', 'info');
    context?.annotate('late', 'info');
    context?.log('late');
    context?.progress(99, 'late');
    expect(JSON.stringify([result.data, result.trace, events.length, result.recording.spans.length])).toBe(before);
    expect(JSON.stringify([...result.recording.annotations.label])).not.toContain('late');
  });

  test('in the next attempt, the context of the one before is dead', async () => {
    const contexts: NodeContext[] = [];
    const retry = { policy: 'fixed', delayMs: 0, maxAttempts: 2 } as const;
    const { recording, data } = await run(
      (context) => {
        contexts.push(context);
        if (contexts.length === 1) throw new Error('again');
        contexts[0]?.span('of the first attempt');
        contexts[0]?.log('of the first attempt');
        return contexts[0]?.attempt ?? null;
      },
      { retry },
    );
    expect(data).toMatchObject({ odd: 1 });
    expect(recording.annotations.label).not.toContain('of the first attempt');
    expect(recording.spans.names).not.toContain('of the first attempt');
  });

  test('what it waits for without looking ends with it, and does not end the process', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const result = await run(
      (context) => {
        void context.sleep(100_000);
        const phase = context.span('request');
        const request = {
          url: new URL('http://127.0.0.1:1/'),
          method: 'GET',
          headers: {},
          body: null,
          maxResponseBytes: 1,
        };
        void context.http.send(request, phase, context.signal);
        return new Promise(() => {});
      },
      { timeoutMs: 20 },
    );
    expect(result.error?.code).toBe('timeout');
    // Node tells of rejections that nobody handles once the microtasks are done.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  test('what it rejects without anybody looking is told to the process, and leaves the run as it is', async () => {
    const told = once(process, 'unhandledRejection');
    const { data } = await run(() => {
      void Promise.reject(new Error('left alone'));
      return 'done';
    });
    expect(data).toMatchObject({ odd: 'done' });
    expect(await told).toMatchObject([{ message: 'left alone' }, expect.anything()]);
  });
});

describe('parameters', () => {
  test("a handler that changes its own changes nobody else's, in this run or the next", async () => {
    const conductor = createConductor();
    const seen: string[] = [];
    conductor.register('spoils', {
      params: z.object({
        constant: z.custom<{ list: string[] }>(),
        read: z.custom<string[]>(),
        input: z.custom<string[]>(),
      }),
      phase: 'execute',
      run: (params) => {
        seen.push(JSON.stringify(params));
        for (const list of [params.constant.list, params.read, params.input]) list.push('spoilt');
        params.constant.list = ['gone'];
        return null;
      },
    });
    const spoils: NodeDefinition = {
      id: 'a',
      type: 'spoils',
      with: { constant: { list: ['c'] }, read: '${nodes.first.output}', input: '${input.list}' },
      dependsOn: ['first'],
    };
    const workflow = {
      name: 'test',
      nodes: [
        { id: 'first', type: 'transform', with: { value: ['f'] } },
        spoils,
        { ...spoils, id: 'b' },
        {
          id: 'last',
          type: 'transform',
          with: { value: ['${nodes.first.output}', '${input.list}'] },
          dependsOn: ['a', 'b'],
        },
      ],
      output: '${nodes.last.output}',
    };
    const input = { list: ['i'] };
    for (let i = 0; i < 2; i++) {
      const { data, error } = await conductor.node.run(workflow, { input });
      expect(error).toBeUndefined();
      expect(data).toEqual([['f'], ['i']]);
    }
    expect(new Set(seen)).toEqual(new Set([JSON.stringify({ constant: { list: ['c'] }, read: ['f'], input: ['i'] })]));
    expect(input).toEqual({ list: ['i'] });
  });

  test('each attempt has its own', async () => {
    const conductor = createConductor();
    conductor.register('spoils', {
      params: z.object({ list: z.array(z.custom<number[]>()) }),
      phase: 'execute',
      run: ({ list }, context) => {
        list[0]?.push(context.attempt);
        if (context.attempt < 3) throw new Error('again');
        return list;
      },
    });
    const node: NodeDefinition = {
      id: 'n',
      type: 'spoils',
      with: { list: [[]] },
      retry: { policy: 'fixed', delayMs: 0 },
    };
    expect((await conductor.node.run(node)).data).toEqual([[3]]);
  });
});

describe('what a handler reports', () => {
  test.each<[string, Odd]>([
    [
      'metadata that is cyclic',
      (context) => {
        const metadata: Record<string, JsonValue> = {};
        Reflect.set(metadata, 'self', metadata);
        context.span('x', metadata);
        context.annotate('x', 'info', metadata);
        return null;
      },
    ],
    [
      'metadata that cannot be looked at',
      (context) => {
        context.annotate('x', 'info', z.custom<Record<string, never>>().parse(bomb({})));
        return null;
      },
    ],
    [
      'metadata that is no JSON',
      (context) => {
        context.span('x', z.custom<Record<string, never>>().parse({ a: 1n, b: trap, c: undefined }));
        return null;
      },
    ],
    [
      'a name that is none',
      (context) => {
        context.span(z.custom<string>().parse(Symbol('x')));
        return null;
      },
    ],
    [
      'a thousand phases that nobody ends, inside each other',
      (context) => {
        let phase = context.span('x');
        for (let i = 0; i < 1000; i++) phase = phase.span('x');
        return null;
      },
    ],
  ])('%s: at worst the node has failed', async (_, odd) => {
    const { status, recording } = await run(odd);
    expect(['completed', 'failed']).toContain(status);
    JSON.stringify([...recording.spans.metadata.values(), ...recording.annotations.metadata.values()]);
  });
});
