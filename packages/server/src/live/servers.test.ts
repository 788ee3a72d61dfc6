import * as fc from 'fast-check';
import type { TenantStore } from '@flowprof/store';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { HandTimers } from '../../testing/hand-timers.ts';
import { DOUBLE, startTestServer, WAIT, type TestServer } from '../../testing/harness.ts';
import { startSharedDatabase, type SharedDatabase } from '../../testing/shared-database.ts';
import { Watch } from '../../testing/watch.ts';

const POLL_MS = 1501;

const withId = z.looseObject({ id: z.string() });

/** A client that comes back with the number of its last message whenever it is cut off, to one server or the other. */
class Returning {
  readonly seqs: number[] = [];
  readonly #urls: readonly string[];
  readonly #path: string;
  #watch: Watch | null = null;

  constructor(urls: readonly string[], path: string) {
    this.#urls = urls;
    this.#path = path;
  }

  get last(): number {
    return this.#watch?.messages.at(-1)?.seq ?? this.seqs.at(-1) ?? 0;
  }

  async come(to: number): Promise<void> {
    await this.leave();
    this.#watch = new Watch(this.#urls[to] ?? '', `${this.#path}?since=${this.last}`);
    await this.#watch.opened;
  }

  async leave(): Promise<void> {
    await this.#watch?.breakOff();
    this.seqs.push(...(this.#watch?.seqs ?? []));
    this.#watch = null;
  }

  async until(seq: number): Promise<void> {
    await this.#watch?.until((message) => message.seq >= seq);
  }
}

describe('two servers on one database', () => {
  let database: SharedDatabase;
  let admin: Client;
  let servers: readonly [TestServer, TestServer];
  let tenant: TenantStore;
  // Nobody polls unless a test says so: what is heard is heard by notification.
  const timers = new HandTimers(POLL_MS);

  beforeAll(async () => {
    database = await startSharedDatabase();
    // Without what runs in the background neither takes over what the other has.
    const options = { databaseUrl: database.url, journalKey: new Uint8Array(32).fill(5), background: false };
    const live = { timers, liveLimits: { pollMs: POLL_MS } };
    servers = [await startTestServer({ ...options, ...live }), await startTestServer({ ...options, ...live })];
    const { store } = servers[0].server;
    tenant = store.tenant((await store.createWorkspace({ slug: 'w', name: 'W' })).id);
    admin = new Client({ connectionString: database.url });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await Promise.all(servers.map((server) => server.close()));
    await database.stop();
  });

  const urls = (): string[] => servers.map(({ server }) => server.url);

  async function newWorkflow(definition = DOUBLE): Promise<string> {
    return (await servers[0].server.workflows.create(tenant, { definition })).id;
  }

  /** Runs a workflow on a server to its end. */
  async function run(on: 0 | 1, workflowId: string): Promise<void> {
    const { executions, store } = servers[on].server;
    const execution = await executions.start(store.tenant(tenant.workspaceId), {
      workflowId,
      input: {},
      trigger: 'manual',
    });
    await executions.settled(execution.id);
  }

  async function lastSeq(workflowId: string): Promise<number> {
    return (await tenant.listLiveEvents(workflowId, { since: null, limit: 1 }))?.lastSeq ?? 0;
  }

  it('give every client each event once and in order, however often it is cut off and to whichever it comes back', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('come' as const), client: fc.nat({ max: 4 }), to: fc.nat({ max: 1 }) }),
      fc.record({ kind: fc.constant('leave' as const), client: fc.nat({ max: 4 }), to: fc.constant(0) }),
      fc.record({ kind: fc.constant('run' as const), client: fc.constant(0), to: fc.nat({ max: 1 }) }),
    );
    const property = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
      const workflowId = await newWorkflow();
      const clients = Array.from({ length: 5 }, () => new Returning(urls(), `/ws/workflows/${workflowId}`));
      const runs: Promise<void>[] = [];
      for (const { kind, client, to } of steps) {
        if (kind === 'run') runs.push(run(to === 0 ? 0 : 1, workflowId));
        else if (kind === 'come') await clients[client]?.come(to);
        else await clients[client]?.leave();
      }
      await Promise.all(runs);
      const last = await lastSeq(workflowId);
      expect(last).toBe(runs.length * 5);
      for (const [at, client] of clients.entries()) {
        await client.come(at % 2);
        if (last > client.last) await client.until(last);
        await client.leave();
        expect(client.seqs).toEqual(Array.from({ length: last }, (_, index) => index + 1));
      }
    });
    await fc.assert(property, { numRuns: 12 });
  }, 120_000);

  it('take back a herd of a thousand that comes with all kinds of numbers', async () => {
    const workflowId = await newWorkflow();
    for (let i = 0; i < 20; i++) await run(0, workflowId);
    const last = await lastSeq(workflowId);
    const start = performance.now();
    const herd = Array.from({ length: 1000 }, (_, at) => {
      return {
        since: at % last,
        watch: new Watch(urls()[at % 2] ?? '', `/ws/workflows/${workflowId}?since=${at % last}`),
      };
    });
    await Promise.all(herd.map(({ watch }) => watch.until(({ seq }) => seq === last)));
    // The server and all of its clients are in this process, and others on this machine.
    expect(performance.now() - start).toBeLessThan(30_000);
    await run(1, workflowId);
    await Promise.all(herd.map(({ watch }) => watch.until(({ seq }) => seq === last + 5)));
    for (const { since, watch } of herd) {
      expect(watch.seqs).toEqual(Array.from({ length: last + 5 - since }, (_, at) => since + 1 + at));
      watch.socket.terminate();
    }
  }, 60_000);

  it('lose nothing when the connections are cut on which they hear each other, and hear again by themselves', async () => {
    const LISTENERS = `FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND (query LIKE 'LISTEN%' OR query LIKE '%pg_notify%')`;
    const workflowId = await newWorkflow();
    const watch = new Watch(urls()[1] ?? '', `/ws/workflows/${workflowId}`);
    await watch.opened;
    await run(0, workflowId);
    await watch.until(({ seq }) => seq === 5);
    expect((await admin.query(`SELECT pg_terminate_backend(pid) ${LISTENERS}`)).rowCount).toBe(2);
    await run(0, workflowId);
    timers.fire(POLL_MS);
    await watch.until(({ seq }) => seq === 10);
    while ((await admin.query(`SELECT pid ${LISTENERS}`)).rowCount !== 2);
    await run(0, workflowId);
    await watch.until(({ seq }) => seq === 15);
    expect(watch.seqs).toEqual(Array.from({ length: 15 }, (_, at) => at + 1));
    watch.socket.terminate();
  });

  it('cancel what the other runs, and know what nobody runs', async () => {
    const workflowId = await newWorkflow(WAIT);
    const watch = new Watch(urls()[1] ?? '', `/ws/workflows/${workflowId}`);
    await watch.opened;
    const { body } = await servers[0].call(`/api/workflows/${workflowId}/execute`, { method: 'POST' });
    const { id } = withId.parse(body);
    await watch.until(({ event, data }) => event === 'step_started' && data['step_id'] === 'wait');
    const cancelled = await servers[1].call(`/api/workflows/executions/${id}/cancel`, { method: 'POST' });
    expect([cancelled.status, cancelled.body]).toMatchObject([200, { id, status: 'cancelled' }]);
    const end = await watch.until(({ event }) => event === 'workflow_failed');
    expect(end.data).toMatchObject({ execution_id: id, status: 'cancelled' });
    const again = await servers[1].call(`/api/workflows/executions/${id}/cancel`, { method: 'POST' });
    expect([again.status, again.body]).toMatchObject([409, { code: 'already_ended' }]);
    const ownerless = crypto.randomUUID();
    await tenant.createExecution({ id: ownerless, workflowId, input: {}, trigger: 'manual' });
    await admin.query('UPDATE workflow_executions SET instance_id = NULL WHERE id = $1', [ownerless]);
    const nobody = await servers[1].call(`/api/workflows/executions/${ownerless}/cancel`, { method: 'POST' });
    expect([nobody.status, nobody.body]).toMatchObject([409, { code: 'not_running_here' }]);
    watch.socket.terminate();
  });
});
