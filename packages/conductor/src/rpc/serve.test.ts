import { setImmediate } from 'node:timers/promises';
import { ZERO, type JsonValue, type TraceEvent } from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createConductor, type Conductor } from '../conductor.ts';
import type { NodeDefinition } from '../file/definition.ts';
import { allAtOnce } from '../slices.ts';
import { packResult } from '../trace/pack.ts';
import { VirtualTime } from '../testing/virtual-time.ts';
import type { ChannelClosed, Message } from './channel.ts';
import { connectConductor, type ConductorClient } from './client.ts';
import { ConductorConnectionError, ConductorRpcError } from './errors.ts';
import { FramedChannel } from './framed-channel.ts';
import { OutgoingMessage } from './frames.ts';
import { writeJson } from './json-text.ts';
import { KeptRuns } from './kept-runs.ts';
import { serveConductor, type ServeOptions } from './serve.ts';
import { countingConductor, createGate, digestOf, Settled, watched } from './testing/conductor.ts';
import { memoryWires, type MemoryWire } from './testing/wires.ts';

const ID = '018d0d8e-7c00-7000-8000-000000000001';
const OTHER = '018d0d8e-7c00-7000-8000-000000000002';
const GONE: ChannelClosed = { code: 'gone', reason: 'it was cut' };

interface Connected {
  readonly client: ConductorClient;
  /** The ends of the client and of the serving side. */
  readonly near: MemoryWire;
  readonly far: MemoryWire;
  readonly cut: () => void;
}

function connect(conductor: Pick<Conductor, 'node'>, options: ServeOptions = {}): Connected {
  const [near, far] = memoryWires();
  serveConductor(conductor, new FramedChannel(far, null), options);
  const client = connectConductor(new FramedChannel(near, null));
  const cut = (): void => {
    near.fail(GONE);
    far.fail(GONE);
  };
  return { client, near, far, cut };
}

const HOLD = { id: 'wait', type: 'hold' };
const TICK = { id: 'tick', type: 'tick', with: { count: 5 } };
/** Ticks before it holds, so that there are events by then. */
const TICK_THEN_HOLD = {
  name: 'tick then hold',
  nodes: [TICK, { ...HOLD, dependsOn: ['tick'] }, { ...TICK, id: 'tock', dependsOn: ['wait'] }],
};

const packed = allAtOnce(packResult(await countingConductor().node.run(TICK)));
const TICK_BYTES = packed.head.length + packed.recording.length + packed.log.length;

/** A sink that keeps what it gets and resolves `first` with the first batch. */
function keeping(): {
  readonly events: TraceEvent[];
  readonly first: Promise<void>;
  write(id: string, batch: readonly TraceEvent[]): Promise<void>;
} {
  const events: TraceEvent[] = [];
  const first = new Settled();
  const write = (_: string, batch: readonly TraceEvent[]): Promise<void> => {
    events.push(...batch);
    first.settle();
    return Promise.resolve();
  };
  return { events, first: first.promise, write };
}

/** What was thrown. */
function thrown(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => null,
    (error: unknown) => error,
  );
}

