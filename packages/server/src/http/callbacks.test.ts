import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { fromBinary, fromJsonString, toBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ReportCallbacksRequestSchema, ReportCallbacksResponseSchema } from '@flowprof/ingest';
import { startTestServer, type Answer, type TestServer } from '../../testing/harness.ts';

const EXAMPLES = join(import.meta.dirname, '../../../../examples/callbacks');
const STARTED = '2026-11-29T10:00:00.000Z';

const summary = z.strictObject({
  received: z.int(),
  stored: z.int(),
  rejected: z.int(),
  rejections: z.array(z.strictObject({ pointer: z.string(), code: z.string(), detail: z.string() })),
});

/** What the engine of the flame chart's example reports: two nodes with their phases. */
const ORDER = {
  workflow: 'payments',
  started_at: STARTED,
  results: [
    {
      node_key: 'webhook_1',
      name: 'webhook_trigger',
      type: 'trigger',
      status: 'completed',
      span_id: 'span_1',
      start_ms: 0,
      duration_ms: 15,
      spans: [
        { id: 'span_1a', name: 'payload_parse', type: 'phase', start_ms: 0, duration_ms: 5 },
        { id: 'span_1b', name: 'expression_eval', type: 'phase', start_ms: 5, duration_ms: 10 },
      ],
    },
    {
      node_key: 'http_1',
      name: 'http_stripe',
      type: 'http',
      status: 'completed',
      depends_on: ['webhook_1'],
      span_id: 'span_2',
      start_ms: 15,
      duration_ms: 3200,
      retry_count: 1,
      input: { amount: 7, api_key: 'sk_live_0123456789abcdefghij' },
      output: { charged: true },
      spans: [
        { id: 'span_2a', name: 'queue_wait', type: 'phase', start_ms: 15, duration_ms: 50 },
        { id: 'span_2b', name: 'expression_eval', type: 'phase', start_ms: 65, duration_ms: 8 },
        {
          id: 'span_2c',
          name: 'http_request',
          type: 'phase',
          start_ms: 73,
          duration_ms: 2900.5,
          metadata: { url: 'https://api.stripe.com/v1/charges', status: 200 },
        },
        { id: 'span_2d', name: 'callback', type: 'phase', start_us: 2_973_500, duration_us: 241_500 },
      ],
      annotations: [{ time_ms: 1500, label: 'DNS resolution', type: 'info' }],
    },
  ],
  finished: { status: 'completed', duration_ms: 4520 },
};

/** That, as the flame chart shows it. */
const ORDER_SPANS = [
  {
    id: 'span_1',
    name: 'webhook_trigger',
    node_key: 'webhook_1',
    type: 'node',
    start_ms: 0,
    duration_ms: 15,
    children: [
      { id: 'span_1a', name: 'payload_parse', type: 'phase', start_ms: 0, duration_ms: 5 },
      { id: 'span_1b', name: 'expression_eval', type: 'phase', start_ms: 5, duration_ms: 10 },
    ],
  },
  {
    id: 'span_2',
    name: 'http_stripe',
    node_key: 'http_1',
    type: 'node',
    start_ms: 15,
    duration_ms: 3200,
    children: [
      { id: 'span_2a', name: 'queue_wait', type: 'phase', start_ms: 15, duration_ms: 50 },
      { id: 'span_2b', name: 'expression_eval', type: 'phase', start_ms: 65, duration_ms: 8 },
      {
        id: 'span_2c',
        name: 'http_request',
        start_ms: 73,
        duration_ms: 2900.5,
        metadata: { url: 'https://api.stripe.com/v1/charges', status: 200 },
      },
      { id: 'span_2d', name: 'callback', type: 'phase', start_ms: 2973.5, duration_ms: 241.5 },
    ],
    annotations: [{ time_ms: 1500, label: 'DNS resolution', type: 'info' }],
  },
];

/** A batch of one callback in protocol buffers. */
function encode(callback: object): Uint8Array<ArrayBuffer> {
  const batch = fromJsonString(ReportCallbacksRequestSchema, JSON.stringify({ callbacks: [callback] }));
  return new Uint8Array(toBinary(ReportCallbacksRequestSchema, batch));
}

