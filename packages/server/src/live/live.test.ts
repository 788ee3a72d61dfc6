import { request } from 'node:http';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import type { TenantStore } from '@flowprof/store';
import { asMicros, type JsonObject, type TraceEvent } from '@flowprof/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DOUBLE, startTestServer, WAIT, type TestServer } from '../../testing/harness.ts';
import { systemClock } from '../services/system.ts';
import { Watch } from '../../testing/watch.ts';

const withId = z.looseObject({ id: z.string() });
const eventsShape = z.looseObject({
  items: z.array(z.looseObject({ event: z.string(), seq: z.number() })),
  last_seq: z.number(),
});

/** One step that fails after it was tried again. */
const FAILING: JsonObject = {
  name: 'failing',
  nodes: [
    {
      id: 'ask',
      name: 'Ask',
      type: 'fail',
      with: { message: 'no', code: 'no_way', retryable: true },
      retry: { policy: 'fixed', maxAttempts: 2, delayMs: 1 },
    },
    { id: 'after', type: 'transform', dependsOn: ['ask'], with: { value: 1 } },
  ],
};

const isEnd = ({ event }: { readonly event: string }): boolean =>
  event === 'workflow_completed' || event === 'workflow_failed';

describe('events over a WebSocket', () => {
  let test: TestServer;
  let tenant: TenantStore;
  const watches: Watch[] = [];

  beforeAll(async () => {
    test = await startTestServer({ liveLimits: { socketsPerWorkspace: 40, closeMs: 1000 } });
    tenant = await newTenant('live');
  });
  afterAll(async () => {
    for (const { socket } of watches) socket.terminate();
    await test.close();
  });

  async function newTenant(slug: string): Promise<TenantStore> {
    return test.server.store.tenant((await test.server.store.createWorkspace({ slug, name: slug })).id);
  }

  async function newWorkflow(definition: JsonObject = DOUBLE): Promise<string> {
    return (await test.server.workflows.create(tenant, { definition })).id;
  }

  const run = async (workflowId: string): Promise<string> => {
    const path = `/api/workflows/${workflowId}/execute`;
    const { body } = await test.call(path, { method: 'POST', headers: { 'x-workspace-id': tenant.workspaceId } });
    const { id } = withId.parse(body);
    await test.server.executions.settled(id);
    return id;
  };

  function watch(path: string, options: ConstructorParameters<typeof Watch>[2] = {}): Watch {
    const headers = { 'x-workspace-slug': 'live', ...options.headers };
    const made = new Watch(test.server.url, `/ws/workflows/${path}`, { ...options, headers });
    watches.push(made);
    return made;
  }

  it('sends every event of the workflow with the documented fields, and a number more', async () => {
    const workflowId = await newWorkflow();
    const watching = watch(workflowId);
    await watching.opened;
    const executionId = await run(workflowId);
    await watching.until(isEnd);
    const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown;
    const ofExecution = { execution_id: executionId, workflow_id: workflowId, timestamp: iso };
    const ofStep = { execution_id: executionId, step_id: 'double', step_name: 'Double', timestamp: iso };
    expect(watching.messages).toMatchObject([
      { event: 'workflow_queued', seq: 1, data: { ...ofExecution, status: 'pending', trigger: 'manual' } },
      { event: 'workflow_started', seq: 2, data: ofExecution },
      { event: 'step_started', seq: 3, data: ofStep },
      {
        event: 'step_completed',
        seq: 4,
        data: { ...ofStep, duration_seconds: expect.any(Number) as unknown, output: { value: 42 } },
      },
      {
        event: 'workflow_completed',
        seq: 5,
        data: { ...ofExecution, status: 'completed', duration_seconds: expect.any(Number) as unknown },
      },
    ]);
    const started = watching.messages[1]?.data;
    expect(Object.keys(started ?? {})).toEqual(['execution_id', 'workflow_id', 'execution_number', 'timestamp']);
  });

  it('tells how a step fails, and with it the workflow, and what is skipped', async () => {
    const workflowId = await newWorkflow(FAILING);
    const [all, step] = [watch(workflowId), watch(`${workflowId}/step/ask`)];
    await Promise.all([all.opened, step.opened]);
    await run(workflowId);
    await all.until(isEnd);
    expect(all.names.toSorted()).toEqual(
      [
        'workflow_queued',
        'workflow_started',
        'step_started',
        'step_retrying',
        'step_failed',
        'step_skipped',
        'workflow_failed',
      ].toSorted(),
    );
    const failed = all.messages.find(({ event }) => event === 'step_failed');
    expect(failed?.data).toMatchObject({
      step_id: 'ask',
      step_name: 'Ask',
      error: 'no',
      error_code: 'no_way',
      retry_count: 1,
    });
    const end = all.messages.find(isEnd);
    expect(end?.data).toMatchObject({
      workflow_id: workflowId,
      status: 'failed',
      error: expect.stringContaining('no') as unknown,
    });
    await step.until(({ event }) => event === 'step_failed');
    expect(step.names).toEqual(['step_started', 'step_retrying', 'step_failed']);
    expect(step.seqs).toEqual(all.messages.filter(({ data }) => data['step_id'] === 'ask').map(({ seq }) => seq));
  });

  it('begins with what comes, or after a number with all that followed', async () => {
    const workflowId = await newWorkflow();
    await run(workflowId);
    const fromNow = watch(workflowId);
    const [fromStart, fromThird, fromEnd] = [0, 3, 5].map((since) => watch(`${workflowId}?since=${since}`));
    await fromNow.opened;
    await fromEnd?.opened;
    await run(workflowId);
    for (const [watching, first] of [
      [fromNow, 6],
      [fromStart, 1],
      [fromThird, 4],
      [fromEnd, 6],
    ] as const) {
      await watching?.until(({ seq }) => seq === 10);
      expect(watching?.seqs).toEqual(Array.from({ length: 11 - first }, (_, at) => first + at));
    }
  });

  it('says that it cannot go on from a number, and goes on from another', async () => {
    const workflowId = await newWorkflow();
    await run(workflowId);
    const ahead = watch(`${workflowId}?since=99`);
    await ahead.until(({ event }) => event === 'reset');
    await run(workflowId);
    expect(await test.server.store.live.prune({ events: 3, age: asMicros(3_600_000_000) })).toBeGreaterThan(0);
    const behind = watch(`${workflowId}?since=1`);
    await behind.until(({ event }) => event === 'reset');
    const kept = watch(`${workflowId}?since=7`);
    await run(workflowId);
    for (const watching of [ahead, behind, kept]) await watching.until(({ seq }) => seq === 15);
    expect(ahead.messages[0]).toEqual({ event: 'reset', seq: 5, data: { reason: 'unknown_seq' } });
    expect(ahead.seqs).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    expect(behind.messages[0]).toEqual({ event: 'reset', seq: 10, data: { reason: 'history_pruned' } });
    expect(behind.seqs).toEqual([10, 11, 12, 13, 14, 15]);
    expect(kept.seqs).toEqual([8, 9, 10, 11, 12, 13, 14, 15]);
  });

  it('answers the same over HTTP', async () => {
    const workflowId = await newWorkflow();
    await run(workflowId);
    const watching = watch(`${workflowId}?since=0`);
    await watching.until(isEnd);
    const get = (query: string) =>
      test.call(`/api/workflows/${workflowId}/events${query}`, { headers: { 'x-workspace-slug': 'live' } });
    expect((await get('?since=0')).body).toEqual({ items: watching.messages, last_seq: 5, oldest_seq: 1, reset: null });
    const page = eventsShape.parse((await get('?since=1&limit=2')).body);
    expect(page.items.map(({ seq }) => seq)).toEqual([2, 3]);
    expect((await get('')).body).toEqual({ items: [], last_seq: 5, oldest_seq: 1, reset: null });
    expect((await get('?since=6')).body).toMatchObject({ items: [], reset: 'unknown_seq' });
    expect((await get('?since=-1')).status).toBe(400);
  });

  it('sends nothing for what is delivered again', async () => {
    const workflowId = await newWorkflow();
    const id = '00000000-0000-4000-8000-000000000001';
    await tenant.createExecution({ id, workflowId, input: {}, trigger: 'test' });
    const info = { name: 'x', workflow: 'x', sourceFormat: 'conductor', concurrency: null };
    const state = { nodeKey: 'a', iteration: null, retryCount: 0, error: null, input: null, output: null };
    const events: TraceEvent[] = [
      { type: 'execution_started', executionId: id, startedAt: systemClock.now(), info },
      { type: 'node_state', state: { ...state, status: 'running', at: asMicros(1) } },
    ];
    const watching = watch(`${workflowId}?since=0`);
    for (let i = 0; i < 5; i++) await tenant.recordEvents(id, events);
    await tenant.recordEvents(id, [{ type: 'node_state', state: { ...state, status: 'completed', at: asMicros(2) } }]);
    await watching.until(({ event }) => event === 'step_completed');
    expect(watching.names).toEqual(['workflow_queued', 'workflow_started', 'step_started', 'step_completed']);
  });

  describe('refuses before the upgrade, with a problem,', () => {
    const code = z.looseObject({ code: z.string(), instance: z.string() });

    it('pages of other origins, cookie or not', async () => {
      const workflowId = await newWorkflow();
      for (const more of [{}, { cookie: 'session=1' }]) {
        const {
          code: status,
          body,
          headers,
        } = await watch(workflowId, {
          headers: { origin: 'https://evil.example', ...more },
        }).ended;
        expect([status, code.parse(JSON.parse(body)).code]).toEqual([403, 'foreign_origin']);
        expect(headers['content-type']).toContain('application/problem+json');
      }
      const own = watch(workflowId, { headers: { origin: test.server.url } });
      await own.opened;
      expect((await watch(workflowId, { headers: { host: 'evil.example' } }).ended).code).toBe(403);
    });

    it('workflows of other workspaces exactly like missing ones', async () => {
      const workflowId = await newWorkflow();
      await newTenant('stranger');
      const strange = { headers: { 'x-workspace-slug': 'stranger' } };
      const answers = await Promise.all(
        [workflowId, '00000000-0000-4000-8000-000000000000', 'none'].map((id) => watch(id, strange).ended),
      );
      const bodies = answers.map(({ body }) => body.replace(code.parse(JSON.parse(body)).instance, ''));
      expect(answers.map(({ code: status }) => status)).toEqual([404, 404, 404]);
      expect(new Set(bodies).size).toBe(1);
      const byQuery = new Watch(test.server.url, `/ws/workflows/${workflowId}?workspace=stranger`);
      expect((await byQuery.ended).code).toBe(404);
      const unknown = new Watch(test.server.url, '/ws/workflows/00000000-0000-4000-8000-000000000000');
      expect(await unknown.ended).toMatchObject({ code: 400 });
      for (const query of ['', '?workspace=live']) {
        const found = new Watch(test.server.url, `/ws/workflows/${workflowId}${query}`);
        watches.push(found);
        await found.opened;
      }
    });

    it.each(['-1', '1.5', 'x', '9007199254740993'])('the number %s', async (since) => {
      const { code: status, body } = await watch(`${await newWorkflow()}?since=${since}`).ended;
      expect([status, code.parse(JSON.parse(body)).code]).toEqual([400, 'validation_failed']);
    });

    it('and closes the connection, though the client leaves its side open', async () => {
      const { port, hostname } = new URL(test.server.url);
      const socket = createConnection({ port: Number(port), host: hostname, allowHalfOpen: true });
      const head = [
        'GET /ws/nowhere HTTP/1.1',
        `Host: ${hostname}:${port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
      ];
      socket.write(`${head.join('\r\n')}\r\n\r\n`);
      socket.resume();
      await once(socket, 'end');
      // Nobody is there any more to take this.
      socket.on('error', () => undefined);
      while (!socket.destroyed) {
        socket.write('x');
        await new Promise(setImmediate);
      }
    });

    it('what asks for no WebSocket, or for another version', async () => {
      const headers = { 'x-workspace-slug': 'live' };
      const path = `/ws/workflows/${await newWorkflow()}`;
      const plain = await test.call(path, { headers });
      expect([plain.status, plain.headers.get('upgrade')]).toEqual([426, 'websocket']);
      const asked = request(test.server.url + path, {
        headers: { ...headers, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '8' },
      });
      asked.end();
      const [response] = z.tuple([z.looseObject({ statusCode: z.number() })]).parse(await once(asked, 'response'));
      expect(response.statusCode).toBe(426);
      asked.destroy();
      const nowhere = new Watch(test.server.url, '/ws/nowhere');
      expect((await nowhere.ended).code).toBe(404);
    });

    it('more sockets of a workspace than it may have, and has room again when one goes', async () => {
      const path = await newWorkflow();
      const open: Watch[] = [];
      let refused: Awaited<Watch['ended']> | null = null;
      while (refused === null && open.length < 100) {
        const watching = watch(path);
        refused = await watching.opened.then(
          () => null,
          () => watching.ended,
        );
        if (refused === null) open.push(watching);
      }
      expect(refused).toMatchObject({ code: 429, headers: { 'retry-after': '10' } });
      expect(code.parse(JSON.parse(refused?.body ?? ''))).toMatchObject({ code: 'too_many_connections', limit: 40 });
      for (const watching of open) await watching.breakOff();
      await watch(path).opened;
    });
  });

  it.each(['h2c', 'websocket'])(
    'answers requests that offer to change to %s as the ordinary ones that they are',
    async (upgrade) => {
      const { port, hostname } = new URL(test.server.url);
      const body = JSON.stringify({ definition: DOUBLE });
      const socket = createConnection(Number(port), hostname);
      const head = [
        'POST /api/workflows HTTP/1.1',
        `Host: ${hostname}:${port}`,
        'X-Workspace-Slug: live',
        'Connection: Upgrade, HTTP2-Settings',
        `Upgrade: ${upgrade}`,
        'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
        'Content-Type: application/json',
        `Content-Length: ${Buffer.byteLength(body)}`,
      ];
      socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 10)}`);
      socket.write(body.slice(10));
      const [answer] = z
        .tuple([z.instanceof(Buffer)])
        .rest(z.unknown())
        .parse(await once(socket, 'data'));
      expect(answer.toString('latin1')).toMatch(/^HTTP\/1.1 201 /);
      // The connection goes on.
      socket.write(`GET /healthz HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
      const [next] = z
        .tuple([z.instanceof(Buffer)])
        .rest(z.unknown())
        .parse(await once(socket, 'data'));
      expect(next.toString('latin1')).toMatch(/^HTTP\/1.1 200 /);
      socket.destroy();
    },
  );

  it('ends connections with a code of its own when the server stops', async () => {
    const own = await startTestServer({ liveLimits: { closeMs: 1000 } });
    const workspace = await own.server.store.createWorkspace({ slug: 'w', name: 'W' });
    const workflow = await own.server.workflows.create(own.server.store.tenant(workspace.id), { definition: WAIT });
    const watching = new Watch(own.server.url, `/ws/workflows/${workflow.id}`);
    await watching.opened;
    await own.close();
    expect((await watching.ended).code).toBe(1001);
  });
});