describe('a run that loses its client', () => {
  it('goes on, and another channel gets its result by its id', async () => {
    const gate = createGate();
    const conductor = countingConductor(gate);
    const runs = new KeptRuns();
    const first = connect(conductor, { runs });
    const lost = thrown(first.client.node.run(HOLD, { executionId: ID }));
    await gate.reached;
    first.cut();
    expect(await lost).toBeInstanceOf(ConductorConnectionError);
    expect(await lost).toMatchObject({ code: 'connection_lost', executionId: ID, lastSeq: 0 });
    const second = connect(conductor, { runs });
    const attached = second.client.attach(ID);
    gate.open();
    const result = await attached;
    expect(result).toMatchObject({ status: 'completed', data: 'held', trace: { executionId: ID } });
    expect(digestOf(await second.client.attach(ID))).toBe(digestOf(result));
  });

  it('sends the events that come after the last one its client had', async () => {
    const gate = createGate();
    const conductor = countingConductor(gate);
    const runs = new KeptRuns();
    const [before, after] = [keeping(), keeping()];
    const first = connect(conductor, { runs });
    const lost = thrown(first.client.node.run(TICK_THEN_HOLD, { executionId: ID, sink: before }));
    await before.first;
    await gate.reached;
    first.cut();
    const error = await lost;
    if (!(error instanceof ConductorConnectionError)) throw new Error('the run was to be lost');
    const second = connect(conductor, { runs });
    const attached = second.client.attach(ID, { sink: after, after: error.lastSeq });
    gate.open();
    await attached;
    const seen = [...before.events, ...after.events];
    const types = seen.map(({ type }) => type);
    expect(types.filter((type) => type === 'execution_started')).toHaveLength(1);
    expect(types.at(-1)).toBe('execution_finished');
    const steps = seen.flatMap((event) =>
      event.type === 'progress' && event.nodeKey === 'tick' ? [event.message] : [],
    );
    expect(steps.filter((step) => step !== '')).toEqual([1, 2, 3, 4, 5].map((step) => `step ${step}`));
  });

  it('sends all of its events to a client that has none, and says which are no longer there', async () => {
    const nodes = Array.from({ length: 3000 }, (_, at) => ({ ...TICK, id: `n${at}` }));
    const [whole, short] = [new KeptRuns({ keptEventBytes: 100e6 }), new KeptRuns({ keptEventBytes: 100_000 })];
    for (const runs of [whole, short]) {
      const first = connect(countingConductor(), { runs });
      const then = keeping();
      await first.client.node.run({ name: 'wide', nodes }, { executionId: ID, sink: then });
      const missed: unknown[] = [];
      const now = keeping();
      await connect(countingConductor(), { runs }).client.attach(ID, {
        sink: now,
        onMissed: (events) => missed.push(events),
      });
      if (runs === whole) {
        expect(missed).toEqual([]);
        expect(now.events).toEqual(then.events);
      } else {
        expect(missed).toEqual([{ from: 1, to: expect.any(Number) }]);
        expect(now.events.length).toBeGreaterThan(0);
        expect(now.events).toEqual(then.events.slice(-now.events.length));
      }
    }
  });

  it('is cancelled when nobody follows it for too long', async () => {
    const time = new VirtualTime();
    const gate = createGate();
    const conductor = countingConductor(gate);
    const runs = new KeptRuns({ unattendedMs: 60_000, timers: time.timers });
    const first = connect(conductor, { runs });
    const lost = thrown(first.client.node.run(HOLD, { executionId: ID }));
    await gate.reached;
    first.cut();
    await lost;
    const pass = (ms: number): Promise<void> => time.until(time.timers.sleep(ms, new AbortController().signal));
    await pass(59_000);
    const second = connect(conductor, { runs });
    const followed = thrown(second.client.attach(ID));
    await pass(120_000);
    expect(runs.running).toBe(1);
    second.cut();
    await followed;
    await pass(59_000);
    expect(runs.running).toBe(1);
    await pass(2_000);
    expect(runs.running).toBe(0);
    expect((await connect(conductor, { runs }).client.attach(ID)).status).toBe('cancelled');
  });

  it('is cancelled at once when no other channel could lead to it', async () => {
    const gate = createGate();
    const statuses: string[] = [];
    const counting = countingConductor(gate);
    const over = new Settled();
    const shown = watched(counting, (result) => {
      statuses.push(result.status);
      over.settle();
    });
    const { client, cut } = connect(shown);
    const lost = thrown(client.node.run(HOLD));
    await gate.reached;
    cut();
    await lost;
    await over.promise;
    expect(statuses).toEqual(['cancelled']);
  });

  it('has one client at a time', async () => {
    const gate = createGate();
    const conductor = countingConductor(gate);
    const runs = new KeptRuns();
    const first = thrown(connect(conductor, { runs }).client.node.run(HOLD, { executionId: ID }));
    await gate.reached;
    const second = connect(conductor, { runs }).client.attach(ID);
    expect(await first).toMatchObject({ code: 'taken_over' });
    gate.open();
    expect((await second).status).toBe('completed');
  });
});

async function finish(runs: KeptRuns, executionId: string): Promise<void> {
  await connect(countingConductor(), { runs }).client.node.run(TICK, { executionId });
}

/** What attaching fails with; null when it does not. */
function attach(runs: KeptRuns, id: string): Promise<unknown> {
  return thrown(connect(countingConductor(), { runs }).client.attach(id));
}

