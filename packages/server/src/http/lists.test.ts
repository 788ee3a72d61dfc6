import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DOUBLE, startTestServer, type Call, type TestServer } from '../../testing/harness.ts';

const page = z.object({
  items: z.array(z.object({ execution_number: z.int() })),
  total: z.int(),
  next_cursor: z.string().nullable(),
  total_is_capped: z.boolean(),
});

const named = z.object({
  items: z.array(z.object({ name: z.string() })),
  total: z.int(),
  next_cursor: z.string().nullable(),
});

let test: TestServer;
let workflow: string;
let everything: string;
const headers = { 'x-workspace-slug': 'listed' };

async function made(path: string, call: Call): Promise<string> {
  const { status, body } = await test.call(path, { headers, ...call });
  expect(status).toBeLessThan(300);
  return typeof body === 'object' && body !== null && 'id' in body ? String(body.id) : '';
}

async function list(query: string): Promise<z.output<typeof page>> {
  const { status, body, text } = await test.call(`${everything}?${query}`, { headers });
  expect([status, text]).toEqual([200, expect.any(String)]);
  return page.parse(body);
}

async function numbers(query: string): Promise<number[]> {
  return (await list(query)).items.map((item) => item.execution_number);
}

const definition = { ...DOUBLE, inputs: { n: { type: 'number' }, order: { type: 'object' } } };

beforeAll(async () => {
  test = await startTestServer();
  await made('/api/workspaces', { json: { slug: 'listed', name: 'Listed' } });
  await made('/api/workspaces', { json: { slug: 'other', name: 'Other' } });
  workflow = await made('/api/workflows', { json: { definition } });
  everything = '/api/v1/workspaces/listed/executions';
  for (const n of [1, 2, 3, 4]) {
    const input = { n, order: { size: n % 2, tag: 'a:b' } };
    const execution = await made(`/api/workflows/${workflow}/execute`, { json: { input_variables: input } });
    await test.server.executions.settled(execution);
  }
});

afterAll(() => test.close());

describe('lists of workflows and projects', () => {
  it('go from page to page by cursor, and are searched by name', async () => {
    for (const name of ['Orders', 'Reorder', 'Bills']) {
      await made('/api/workflows', { json: { definition, name } });
      await made('/api/projects', { json: { slug: name.toLowerCase(), name } });
    }
    for (const path of ['/api/workflows', '/api/projects']) {
      const found: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { body } = await test.call(`${path}?limit=1&search=ORDER${cursor && `&cursor=${cursor}`}`, { headers });
        const { items, next_cursor: next, total } = named.parse(body);
        expect(total).toBe(2);
        found.push(...items.map((item) => item.name));
        cursor = next;
        const foreign = { 'x-workspace-slug': 'other' };
        const refused = await test.call(`${path}?limit=1&search=ORDER&cursor=${next ?? 'x'}`, { headers: foreign });
        expect(refused).toMatchObject({ status: 400, body: { errors: [{ code: 'bad_cursor' }] } });
      }
      expect(found).toEqual(['Orders', 'Reorder']);
    }
  });
});

describe('lists of executions', () => {
  it('go from page to page by cursor, on both routes', async () => {
    for (const path of [everything, `/api/workflows/${workflow}/executions`]) {
      const seen: number[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { body } = await test.call(`${path}?limit=3${cursor && `&cursor=${cursor}`}`, { headers });
        const { items, next_cursor: next, total } = page.parse(body);
        expect(total).toBe(4);
        seen.push(...items.map((item) => item.execution_number));
        cursor = next;
      }
      expect(seen).toEqual([4, 3, 2, 1]);
    }
  });

  it('keep skip and limit', async () => {
    const { body } = await test.call(`${everything}?skip=1&limit=2`, { headers });
    expect(body).toMatchObject({ total: 4, skip: 1, limit: 2, total_is_capped: false });
    expect(await numbers('skip=1&limit=2')).toEqual([3, 2]);
  });

  it('take states one by one or as a list', async () => {
    expect(await numbers('status=failed')).toEqual([]);
    expect(await numbers('status=failed,completed&limit=1')).toEqual([4]);
    expect(await numbers('status=failed&status=completed&limit=1')).toEqual([4]);
  });

  it('compare values of the input with their types, by path', async () => {
    expect(await numbers('input=n:2')).toEqual([2]);
    expect(await numbers('input=n:%222%22')).toEqual([]);
    expect(await numbers('input=order.size:1')).toEqual([3, 1]);
    expect(await numbers('input=order.size:1&input=n:3')).toEqual([3]);
    expect(await numbers('input=order.tag:a:b')).toEqual([4, 3, 2, 1]);
  });

  it('take times, durations, versions, triggers, a search and an order', async () => {
    expect(await numbers('sort=oldest&limit=2')).toEqual([1, 2]);
    expect(await numbers('started_from=2000-01-01T00:00:00%2B01:00&limit=1')).toEqual([4]);
    expect(await numbers('started_to=2000-01-01T00:00:00Z')).toEqual([]);
    expect(await numbers('max_duration=3600&workflow_version=1&search=DOUB&limit=1')).toEqual([4]);
    expect(await numbers('min_duration=3600')).toEqual([]);
    expect(await numbers('workflow_version=2')).toEqual([]);
    expect(await numbers('trigger=nothing')).toEqual([]);
    expect(await numbers('search=%232')).toEqual([2]);
    expect(await numbers('sort=longest')).toHaveLength(4);
  });

  it('refuse what they do not know', async () => {
    const { next_cursor: cursor } = await list('limit=1');
    const bad = [
      'skipp=1',
      'status=done',
      'status=',
      'sort=best',
      'started_from=yesterday',
      'min_duration=-1',
      'input=mode',
      'workflow_version=x',
      'project_id=7',
      'search=',
      `search=${'x'.repeat(5001)}`,
      'cursor=x',
      `cursor=${cursor}&skip=1`,
      `cursor=${cursor}&limit=1&status=failed`,
    ];
    for (const query of bad) {
      const { status, body } = await test.call(`${everything}?${query}`, { headers });
      expect([query, status, body]).toMatchObject([
        query,
        400,
        { code: 'validation_failed', errors: [{ in: 'query' }] },
      ]);
    }
    const foreign = await test.call(`/api/v1/workspaces/other/executions?limit=1&cursor=${cursor}`);
    expect(foreign).toMatchObject({ status: 400, body: { errors: [{ pointer: '/cursor', code: 'bad_cursor' }] } });
  });

  it('take long and odd texts for what they are', async () => {
    for (const text of ['x'.repeat(5000), '%', '_', "'; --", '\\', '(a+)+$', '\u{1f980}']) {
      expect(await numbers(`search=${encodeURIComponent(text)}`)).toEqual([]);
    }
  });
});
