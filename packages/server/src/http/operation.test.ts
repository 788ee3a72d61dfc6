import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DOUBLE, startTestServer, WAIT, type TestServer } from '../../testing/harness.ts';
import { createLogger } from './log.ts';

const withId = z.looseObject({ id: z.string() });

async function started(test: TestServer, definition: object): Promise<string> {
  const workflow = withId.parse((await test.call('/api/workflows', { json: { definition } })).body).id;
  return withId.parse((await test.call(`/api/workflows/${workflow}/execute`, { method: 'POST' })).body).id;
}

/** The samples of a text for Prometheus, by name and labels. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

describe('metrics', () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer();
    await test.call('/api/workspaces', { json: { slug: 'canary-workspace', name: 'Canary' } });
  });
  afterAll(() => test.close());

  it('count requests by pattern, executions by status, and say how the database and the process are', async () => {
    const execution = await started(test, DOUBLE);
    await test.server.executions.settled(execution);
    await test.call(`/api/workflows/executions/${execution}?x=1`);
    await test.call('/canary/path');
    await test.call('/api/workflows/executions/canary');
    await test.call(`/api/v1/workspaces/canary-workspace/imports`, { raw: 'no trace', method: 'POST' });
    const { status, headers, text } = await test.call('/metrics');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    const samples = samplesOf(text);
    const route = '/api/workflows/executions/:execution_id';
    expect(Object.fromEntries(samples)).toMatchObject({
      [`flowprof_http_requests_total{method="GET",route="${route}",status="404"}`]: 1,
      [`flowprof_http_request_duration_seconds_count{method="GET",route="${route}"}`]: 2,
      'flowprof_http_requests_total{method="GET",route="none",status="404"}': 1,
      'flowprof_executions{state="running"}': 0,
      'flowprof_executions_ended_total{status="completed"}': 1,
      'flowprof_imports_total{outcome="refused"}': 1,
      flowprof_database_up: 1,
      'flowprof_store_connections{state="waiting"}': 0,
      flowprof_sockets: 0,
    });
    expect(samples.get('flowprof_store_connections{state="idle"}')).toBeGreaterThan(0);
    expect([...samples.keys()].filter((name) => name.startsWith('nodejs_eventloop_lag')).length).toBeGreaterThan(3);
    expect(text).toContain('process_resident_memory_bytes');
    expect(text).not.toContain('canary');
    expect(text).not.toContain(execution);
  });

  it('have no more series however many paths and methods are tried', async () => {
    const before = samplesOf((await test.call('/metrics')).text).size;
    for (let n = 0; n < 50; n++) {
      await test.call(`/nowhere/${n}`, { method: n % 2 === 0 ? 'GET' : 'DELETE' });
      await test.call(`/api/workflows/executions/${n}`);
    }
    // The first DELETE of no route adds one of each family.
    expect(samplesOf((await test.call('/metrics')).text).size - before).toBeLessThan(40);
  });
});

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe('metrics where a credential is asked for', () => {
  it('are opened by the token alone', async () => {
    const test = await startTestServer({ operatorToken: 'operator', metricsToken: 'scraper' });
    try {
      expect((await test.call('/metrics', bearer('scraper'))).status).toBe(200);
      expect((await test.call('/metrics')).body).toMatchObject({ status: 401, code: 'unauthenticated' });
      expect((await test.call('/metrics', bearer('scrape'))).status).toBe(401);
      expect((await test.call('/api/workspaces', bearer('scraper'))).status).toBe(401);
    } finally {
      await test.close();
    }
  });
});

describe('a server that stops', () => {
  it('is not ready first, starts nothing, answers what is under way, and refuses the rest', async () => {
    const test = await startTestServer({ graceMs: 600_000 });
    const { url } = test.server;
    await test.call('/api/workspaces', { json: { slug: 'w', name: 'W' } });
    const execution = await started(test, WAIT);
    // A request whose body is still to come.
    const slow = httpRequest(`${url}/api/workflows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    });
    slow.write('{"definition":');
    await test.call('/healthz');
    const closing = test.close();

    const readiness = await test.call('/readyz');
    expect(readiness.body).toMatchObject({ status: 503, code: 'shutting_down' });
    expect([readiness.headers.get('retry-after'), readiness.headers.get('connection')]).toEqual(['5', 'close']);
    expect((await test.call('/healthz')).status).toBe(200);
    expect((await test.call('/api/workflows')).status).toBe(200);
    const workflows = z.object({ items: z.array(withId) }).parse((await test.call('/api/workflows')).body).items;
    const refused = await test.call(`/api/workflows/${workflows[0]?.id}/execute`, { method: 'POST' });
    expect(refused.body).toMatchObject({ status: 503, code: 'shutting_down' });

    slow.end(`${JSON.stringify(DOUBLE)}}`);
    const [answer] = z.tuple([z.custom<{ statusCode: number }>()]).parse(await once(slow, 'response'));
    expect(answer.statusCode).toBe(201);
    // What runs would go on for minutes; cancelled, the server is free to stop.
    expect((await test.call(`/api/workflows/executions/${execution}/cancel`, { method: 'POST' })).status).toBe(200);
    await closing;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  it('cuts off a request that does not end', async () => {
    const test = await startTestServer({ drainMs: 100 });
    const { hostname, port } = new URL(test.server.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    const closed = new Promise((done) => socket.on('close', done));
    socket.write(
      'POST /api/workspaces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
    );
    await test.call('/healthz');
    await test.close();
    await closed;
  });
});

describe('a slow client', () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer({
      httpLimits: { headersMs: 200, requestMs: 400, headerBytes: 2048, connections: 20 },
    });
  });
  afterAll(() => test.close());

  /** What the server says to some bytes until it closes the connection. */
  async function saidTo(bytes: string): Promise<string> {
    const { hostname, port } = new URL(test.server.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(bytes);
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    await new Promise((done) => socket.on('close', done));
    return text;
  }

  it.each([
    ['never ends its headers', 'GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-a: '],
    [
      'never ends its body',
      'POST /api/workspaces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
    ],
  ])('that %s is told so and let go of', async (_, bytes) => {
    const text = await saidTo(bytes);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(text).toContain('"code":"request_timeout"');
  });

  it('that sends large headers is told so', async () => {
    const text = await saidTo(`GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-a: ${'canary'.repeat(1000)}`);
    expect(text).toMatch(/^HTTP\/1\.1 431 /);
    expect(text).toContain('"code":"headers_too_large"');
    expect(text).not.toContain('canary');
  });

  it('cannot take all connections from the others for long', async () => {
    const held = Array.from({ length: 40 }, () => saidTo('GET /healthz HTTP/1.1\r\n'));
    const said = await Promise.all(held);
    // Some of the 20 are the connections that earlier requests of this test keep.
    const heard = said.filter((text) => text.includes('request_timeout')).length;
    expect(heard).toBeGreaterThan(10);
    expect(heard).toBeLessThanOrEqual(20);
    expect((await test.call('/healthz')).status).toBe(200);
  });
});

