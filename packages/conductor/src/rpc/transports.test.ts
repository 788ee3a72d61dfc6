import { randomUUID } from 'node:crypto';
import type { TraceEvent } from '@flowprof/model';
import { afterEach, describe, expect, it } from 'vitest';
import { WorkflowFileError } from '../file/issues.ts';
import type { WorkflowDefinition } from '../file/definition.ts';
import { connectConductor } from './client.ts';
import { ConductorConnectionError } from './errors.ts';
import { countingConductor, digestOf } from './testing/conductor.ts';
import { openProcess, openSocket, openThread, type Link } from './testing/links.ts';

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
  let link: Link | null = null;
  const connect = async (): Promise<{ link: Link; client: ReturnType<typeof connectConductor> }> => {
    link = await open();
    return { link, client: connectConductor(link.channel) };
  };
  afterEach(async () => {
    await link?.close();
    link = null;
  });

  it('should preserve trace through RPC transport', async () => {
    const { client } = await connect();
    const here = await countingConductor().node.run(NESTED, { executionId: ID });
    const there = await client.node.run(NESTED, { executionId: ID });
    expect(there.trace.nodes[1]?.childTraces?.[0]?.childTraces?.[0]?.nodeId).toBe('leaf');
    expect(there.trace).toEqual(here.trace);
    expect(there.recording).toEqual(here.recording);
    expect({ ...there }).toEqual({ ...here });
    expect(digestOf(there)).toBe(digestOf(here));
  });

  it('gives the whole trace of 100,000 events', { timeout: 120_000 }, async () => {
    const { client, link: to } = await connect();
    const result = await client.node.run({ id: 'long', type: 'tick', with: { count: 100_000 } });
    expect(result.status).toBe('completed');
    expect(result.trace.events.length).toBeGreaterThan(100_000);
    expect(digestOf(result)).toBe(await to.digest());
  });

  it('streams what happens to 10,000 nodes, in order, while they run', { timeout: 120_000 }, async () => {
    const { client, link: to } = await connect();
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
    const { client } = await connect();
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
    const { client } = await connect();
    const cancel = new AbortController();
    const seen = (_id: string, batch: readonly TraceEvent[]): Promise<void> => {
      const runs = batch.some(({ type }) => type === 'node_state');
      if (runs) cancel.abort();
      return Promise.resolve();
    };
    const node = { id: 'wait', type: 'hold' };
    const result = await client.node.run(node, { signal: cancel.signal, sink: { write: seen } });
    expect(result.status).toBe('cancelled');
    const late = await client.node.run(node, { signal: AbortSignal.abort() });
    expect(late.status).toBe('cancelled');
  });

  it('says so clearly when the connection is lost during a run', async () => {
    const { client, link: to } = await connect();
    const executionId = randomUUID();
    let cut: Promise<void> | null = null;
    const sink = { write: (): Promise<void> => (cut ??= to.cut()) };
    const lost = await client.node
      .run({ id: 'wait', type: 'hold' }, { executionId, sink })
      .catch((error: unknown) => error);
    expect(lost).toBeInstanceOf(ConductorConnectionError);
    expect(lost).toMatchObject({ code: 'connection_lost', executionId });
    await expect(client.attach(executionId)).rejects.toMatchObject({ code: 'connection_lost' });
    expect((await client.closed).code).toBe('gone');
  });
});
