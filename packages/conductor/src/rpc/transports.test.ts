import { randomUUID } from 'node:crypto';
import { MessageChannel } from 'node:worker_threads';
import type { TraceEvent } from '@flowprof/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkflowFileError } from '../file/issues.ts';
import type { WorkflowDefinition } from '../file/definition.ts';
import { connectConductor, type ConductorClient } from './client.ts';
import { ConductorConnectionError } from './errors.ts';
import type { Channel } from './channel.ts';
import { KeptRuns } from './kept-runs.ts';
import { childProcessChannel, messagePortChannel } from './ports.ts';
import { serveConductor } from './serve.ts';
import { countingConductor, createGate, digestOf, Settled } from './testing/conductor.ts';
import {
  forkSource,
  kill,
  openProcess,
  openSocket,
  openThread,
  serveSockets,
  startSource,
  type Link,
} from './testing/links.ts';
import { webSocketChannel } from './websocket.ts';

const NESTED: WorkflowDefinition = {
  name: 'nested',
  nodes: [
    { id: 'first', type: 'tick', with: { count: 3 } },
    {
      id: 'outer',
      type: 'group',
      dependsOn: ['first'],
      nodes: [
        { id: 'inner', type: 'group', nodes: [{ id: 'leaf', type: 'transform', with: { value: { a: [1, 'ä😀'] } } }] },
      ],
    },
    { id: 'broken', type: 'fail', with: { message: 'no' }, dependsOn: ['outer'] },
  ],
};

const ID = '018d0d8e-7c00-7000-8000-000000000001';

/** A sink that keeps what it gets. */
function keeping(): {
  readonly events: TraceEvent[];
  write: (id: string, batch: readonly TraceEvent[]) => Promise<void>;
} {
  const events: TraceEvent[] = [];
  return {
    events,
    write: (_, batch) => {
      events.push(...batch);
      return Promise.resolve();
    },
  };
}

const TRANSPORTS: readonly [string, () => Promise<Link>][] = [
  ['a thread', openThread],
  ['a process', openProcess],
  ['a WebSocket', openSocket],
];

describe.each(TRANSPORTS)('a conductor behind %s', (_name, open) => {
  let to: Link;
  let client: ConductorClient;
  beforeAll(async () => {
    to = await open();
    client = connectConductor(to.channel);
  });
  afterAll(() => to.close());

  it('should preserve trace through RPC transport', async () => {
    const here = await countingConductor().node.run(NESTED, { executionId: ID });
    const there = await client.node.run(NESTED, { executionId: ID });
    await to.digest();
    expect(there.trace.nodes[1]?.childTraces?.[0]?.childTraces?.[0]?.nodeId).toBe('leaf');
    expect(there.trace).toEqual(here.trace);
    expect(there.recording).toEqual(here.recording);
    expect({ ...there }).toEqual({ ...here });
    expect(digestOf(there)).toBe(digestOf(here));
  });

  it('gives the whole trace of 100,000 events', { timeout: 120_000 }, async () => {
    const result = await client.node.run({ id: 'long', type: 'tick', with: { count: 100_000 } });
    expect(result.status).toBe('completed');
    expect(result.trace.events.length).toBeGreaterThan(100_000);
    expect(digestOf(result)).toBe(await to.digest());
  });

  it('streams what happens to 10,000 nodes, in order, while they run', { timeout: 120_000 }, async () => {
    const nodes = Array.from({ length: 10_000 }, (_, at) => ({ id: `n${at}`, type: 'tick', with: { count: 1 } }));
    const sink = keeping();
    const result = await client.node.run({ name: 'wide', nodes }, { sink });
    expect(digestOf(result)).toBe(await to.digest());
    const states = sink.events.flatMap((event) => (event.type === 'node_state' ? [event.state] : []));
    const completed = states.filter(({ status }) => status === 'completed').map(({ nodeKey }) => nodeKey);
    expect(completed).toEqual(result.executedNodes);
    expect(completed).toHaveLength(10_000);
    expect(sink.events.at(0)?.type).toBe('execution_started');
    expect(sink.events.at(-1)?.type).toBe('execution_finished');
  });

  it('says what is wrong with a workflow as if it ran here', async () => {
    const broken = { name: 'broken', nodes: [{ id: 'a', type: 'tick', with: { count: 1 }, dependsOn: ['b'] }] };
    const here = await countingConductor()
      .node.run(broken)
      .catch((error: unknown) => error);
    const there = await client.node.run(broken).catch((error: unknown) => error);
    expect(there).toBeInstanceOf(WorkflowFileError);
    expect(there).toEqual(here);
    await expect(client.node.run(NESTED, { concurrency: 0 })).rejects.toThrow(RangeError);
  });

  it('is cancelled from afar', async () => {
    const cancel = new AbortController();
    const seen = (_id: string, batch: readonly TraceEvent[]): Promise<void> => {
      const runs = batch.some(({ type }) => type === 'node_state');
      if (runs) cancel.abort();
      return Promise.resolve();
    };
    const node = { id: 'wait', type: 'hold' };
    const result = await client.node.run(node, { signal: cancel.signal, sink: { write: seen } });
    expect(await to.digest()).toBe(digestOf(result));
    expect(result.status).toBe('cancelled');
    const late = await client.node.run(node, { signal: AbortSignal.abort() });
    expect(late.status).toBe('cancelled');
  });

  it('says so clearly when the connection is lost during a run', async () => {
    const other = await open();
    const cutOff = connectConductor(other.channel);
    const executionId = randomUUID();
    let cut: Promise<void> | null = null;
    const sink = { write: (): Promise<void> => (cut ??= other.cut()) };
    const lost = await cutOff.node
      .run({ id: 'wait', type: 'hold' }, { executionId, sink })
      .catch((error: unknown) => error);
    expect(lost).toBeInstanceOf(ConductorConnectionError);
    expect(lost).toMatchObject({ code: 'connection_lost', executionId });
    await expect(cutOff.attach(executionId)).rejects.toMatchObject({ code: 'connection_lost' });
    expect((await cutOff.closed).code).toBe('gone');
    await other.close();
  });
});

