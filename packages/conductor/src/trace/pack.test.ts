import { asMicros, NONE, packPieces, TraceFileError, type JsonValue, type Micros, type Status } from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Recorder } from '../engine/recorder.ts';
import { Bench, delay, workflow } from '../testing/bench.ts';
import { VirtualTime } from '../testing/virtual-time.ts';
import type { ExecutionResult } from '../types.ts';
import { allAtOnce } from '../slices.ts';
import { packResult as packing, unpackResult as unpacking, type PackedResult } from './pack.ts';
import { createRedactor } from '../redact.ts';

const packResult = (result: ExecutionResult): PackedResult => allAtOnce(packing(result));
const unpackResult = (packed: PackedResult): ExecutionResult => allAtOnce(unpacking(packed));

/** What a channel does with a message. */
function sent(packed: PackedResult): PackedResult {
  return structuredClone(packed);
}

const step = fc.record({
  does: fc.constantFrom('declare', 'state', 'progress', 'span', 'close', 'annotate'),
  row: fc.nat(),
  text: fc.string({ unit: 'grapheme', maxLength: 8 }),
  status: fc.constantFrom<Status>('running', 'completed', 'failed', 'cancelled', 'timeout', 'skipped'),
  isContainer: fc.boolean(),
  metadata: fc.option(fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 })),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A recorder that has been told anything at all, in any order. */
class AnyRun {
  readonly recorder: Recorder;
  #instances = 0;
  #spans = 0;
  #now = asMicros(0);

  constructor(steps: readonly Step[]) {
    this.recorder = new Recorder({
      keep: (value) => createRedactor([]).keep(value, { left: 0 }),
      traceparent: undefined,
      interruptedAt: null,
      name: 'run',
      workflow: null,
      rootId: 'root',
      shape: 'workflow',
      clock: new VirtualTime().clock,
      spanPrefix: '01020304',
      outbox: null,
      startedAt: null,
      earlier: null,
    });
    for (const one of steps) this.#do(one);
  }

  result(data: ExecutionResult['data']): ExecutionResult {
    const { recorder } = this;
    const end = this.#now;
    const execution = { id: 'e', endedAt: null, recordedDuration: end, concurrency: 1, error: null, attributes: {} };
    return {
      success: true,
      status: 'completed',
      ...(data !== undefined && { data }),
      duration: 0.5,
      executedNodes: ['__proto__', 'a'],
      trace: recorder.executionTrace({ executionId: 'e', end, error: null, config: { slowMo: 1 } }),
      recording: recorder.trace({ ...execution, status: 'completed' }, []),
    };
  }

  #do({ does, row, text, status, isContainer, metadata }: Step): void {
    const { recorder } = this;
    const at = this.#time();
    const node = this.#instances === 0 ? NONE : row % this.#instances;
    const span = this.#spans === 0 ? NONE : row % this.#spans;
    if (does === 'declare') this.#declare(text, row, isContainer);
    else if (does === 'state' && node !== NONE) recorder.state(node, status, at, text === '' ? null : text);
    else if (does === 'progress' && node !== NONE) recorder.progress(node, row % 101, at, text);
    else if (does === 'span') {
      recorder.open('phase', text, at, node, span, metadata ?? undefined);
      this.#spans++;
    } else if (does === 'close' && span !== NONE) recorder.close(span, at, status, metadata ?? undefined);
    else recorder.annotate(span, at, text, 'log', metadata);
  }

  #declare(name: string, row: number, isContainer: boolean): void {
    const parent = this.#instances === 0 ? NONE : (row % (this.#instances + 1)) - 1;
    const dependencies = this.#instances === 0 ? [] : [row % this.#instances];
    this.#instances++;
    this.recorder.declare({
      key: `k${this.#instances}`,
      name,
      type: 'task',
      iteration: row % 3 === 0 ? row : null,
      parent,
      dependencies,
      weight: isContainer ? 0 : 0.5 + (row % 5),
    });
  }

  #time(): Micros {
    return (this.#now = asMicros(this.#now + 7));
  }
}

const parse: (text: string) => JsonValue = JSON.parse;

/** JSON that a trip through text leaves as it is. */
const data = fc.jsonValue({ maxDepth: 3 }).map((value) => parse(JSON.stringify({ value })));