describe('the log', () => {
  it('knows each answer by its request id, and holds no credential, query, cookie or body', async () => {
    let log = '';
    const logger = createLogger('trace', (line) => {
      log += line;
    });
    const test = await startTestServer({ log: logger });
    try {
      await test.call('/api/workspaces', { json: { slug: 'w', name: 'canary-name' } });
      const headers = {
        authorization: 'Bearer fp_canary-id_canary-secret',
        cookie: 'session=canary-cookie',
        'x-api-key': 'canary-header',
      };
      const answers = [
        await test.call('/api/workflows?skip=0&token=canary-query', { headers }),
        await test.call('/api/workflows', { headers, json: { definition: { name: 'x', nodes: [], canary: 1 } } }),
        await test.call('/api/workspaces', { headers, json: { slug: 'w', name: 'canary-again' } }),
        await test.call('/api/projects', { headers, raw: '{"canary-broken' }),
        await test.call('/trpc/execution.getExecutionDetails?input={"executionId":"canary-call"}', { headers }),
        await test.call('/api/v1/workspaces/w/imports', { headers, raw: 'canary-file', method: 'POST' }),
      ];
      const lines = log
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => z.looseObject({ id: z.string().optional(), msg: z.string() }).parse(JSON.parse(line)));
      for (const { headers: answered, status } of answers) {
        const line = lines.find(({ id, msg }) => msg === 'answered' && id === answered.get('x-request-id'));
        expect(line).toMatchObject({ level: 30, status, route: expect.stringMatching(/^\//), ms: expect.any(Number) });
      }
      expect(log).not.toContain('canary');
    } finally {
      await test.close();
    }
  });

  it('blanks secrets by their names, and what a database quotes', () => {
    let log = '';
    const logger = createLogger('info', (line) => {
      log += line;
    });
    const fault = Object.assign(new Error('invalid input syntax for type uuid: "canary-quoted"'), {
      severity: 'ERROR',
      code: '22P02',
      detail: 'canary-detail',
      parameters: ['canary-parameter'],
    });
    const error = new Error('a query failed', { cause: fault });
    logger.error({
      err: error,
      authorization: 'canary-1',
      req: { cookie: 'canary-2', headers: { authorization: 'canary-3' } },
    });
    logger.info({ db: { connectionString: 'canary-4', password: 'canary-5' }, apiKey: 'canary-6' });
    expect(log).not.toContain('canary');
    expect(log).toContain('22P02');
    expect(log).toContain('operation.test.ts');
  });
});
