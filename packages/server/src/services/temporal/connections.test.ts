import { Writable } from 'node:stream';
import { Client, Connection } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { createTRPCClient, httpLink } from '@trpc/client';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connectWorker, makeZooWorker, startZoo, type ZooKind } from '@flowprof/ingest/testing';
import { startTemporalServer, type TemporalServer } from '../../../../../scripts/lib/temporal-server.ts';
import { findTemporal } from '../../../../../scripts/lib/temporal.mjs';
import { startTestServer, type Answer, type Call, type TestServer } from '../../../testing/harness.ts';
import { executionDetailsShape } from '../../http/shapes/execution.ts';
import { temporalCheckShape, temporalConnectionShape } from '../../http/shapes/temporal.ts';
import type { AppRouter } from '../../http/trpc/router.ts';

const SLOW = 300_000;
const SECRET = 'kQ7-canary-of-a-secret-9Zt';
const NOWHERE = '01890000-0000-7000-8000-00000000dead';
const withId = z.looseObject({ id: z.string() });
/** Of statistics, what was used and how often; times are as they come. */
const usageShape = z.object({ name: z.string(), runs: z.int(), errors: z.int(), retries: z.int() });
const usedShape = z.object({
  components: z.array(usageShape),
  task_queues: z.array(usageShape),
  most_used_task_queue: usageShape.nullable(),
});
function used(name: string, runs: number, errors = 0, retries = 0): z.output<typeof usageShape> {
  return { name, runs, errors, retries };
}
const withKey = z.looseObject({ key: z.string() });
const withCode = z.looseObject({ code: z.string() });

let test: TestServer;
const lines: string[] = [];
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const codeOf = ({ body }: Answer): string => withCode.catch({ code: '' }).parse(body).code;
const PATH = '/api/v1/workspaces/shop/temporal/connections';
const made: Record<string, string> = {};

function call(role: string, path: string, more: Call = {}): Promise<Answer> {
  return test.call(path, { ...more, headers: { ...bearer(made[role] ?? ''), ...more.headers } });
}

async function connect(json: object): Promise<string> {
  const answer = await call('admin', PATH, { json });
  expect([answer.status, answer.text]).toEqual([201, expect.not.stringContaining(SECRET)]);
  return withId.parse(answer.body).id;
}

async function details(path: string): Promise<z.output<typeof executionDetailsShape>> {
  const { body } = await call('viewer', path, { headers: { 'x-workspace-slug': 'shop' } });
  return executionDetailsShape.parse(body);
}

beforeAll(async () => {
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString('utf8'));
      done();
    },
  });
  test = await startTestServer({ log: pino({ level: 'trace' }, sink), background: false });
  await test.call('/api/workspaces', { json: { slug: 'shop', name: 'Shop' } });
  const newKey = async (scopes: readonly string[], headers = {}): Promise<string> => {
    const answer = await test.call('/api/v1/workspaces/shop/keys', { json: { name: 'k', scopes }, headers });
    return withKey.parse(answer.body).key;
  };
  made['admin'] = await newKey(['read', 'write', 'admin']);
  made['editor'] = await newKey(['write'], bearer(made['admin']));
  made['viewer'] = await newKey(['read'], bearer(made['admin']));
}, SLOW);

afterAll(() => test.close());

