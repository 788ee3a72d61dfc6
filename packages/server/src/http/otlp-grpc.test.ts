import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { Client, compressionAlgorithms, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { StoreError } from '@flowprof/store';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Gate } from '../../testing/gate.ts';
import { startTestServer, type TestServer } from '../../testing/harness.ts';
import { MemoryIntake } from '../../testing/otlp-intake.ts';
import { decodeResponse, decodeStatus, encodeRequest, requestOf } from '../../testing/otlp-messages.ts';
import { shareConnections } from './otlp/protocol.ts';

const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const intake = new MemoryIntake();
let test: TestServer;
const clients: Client[] = [];

beforeAll(async () => {
  test = await startTestServer({ otlpIntake: intake, otlpGrpcPort: 0 });
  await test.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
});

afterAll(async () => {
  for (const client of clients) client.close();
  await test.close();
});

beforeEach(() => {
  intake.spans.length = 0;
  intake.fails = null;
});

function clientOf(port: number): Client {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.max_send_message_length': -1,
    'grpc.enable_retries': 0,
  });
  clients.push(client);
  return client;
}

const mainPort = (server: TestServer): number => Number(new URL(server.server.url).port);
const bytes = (value: Buffer): Buffer => value;

interface Called {
  readonly error: ServiceError | null;
  readonly response: unknown;
}

function call(
  client: Client,
  message: Uint8Array,
  headers: Record<string, string> = {},
  path = EXPORT,
): Promise<Called> {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, bytes, bytes, Buffer.from(message), metadata, (error, response) => {
      resolve({ error, response: response && decodeResponse(response) });
    });
  });
}

/** What an error tells besides its code, by its details. */
function detailsOf({ error }: Called) {
  const [value] = error?.metadata.get('grpc-status-details-bin') ?? [];
  const { reason, retryAfter } = decodeStatus(Buffer.isBuffer(value) ? value : Buffer.alloc(0));
  return { code: error?.code, reason, retryAfter };
}

const names = (): string[] => intake.spans.map(({ name }) => name);