describe('the results that are kept', () => {
  it('are forgotten after their time', async () => {
    const time = new VirtualTime();
    const runs = new KeptRuns({ finishedMs: 5_000, timers: time.timers });
    await finish(runs, ID);
    await time.until(time.timers.sleep(4_000, new AbortController().signal));
    expect(await attach(runs, ID)).toBeNull();
    await time.until(time.timers.sleep(2_000, new AbortController().signal));
    expect(await attach(runs, ID)).toMatchObject({ code: 'unknown_execution' });
  });

  it.each([
    ['number', { maxFinished: 1 }],
    ['bytes', { maxFinishedBytes: 1.5 * TICK_BYTES }],
  ])('are limited in %s: the oldest go', async (_, options) => {
    const runs = new KeptRuns(options);
    await finish(runs, ID);
    expect(await attach(runs, ID)).toBeNull();
    await finish(runs, OTHER);
    expect(await attach(runs, ID)).toMatchObject({ code: 'unknown_execution' });
    expect(await attach(runs, OTHER)).toBeNull();
  });

  it('are forgotten, and what runs is cancelled, at the end', async () => {
    const gate = createGate();
    const runs = new KeptRuns();
    await finish(runs, ID);
    const running = connect(countingConductor(gate), { runs }).client.node.run(HOLD, { executionId: OTHER });
    await gate.reached;
    runs.close();
    expect((await running).status).toBe('cancelled');
    expect(await attach(runs, ID)).toMatchObject({ code: 'unknown_execution' });
  });
});

describe('what a client may do', () => {
  it('does not begin a run twice', async () => {
    const { client } = connect(countingConductor(), { runs: new KeptRuns() });
    await client.node.run(TICK, { executionId: ID });
    const again = await thrown(client.node.run(TICK, { executionId: ID.toUpperCase() }));
    expect(again).toMatchObject({ code: 'execution_exists' });
  });

  it('may run again what could not be run', async () => {
    const { client } = connect(countingConductor(), { runs: new KeptRuns() });
    await expect(client.node.run({ ...TICK, type: 'tack' }, { executionId: ID })).rejects.toThrow('tick');
    expect((await client.node.run(TICK, { executionId: ID })).status).toBe('completed');
  });

  it.each([
    ['of a channel', { limits: { maxCalls: 2 } }],
    ['of all channels', { runs: new KeptRuns({ maxRuns: 2 }) }],
  ])('ends at the number of runs %s', async (_, options) => {
    const gate = createGate();
    const { client } = connect(countingConductor(gate), options);
    const running = [client.node.run(HOLD), client.node.run(HOLD)];
    expect(await thrown(client.node.run(TICK))).toMatchObject({ code: 'too_many_runs' });
    gate.open();
    await Promise.all(running);
    expect((await client.node.run(TICK)).status).toBe('completed');
  });

  it('ends at the depth and the size of a request', async () => {
    let node: NodeDefinition = { ...TICK };
    for (let level = 0; level < 40; level++) node = { id: `g${level}`, type: 'group', nodes: [node] };
    const { client } = connect(countingConductor(), { limits: { maxRequestBytes: 100_000, maxDepth: 64 } });
    expect(await thrown(client.node.run(node))).toMatchObject({ code: 'too_deep' });
    expect((await connect(countingConductor()).client.node.run(node)).status).toBe('completed');
    const large = { id: 'a', type: 'transform', with: { value: 'x'.repeat(100_000) } };
    expect(await thrown(client.node.run(large))).toMatchObject({ code: 'connection_lost' });
    expect((await client.closed).code).toBe('too_large');
  });

  it('includes groups nested 1,000 deep, whose result comes back whole', async () => {
    let node: NodeDefinition = { ...TICK };
    for (let level = 0; level < 1000; level++) node = { id: `g${level}`, type: 'group', nodes: [node] };
    const sink = keeping();
    const there = await connect(countingConductor()).client.node.run(node, { executionId: ID, sink });
    const here = await countingConductor().node.run(node, { executionId: ID, sink: keeping() });
    expect(there.status).toBe('completed');
    let depth = 0;
    for (let at = there.trace.nodes; at[0] !== undefined; at = at[0].childTraces ?? []) depth++;
    expect(depth).toBe(1000);
    expect(there.recording).toEqual(here.recording);
    expect(sink.events.at(-1)?.type).toBe('execution_finished');
    let input: JsonValue = 'leaf';
    for (let level = 0; level < 2400; level++) input = [input];
    const deep = await connect(countingConductor()).client.node.run(TICK, { input: { input }, sink: keeping() });
    expect(deep.status).toBe('completed');
  });

  it('includes the trace that its runs are a part of, which the events say', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const sink = keeping();
    await connect(countingConductor()).client.node.run(TICK, { traceparent, sink });
    expect(sink.events[0]).toMatchObject({ type: 'execution_started', traceparent });
  });

  it('does not include the choice of services, network and commands', async () => {
    const seen: unknown[] = [];
    const spying = watched(createConductor(), (_, options) => seen.push({ ...options, signal: null }));
    const node = { id: 'a', type: 'transform', with: { value: 1 } };
    const greedy = {
      executionId: ID,
      concurrency: 3,
      commands: true,
      network: { privateAddresses: true, allow: [] },
      services: { db: { url: 'x' } },
    };
    await connect(spying).client.node.run(node, greedy);
    const barred = { commands: false, network: { privateAddresses: false, allow: [] }, signal: null };
    expect(seen).toEqual([{ ...barred, executionId: ID, concurrency: 3 }]);
    const services = { demo: { url: 'http://127.0.0.1:1' } };
    await connect(spying, { runOptions: () => ({ services, concurrency: 2 }) }).client.node.run(node, greedy);
    expect(seen[1]).toEqual({ ...barred, executionId: ID, concurrency: 2, services });
  });

  it('can be refused by the serving side, with the reason it gives', async () => {
    const refusal = new ConductorRpcError('refused', 'not on Sundays');
    const { client } = connect(countingConductor(), { runOptions: () => Promise.reject(refusal) });
    expect(await thrown(client.node.run(TICK))).toMatchObject({ code: 'refused', message: 'not on Sundays' });
  });

  it('learns nothing of faults of the serving side', async () => {
    const faults: unknown[] = [];
    const fault = new Error('the password is 1234');
    const runOptions = (): Promise<never> => Promise.reject(fault);
    const { client } = connect(countingConductor(), { runOptions, onFault: (error) => faults.push(error) });
    const error = await thrown(client.node.run(TICK));
    expect(error).toMatchObject({ code: 'internal' });
    expect(String(error)).not.toContain('1234');
    expect(faults).toEqual([fault]);
  });

  it('reaches the sink of the serving side as well', async () => {
    const [mine, theirs] = [keeping(), keeping()];
    const { client } = connect(countingConductor(), { runOptions: () => ({ sink: theirs }) });
    await client.node.run(TICK, { sink: mine });
    expect(mine.events).toEqual(theirs.events);
    expect(mine.events.length).toBeGreaterThan(5);
  });
});