describe('callbacks of engines', () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer();
    for (const slug of ['engines', 'others']) await test.call('/api/workspaces', { json: { slug, name: slug } });
  });
  afterAll(() => test.close());

  const headers = { 'x-workspace-slug': 'engines' };

  function post(raw: string | Uint8Array<ArrayBuffer>, more: Record<string, string> = {}): Promise<Answer> {
    return test.call('/api/v1/callbacks', { raw, headers: { ...headers, ...more } });
  }

  async function report(...callbacks: readonly object[]): Promise<z.output<typeof summary>> {
    const { status, body, text } = await post(JSON.stringify({ callbacks }));
    expect(status, text).toBe(200);
    const told = summary.parse(body);
    expect(told.stored + told.rejected).toBe(told.received);
    return told;
  }

  const get = async (path: string): Promise<unknown> => (await test.call(path, { headers })).body;
  const details = (id: string): Promise<unknown> => get(`/api/workflows/executions/${id}`);
  const chart = (id: string): Promise<unknown> => get(`/api/v1/workspaces/engines/executions/${id}/flame-chart`);

  it('become the flame chart of their engine', async () => {
    const id = randomUUID();
    expect(await report({ execution_id: id, ...ORDER })).toEqual({
      received: 11,
      stored: 11,
      rejected: 0,
      rejections: [],
    });
    expect(await chart(id)).toMatchObject({
      execution_id: id,
      total_duration_ms: 4520,
      started_at: STARTED,
      spans: ORDER_SPANS,
    });
    expect(await details(id)).toMatchObject({
      status: 'completed',
      workflow_name: 'payments',
      trigger: 'callback',
      external_id: null,
      duration: 4.52,
      step_executions: [
        { step_id: 'webhook_1', step_name: 'webhook_trigger', step_type: 'trigger', status: 'completed' },
        {
          step_id: 'http_1',
          retry_count: 1,
          input_data: { amount: 7, api_key: '[redacted]' },
          output_data: { charged: true },
        },
      ],
    });
    expect(await get(`/api/v1/workspaces/engines/executions/${id}/profile`)).toMatchObject({
      execution: { source_format: 'callback', workflow: 'payments' },
      counts: { nodes: 2, edges: 1 },
    });
  });

  it('are the same in JSON of either spelling, in protocol buffers, packed, whole or one by one, and twice', async () => {
    const ids = Array.from({ length: 5 }, () => randomUUID());
    const [plain, camel, binary, packed, single] = ids.map((id) => ({ execution_id: id, ...ORDER }));
    await report(plain ?? {});
    const camelled = JSON.stringify(camel).replace(
      /"([a-z]+)_([a-z]+)":/g,
      (_, a: string, b: string) => `"${a}${b.charAt(0).toUpperCase()}${b.slice(1)}":`,
    );
    expect((await post(camelled)).status).toBe(200);
    const bytes = encode(binary ?? {});
    const response = await fetch(`${test.server.url}/api/v1/callbacks`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-protobuf' },
      body: bytes,
    });
    expect(response.headers.get('content-type')).toBe('application/x-protobuf');
    const told = fromBinary(ReportCallbacksResponseSchema, new Uint8Array(await response.arrayBuffer()));
    expect(told).toMatchObject({ received: 11, stored: 11, rejected: 0 });
    const squeezed = new Uint8Array(gzipSync(encode(packed ?? {})));
    const asPacked = { 'content-type': 'application/protobuf', 'content-encoding': 'gzip' };
    for (const _ of [1, 2]) expect((await post(squeezed, asPacked)).status).toBe(200);
    const { results, finished, ...about } = single ?? ORDER;
    await report({ ...about, finished });
    for (const result of results.toReversed()) {
      const { spans, ...rest } = result;
      for (const span of spans)
        await report({ ...about, spans: [{ ...span, parent_id: result.span_id, node_key: result.node_key }] });
      await report({ ...about, results: [rest] });
    }
    const plainChart = JSON.stringify(await chart(ids[0] ?? ''));
    for (const id of ids) expect(JSON.stringify(await chart(id)).replaceAll(id, ids[0] ?? '')).toBe(plainChart);
  });

  it('take nested spans, absolute times, ids that are no UUIDs, and spans of nodes that nobody announced', async () => {
    const told = await report({
      execution_id: 'order/7',
      source: 'acme',
      name: 'Order 7',
      spans: [
        {
          name: 'pack',
          node_key: 'pack',
          type: 'node',
          started_at: '2026-11-29T10:00:00.000250Z',
          ended_at: '2026-11-29T12:00:01+02:00',
          children: [{ name: 'http_request', started_at: '2026-11-29T10:00:00.5Z', duration_ms: 100 }],
        },
        { name: 'late', node_key: 'unseen', started_at: '2026-11-29T10:00:02Z', duration_us: 5 },
      ],
    });
    expect(told).toMatchObject({ received: 4, rejected: 0 });
    const list = await get('/api/v1/workspaces/engines/executions?external_id=order/7');
    const [found] = z.object({ items: z.array(z.looseObject({ id: z.string() })) }).parse(list).items;
    expect(found).toMatchObject({
      external_id: 'order/7',
      name: 'Order 7',
      status: 'running',
      workflow_name: 'Unnamed executions',
    });
    const { id } = found ?? { id: '' };
    expect(await chart(id)).toMatchObject({
      started_at: '2026-11-29T10:00:00.000Z',
      spans: [
        { name: 'pack', start_ms: 0, duration_ms: 999.75, children: [{ name: 'http_request', start_ms: 499.75 }] },
        { name: 'late', start_ms: 1999.75, duration_ms: 0.005 },
      ],
    });
    await report({ execution_id: 'order/7', workflow: 'packing', started_at: '2026-11-29T09:59:59Z' });
    expect(await details(id)).toMatchObject({ workflow_name: 'packing', started_at: '2026-11-29T09:59:59.000Z' });
    expect(await chart(id)).toMatchObject({ spans: [{ name: 'pack', start_ms: 1000.25 }, { name: 'late' }] });
  });

  it('are stored or rejected each by itself, with the reason', async () => {
    const id = randomUUID();
    const span = { name: 'a', start_ms: 1, duration_ms: 1 };
    const told = await report(
      { workflow: 'nobody' },
      ['no callback'],
      { execution_id: id, spans: [span, { ...span, children: [span, { name: 'inside', start_ms: 2 }] }] },
      {
        execution_id: id,
        started_at: STARTED,
        spans: [{ ...span, children: [{ start_ms: 2, duration_ms: 1 }] }, { name: 'timeless' }],
      },
      {
        execution_id: id,
        started_at: STARTED,
        results: [{ node_key: 'n', status: 'amazing', start_ms: 1, spans: [span, span] }],
      },
      { execution_id: id, started_at: STARTED, finished: { status: 'running', duration_ms: 1 } },
      { execution_id: id, started_at: '9999-01-01T00:00:00Z' },
      {
        execution_id: id,
        started_at: STARTED,
        nodes: [{ key: 'x'.repeat(501) }, { key: 'ok' }],
        annotations: [{ time_ms: 1 }],
      },
    );
    expect(told.rejections.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      '/callbacks/0 missing_execution_id',
      '/callbacks/1 malformed',
      '/callbacks/2/spans/0 missing_origin',
      '/callbacks/2/spans/1 missing_origin',
      '/callbacks/3/spans/0/children/0 missing_name',
      '/callbacks/3/spans/1 missing_time',
      '/callbacks/4/results/0 unknown_status',
      '/callbacks/5/finished unknown_status',
      '/callbacks/6 time_out_of_range',
      '/callbacks/7/nodes/0 too_long',
      '/callbacks/7/annotations/0 missing_name',
    ]);
    expect(told).toMatchObject({ received: 22, rejected: 15, stored: 7 });
  });

  it('of an execution that flowprof runs add spans to it and nothing else', async () => {
    const definition = { name: 'own', nodes: [{ id: 'one', type: 'transform', with: { value: 1 } }] };
    const workflow = z
      .looseObject({ id: z.string() })
      .parse((await test.call('/api/workflows', { headers, json: { definition } })).body);
    const started = await test.call(`/api/workflows/${workflow.id}/execute`, { headers, json: {} });
    const { id } = z.looseObject({ id: z.string() }).parse(started.body);
    await test.server.executions.settled(id);
    const before = z.looseObject({ started_at: z.string() }).parse(await details(id));
    const told = await report({
      execution_id: id,
      started_at: before.started_at,
      spans: [{ id: 'of-service', name: 'select', start_ms: 0, duration_ms: 1 }],
      results: [{ node_key: 'one', status: 'failed', start_ms: 0, duration_ms: 1 }],
      finished: { status: 'failed', duration_ms: 1 },
    });
    expect(told.rejections.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      '/callbacks/0/results/0 not_external',
      '/callbacks/0/finished not_external',
    ]);
    expect(told).toMatchObject({ received: 4, stored: 2 });
    expect(JSON.stringify(await chart(id))).toContain('of-service');
    expect(await details(id)).toMatchObject({ status: 'completed' });
    const resumed = await test.call(`/api/workflows/executions/${id}/resume`, { headers, json: {} });
    expect(resumed.body).toMatchObject({ code: 'already_completed' });
  });

  it('of another workspace are not seen, and cannot be run here', async () => {
    const id = randomUUID();
    await report({
      execution_id: id,
      ...ORDER,
      finished: { status: 'failed', duration_ms: 9000, error: { code: 'boom', message: 'token=abcdefghijklmnop1234' } },
    });
    const stranger = { 'x-workspace-slug': 'others' };
    expect((await test.call(`/api/workflows/executions/${id}`, { headers: stranger })).status).toBe(404);
    const found = z.looseObject({ error_code: z.string(), error_message: z.string() }).parse(await details(id));
    expect(found.error_code).toBe('boom');
    expect(found.error_message).not.toContain('abcdefghijklmnop1234');
    const { body } = await test.call(`/api/workflows/executions/${id}/resume`, { headers, json: {} });
    expect(body).toMatchObject({ code: 'imported_workflow' });
  });

  it.each<[string, string | Uint8Array<ArrayBuffer>, Record<string, string>, number, string]>([
    ['no JSON', '{"callbacks":', {}, 400, 'malformed_json'],
    ['no list', '{"callback":{}}', {}, 400, 'validation_failed'],
    [
      'no protocol buffers',
      new Uint8Array([0xff, 0xff, 0xff]),
      { 'content-type': 'application/x-protobuf' },
      400,
      'validation_failed',
    ],
    ['too deep', `{"callbacks":[${'['.repeat(70)}${']'.repeat(70)}]}`, {}, 400, 'too_deep'],
    ['of another type', '<callbacks/>', { 'content-type': 'application/xml' }, 415, 'unsupported_media_type'],
    ['packed otherwise', 'x', { 'content-encoding': 'br' }, 415, 'unsupported_media_type'],
    ['too large', 'x'.repeat(4 * 1024 * 1024 + 1), {}, 413, 'body_too_large'],
    [
      'a bomb',
      new Uint8Array(gzipSync(Buffer.alloc(64 * 1024 * 1024))),
      { 'content-encoding': 'gzip' },
      413,
      'body_too_large',
    ],
    ['of too many items', JSON.stringify(Array.from({ length: 10_001 }, () => ({}))), {}, 413, 'body_too_large'],
  ])('that are %s are refused', async (_, raw, more, status, code) => {
    const answer = await post(raw, more);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ code });
  });

  it.each([
    ['node', process.execPath, 'report.mjs'],
    ['python', 'python3', 'report.py'],
  ])('are sent by the client in %s', async (_, command, file) => {
    const { stdout } = await promisify(execFile)(command, [join(EXAMPLES, file), test.server.url], {
      env: { PATH: process.env['PATH'], FLOWPROF_WORKSPACE: 'engines' },
    });
    expect((await readFile(join(EXAMPLES, file), 'utf8')).split('\n').length).toBeLessThanOrEqual(101);
    const id = stdout.trim();
    expect(await details(id)).toMatchObject({
      workflow_name: 'example_order',
      status: 'completed',
      step_executions: [
        { step_id: 'charge', status: 'completed', output_data: { status: 200 } },
        { step_id: 'ship', status: 'completed' },
      ],
    });
    const phases = ['queue_wait', 'expression_eval', 'http_request', 'callback'].map((name) => ({
      name,
      type: 'phase',
    }));
    expect(await chart(id)).toMatchObject({
      spans: [
        { name: 'charge', children: phases },
        { name: 'ship', children: phases },
      ],
    });
  });

  it('are sent again by the client until they are stored', async () => {
    const { Reporter } = z
      .object({
        Reporter: z.custom<new (options: object) => { report(callback: object): void; flush(): Promise<void> }>(),
      })
      .parse(await import(join(EXAMPLES, 'report.mjs')));
    const answers: (() => Promise<Response>)[] = [
      () => Promise.reject(new Error('connection refused')),
      () => Promise.resolve(new Response('', { status: 503, headers: { 'retry-after': '0.01' } })),
      () => Promise.resolve(Response.json({ rejections: [{ pointer: '/callbacks/1', detail: 'is no callback' }] })),
    ];
    const [bodies, log]: [unknown[], string[]] = [[], []];
    const reporter = new Reporter({
      url: 'http://server',
      workspace: 'w',
      log: (line: string) => log.push(line),
      fetch: (_: string, { body }: { body: string }) => {
        bodies.push(body);
        return answers.shift()?.();
      },
    });
    for (const execution_id of ['a', 'b']) reporter.report({ execution_id });
    await reporter.flush();
    expect(bodies).toEqual(
      Array.from({ length: 3 }, () => '{"callbacks":[{"execution_id":"a"},{"execution_id":"b"}]}'),
    );
    expect(log).toEqual(['flowprof: /callbacks/1 is no callback']);
  });
});
