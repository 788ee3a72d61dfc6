import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestServer, type TestServer } from '../../testing/harness.ts';
import { comparisonShape } from './shapes/comparison.ts';

const SLUG = 'compared';
const WORKSPACE = `/api/v1/workspaces/${SLUG}`;
let test: TestServer;
let first: string;
let failed: string;
let last: string;
let foreign: string;

function node(key: string, dependsOn: string[], span: string): object {
  return { key, name: key, type: 'task', dependsOn, span };
}

/** An execution of `nightly`: `load` after `read`, which takes 100 ms. */
function document(startedAt: number, loadMs: number, more: object = {}, spans = 0): string {
  const ms = 1000;
  const own = (id: string, name: string, start: number, duration: number) => {
    const status = 'completed';
    return { id, parent: null, kind: 'node', name, node: name, start: start * ms, duration: duration * ms, status };
  };
  const small = Array.from({ length: spans }, (_, i) => ({
    id: `s${i}`,
    parent: 'b',
    kind: 'phase',
    node: 'load',
    status: 'completed',
    name: `step ${i % 500}`,
    start: 100 * ms + (i % 50),
    duration: 10,
  }));
  return JSON.stringify({
    format: 'flowprof-trace',
    version: 1,
    execution: { name: 'nightly', workflow: 'nightly', status: 'completed', startedAt: startedAt * 1e6, ...more },
    nodes: [node('read', [], 'a'), node('load', ['read'], 'b')],
    spans: [own('a', 'read', 0, 100), own('b', 'load', 100, loadMs), ...small],
  });
}

async function imported(file: string, slug = SLUG): Promise<string> {
  const headers = { 'content-type': 'application/octet-stream' };
  const { body } = await test.call(`/api/v1/workspaces/${slug}/imports`, { raw: file, headers });
  const { items } = z.object({ items: z.array(z.object({ id: z.string() })) }).parse(body);
  return items[0]?.id ?? '';
}

beforeAll(async () => {
  test = await startTestServer();
  for (const slug of [SLUG, 'elsewhere']) await test.call('/api/workspaces', { json: { slug, name: slug } });
  first = await imported(document(1_700_000_000, 200));
  failed = await imported(document(1_700_000_100, 300, { status: 'failed' }));
  last = await imported(document(1_700_000_200, 600));
  foreign = await imported(document(1_700_000_050, 250), 'elsewhere');
});

afterAll(() => test.close());

const compare = (id: string, query: string, headers: Record<string, string> = {}) =>
  test.call(`${WORKSPACE}/executions/${id}/compare${query}`, { headers });

describe('an execution compared with another', () => {
  it('is told what it took more, in the shape that the API describes', async () => {
    const { status, body } = await compare(last, `?base=${first}`);
    expect(status).toBe(200);
    const told = comparisonShape.parse(body);
    expect(told).toMatchObject({
      before: { id: first, makespan_ms: 300 },
      after: { id: last, makespan_ms: 700 },
      verdict: 'slower',
      makespan: { difference_ms: 400 },
      flame_graph: null,
    });
    expect(told.summary).toBe('It took 400 ms longer (700 ms against 300 ms, +133%): +400 ms: "load" worked longer.');
  });

  it('that completed before it is found', async () => {
    const { body } = await compare(last, '?base=previous');
    expect(comparisonShape.parse(body).before.id).toBe(first);
    expect(comparisonShape.parse((await compare(failed, '?base=previous')).body).before.id).toBe(first);
  });

  it('comes with as much of the differential flame graph as was asked for', async () => {
    const { body } = await compare(last, `?base=${first}&diff=flame&max_nodes=1`);
    expect(comparisonShape.parse(body).flame_graph).toMatchObject({
      node_count: 2,
      nodes: [{ name: 'load', parent: null, total: { before_ms: 200, after_ms: 600, difference_ms: 400 } }],
      other: { count: 1, before_ms: 100, after_ms: 100 },
    });
  });

  it('is asked for again only when one of them changed', async () => {
    const { headers } = await compare(last, `?base=${first}`);
    const etag = headers.get('etag') ?? '';
    expect((await compare(last, `?base=${first}`, { 'if-none-match': etag })).status).toBe(304);
    expect((await compare(last, `?base=${failed}`, { 'if-none-match': etag })).status).toBe(200);
  });
});

it('is not found where one of them is missing or in another workspace, and it does not say which', async () => {
  const answers = [
    await compare(first, '?base=previous'),
    await compare(last, '?base=01890000-0000-7000-8000-00000000dead'),
    await compare(last, '?base=no-id'),
    await compare(last, `?base=${foreign}`),
    await compare(foreign, `?base=${first}`),
  ];
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
  expect((await compare(last, '')).status).toBe(400);
});

it('is the same of large executions, which are compared in a thread', async () => {
  const large = [
    await imported(document(1_700_001_000, 300, { workflow: 'large' }, 3000)),
    await imported(document(1_700_001_100, 400, { workflow: 'large' }, 3000)),
  ];
  const { body } = await compare(large[1] ?? '', `?base=${large[0]}&diff=flame&max_nodes=10`);
  const told = comparisonShape.parse(body);
  expect(told.makespan.difference_ms).toBe(100);
  expect(told.flame_graph?.nodes).toHaveLength(10);
  expect(told.flame_graph?.node_count).toBe(502);
});