describe('a sink at the far end', () => {
  it('that fails is a warning of the run, as in the same process', async () => {
    const { client } = connect(countingConductor());
    const sink = { write: () => Promise.reject(new Error('no room')) };
    const here = await countingConductor().node.run(TICK, { sink });
    const there = await client.node.run(TICK, { sink });
    expect(there.recording.warnings).toEqual(here.recording.warnings);
    expect(there.recording.warnings).toHaveLength(1);
  });

  it('that is slow holds up the run, and no more is on its way than it can take', async () => {
    let [most, busy] = [0, 0];
    const conductor = countingConductor();
    const { client, near } = connect(conductor);
    const nodes = Array.from({ length: 3000 }, (_, at) => ({ ...TICK, id: `n${at}` }));
    const write = async (): Promise<void> => {
      busy++;
      most = Math.max(most, busy);
      for (let turns = 0; turns < 20; turns++) await setImmediate();
      busy--;
    };
    const result = await client.node.run({ name: 'wide', nodes }, { sink: { write } });
    expect(result.status).toBe('completed');
    expect(most).toBe(1);
    expect(near.received).toBeGreaterThan(1_000_000);
  });

  it('holds up the run also where the sink of the serving side has failed', async () => {
    const conductor = countingConductor();
    const [taking, told] = [new Settled(), new Settled()];
    let isDone = false;
    let failure: unknown = null;
    const oneBatch: Pick<Conductor, 'node'> = {
      node: {
        run: async (definition, { sink, ...options } = {}) => {
          const batch: TraceEvent[] = [{ type: 'progress', nodeKey: 'a', percent: 5, message: '', at: ZERO }];
          const written = thrown(sink?.write(ID, batch) ?? Promise.resolve());
          void written.then(() => (isDone = true));
          await told.promise;
          expect(isDone).toBe(false);
          taking.settle();
          failure = await written;
          return conductor.node.run(definition, options);
        },
      },
    };
    const broken = { write: () => Promise.reject(new Error('no room')) };
    const slow = {
      write: async () => {
        for (let turns = 0; turns < 20; turns++) await setImmediate();
        told.settle();
        await taking.promise;
      },
    };
    const { client } = connect(oneBatch, { runOptions: () => ({ sink: broken }) });
    await client.node.run(TICK, { sink: slow });
    expect(failure).toMatchObject({ message: 'no room' });
  });

  it('that never takes a batch does not hold up the run for good', async () => {
    const time = new VirtualTime();
    const conductor = countingConductor();
    const runs = new KeptRuns({ timers: time.timers, patienceMs: 10_000 });
    const [near, far] = memoryWires();
    serveConductor(conductor, new FramedChannel(far, null), { runs });
    const client = connectConductor(new FramedChannel(near, null), { timers: time.timers });
    const nodes = Array.from({ length: 3000 }, (_, at) => ({ ...TICK, id: `n${at}` }));
    const stuck = { write: () => new Promise<void>(() => undefined) };
    const result = await time.until(client.node.run({ name: 'wide', nodes }, { sink: stuck }));
    expect(result.status).toBe('completed');
    expect(time.elapsed).toBeLessThan(100_000_000);
  });
});

