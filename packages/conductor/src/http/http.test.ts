import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { spanNameAt, statusOf, type JsonObject, type Trace } from '@flowprof/model';
import { Buffer } from 'node:buffer';
import { EventEmitter, once } from 'node:events';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createConductor, type ExecutionResult, type NodeDefinition, type RunOptions, type Timers } from '../index.ts';
import { checkSpans } from '../testing/check-spans.ts';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  if (!isAddress(address)) throw new Error('the server has no port');
  return address.port;
}

/** A server whose handler may take its time; the port it listens at. */
async function serve(handler: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<number> {
  return listen(createServer((request, response) => void handler(request, response)));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

function get(id: string, url: string, more: JsonObject = {}, ...dependsOn: string[]): NodeDefinition {
  return { id, type: 'http', with: { url, ...more }, dependsOn };
}

function run(nodes: NodeDefinition[], options: RunOptions = {}): Promise<ExecutionResult> {
  return createConductor().node.run({ name: 'test', nodes }, options);
}

/** The names of the spans directly inside the n-th span of a name. */
function inside(trace: Trace, name: string, nth = 0): string[] {
  const { spans } = trace;
  const rows = Array.from({ length: spans.length }, (_, row) => row);
  const parent = rows.filter((row) => spanNameAt(spans, row) === name)[nth];
  return rows.filter((row) => spans.parent[row] === parent).map((row) => spanNameAt(spans, row));
}

function metadataOf(trace: Trace, name: string): JsonObject[] {
  const found: JsonObject[] = [];
  for (const [row, metadata] of trace.spans.metadata) {
    if (spanNameAt(trace.spans, row) === name) found.push(metadata);
  }
  return found;
}

describe('phases of a request', () => {
  test('a new connection has dns, tcp, request, first_byte and download; a kept one says so and has no connecting', async () => {
    const port = await serve((_, response) => response.end('ok'));
    const url = `http://localhost:${port}/`;
    const { recording, success } = await run([get('a', url), get('b', url, {}, 'a')]);
    expect(success).toBe(true);
    expect(inside(recording, 'http_request', 0)).toEqual(['dns', 'tcp', 'request', 'first_byte', 'download']);
    expect(inside(recording, 'http_request', 1)).toEqual(['request', 'first_byte', 'download']);
    expect(metadataOf(recording, 'http_request')).toMatchObject([
      { method: 'GET', status: 200, bytes: 2, reused_connection: false },
      { method: 'GET', status: 200, bytes: 2, reused_connection: true },
    ]);
    expect(recording.annotations.label).toContain('DNS resolution');
  });

  test('an address needs no dns; parallel requests have a connection each', async () => {
    let sockets = 0;
    const port = await serve((_, response) => response.end('ok'));
    servers[0]?.on('connection', () => sockets++);
    const url = `http://127.0.0.1:${port}/`;
    const { recording } = await run([get('a', url), get('b', url)]);
    expect(inside(recording, 'http_request')).toEqual(['tcp', 'request', 'first_byte', 'download']);
    expect(sockets).toBe(2);
  });

  test('https has tls', async () => {
    const key = readFileSync(new URL('../../fixtures/localhost-key.pem', import.meta.url), 'utf8');
    const cert = readFileSync(new URL('../../fixtures/localhost-cert.pem', import.meta.url), 'utf8');
    const server = createSecureServer({ key, cert }, (_, response) => response.end('secret'));
    const port = await listen(server);
    const nodes = [get('a', `https://localhost:${port}/`)];
    const { recording, data } = await createConductor({ ca: [cert] }).node.run({ name: 'test', nodes });
    expect(inside(recording, 'http_request')).toEqual(['dns', 'tcp', 'tls', 'request', 'first_byte', 'download']);
    expect(data).toMatchObject({ a: { status: 200, body: 'secret' } });
    const untrusted = await run(nodes);
    expect(untrusted.error?.code).toBe('http_connect');
  });

  test('what the server takes its time with is first_byte', async () => {
    const port = await serve((_, response) => void setImmediate(() => response.end('ok')));
    const { recording } = await run([get('a', `http://127.0.0.1:${port}/`)]);
    const { spans } = recording;
    for (let row = 0; row < spans.length; row++) {
      const parent = spans.parent[row] ?? -1;
      if (parent < 0) continue;
      const start = spans.start[row] ?? 0;
      const parentStart = spans.start[parent] ?? 0;
      expect(start).toBeGreaterThanOrEqual(parentStart);
      expect(start + (spans.duration[row] ?? 0)).toBeLessThanOrEqual(parentStart + (spans.duration[parent] ?? 0));
    }
  });

  test('the phases of a node leave no gap', async () => {
    const port = await serve((_, response) => response.end('ok'));
    const { recording } = await run([get('a', `\${"http://127.0.0.1:"}${port}/`)]);
    const { spans } = recording;
    let at = spans.start[0] ?? 0;
    for (let row = 1; row < spans.length; row++) {
      if (spans.parent[row] !== 0) continue;
      expect([spanNameAt(spans, row), spans.start[row]]).toEqual([spanNameAt(spans, row), at]);
      at += spans.duration[row] ?? 0;
    }
    expect(at).toBe((spans.start[0] ?? 0) + (spans.duration[0] ?? 0));
    expect(inside(recording, 'a')).toEqual(['queue_wait', 'expression_eval', 'http_request', 'decode']);
  });
});

describe('requests and responses', () => {
  test('method, headers, query and a JSON body are sent; a JSON response comes parsed', async () => {
    const port = await serve(async (request, response) => {
      const { method, url, headers } = request;
      const seen = { method, url, type: headers['content-type'], x: headers['x-n'], body: await bodyOf(request) };
      response.setHeader('content-type', 'application/json; charset=utf-8').end(JSON.stringify(seen));
    });
    const { data } = await run([
      get('a', `http://127.0.0.1:${port}/p?q=1`, {
        method: 'POST',
        headers: { 'X-N': 5 },
        query: { r: ['a b', 2] },
        body: { k: [1] },
      }),
    ]);
    const body = { method: 'POST', url: '/p?q=1&r=a+b&r=2', type: 'application/json', x: '5', body: '{"k":[1]}' };
    expect(data).toMatchObject({ a: { status: 200, body } });
  });

  test.each([
    [404, {}, 'http_status', 1],
    [500, {}, 'http_status', 3],
    [429, { 'retry-after': '0' }, 'http_rate_limited', 3],
    [503, { 'retry-after': '0' }, 'http_rate_limited', 3],
  ])('%i is tried again only if that can help', async (status, headers, code, calls) => {
    let seen = 0;
    const port = await serve((_, response) => {
      seen++;
      response.writeHead(status, headers).end();
    });
    const node: NodeDefinition = { ...get('a', `http://127.0.0.1:${port}/`), retry: { policy: 'fixed', delayMs: 0 } };
    const { error, recording } = await run([node]);
    expect(error).toMatchObject({ code, nodeKey: 'a' });
    expect(seen).toBe(calls);
    if (code === 'http_rate_limited') expect(recording.annotations.type).toContain('rate_limit');
    expect(metadataOf(recording, 'attempt 1')[0]).toMatchObject({ attempt: 1, error: { code } });
  });

  test('a status that is expected is a success', async () => {
    const port = await serve((_, response) => response.writeHead(404).end());
    const { data } = await run([get('a', `http://127.0.0.1:${port}/`, { expectStatus: [200, 404] })]);
    expect(data).toMatchObject({ a: { status: 404, body: null } });
  });

  test('a response over the limit is broken off', async () => {
    const port = await serve((_, response) => response.end('x'.repeat(5000)));
    const { error } = await run([get('a', `http://127.0.0.1:${port}/`, { maxResponseBytes: 1000 })]);
    expect(error?.code).toBe('http_too_large');
  });

  test('a response that does not come in time, and one that breaks off', async () => {
    const port = await serve((request, response) => {
      if (request.url !== '/cut') return;
      response.writeHead(200, { 'content-length': '10' }).write('abc', () => request.socket.destroy());
    });
    const silent = await run([get('a', `http://127.0.0.1:${port}/silent`, { timeoutMs: 50 })]);
    expect(silent.error?.code).toBe('http_timeout');
    const cut = await run([get('a', `http://127.0.0.1:${port}/cut`)]);
    expect(cut.error?.code).toBe('http_connection_lost');
    const statuses = Array.from(cut.recording.spans.status, statusOf);
    expect(statuses.filter((status) => status === 'failed').length).toBeGreaterThanOrEqual(3);
  });

  test('no server and no such name are failures to connect', async () => {
    const port = await serve(() => {});
    const server = servers.pop();
    await new Promise((resolve) => server?.close(resolve));
    expect((await run([get('a', `http://127.0.0.1:${port}/`)])).error?.code).toBe('http_connect');
    expect((await run([get('a', 'http://no-such-host.invalid/')])).error?.code).toBe('http_connect');
    expect((await run([get('a', 'file:///etc/passwd')])).error?.code).toBe('http_bad_url');
  });

  test('cancelling the run breaks off the request', async () => {
    const abort = new AbortController();
    let closed: Promise<unknown> = Promise.resolve();
    const port = await serve((request) => {
      closed = new Promise((resolve) => request.socket.once('close', resolve));
      abort.abort();
    });
    const { status } = await run([get('a', `http://127.0.0.1:${port}/`)], { signal: abort.signal });
    expect(status).toBe('cancelled');
    await closed;
  });

  test('a connection that the server closed while it was idle is not a failure', async () => {
    const port = await serve((request, response) => {
      response.end('ok');
      if (request.url === '/first') response.once('finish', () => request.socket.end());
    });
    const url = `http://127.0.0.1:${port}`;
    const { success } = await run([get('a', `${url}/first`), get('b', `${url}/second`, {}, 'a')]);
    expect(success).toBe(true);
  });
});

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

describe('responses of every kind', () => {
  test.each<[string, Answer, JsonObject, JsonObject]>([
    ['204', (_, r) => r.writeHead(204).end(), {}, { status: 204, body: null }],
    ['HEAD', (_, r) => r.setHeader('content-length', '10').end(), { method: 'HEAD' }, { status: 200, body: null }],
    ['304 where it is expected', (_, r) => r.writeHead(304).end(), { expectStatus: 304 }, { status: 304, body: null }],
    ['chunks', (_, r) => (r.write('a'), r.write('b'), r.end('c')), {}, { body: 'abc' }],
    ['gzip', (_, r) => r.setHeader('content-encoding', 'gzip').end(gzipSync('zipped')), {}, { body: 'zipped' }],
    [
      'two encodings',
      (_, r) => r.setHeader('content-encoding', 'gzip, br').end(brotliCompressSync(gzipSync('twice'))),
      {},
      { body: 'twice' },
    ],
    [
      'HEAD with an encoding',
      (_, r) => r.setHeader('content-encoding', 'gzip').end(),
      { method: 'HEAD' },
      { body: null },
    ],
    [
      'another character set',
      (_, r) => r.setHeader('content-type', 'text/plain; charset=ISO-8859-1').end(Buffer.from([0xe4])),
      {},
      { body: 'ä' },
    ],
    ['bytes that are no text', (_, r) => r.end(Buffer.from([0xff, 0x41])), {}, { body: '\uFFFDA' }],
    [
      'an unknown character set',
      (_, r) => r.setHeader('content-type', 'text/plain; charset=nope').end('ok'),
      {},
      { body: 'ok' },
    ],
    [
      'headers that come twice',
      (_, r) => r.setHeader('set-cookie', ['a=1', 'b=2']).end(),
      {},
      { headers: { 'set-cookie': ['a=1', 'b=2'] } },
    ],
    [
      'JSON with __proto__',
      (_, r) => r.setHeader('content-type', 'application/json').end('{"__proto__": {"admin": true}, "a": 1}'),
      {},
      { body: JSON.parse('{"__proto__": {"admin": true}, "a": 1}') },
    ],
  ])('%s', async (_, answer, more, expected) => {
    const port = await serve(answer);
    const { data, error, recording } = await run([get('a', `http://127.0.0.1:${port}/`, more)]);
    expect(error).toBeUndefined();
    expect(data).toMatchObject({ a: expected });
    checkSpans(recording);
  });

  test.each<[string, Answer, JsonObject, string]>([
    [
      'a small body that unpacks to a large one',
      (_, r) => r.setHeader('content-encoding', 'gzip').end(gzipSync('x'.repeat(1_000_000))),
      { maxResponseBytes: 5000 },
      'http_too_large',
    ],
    ['what is not gzip', (_, r) => r.setHeader('content-encoding', 'gzip').end('plain'), {}, 'http_bad_body'],
    ['what is not JSON', (_, r) => r.setHeader('content-type', 'application/json').end('{'), {}, 'http_bad_body'],
    ['a reset in the middle', (q, r) => r.write('abc', () => q.socket.resetAndDestroy()), {}, 'http_connection_lost'],
    ['a reset at once', (q) => q.socket.resetAndDestroy(), {}, 'http_connection_lost'],
    ['no HTTP', (q) => q.socket.end('SMTP ready\r\n\r\n'), {}, 'http_connection_lost'],
    ['a redirect to another protocol', (_, r) => r.writeHead(302, { location: 'file:///x' }).end(), {}, 'http_bad_url'],
    ['a header that is none', (_, r) => r.end(), { headers: { 'x-a': 'a\r\nb: c' } }, 'invalid_parameters'],
  ])('%s', async (_, answer, more, code) => {
    const port = await serve(answer);
    const { error, recording } = await run([get('a', `http://127.0.0.1:${port}/`, more)]);
    expect(error?.code).toBe(code);
    checkSpans(recording);
  });

  test.each([
    ['9'.repeat(400), 30_000],
    ['Wed, 01 Jan 2200 00:00:00 GMT', 30_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['-5', 0],
    ['soon', 0],
    ['', 0],
    ['0.02', 20],
  ])('Retry-After: %s waits %i ms', async (after, wait) => {
    // Waits of the policy are over at once; the time limits of requests and nodes never pass.
    const timers: Timers = { sleep: (ms) => (ms === 60_000 ? new Promise(() => {}) : Promise.resolve()) };
    let calls = 0;
    const port = await serve((_, response) => {
      if (++calls > 1) return response.end('ok');
      return response.writeHead(503, { 'retry-after': after }).end();
    });
    const node: NodeDefinition = {
      ...get('a', `http://127.0.0.1:${port}/`, { timeoutMs: 60_000 }),
      retry: { policy: 'fixed', delayMs: 0, maxAttempts: 2 },
    };
    const { recording } = await createConductor({ timers }).node.run({ name: 'test', nodes: [node] });
    expect(metadataOf(recording, 'retry_backoff')[0]?.['delay_ms']).toBe(wait);
  });

  test('IPv6 loopback', async () => {
    const port = await listen(
      createServer((_, response) => response.end('six')),
      '::1',
    );
    expect((await run([get('a', `http://[::1]:${port}/`)])).data).toMatchObject({ a: { body: 'six' } });
  });

  test('a client refuses requests of handlers that go on after their run', async () => {
    const port = await serve((_, response) => response.end());
    const conductor = createConductor();
    let late: Promise<unknown> = Promise.resolve();
    const over = new EventEmitter();
    conductor.register('late', {
      params: z.object({}),
      phase: 'execute',
      run: async (_, context) => {
        const phase = context.span('x');
        const url = new URL(`http://127.0.0.1:${port}/`);
        const request = { url, method: 'GET', headers: {}, body: null, maxResponseBytes: 10 };
        const { http } = context;
        late = once(over, 'over').then(() => http.send(request, phase, new AbortController().signal));
        return null;
      },
    });
    await conductor.node.run({ id: 'n', type: 'late' });
    over.emit('over');
    await expect(late).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('redirects', () => {
  test('are followed up to a limit, and credentials stay with their origin', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end('there');
    });
    const port = await serve((request, response) => {
      seen.push(request.headers.authorization);
      const location = request.url === '/a' ? '/b' : request.url === '/loop' ? '/loop' : `http://127.0.0.1:${other}/`;
      response.writeHead(302, { location }).end();
    });
    const headers = { authorization: 'Bearer abcdefgh' };
    const { data } = await run([get('a', `http://127.0.0.1:${port}/a`, { headers })]);
    expect(data).toMatchObject({ a: { body: 'there' } });
    expect(seen).toEqual(['Bearer abcdefgh', 'Bearer abcdefgh', undefined]);
    const loop = await run([get('a', `http://127.0.0.1:${port}/loop`, { maxRedirects: 3 })]);
    expect(loop.error?.code).toBe('http_too_many_redirects');
  });
});

describe('the network policy', () => {
  const closed = { network: { privateAddresses: false, allow: [] } };

  /** Ways to write a forbidden address, which filters on text miss. */
  const SPELLINGS = [
    '127.0.0.1',
    'localhost',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '0.0.0.0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[0:0:0:0:0:ffff:7f00:1]',
    '127.0.0.1.',
    'LOCALHOST',
  ];

  test.each(SPELLINGS)('%s is refused', async (host) => {
    let reached = 0;
    const server = createServer((_, response) => response.end('inside'));
    server.on('connection', () => reached++);
    const port = await listen(server, '::');
    const { error } = await run([get('a', `http://${host}:${port}/`)], closed);
    expect(error?.code).toBe('address_refused');
    expect(reached).toBe(0);
  });

  test.each([
    '169.254.169.254',
    '168.63.129.16',
    '10.0.0.1',
    '100.64.0.1',
    '192.0.0.9',
    '198.18.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '[fd00::1]',
    '[fec0::1]',
    '[fe80::1]',
    '[4000::1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
    '[2001:0:1::1]',
    '[::ffff:0:7f00:1]',
  ])('the private address %s is refused', async (host) => {
    expect((await run([get('a', `http://${host}/`)], closed)).error?.code).toBe('address_refused');
  });

  test('a redirect does not get around it, and an allowed pair is reached', async () => {
    let reached = 0;
    const inner = await serve((_, response) => {
      reached++;
      response.end('inside');
    });
    const port = await serve((_, response) =>
      response.writeHead(302, { location: `http://127.0.0.1:${inner}/` }).end(),
    );
    const network = { privateAddresses: false, allow: [`127.0.0.1:${port}`] };
    const { error, recording } = await run([get('a', `http://127.0.0.1:${port}/`)], { network });
    expect(error?.code).toBe('address_refused');
    expect(reached).toBe(0);
    expect(recording.annotations.label).toContain('redirect');
  });
});

test('secrets of a request are not in the recording', async () => {
  const port = await serve((_, response) => response.setHeader('set-cookie', 'sid=COOKIEVALUE').end('ok'));
  const url = `http://user:PASSVALUE@127.0.0.1:${port}/?api_key=KEYVALUE&page=2`;
  const events: unknown[] = [];
  const sink = { write: async (_: string, batch: readonly unknown[]) => void events.push(...batch) };
  const { recording } = await run([get('a', url, { headers: { authorization: 'Bearer HEADERVALUE' } })], { sink });
  const kept = JSON.stringify([events, [...recording.spans.metadata.values()], recording.annotations.label]);
  expect(kept).toContain('page=2');
  for (const secret of ['PASSVALUE', 'KEYVALUE', 'HEADERVALUE', 'COOKIEVALUE']) expect(kept).not.toContain(secret);
});