/** Reads everything that is made when it is read. */
function readAll(packed: PackedResult): void {
  const result = unpackResult(packed);
  expect(result.recording.spans.length).toBeGreaterThanOrEqual(0);
  expect(result.trace.events.length).toBeGreaterThan(0);
}

/** The same bytes at an odd place of a larger buffer. */
function shifted(bytes: Uint8Array): Uint8Array {
  const larger = new Uint8Array(bytes.length + 3);
  larger.set(bytes, 3);
  return larger.subarray(3);
}

describe('a result', () => {
  test('is the same on the other side, whatever was recorded', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.option(data, { nil: undefined }), (steps, output) => {
        const result = new AnyRun(steps).result(output);
        const there = unpackResult(sent(packResult(result)));
        expect(there).toEqual(result);
        // Once more: what has been unpacked can be passed on.
        expect(unpackResult(sent(packResult(there)))).toEqual(result);
      }),
      { numRuns: 300 },
    );
  });

  test('of runs that complete, fail and are refused', async () => {
    const inside = { id: 'g', type: 'group', nodes: [delay('x', 10), delay('y', 5, 'x')] };
    for (const definition of [
      workflow(delay('a', 5), inside, delay('b', 1, 'a', 'g')),
      workflow({ id: 'f', type: 'flaky', with: { failures: 9 }, retry: { policy: 'fixed', maxAttempts: 3 } }),
      delay('alone', 3),
      { ...workflow(delay('a', 5)), inputs: { missing: { type: 'string' as const } } },
    ]) {
      const result = await new Bench().run(definition);
      expect(unpackResult(sent(packResult(result)))).toEqual(result);
    }
  });

  test('keeps keys named __proto__ as keys', async () => {
    const bench = new Bench();
    const odd = parse('{"__proto__": {"polluted": true}}');
    const result = await bench.run({ id: 'n', type: 'transform', with: { value: odd } });
    const there = unpackResult(sent(packResult(result)));
    expect(JSON.stringify(there.data)).toBe(JSON.stringify(result.data));
    expect(JSON.stringify(there.data)).toContain('"__proto__"');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test('with a trace that no conductor made is refused', () => {
    const result = new AnyRun([]).result(null);
    expect(() => packResult({ ...result, trace: { ...result.trace } })).toThrow(TypeError);
  });
});

describe('bytes that were damaged', () => {
  const steps: Step[] = Array.from({ length: 30 }, (_, row) => ({
    does: row % 2 === 0 ? 'declare' : 'progress',
    row,
    text: 'text',
    status: 'running',
    isContainer: row % 4 === 0,
    metadata: null,
  }));
  const packed = packResult(new AnyRun(steps).result({ n: 1 }));

  test('are refused with a code, wherever a byte of the log or recording is changed or they are cut', () => {
    for (const part of ['log', 'recording'] as const) {
      for (let at = 0; at < packed[part].length; at++) {
        const bytes = packed[part].slice();
        bytes[at] = (bytes[at] ?? 0) ^ 0x41;
        expect(() => readAll({ ...packed, [part]: bytes })).toThrow(TraceFileError);
      }
      for (let length = 0; length < packed[part].length; length += 3) {
        expect(() => readAll({ ...packed, [part]: packed[part].slice(0, length) })).toThrow(TraceFileError);
      }
    }
  });

  test.each(['', '{', 'null', '[]', '{"result":{}}', '[[0]]', '[[0,1,2]]', '[[1]]', '[[3],[0,1,2]]', '[[9]]', '[[3]]'])(
    'are refused where the text is %j',
    (text) => {
      const head = allAtOnce(packPieces([text]));
      expect(() => unpackResult({ ...packed, head })).toThrow(TraceFileError);
      for (let length = 1; length < head.length; length++) {
        expect(() => unpackResult({ ...packed, head: head.slice(0, length) })).toThrow(TraceFileError);
      }
    },
  );

  test('are refused where the head says what no result does', () => {
    const head = Buffer.from(packed.head);
    head.write('completes', head.indexOf('completed'));
    expect(() => unpackResult({ ...packed, head })).toThrow(TraceFileError);
  });

  test('may lie anywhere in a larger buffer', () => {
    const { head, log, recording } = packed;
    readAll({ head: shifted(head), log: shifted(log), recording: shifted(recording) });
  });
});