/** Sends messages as they are, and gives what comes back until the channel ends or says nothing more. */
async function speak(messages: readonly [number, Message][]): Promise<{ answers: Message[]; closed: ChannelClosed[] }> {
  const [near, far] = memoryWires();
  const faults: unknown[] = [];
  serveConductor(countingConductor(), new FramedChannel(far, null), { onFault: (error) => faults.push(error) });
  const answers: Message[] = [];
  const closed: ChannelClosed[] = [];
  const channel = new FramedChannel(near, null);
  const listener = {
    message: (_: number, message: Message) => answers.push(message),
    closed: (why: ChannelClosed) => closed.push(why),
  };
  channel.listen(listener, { receiveBytes: 1e9, waitingMessages: 1e9 });
  for (const [lane, message] of messages) channel.send(lane, message);
  for (let turns = 0; turns < 20; turns++) await setImmediate();
  expect(faults).toEqual([]);
  return { answers, closed };
}

describe('a client that breaks the rules', () => {
  const definition = writeJson(TICK);
  const options = writeJson({});
  const run = { type: 'run', version: 1, executionId: ID, events: false, cancelled: false };

  it.each<[string, readonly [number, Message][]]>([
    ['an unknown type', [[1, { head: { type: 'sing' }, parts: [] }]]],
    ['an ack of nothing', [[1, { head: { type: 'ack', seq: 1, failure: null }, parts: [] }]]],
    ['a run of another version', [[1, { head: { ...run, version: 2 }, parts: [definition, options] }]]],
    ['a run with an id that is none', [[1, { head: { ...run, executionId: '1' }, parts: [definition, options] }]]],
    ['a run without its parts', [[1, { head: run, parts: [definition] }]]],
    ['a run with too many parts', [[1, { head: run, parts: [definition, options, options] }]]],
    ['an attachment without a place to go on', [[1, { head: { ...run, type: 'attach', after: -1 }, parts: [] }]]],
    [
      'two runs on a lane',
      [
        [1, { head: run, parts: [definition, options] }],
        [1, { head: run, parts: [definition, options] }],
      ],
    ],
    [
      'a run on an old lane',
      [
        [2, { head: run, parts: [definition, options] }],
        [1, { head: run, parts: [definition, options] }],
      ],
    ],
  ])('is cut off: %s', async (_, messages) => {
    const { closed } = await speak(messages);
    expect(closed.map(({ code }) => code)).toEqual(['protocol_error']);
  });

  it.each([
    ['no JSON', '{', '{}', 'invalid_request'],
    ['a definition that is a list', '[]', '{}', 'invalid_workflow'],
    ['a node whose id is no text', '{"type":"group","id":7,"nodes":[]}', '{}', 'invalid_workflow'],
    ['an empty workflow', '{}', '{}', 'invalid_workflow'],
    ['a prototype', '{"id":"a","type":"tick","with":{"count":1,"__proto__":{"x":1}}}', '{}', 'invalid_request'],
    ['a prototype in the input', JSON.stringify(TICK), '{"input":{"__proto__":{"x":1}}}', 'invalid_request'],
    ['options that are none', JSON.stringify(TICK), '[]', 'invalid_request'],
    ['an input that is none', JSON.stringify(TICK), '{"input":[]}', 'invalid_options'],
    ['a limit of the wrong type', JSON.stringify(TICK), '{"concurrency":"many"}', 'invalid_options'],
    ['workflows that are none', JSON.stringify(TICK), '{"workflows":{"a":7}}', 'invalid_options'],
  ])('is told what is wrong: %s', async (_, definitionText, optionsText, code) => {
    const parts = [definitionText, optionsText].map((text) => new TextEncoder().encode(text));
    const { answers, closed } = await speak([[1, { head: run, parts }]]);
    expect(closed).toEqual([]);
    const [error = new Uint8Array()] = answers.at(-1)?.parts ?? [];
    expect(JSON.parse(new TextDecoder().decode(error))).toMatchObject({ code });
    expect(Reflect.get({}, 'x')).toBeUndefined();
  });

  it('never brings the serving side down, whatever it sends', async () => {
    const head = fc.oneof(
      fc.constant({ type: 'cancel' }),
      fc.constant({ type: 'done' }),
      fc.record({ type: fc.constant('ack'), seq: fc.integer(), failure: fc.option(fc.string()) }),
      fc.record(
        {
          type: fc.constantFrom('run', 'attach', 'cancel', 'x'),
          version: fc.constantFrom(1, 2),
          executionId: fc.oneof(fc.uuid(), fc.string()),
          events: fc.boolean(),
          cancelled: fc.boolean(),
          after: fc.integer(),
        },
        { requiredKeys: ['type'] },
      ),
    );
    const part = fc.oneof(
      fc.constant(definition),
      fc.constant(options),
      fc.json().map((text) => new TextEncoder().encode(text)),
      fc.uint8Array(),
    );
    const message = fc.record({ head, parts: fc.array(part, { maxLength: 3 }) });
    const spoken = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), message), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(spoken, async (messages) => void (await speak(messages))),
      { numRuns: 200 },
    );
  });

  it('never brings the serving side down with bytes that are no frames', async () => {
    const frames = fc.array(fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.anything()), { maxLength: 5 });
    const good = new OutgoingMessage(1, { head: run, parts: [definition, options] }).next();
    await fc.assert(
      fc.asyncProperty(frames, async (sent) => {
        const { far, client } = connect(countingConductor());
        for (const frame of sent) far.push(frame);
        far.push(good.slice());
        for (let turns = 0; turns < 3; turns++) await setImmediate();
        client.close();
      }),
      { numRuns: 200 },
    );
  });
});

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