describe('connections to Temporal servers', () => {
  it('are seen by viewers, synced by editors, and made, tried and changed by admins', { timeout: SLOW }, async () => {
    const id = await connect({ name: 'roles', address: '10.0.0.1:7233', enabled: false });
    const json = { name: 'other', address: '10.0.0.2:7233', enabled: false };
    const asked: readonly (readonly [string, string, Call, readonly number[]])[] = [
      ['GET', PATH, {}, [200, 200, 200]],
      ['GET', `${PATH}/${id}`, {}, [200, 200, 200]],
      ['POST', PATH, { json }, [403, 403, 201]],
      ['PUT', `${PATH}/${id}`, { json: { backfill_days: 3 } }, [403, 403, 200]],
      ['POST', `${PATH}/${id}/check`, { json: {} }, [403, 403, 200]],
      ['POST', `${PATH}/${id}/sync`, { json: { wait_seconds: 0 } }, [403, 424, 424]],
      ['POST', `/api/v1/workspaces/shop/executions/${NOWHERE}/sync`, { json: {} }, [403, 404, 404]],
      ['DELETE', `${PATH}/${id}`, {}, [403, 403, 204]],
    ];
    for (const [method, path, more, statuses] of asked) {
      const seen: number[] = [];
      for (const role of ['viewer', 'editor', 'admin']) seen.push((await call(role, path, { ...more, method })).status);
      expect(seen, `${method} ${path}`).toEqual(statuses);
    }
  });

  it('do not give their secrets away, and lose them with another address', { timeout: SLOW }, async () => {
    const secrets = { api_key: `a${SECRET}`, server_ca: `ca${SECRET}`, codec_authorization: `Bearer ${SECRET}` };
    const codec = { codec_url: 'http://10.0.0.9/codec' };
    const id = await connect({
      name: 'sealed',
      address: '10.0.0.3:7233',
      tls: true,
      enabled: false,
      secrets,
      ...codec,
    });
    const answers = [
      await call('admin', PATH),
      await call('admin', `${PATH}/${id}`),
      await call('admin', `${PATH}/${id}/check`, { json: {} }),
      await call('admin', `${PATH}/${id}/sync`, { json: { wait_seconds: 0 } }),
      await call('admin', PATH, { json: { name: 'sealed', address: '10.0.0.3:7233', secrets: { api_key: SECRET } } }),
      await call('admin', PATH, { json: { name: 'x', address: SECRET, secrets: { api_key: [SECRET] } } }),
      await call('admin', '/api/v1/workspaces/shop/audit'),
    ];
    for (const { text } of answers) expect(text).not.toContain(SECRET);
    expect(lines.join('')).not.toContain(SECRET);
    const change = async (json: object) => {
      const answer = await call('admin', `${PATH}/${id}`, { method: 'PUT', json });
      expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
      return temporalConnectionShape.parse(answer.body).has_secrets;
    };
    expect(await change({ backfill_days: 2 })).toMatchObject({ api_key: true, codec_authorization: true });
    expect(await change({ codec_url: 'http://10.0.0.10/' })).toMatchObject({
      api_key: true,
      codec_authorization: false,
    });
    expect(await change({ address: '10.0.0.4:7233' })).toMatchObject({ api_key: false, server_ca: true });
    expect(await change({ address: '10.0.0.5:7233', secrets: { api_key: 'new' } })).toMatchObject({ api_key: true });
    const clear = await call('admin', `${PATH}/${id}`, { method: 'PUT', json: { tls: false } });
    expect([clear.status, codeOf(clear)]).toEqual([400, 'validation_failed']);
  });

  it('reach no private address but those that are named', { timeout: SLOW }, async () => {
    const places = ['10.0.0.1:7233', '169.254.169.254:80', '[fd00::1]:7233', '[::ffff:10.0.0.1]:7233', '0.0.0.0:7233'];
    for (const address of places) {
      const id = await connect({ name: address, address, enabled: false });
      const { body } = await call('admin', `${PATH}/${id}/check`, { json: {} });
      expect(temporalCheckShape.parse(body).error?.code, address).toBe('forbidden');
      const synced = await call('admin', `${PATH}/${id}/sync`, { json: { wait_seconds: 0 } });
      expect([synced.status, synced.body]).toEqual([424, expect.objectContaining({ reason: 'forbidden' })]);
      const { body: seen } = await call('viewer', `${PATH}/${id}`);
      expect(temporalConnectionShape.parse(seen).sync).toMatchObject({
        state: 'failing',
        error: { code: 'forbidden' },
      });
      await call('admin', `${PATH}/${id}`, { method: 'DELETE' });
    }
  });
});

