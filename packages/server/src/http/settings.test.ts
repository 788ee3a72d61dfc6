import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RetentionRun, Store } from '@flowprof/store';
import { pino } from 'pino';
import { toEpochMicros } from '@flowprof/model';
import { watchRetention } from '../services/retention.ts';
import { DOUBLE, startTestServer, type TestServer } from '../../testing/harness.ts';

const url = '/api/v1/workspaces/shop/settings';
const limits = { rows: { max_days: 7, max_bytes: null }, profiles: { max_days: null, max_bytes: 1_000_000 } };

describe('the settings of a workspace', () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer();
    await test.server.store.createWorkspace({ slug: 'shop', name: 'Shop' });
  });
  afterAll(() => test.close());

  it('have defaults, and are changed as a whole', async () => {
    expect((await test.call(url)).body).toEqual({
      retention: { rows: { max_days: 30, max_bytes: null }, profiles: { max_days: null, max_bytes: null } },
      updated_at: null,
      stored: { rows_bytes: 0, profiles_bytes: 0 },
      last_retention: null,
    });
    const changed = await test.call(url, { method: 'PUT', json: { retention: limits } });
    expect(changed).toMatchObject({ status: 200, body: { retention: limits, updated_at: expect.any(String) } });
    expect((await test.call(url)).body).toEqual(changed.body);
  });

  it.each([
    [{ retention: { ...limits, rows: { max_days: -1, max_bytes: null } } }, '/retention/rows/max_days'],
    [{ retention: { ...limits, rows: { max_days: 1.5, max_bytes: null } } }, '/retention/rows/max_days'],
    [{ retention: { ...limits, profiles: { max_days: null } } }, '/retention/profiles/max_bytes'],
    [{ retention: { ...limits, more: 1 } }, '/retention/more'],
    [{}, '/retention'],
  ])('%j is refused', async (json, pointer) => {
    const refused = await test.call(url, { method: 'PUT', json });
    expect(refused).toMatchObject({ status: 400, body: { code: 'validation_failed', errors: [{ pointer }] } });
  });

  it('tell what is stored and what was removed last; what is shown of an execution stays', async () => {
    const { store, workflows, executions } = test.server;
    const workspace = await store.findWorkspace('shop');
    const tenant = store.tenant(workspace?.id ?? '');
    const { id: workflowId } = await workflows.create(tenant, { definition: DOUBLE });
    const { id } = await executions.start(tenant, { workflowId, input: {}, trigger: 'manual' });
    await executions.settled(id);
    const seen = async (): Promise<unknown> =>
      Promise.all(
        [
          `/api/v1/workspaces/shop/executions/${id}/flame-chart`,
          `/api/v1/workspaces/shop/executions/${id}/profile`,
          `/api/workflows/executions/${id}/timeline`,
          `/api/workflows/executions/${id}`,
        ].map(async (path) => (await test.call(path)).body),
      );
    const before = await seen();
    const none = { max_days: null, max_bytes: null };
    await test.call(url, { method: 'PUT', json: { retention: { rows: { ...none, max_bytes: 0 }, profiles: none } } });
    expect((await test.call(url)).body).toMatchObject({ stored: { rows_bytes: expect.any(Number) } });
    await store.retain(tenant.workspaceId, { signal: new AbortController().signal, pause: async () => {} });
    expect((await test.call(url)).body).toMatchObject({
      stored: { rows_bytes: 0 },
      last_retention: { trimmed_executions: 1, removed_executions: 0, ended_at: expect.any(String) },
    });
    expect(await seen()).toEqual(before);
  });

  it('let an execution whose rows are removed run again from its beginning, but not go on', async () => {
    const { store, workflows, executions } = test.server;
    const tenant = store.tenant((await store.findWorkspace('shop'))?.id ?? '');
    const nodes = [{ id: 'fails', type: 'transform', with: { value: '${input.n + ""}' } }];
    const definition = { name: 'fails', inputs: { n: { type: 'number', default: 1 } }, nodes };
    const { id: workflowId } = await workflows.create(tenant, { definition });
    const { id } = await executions.start(tenant, { workflowId, input: {}, trigger: 'manual' });
    await executions.settled(id);
    await tenant.setRetention({ rows: { maxDays: null, maxBytes: 0 }, profiles: { maxDays: null, maxBytes: null } });
    await store.retain(tenant.workspaceId, { signal: new AbortController().signal, pause: async () => {} });
    const headers = { 'x-workspace-slug': 'shop' };
    const resumed = await test.call(`/api/workflows/executions/${id}/resume`, { method: 'POST', headers });
    expect(resumed.body).toMatchObject({ status: 409, code: 'rows_removed' });
    const again = await test.call(`/api/workflows/executions/${id}/retry`, { method: 'POST', headers });
    expect(again.body).toMatchObject({ trigger: 'retry', trigger_details: { retry_of: id } });
  });
});

describe('the retention of all workspaces', () => {
  const run: RetentionRun = { startedAt: toEpochMicros(0), endedAt: null, trimmed: 0, rowsRemoved: 0, removed: 0 };

  it('looks at each in turn, one minute after the start and then every 15, though one fails', async () => {
    const stop = new AbortController();
    const [asked, slept]: [string[], number[]] = [[], []];
    const workspaces = ['a', 'b'].map((id) => ({ id, slug: id, name: id, createdAt: run.startedAt }));
    const store: Pick<Store, 'listWorkspaces' | 'retain'> = {
      listWorkspaces: async () => workspaces,
      retain: async (id, { pause }) => {
        asked.push(id);
        if (id === 'a') throw new Error('the database is away');
        await pause(1);
        await pause(100);
        await pause(3_600_000);
        return run;
      },
    };
    const timers = {
      sleep: async (ms: number): Promise<void> => {
        slept.push(ms);
        if (slept.length === 5) stop.abort();
      },
    };
    await watchRetention({ store, timers, logger: pino({ level: 'silent' }) }, stop.signal);
    expect(asked).toEqual(['a', 'b']);
    expect(slept).toEqual([60_000, 20, 400, 10_000, 900_000]);
  });
});
