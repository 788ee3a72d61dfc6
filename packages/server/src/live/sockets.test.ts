import { once } from 'node:events';
import type { TenantStore } from '@flowprof/store';
import { asMicros, toEpochMicros, type NodeStateRecord } from '@flowprof/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { HandTimers } from '../../testing/hand-timers.ts';
import { DOUBLE, startTestServer, type TestServer } from '../../testing/harness.ts';
import { Watch } from '../../testing/watch.ts';
import { keyText, newSecret } from '../services/access/key-text.ts';
import { systemClock, systemRandom } from '../services/system.ts';

const [PING_MS, RECHECK_MS, CLOSE_MS, POLL_MS] = [30_001, 60_001, 5001, 1501];

const IDLE: NodeStateRecord = {
  nodeKey: 'a',
  iteration: null,
  status: 'running',
  at: asMicros(0),
  retryCount: 0,
  error: null,
  input: null,
  output: null,
};

describe('the sockets of those who watch', () => {
  let test: TestServer;
  let tenant: TenantStore;
  let workflowId = '';
  let later = 0;
  const timers = new HandTimers(PING_MS, RECHECK_MS, CLOSE_MS, POLL_MS);
  const watches: Watch[] = [];

  beforeAll(async () => {
    const liveLimits = { pingMs: PING_MS, recheckMs: RECHECK_MS, closeMs: CLOSE_MS, pollMs: POLL_MS, messages: 5 };
    const clock = { now: () => toEpochMicros(systemClock.now() + later) };
    test = await startTestServer({ liveLimits, timers, clock });
    const { store, workflows } = test.server;
    tenant = store.tenant((await store.createWorkspace({ slug: 'w', name: 'W' })).id);
    workflowId = (await workflows.create(tenant, { definition: DOUBLE })).id;
  });
  afterAll(async () => {
    for (const { socket } of watches) socket.terminate();
    await test.close();
  });

  function watch(query = '', options: ConstructorParameters<typeof Watch>[2] = {}): Watch {
    const made = new Watch(test.server.url, `/ws/workflows/${workflowId}${query}`, options);
    watches.push(made);
    return made;
  }

  /** Tells that steps have begun. */
  function tell(executionId: string, ...nodeKeys: readonly string[]): Promise<void> {
    return tenant.recordEvents(
      executionId,
      nodeKeys.map((nodeKey) => ({ type: 'node_state', state: { ...IDLE, nodeKey } })),
    );
  }

  async function newExecution(): Promise<string> {
    const id = crypto.randomUUID();
    await tenant.createExecution({ id, workflowId, input: {}, trigger: 'test' });
    return id;
  }

  it('are asked whether they are there, and ended when they do not answer', async () => {
    const [present, absent] = [watch(), watch()];
    await Promise.all([present.opened, absent.opened]);
    absent.socket.pause();
    const pinged = once(present.socket, 'ping');
    timers.fire(PING_MS);
    await pinged;
    // The answer to the server's ping is before this on the way, so it has come when this is answered.
    present.socket.ping();
    await once(present.socket, 'pong');
    const again = once(present.socket, 'ping');
    timers.fire(PING_MS);
    await again;
    absent.socket.resume();
    expect((await absent.ended).code).toBe(1006);
    expect(present.socket.readyState).toBe(present.socket.OPEN);
  });

  it('are ended when they send what nobody asked for', async () => {
    const [chatty, loud, quiet] = [watch(), watch(), watch()];
    await Promise.all([chatty.opened, loud.opened, quiet.opened]);
    for (let i = 0; i < 3; i++) quiet.socket.send('hello');
    for (let i = 0; i < 6; i++) chatty.socket.send('hello');
    loud.socket.send('x'.repeat(5000));
    expect((await chatty.ended).code).toBe(1008);
    expect((await loud.ended).code).toBe(1009);
    expect(quiet.socket.readyState).toBe(quiet.socket.OPEN);
  });

  it('are dropped with 1013 when they do not read, and the others get everything in time', async () => {
    const from = (await tenant.listLiveEvents(workflowId, { since: null, limit: 1 }))?.lastSeq ?? 0;
    const others = Array.from({ length: 100 }, () => watch('/step/small'));
    const slow = watch();
    await Promise.all([...others, slow].map(({ opened }) => opened));
    slow.socket.pause();
    // More than the machine itself takes in for one that does not read.
    const rounds = 90;
    let slowest = 0;
    for (let round = 1; round <= rounds; round++) {
      const id = await newExecution();
      const start = performance.now();
      await tell(id, `${'x'.repeat(200_000)}${round}`, 'small');
      await Promise.all(others.map((other) => other.until(() => other.messages.length === round)));
      slowest = Math.max(slowest, performance.now() - start);
    }
    expect(slowest).toBeLessThan(1000);
    const { heapUsed, external } = process.memoryUsage();
    expect(heapUsed + external).toBeLessThan(500 * 1024 * 1024);
    slow.socket.resume();
    expect((await slow.ended).code).toBe(1013);
    expect(slow.lastSeq).toBeLessThan(from + 3 * rounds);
    // It comes back for the rest.
    const back = watch(`?since=${slow.lastSeq}`);
    await back.until(({ seq }) => seq === from + 3 * rounds);
    expect([...slow.seqs, ...back.seqs]).toEqual(Array.from({ length: 3 * rounds }, (_, at) => from + 1 + at));
  });

  it('are ended when their workflow is deleted', async () => {
    const { id } = await test.server.workflows.create(tenant, { definition: DOUBLE });
    const watching = new Watch(test.server.url, `/ws/workflows/${id}`);
    await watching.opened;
    expect(await tenant.deleteWorkflow(id)).toBe(true);
    timers.fire(RECHECK_MS);
    expect((await watching.ended).code).toBe(4404);
  });

  it('are ended when their credential holds no longer', async () => {
    const { secret, secretHash } = newSecret(systemRandom);
    const key = await tenant.access.createKey({
      name: 'k',
      role: 'viewer',
      expiresAt: null,
      secretHash,
      createdBy: 't',
    });
    const text = keyText(tenant.workspaceId, key.id, secret);
    later += 10_000_000;
    expect(await watch().ended).toMatchObject({
      code: 401,
      headers: { 'www-authenticate': expect.any(String) as unknown },
    });
    const byHeader = watch('', { headers: { authorization: `Bearer ${text}` } });
    const byProtocol = watch('?workspace=w', { protocols: ['flowprof', `bearer.${text}`] });
    await Promise.all([byHeader.opened, byProtocol.opened]);
    expect(byProtocol.socket.protocol).toBe('flowprof');
    timers.fire(RECHECK_MS);
    byHeader.socket.ping();
    await once(byHeader.socket, 'pong');
    expect(byHeader.socket.readyState).toBe(byHeader.socket.OPEN);
    await tenant.access.revokeKey(key.id);
    later += 10_000_000;
    timers.fire(RECHECK_MS);
    expect((await byHeader.ended).code).toBe(4401);
    expect((await byProtocol.ended).code).toBe(4401);
    const refused = await watch('', { headers: { authorization: `Bearer ${text}` } }).ended;
    expect(z.looseObject({ code: z.string() }).parse(JSON.parse(refused.body)).code).toBe('unauthenticated');
  });
});
