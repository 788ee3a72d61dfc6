import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { gzipSync } from 'node:zlib';
import { spanIdAt, spanNameAt, type JsonObject, type Trace } from '@flowprof/model';
import { afterEach, describe, expect, test } from 'vitest';
import { createConductor, type ExecutionResult, type NodeDefinition, type RunOptions } from '../index.ts';
import { isExpected } from '../http/params.ts';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Starts a server on loopback and gives its URL. */
async function serve(handler: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<string> {
  const server = createServer((incoming, response) => void handler(incoming, response));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}

function request(url: string, more: JsonObject = {}): NodeDefinition {
  return { id: 'call', type: 'http', with: { url, ...more } };
}

function run(node: NodeDefinition, options: RunOptions = {}): Promise<ExecutionResult> {
  return createConductor().node.run({ name: 'test', nodes: [node] }, options);
}

/** A server that keeps the headers of every request, and answers with what it is told to. */
async function listening(answer: (call: number, response: ServerResponse) => unknown = (_, r) => r.end('ok')): Promise<{
  url: string;
  seen: IncomingHttpHeaders[];
}> {
  const seen: IncomingHttpHeaders[] = [];
  const url = await serve((incoming, response) => answer(seen.push(incoming.headers), response));
  return { url, seen };
}

function annotationsOf({ annotations }: Trace, type: string): [string | undefined, JsonObject | undefined][] {
  return annotations.type.flatMap((other, row) =>
    other === type ? [[annotations.label[row], annotations.metadata.get(row)]] : [],
  );
}

describe('auth', () => {
  test.each<[JsonObject, string, string]>([
    [{ type: 'basic', username: 'ann', password: 'CANARY' }, 'authorization', `Basic ${btoa('ann:CANARY')}`],
    [{ type: 'bearer', token: '${input.word}' }, 'authorization', 'Bearer CANARY'],
    [{ type: 'header', name: 'X-Service-Id', value: 'CANARY' }, 'x-service-id', 'CANARY'],
  ])('%j is sent, and is nowhere in the trace', async (auth, name, value) => {
    const { url, seen } = await listening((_, response) => response.writeHead(500).end());
    const events: unknown[] = [];
    const sink = { write: async (_: string, batch: readonly unknown[]) => void events.push(...batch) };
    const node: NodeDefinition = { ...request(url, { auth }), retry: { policy: 'fixed', delayMs: 0, maxAttempts: 2 } };
    const { recording, trace, error } = await run(node, { sink, input: { word: 'CANARY' } });
    expect(seen.map((headers) => headers[name])).toEqual([value, value]);
    const kept = JSON.stringify([
      events,
      trace,
      error,
      [...recording.spans.metadata.values()],
      [...recording.annotations.metadata.values()],
      recording.annotations.label,
    ]);
    for (const secret of ['CANARY', btoa('ann:CANARY')]) expect(kept).not.toContain(secret);
  });

  test('a value that cannot be a header is an error that does not show it', async () => {
    const { url } = await listening();
    const { error } = await run(request(url, { auth: { type: 'bearer', token: 'CANARY\r\nx: y' } }));
    expect(error?.code).toBe('invalid_parameters');
    expect(JSON.stringify(error)).not.toContain('CANARY');
  });

  test('it wins over the credentials of the URL', async () => {
    const { url, seen } = await listening();
    await run(request(url.replace('//', '//ann:old@'), { auth: { type: 'bearer', token: 'new' } }));
    expect(seen[0]?.authorization).toBe('Bearer new');
  });
});

describe('what stays with the origin that it was meant for', () => {
  const OWN = {
    cookie: 'sid=1',
    'x-api-key': 'k',
    'x-auth-token': 't',
    host: 'named.example',
    tracestate: 'a=b',
  };

  test.each([302, 307])('a redirect (%i) to another origin drops it, one to the same does not', async (status) => {
    const other = await listening();
    const { url, seen } = await listening((call, response) =>
      response.writeHead(status, { location: call === 1 ? '/next' : `${other.url}/there` }).end(),
    );
    const auth = { type: 'header', name: 'x-whoever', value: 'v' };
    await run(request(url, { headers: { ...OWN, 'x-plain': 'p' }, auth }));
    expect(seen).toHaveLength(2);
    for (const headers of seen) {
      expect(headers).toMatchObject({ ...OWN, 'x-whoever': 'v', 'x-plain': 'p' });
      expect(headers['traceparent']).toBeDefined();
    }
    const [there] = other.seen;
    expect(there).toMatchObject({ 'x-plain': 'p', host: new URL(other.url).host });
    for (const name of ['x-whoever', 'traceparent', 'cookie', 'x-api-key', 'x-auth-token', 'tracestate']) {
      expect(there).not.toHaveProperty(name);
    }
  });

  test('it does not come back when the redirects do', async () => {
    let home = '';
    const other = await listening((_, response) => response.writeHead(302, { location: `${home}/back` }).end());
    const { url, seen } = await listening((call, response) =>
      call === 1 ? response.writeHead(302, { location: other.url }).end() : response.end('ok'),
    );
    home = url;
    await run(request(url, { auth: { type: 'bearer', token: 'secret' } }));
    expect(seen.map(({ authorization }) => authorization)).toEqual(['Bearer secret', undefined]);
  });
});

describe('idempotency keys', () => {
  test('POST and PATCH carry the same one in every attempt, other methods none', async () => {
    const { url, seen } = await listening((call, response) => response.writeHead(call === 1 ? 500 : 200).end());
    const retry = { policy: 'fixed', delayMs: 0 } as const;
    const { recording } = await run({ ...request(url, { method: 'POST' }), retry });
    expect(seen).toHaveLength(2);
    expect(seen[0]?.['idempotency-key']).toContain(recording.execution.id);
    expect(seen[1]?.['idempotency-key']).toBe(seen[0]?.['idempotency-key']);
    await run(request(url, { method: 'PATCH' }));
    for (const method of ['GET', 'PUT', 'DELETE']) await run(request(url, { method }));
    expect(seen.slice(2).map((headers) => headers['idempotency-key'] !== undefined)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  test('it can be turned off and written by hand', async () => {
    const { url, seen } = await listening();
    await run(request(url, { method: 'POST', idempotencyKey: false }));
    await run(request(url, { method: 'POST', headers: { 'Idempotency-Key': 'mine' } }));
    expect(seen.map((headers) => headers['idempotency-key'])).toEqual([undefined, 'mine']);
  });
});

describe('trace context', () => {
  test('the service is told the span of the request, in the trace of the run', async () => {
    const { url, seen } = await listening();
    const { recording } = await run(request(url));
    const { spans } = recording;
    const row = Array.from({ length: spans.length }, (_, at) => at).find(
      (at) => spanNameAt(spans, at) === 'http_request',
    );
    const traceId = recording.execution.id?.replaceAll('-', '');
    expect(seen[0]?.['traceparent']).toBe(`00-${traceId}-${spanIdAt(spans.ids, row ?? -1)}-01`);
  });

  test('it can be turned off and written by hand', async () => {
    const { url, seen } = await listening();
    await run(request(url, { traceContext: false }));
    await run(request(url, { headers: { traceparent: 'mine' } }));
    expect(seen.map((headers) => headers['traceparent'])).toEqual([undefined, 'mine']);
  });
});

describe('bodies', () => {
  test('a form is sent as its fields', async () => {
    let body = '';
    const url = await serve(async (incoming, response) => {
      for await (const chunk of incoming) body += String(chunk);
      response.end(incoming.headers['content-type']);
    });
    const { data } = await run(request(url, { method: 'POST', form: { a: 'x y&z', n: [1, true] } }));
    expect(body).toBe('a=x+y%26z&n=1&n=true');
    expect(data).toMatchObject({ call: { body: 'application/x-www-form-urlencoded' } });
  });

  test('a form and a body exclude each other', () => {
    const nodes = [request('http://x/', { form: {}, body: 1 })];
    expect(() => createConductor().parse(JSON.stringify({ name: 'test', nodes }))).toThrow('takes either body or form');
  });

  test.each([[{ 'content-length': '5' }], [{ expect: '100-continue' }], [{ 'transfer-encoding': 'chunked' }]])(
    'headers that cannot be sent are a fault of the node: %j',
    async (headers) => {
      const { url } = await listening();
      const node: NodeDefinition = {
        ...request(url, { method: 'POST', body: 'abc', headers }),
        retry: { policy: 'fixed' },
      };
      expect((await run(node)).error?.code).toBe('invalid_parameters');
    },
  );

  test('a response that is encoded over and over is refused', async () => {
    const { url } = await listening((_, response) =>
      response.setHeader('content-encoding', Array.from({ length: 5 }, () => 'gzip').join()).end(gzipSync('x')),
    );
    expect((await run(request(url))).error?.code).toBe('http_bad_body');
  });
});

test.each<[Parameters<typeof isExpected>[0], number, boolean]>([
  [undefined, 204, true],
  [undefined, 304, false],
  [404, 404, true],
  [404, 200, false],
  ['2xx', 299, true],
  ['2xx', 300, false],
  ['400-404', 400, true],
  ['400-404', 405, false],
  [['3xx', 200], 302, true],
  [['3xx', 200], 201, false],
])('expectStatus %j and the status %i: %s', (expected, status, outcome) => {
  expect(isExpected(expected, status)).toBe(outcome);
});

test('a range of statuses that is none is a fault of the file', () => {
  const nodes = [request('http://x/', { expectStatus: ['6xx'] })];
  expect(() => createConductor().parse(JSON.stringify({ name: 'test', nodes }))).toThrow('expectStatus');
});

describe('annotations', () => {
  test.each<[number, Record<string, string>, string, JsonObject]>([
    [200, { age: '12', 'x-cache': 'Hit from cloudfront' }, 'cache hit', { age_s: 12, x_cache: 'Hit from cloudfront' }],
    [200, { 'cf-cache-status': 'MISS', etag: '"a"' }, 'cache miss', { cf_cache_status: 'MISS', etag: '"a"' }],
    [
      200,
      { 'cache-status': 'ExampleCache; fwd=uri-miss' },
      'cache miss',
      { cache_status: 'ExampleCache; fwd=uri-miss' },
    ],
    [200, { age: '3' }, 'cache hit', { age_s: 3 }],
    [200, { age: 'old', etag: 'W/"b"' }, 'cacheable', { etag: 'W/"b"' }],
    [304, { etag: '"c"' }, 'cache validated', { etag: '"c"', not_modified: true }],
  ])('%i %j is noted as %s', async (status, headers, label, metadata) => {
    const { url } = await listening((_, response) => response.writeHead(status, headers).end());
    const { recording } = await run(request(url, { expectStatus: ['2xx', 304] }));
    expect(annotationsOf(recording, 'cache')).toEqual([[label, metadata]]);
  });

  test('bytes both ways, and nothing of caches or names where there is nothing to say', async () => {
    const { url } = await listening();
    const { recording } = await run(request(url, { method: 'POST', body: 'äbc' }));
    expect(annotationsOf(recording, 'data')).toEqual([['data transformation', { bytes_in: 2, bytes_out: 4 }]]);
    expect(annotationsOf(recording, 'cache')).toEqual([]);
    expect(annotationsOf(recording, 'dns')).toEqual([]);
  });

  test('a name that was looked up, with how many addresses it has', async () => {
    const { url } = await listening();
    const { recording } = await run(request(url.replace('127.0.0.1', 'localhost')));
    const [[label, metadata] = []] = annotationsOf(recording, 'dns');
    expect(label).toBe('DNS resolution');
    expect(metadata).toMatchObject({ cached: false });
    expect(metadata?.['addresses']).toBeGreaterThan(0);
    expect(metadata?.['ms']).toBeGreaterThanOrEqual(0);
  });
});