const STARTED_ODDLY = JSON.stringify([
  {
    type: 'execution_started',
    executionId: ID,
    startedAt: 0,
    traceparent: 7,
    info: { name: 'x', workflow: null, sourceFormat: 'conductor', concurrency: null },
  },
]);

describe('a serving side that breaks the rules', () => {
  const accepted: Message = { head: { type: 'accepted', events: true }, parts: [] };

  it.each<[string, readonly Message[]]>([
    ['an unknown type', [{ head: { type: 'sing' }, parts: [] }]],
    ['events that are none', [accepted, { head: { type: 'events', seq: 1 }, parts: [bytesOf('[{"type":"span"}]')] }]],
    ['a trace context that is none', [accepted, { head: { type: 'events', seq: 1 }, parts: [bytesOf(STARTED_ODDLY)] }]],
    ['events out of order', [accepted, { head: { type: 'events', seq: 2 }, parts: [bytesOf('[]')] }]],
    [
      'events again',
      [
        accepted,
        { head: { type: 'events', seq: 1 }, parts: [bytesOf('[]')] },
        { head: { type: 'events', seq: 1 }, parts: [bytesOf('[]')] },
      ],
    ],
    ['a reset from elsewhere', [accepted, { head: { type: 'reset', from: 3, to: 4 }, parts: [] }]],
    ['a result without its parts', [accepted, { head: { type: 'result' }, parts: [bytesOf('{}')] }]],
    ['an error that is none', [accepted, { head: { type: 'error' }, parts: [bytesOf('{"code":"what"}')] }]],
  ])('ends the run with a clear error: %s', async (_, messages) => {
    const [near, far] = memoryWires();
    const server = new FramedChannel(far, null);
    const listener = {
      message: (lane: number) => {
        for (const message of messages) server.send(lane, message);
      },
      closed: () => undefined,
    };
    server.listen(listener, { receiveBytes: 1e6, waitingMessages: 10 });
    const client = connectConductor(new FramedChannel(near, null));
    const error = await thrown(client.node.run(TICK, { sink: keeping() }));
    expect(error).toMatchObject({ code: 'connection_lost', lastSeq: expect.any(Number) });
    expect((await client.closed).code).toBe('protocol_error');
  });
});