describe('OTLP by gRPC', () => {
  it('is taken on the port of the server, beside HTTP', async () => {
    const client = clientOf(mainPort(test));
    for (const name of ['a', 'b']) {
      expect(await call(client, encodeRequest(requestOf(1, name)))).toEqual({ error: null, response: {} });
    }
    expect((await test.call('/healthz')).status).toBe(200);
    expect(names()).toEqual(['a', 'b']);
  });

  it('is taken on a port of its own', async () => {
    const port = test.server.otlpGrpcPort ?? 0;
    expect(await call(clientOf(port), encodeRequest(requestOf(1, 'a')))).toEqual({ error: null, response: {} });
    expect(names()).toEqual(['a']);
  });

  it('is taken packed with gzip', async () => {
    const client = new Client(`127.0.0.1:${mainPort(test)}`, credentials.createInsecure(), {
      'grpc.default_compression_algorithm': compressionAlgorithms.gzip,
    });
    clients.push(client);
    expect((await call(client, encodeRequest(requestOf(1, 'a')))).error).toBeNull();
    expect(names()).toEqual(['a']);
  });

  it('counts the spans that are wrong', async () => {
    const request = encodeRequest({ resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'w' }] }] }] });
    const { response } = await call(clientOf(mainPort(test)), request);
    expect(response).toMatchObject({ partialSuccess: { rejectedSpans: '1' } });
  });

  it('takes large requests, and refuses those beyond the limit for good', async () => {
    const client = clientOf(mainPort(test));
    const [large, tooLarge] = [12, 21].map((mib) => encodeRequest(requestOf(1, 'x'.repeat(mib * 1024 * 1024))));
    expect((await call(client, large ?? new Uint8Array())).error).toBeNull();
    const { error } = await call(client, tooLarge ?? new Uint8Array());
    expect([error?.code, error?.metadata.get('grpc-status-details-bin')]).toEqual([8, []]);
    expect(names()).toHaveLength(1);
  });

  it('tells errors with what exporters go by', async () => {
    const client = clientOf(mainPort(test));
    const none = { retryAfter: null };
    expect(detailsOf(await call(client, Uint8Array.of(0xff)))).toEqual({ code: 3, reason: 'BAD_REQUEST', ...none });
    const foreign = await call(client, encodeRequest({}), { 'x-workspace-slug': 'other' });
    expect(detailsOf(foreign)).toEqual({ code: 5, reason: 'NOT_FOUND', ...none });
    const bad = await call(client, encodeRequest({}), { authorization: 'Bearer fp_x' });
    expect(detailsOf(bad)).toEqual({ code: 16, reason: 'UNAUTHENTICATED', ...none });
    intake.fails = () => new StoreError('disk_full', 'full');
    const full = await call(client, encodeRequest(requestOf(1, 'a')));
    expect(detailsOf(full)).toEqual({ code: 14, reason: 'DISK_FULL', retryAfter: 30 });
    intake.fails = () => new Error('a detail of the inside');
    const broken = await call(client, encodeRequest(requestOf(1, 'a')));
    expect(detailsOf(broken)).toEqual({ code: 13, reason: 'INTERNAL_ERROR', ...none });
    expect(broken.error?.details).not.toContain('inside');
    const unknown = await call(
      client,
      encodeRequest({}),
      {},
      '/opentelemetry.proto.collector.trace.v1.TraceService/No',
    );
    expect(unknown.error?.code).toBe(12);
  });

  it('asks for a key where HTTP does, and heeds what it may do', async () => {
    const other = await startTestServer({ otlpIntake: intake });
    try {
      await other.call('/api/workspaces', { json: { slug: 'shop', name: 'Shop' } });
      const keyOf = async (scope: string, authorization: Record<string, string>): Promise<string> => {
        const json = { name: scope, scopes: [scope] };
        const { body } = await other.call('/api/v1/workspaces/shop/keys', { json, headers: authorization });
        return `Bearer ${z.looseObject({ key: z.string() }).parse(body).key}`;
      };
      const admin = await keyOf('admin', {});
      const viewer = await keyOf('read', { authorization: admin });
      const client = clientOf(mainPort(other));
      const request = encodeRequest(requestOf(1, 'a'));
      expect(detailsOf(await call(client, request))).toMatchObject({ code: 16, reason: 'UNAUTHENTICATED' });
      const refused = await call(client, request, { authorization: viewer });
      expect(detailsOf(refused)).toMatchObject({ code: 7, reason: 'MISSING_SCOPE' });
      expect((await call(client, request, { authorization: admin })).error).toBeNull();
      expect(names()).toEqual(['a']);
    } finally {
      await other.close();
    }
  });

  it('ends what is under way before the server stops, and takes nothing more', async () => {
    const gate = new Gate();
    const slow = new MemoryIntake();
    const accept = slow.accept.bind(slow);
    const begun = new Gate();
    slow.accept = async (tenant, spans) => {
      begun.open();
      await gate.opened;
      return accept(tenant, spans);
    };
    const other = await startTestServer({ otlpIntake: slow });
    await other.call('/api/workspaces', { json: { slug: 'shop', name: 'Shop' } });
    const client = clientOf(mainPort(other));
    const called = call(client, encodeRequest(requestOf(1, 'late')));
    await begun.opened;
    const closing = other.close();
    gate.open();
    expect((await called).error).toBeNull();
    await closing;
    expect(slow.spans).toHaveLength(1);
    expect((await call(client, encodeRequest(requestOf(1, 'after')))).error?.code).toBe(14);
  });
});

async function open(): Promise<Socket> {
  const socket = connect(mainPort(test), '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

describe('a port that two protocols share', () => {
  it('answers a request that comes byte by byte', async () => {
    const socket = await open();
    socket.setNoDelay(true);
    for (const character of 'POST /nowhere HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
      socket.write(character);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 404 /);
    socket.destroy();
  });

  it('answers what begins like the other protocol and is none', async () => {
    const socket = await open();
    socket.write('PRI * HTTP/1.1\r\nhost: localhost\r\n\r\n');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 4\d\d /);
    socket.destroy();
  });

  it('leaves one that is silent to HTTP/1 and its time limits, which then answers', async () => {
    const server = createServer((_, response) => response.end('here'));
    // What listens before is what connections of HTTP/1 are given to.
    const given = new Promise((resolve) => {
      server.on('connection', resolve);
    });
    shareConnections(server, () => expect.unreachable(), 1);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = z.looseObject({ port: z.number() }).parse(server.address());
    const socket = connect(address.port, '127.0.0.1');
    await given;
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
    server.close();
  });

  it('refuses other requests of HTTP/2', async () => {
    const session = connectHttp2(test.server.url);
    const stream = session.request({ ':path': '/healthz' });
    const [headers] = await once(stream, 'response');
    expect(z.looseObject({ ':status': z.number() }).parse(headers)[':status']).toBe(415);
    session.destroy();
  });

  it('lives on when a client goes without a word', async () => {
    const socket = await open();
    socket.write('PRI * HT');
    socket.resetAndDestroy();
    const other = await open();
    other.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nno frames at all, but a lot of text instead of them');
    other.resume();
    await once(other, 'close');
    expect((await test.call('/healthz')).status).toBe(200);
  });
});