/** A client that is somewhere else and runs a workflow here, until it is cut off. */
interface Cut {
  readonly channel: Channel;
  /** Resolves once the client has so many events. */
  readonly has: (events: number) => Promise<void>;
  readonly cut: () => Promise<void>;
}

/** What resolves once messages have told of so many events. */
function counting(emitter: { on(event: 'message', listener: (message: unknown) => void): unknown }): Cut['has'] {
  let told = 0;
  let [wanted, enough] = [Number.POSITIVE_INFINITY, new Settled()];
  emitter.on('message', (message) => {
    if (typeof message !== 'object' || message === null || !('events' in message)) return;
    told = Number(message.events);
    if (told >= wanted) enough.settle();
  });
  return (events) => {
    wanted = events;
    if (told >= wanted) enough.settle();
    return enough.promise;
  };
}

const CLIENTS: readonly [string, (executionId: string) => Cut][] = [
  [
    'a thread that is ended',
    (executionId) => {
      const worker = startSource('client-thread.ts', { executionId });
      const cut = async (): Promise<void> => void (await worker.terminate());
      return { channel: messagePortChannel(worker), has: counting(worker), cut };
    },
  ],
  [
    'a process that is killed',
    (executionId) => {
      const child = forkSource('client-process.ts', [executionId]);
      return { channel: childProcessChannel(child), has: counting(child), cut: () => kill(child) };
    },
  ],
];

describe('a run whose client is', () => {
  it.each(CLIENTS)('%s goes on, and another client gets its result', async (_, start) => {
    const gate = createGate();
    const conductor = countingConductor(gate);
    const runs = new KeptRuns();
    const executionId = randomUUID();
    const { channel, has, cut } = start(executionId);
    serveConductor(conductor, channel, { runs });
    await gate.reached;
    await has(10);
    await cut();
    const { port1, port2 } = new MessageChannel();
    serveConductor(conductor, messagePortChannel(port1), { runs });
    const client = connectConductor(messagePortChannel(port2));
    const sink = keeping();
    const attached = client.attach(executionId, { sink });
    gate.open();
    const result = await attached;
    expect(result.status).toBe('completed');
    expect(result.executedNodes).toEqual(['tick', 'wait', 'tock']);
    expect(sink.events[0]).toMatchObject({ type: 'execution_started', executionId });
    expect(sink.events.at(-1)?.type).toBe('execution_finished');
    client.close();
  });

  it('behind a socket that breaks goes on, and the next socket goes on where it broke', async () => {
    const gate = createGate();
    const runs = new KeptRuns();
    const server = await serveSockets(countingConductor(gate), { runs });
    const executionId = randomUUID();
    const [before, after] = [keeping(), keeping()];
    const nodes = [
      { id: 'tick', type: 'tick', with: { count: 10 } },
      { id: 'wait', type: 'hold', dependsOn: ['tick'] },
    ];
    const first = connectConductor(webSocketChannel(server.connect()));
    const breaking = {
      write: async (id: string, batch: readonly TraceEvent[]): Promise<void> => {
        await before.write(id, batch);
        await gate.reached;
        server.cut();
      },
    };
    const error = await first.node
      .run({ name: 'cut', nodes }, { executionId, sink: breaking })
      .catch((thrown: unknown) => thrown);
    if (!(error instanceof ConductorConnectionError)) throw new Error('the connection was to break');
    const second = connectConductor(webSocketChannel(server.connect()));
    const attached = second.attach(executionId, { sink: after, after: error.lastSeq });
    gate.open();
    expect((await attached).status).toBe('completed');
    const types = [...before.events, ...after.events].map(({ type }) => type);
    expect(types.filter((type) => type === 'execution_started')).toHaveLength(1);
    expect(types.filter((type) => type === 'progress').length).toBeGreaterThanOrEqual(10);
    expect(types.at(-1)).toBe('execution_finished');
    await server.close();
  });
});
