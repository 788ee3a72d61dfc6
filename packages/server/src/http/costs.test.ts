import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DOUBLE, startTestServer, type TestServer } from '../../testing/harness.ts';

const url = '/api/v1/workspaces/shop/prices';
const prices = {
  currency: 'EUR',
  node_types: { transform: { per_run: 0.25 } },
  models: { 'small-*': { input_per_million: 1, output_per_million: 10 } },
};

/** A trace with a call of a model, and a run of one name many times. */
const TRACE = JSON.stringify({
  traceEvents: [
    {
      name: 'chat',
      ph: 'X',
      ts: 0,
      dur: 5000,
      pid: 1,
      tid: 1,
      args: { 'gen_ai.request.model': 'small-1', 'gen_ai.usage.input_tokens': 2_000_000 },
    },
    ...Array.from({ length: 30 }, (_, i) => ({ name: '=query', ph: 'X', ts: 5000 + i * 10, dur: 10, pid: 1, tid: 1 })),
  ],
});

const importedShape = z.object({ items: z.array(z.object({ id: z.string() })) });

const of = (id: string, what: string): string => `/api/v1/workspaces/shop/executions/${id}/${what}`;

describe('costs and hotspots', () => {
  let test: TestServer;
  let execution: string;
  let workflow: string;
  let imported: string;
  beforeAll(async () => {
    test = await startTestServer();
    const { store, workflows, executions } = test.server;
    await store.createWorkspace({ slug: 'shop', name: 'Shop' });
    const tenant = store.tenant((await store.findWorkspace('shop'))?.id ?? '');
    ({ id: workflow } = await workflows.create(tenant, { definition: DOUBLE }));
    ({ id: execution } = await executions.start(tenant, { workflowId: workflow, input: {}, trigger: 'manual' }));
    await executions.settled(execution);
    const { body } = await test.call('/api/v1/workspaces/shop/imports', { method: 'POST', raw: TRACE });
    imported = importedShape.parse(body).items[0]?.id ?? '';
  });
  afterAll(() => test.close());

  it('knows no prices until some are set; a profile counts tokens without', async () => {
    expect((await test.call(url)).body).toEqual({ prices: null, updated_at: null });
    expect((await test.call(of(execution, 'profile'))).body).toMatchObject({ cost: null });
    expect((await test.call(of(imported, 'profile'))).body).toMatchObject({
      cost: { currency: null, cost: { total: null }, tokens: { input: 2_000_000, output: 0 } },
    });
  });

  it('prices executions and workflows by what was set, and no longer by what was before', async () => {
    const before = await fetch(`${test.server.url}${of(execution, 'profile')}`);
    const set = await test.call(url, { method: 'PUT', json: { prices } });
    expect(set).toMatchObject({ status: 200, body: { prices, updated_at: expect.any(String) } });
    expect((await test.call(url)).body).toEqual(set.body);

    const headers = { 'if-none-match': before.headers.get('etag') ?? '' };
    expect(await test.call(of(execution, 'profile'), { headers })).toMatchObject({
      status: 200,
      body: { cost: { currency: 'EUR', cost: { total: 0.25, runtime: 0.25, tokens: null, failed_attempts: 0 } } },
    });
    expect((await test.call(of(imported, 'profile'))).body).toMatchObject({ cost: { cost: { total: 2, tokens: 2 } } });
    expect((await test.call(`/api/workflows/${workflow}/cost`)).body).toMatchObject({
      runs: 1,
      mean: 0.25,
      cost: { cost: { total: 0.25 } },
      executions: [{ execution_id: execution, total: 0.25 }],
      incomplete: 0,
    });

    expect((await test.call(url, { method: 'PUT', json: { prices: null } })).body).toMatchObject({ prices: null });
    expect((await test.call(of(execution, 'profile'))).body).toMatchObject({ cost: null });
  });

  it.each([
    [{ ...prices, currency: 'euros' }, '/prices/currency'],
    [{ ...prices, node_types: { http: { per_run: -1 } } }, '/prices/node_types/http/per_run'],
    [{ ...prices, node_types: { http: {} } }, '/prices/node_types/http'],
    [{ ...prices, node_types: { http: { per_hour: 1, per_second: 1 } } }, '/prices/node_types/http'],
    [{ ...prices, more: 1 }, '/prices/more'],
  ])('%j is refused', async (wrong, pointer) => {
    const refused = await test.call(url, { method: 'PUT', json: { prices: wrong } });
    expect(refused).toMatchObject({ status: 400, body: { code: 'validation_failed', errors: [{ pointer }] } });
  });

  it('tells hotspots over all instances of a name, and who calls one', async () => {
    const all = await test.call(of(imported, 'hotspots?limit=1'));
    expect(all.body).toMatchObject({ span_name_count: 2, spans: [{ id: 'chat', count: 1 }], sandwich: null });
    const one = await test.call(of(imported, `hotspots?name=${encodeURIComponent('=query')}`));
    expect(one.body).toMatchObject({
      sandwich: { count: 30, total_ms: 0.3, callees: { nodes: [{ name: '=query' }] } },
    });
    expect((await test.call(of(imported, 'hotspots?limit=0'))).status).toBe(400);
  });

  it('gives the nodes of a profile as a table in which no text is a formula', async () => {
    const asked = await fetch(`${test.server.url}${of(imported, 'profile?format=csv')}`);
    expect(asked.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const table = await asked.text();
    expect(table).toMatch(/^execution,workflow,id,name,type,count,/);
    expect(table).toContain(`"'=query"`);
    const accepted = await fetch(`${test.server.url}${of(imported, 'profile')}`, { headers: { accept: 'text/csv' } });
    expect(await accepted.text()).toBe(table);
    expect(accepted.headers.get('etag')).not.toBeNull();
  });
});