describe.skipIf(findTemporal() === null)('executions of a Temporal server', () => {
  let temporal: TemporalServer;
  let client: Client;
  let native: NativeConnection;
  let connection: string;

  beforeAll(async () => {
    temporal = await startTemporalServer();
    client = new Client({ connection: await Connection.connect({ address: temporal.address }), namespace: 'default' });
    native = await connectWorker(temporal.address);
    connection = await connect({ name: 'dev', address: temporal.address, web_url: 'http://localhost:8233/' });
  }, SLOW);

  afterAll(async () => {
    await client.connection.close();
    await native.close();
    await temporal.close();
  });

  async function run(taskQueue: string, kinds: readonly ZooKind[]) {
    const worker = await makeZooWorker({ connection: native, namespace: 'default', taskQueue });
    return worker.runUntil((await startZoo(client, taskQueue, kinds)).finished);
  }

  it('are told of by the check, and synced when somebody asks for one', { timeout: SLOW }, async () => {
    const check = temporalCheckShape.parse((await call('admin', `${PATH}/${connection}/check`, { json: {} })).body);
    expect(check).toMatchObject({ ok: true, can_list: true, codec: 'none', error: null });
    const [whole] = await run('asked', ['continues']);
    if (whole === undefined) throw new Error('nothing ran');
    // Nobody has listed it: it is looked for by its id.
    const first = await call('editor', `/api/v1/workspaces/shop/executions/${whole.runId}/sync`, { json: {} });
    const seen = executionDetailsShape.parse(first.body);
    expect(seen).toMatchObject({ id: whole.runId, external_id: whole.workflowId, trigger: 'temporal' });
    expect(seen.temporal).toMatchObject({
      status: 'continued_as_new',
      is_complete: true,
      sync: 'fresh',
      link: `http://localhost:8233/namespaces/default/workflows/${whole.workflowId}/${whole.runId}/history`,
      chain: { previous: null, next: { workflow_id: whole.workflowId } },
    });
    const url = `${test.server.url}/trpc`;
    const headers = { ...bearer(made['editor'] ?? ''), 'x-workspace-slug': 'shop' };
    const trpc = createTRPCClient<AppRouter>({ links: [httpLink({ url, headers })] });
    const last = await trpc.execution.syncExecutionFromTemporal.mutate({ executionId: whole.lastRunId });
    expect(last.temporal).toMatchObject({ status: 'completed', is_complete: true });
    expect(last.temporal?.chain).toMatchObject({ first: { execution_id: whole.runId }, reason: 'continue_as_new' });
    const unknown = await call('editor', `/api/v1/workspaces/shop/executions/${NOWHERE}/sync`, { json: {} });
    expect([unknown.status, codeOf(unknown)]).toEqual([404, 'not_found']);
  });

  it(
    'are looked for where a connection is switched on, and not taken for lost where one is away',
    async () => {
      const [whole] = await run('elsewhere', ['waits']);
      if (whole === undefined) throw new Error('nothing ran');
      const path = `/api/v1/workspaces/shop/executions/${whole.runId}/sync`;
      const turn = (enabled: boolean) => call('admin', `${PATH}/${connection}`, { method: 'PUT', json: { enabled } });
      await turn(false);
      const off = await call('editor', path, { json: {} });
      expect([off.status, codeOf(off)]).toEqual([404, 'not_found']);
      const away = await connect({ name: 'away', address: '10.0.0.1:7233' });
      const unheard = await call('editor', path, { json: {} });
      expect([unheard.status, unheard.body]).toEqual([424, expect.objectContaining({ reason: 'forbidden' })]);
      await turn(true);
      // One that has it is enough.
      expect((await call('editor', path, { json: {} })).status).toBe(200);
      await turn(false);
      // What is known is synced as ever when somebody asks for it.
      expect((await call('editor', path, { json: {} })).status).toBe(200);
      await turn(true);
      await call('admin', `${PATH}/${away}`, { method: 'DELETE' });
    },
    SLOW,
  );

  it('are counted by what they did', { timeout: SLOW }, async () => {
    const headers = { 'x-workspace-slug': 'shop' };
    const runs = await run('counted', ['succeeds', 'retries', 'exhausts', 'fansOut', 'hasChildren']);
    const seen: Record<string, unknown> = {};
    let project = '';
    for (const { kind, runId } of runs) {
      const { body } = await call('editor', `/api/v1/workspaces/shop/executions/${runId}/sync`, { json: {} });
      const one = executionDetailsShape.parse(body);
      project = one.project_id;
      const answer = await call('viewer', `/api/workflows/${one.workflow_id}/statistics`, { headers });
      const { components, task_queues: queues, most_used_task_queue: most } = usedShape.parse(answer.body);
      expect(most, kind).toEqual(queues[0]);
      seen[kind] = { components, queues };
    }
    expect(seen).toEqual({
      succeeds: { components: [used('greet', 3)], queues: [used('counted', 3)] },
      retries: { components: [used('failUntil', 1, 0, 2)], queues: [used('counted', 1, 0, 2)] },
      exhausts: { components: [used('failUntil', 1, 1, 2)], queues: [used('counted', 1, 1, 2)] },
      fansOut: { components: [used('greet', 20)], queues: [used('counted', 20)] },
      hasChildren: {
        components: [used('hasGrandchild', 1), used('nap', 1), used('succeeds', 1)],
        queues: [used('counted', 3)],
      },
    });
    const together = usedShape.parse((await call('viewer', `/api/projects/${project}/statistics`, { headers })).body);
    expect(together.most_used_task_queue).toEqual(used('counted', 28, 1, 4));
    expect(together.components[0]?.name).toBe('greet');
  });

  it('are brought up to date when somebody looks at one that goes on', { timeout: SLOW }, async () => {
    const taskQueue = 'looked-at';
    const worker = await makeZooWorker({ connection: native, namespace: 'default', taskQueue });
    await worker.runUntil(async () => {
      const { finished } = await startZoo(client, taskQueue, ['staysOpen']);
      const [open] = await finished;
      if (open === undefined) throw new Error('nothing ran');
      await call('editor', `/api/v1/workspaces/shop/executions/${open.runId}/sync`, { json: {} });
      expect(await details(`/api/workflows/executions/${open.runId}`)).toMatchObject({ status: 'running' });
      await client.workflow.getHandle(open.workflowId).terminate('enough');
      // Nothing runs in the background here: what is read is read because it is looked at.
      let seen = await details(`/api/workflows/executions/${open.runId}`);
      while (seen.status === 'running') seen = await details(`/api/workflows/executions/${open.runId}`);
      expect(seen.temporal).toMatchObject({ status: 'terminated', is_complete: true });
    });
  });

  it('say why they cannot be synced, and keep what there was', { timeout: SLOW }, async () => {
    const [whole] = await run('kept', ['succeeds']);
    if (whole === undefined) throw new Error('nothing ran');
    await call('editor', `/api/v1/workspaces/shop/executions/${whole.runId}/sync`, { json: {} });
    await call('admin', `${PATH}/${connection}`, { method: 'DELETE' });
    const gone = await call('editor', `/api/v1/workspaces/shop/executions/${whole.runId}/sync`, { json: {} });
    expect([gone.status, codeOf(gone)]).toEqual([412, 'temporal_not_connected']);
    const seen = await details(`/api/workflows/executions/${whole.runId}`);
    expect([seen.status, seen.temporal]).toEqual(['completed', null]);
  });
});
