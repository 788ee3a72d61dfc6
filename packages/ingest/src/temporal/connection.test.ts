/** Connections to real servers, and to what is none. */
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTemporalServer, type TemporalServer } from '../../../../scripts/lib/temporal-server.ts';
import { findTemporal } from '../../../../scripts/lib/temporal.mjs';
import type { TemporalCredentials, TemporalTarget, TemporalTools } from './api.ts';
import { hostPortOf } from './address.ts';
import { openTemporal } from './client.ts';
import { TemporalError } from './errors.ts';
import { RateLimiter } from './limiter.ts';
import { MACHINE_WAITS } from './waits.ts';

const NOTHING: TemporalCredentials = { apiKey: null, clientCertificate: null, clientKey: null, serverCa: null };
const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8');
const [KEY, CERTIFICATE] = [fixture('localhost-key.pem'), fixture('localhost-cert.pem')];

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  closers.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address: string | AddressInfo | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `127.0.0.1:${address.port}`;
}

/** TLS in front of a server that has none. */
function inTls(address: string, options: TlsOptions): Promise<string> {
  const { host, port } = hostPortOf(address);
  const server = createTlsServer({ key: KEY, cert: CERTIFICATE, ALPNProtocols: ['h2'], ...options }, (socket) => {
    const to = connect({ host, port });
    const end = (): void => {
      socket.destroy();
      to.destroy();
    };
    socket.on('error', end).pipe(to);
    to.on('error', end).pipe(socket);
  });
  return listen(server);
}

function open(
  address: string,
  target: Partial<TemporalTarget> = {},
  shown: Partial<TemporalCredentials> = {},
  tools: TemporalTools = { patienceMs: 100 },
) {
  const client = openTemporal(
    { address, namespace: 'default', tls: false, serverName: null, ...target },
    { ...NOTHING, ...shown },
    tools,
  );
  closers.push(() => client.close());
  return client;
}

/** The code of the first step that failed. */
async function firstError(client: ReturnType<typeof open>): Promise<string | null> {
  const { steps } = await client.check();
  return steps.find(({ error }) => error !== null)?.error?.code ?? null;
}

async function codeOf(asked: Promise<unknown>): Promise<string> {
  return asked.then(
    () => 'it worked',
    (error: unknown) => (error instanceof TemporalError ? error.code : String(error)),
  );
}

const fast = (): RateLimiter => new RateLimiter({ perSecond: 1000, burst: 100 }, MACHINE_WAITS);

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

describe.skipIf(findTemporal() === null)('a connection', () => {
  let server: TemporalServer;

  beforeAll(async () => {
    server = await startTemporalServer();
  });

  afterAll(async () => {
    await server.close();
  });

  test('that works says what it leads to', async () => {
    const check = await open(server.address).check();
    expect(check).toMatchObject({ isUsable: true, serverVersion: expect.stringMatching(/^1\.\d+/) });
    expect(check.steps).toEqual(['connect', 'namespace', 'list', 'read'].map((step) => ({ step, error: null })));
    expect(check.retention).toBe(86_400_000_000);
    expect(check.latency).toBeGreaterThan(0);
  });

  test('to a namespace that is not there, or a port where nobody is', async () => {
    const wrong = open(server.address, { namespace: 'nowhere' });
    const { isUsable, steps } = await wrong.check();
    expect([isUsable, steps[1]?.error?.code]).toEqual([false, 'namespace_not_found']);
    expect(await codeOf(drain(wrong.list({ since: null, query: null })))).toBe('namespace_not_found');
    expect(await codeOf(wrong.describe('w', null))).toBe('namespace_not_found');

    const nobody = open('127.0.0.1:1');
    expect(await firstError(nobody)).toBe('unreachable');
    expect(await codeOf(nobody.describe('w', null))).toBe('unreachable');
    expect(await firstError(open('no-such-host.invalid:7233'))).toBe('unreachable');
    expect(await firstError(open('not an address at all'))).toBe('unreachable');
  });

  test('to something else says so, and does not take it for a server that is away', async () => {
    const http = await listen(createHttpServer((_, response) => response.end('hello')));
    expect(await firstError(open(http))).toBe('unsupported');
    const hangsUp = await listen(createTcpServer((socket) => socket.end()));
    expect(await firstError(open(hangsUp))).toBe('unsupported');
  });

  test('with TLS: trusted by its authority, refused by anyone else, or missing on either side', async () => {
    const address = await inTls(server.address, {});
    expect(await firstError(open(address, { tls: true }, { serverCa: CERTIFICATE }))).toBe(null);
    expect(await firstError(open(address, { tls: true, serverName: 'localhost' }, { serverCa: CERTIFICATE }))).toBe(
      null,
    );
    expect(await firstError(open(address, { tls: true }))).toBe('tls');
    expect(await firstError(open(address, { tls: true, serverName: 'else.where' }, { serverCa: CERTIFICATE }))).toBe(
      'tls',
    );
    expect(await firstError(open(address))).toBe('tls');
    expect(await firstError(open(server.address, { tls: true }))).toBe('tls');
    expect(await firstError(open(address, { tls: true }, { serverCa: 'no certificate' }))).toBe('tls');
  });

  test('with a client certificate', async () => {
    const address = await inTls(server.address, { requestCert: true, rejectUnauthorized: true, ca: CERTIFICATE });
    const shown = { serverCa: CERTIFICATE, clientCertificate: CERTIFICATE, clientKey: KEY };
    expect(await firstError(open(address, { tls: true }, shown))).toBe(null);
    expect(await firstError(open(address, { tls: true }, { serverCa: CERTIFICATE }))).toBe('tls');
    expect(await firstError(open(address, { tls: true }, { ...shown, clientKey: null }))).toBe('tls');
  });

  test('goes where the guard says, or not at all', async () => {
    const { port } = hostPortOf(server.address);
    const asked: string[] = [];
    const resolve = async (host: string): Promise<string> => {
      asked.push(host);
      if (host === 'allowed.example') return '127.0.0.1';
      throw new TemporalError('forbidden', 'not from here');
    };
    expect(await firstError(open(`allowed.example:${port}`, {}, {}, { resolve, patienceMs: 100 }))).toBe(null);
    const refused = open(`metadata.example:${port}`, {}, {}, { resolve, patienceMs: 100 });
    expect(await firstError(refused)).toBe('forbidden');
    expect(await codeOf(refused.describe('w', null))).toBe('forbidden');
    expect(new Set(asked)).toEqual(new Set(['allowed.example', 'metadata.example']));
  });

  test('is put off by a server that is asked too much, and comes back as it allows', async () => {
    const strict = await startTemporalServer([
      '--dynamic-config-value',
      'frontend.namespaceRPS.visibility=3',
      '--dynamic-config-value',
      'frontend.namespaceBurstRatio.visibility=1.0',
    ]);
    try {
      const hasty = open(strict.address, {}, {}, { patienceMs: 0, listings: fast() });
      const codes = await Promise.all(
        Array.from({ length: 20 }, () => codeOf(drain(hasty.list({ since: null, query: null })))),
      );
      expect(codes).toContain('rate_limited');
      expect(codes.filter((code) => code !== 'rate_limited' && code !== 'it worked')).toEqual([]);
      const patient = open(strict.address, {}, {}, { patienceMs: 60_000, listings: fast() });
      await Promise.all(Array.from({ length: 20 }, () => drain(patient.list({ since: null, query: null }))));
    } finally {
      await strict.close();
    }
  }, 60_000);

  test('says what is wrong with a query, and what is not there', async () => {
    const client = open(server.address);
    const { workflowId, runId } = { workflowId: 'nobody', runId: '00000000-0000-4000-8000-000000000000' };
    await expect
      .poll(() => codeOf(drain(client.list({ since: null, query: 'Colour =' }))), { timeout: 20_000 })
      .toBe('invalid');
    expect(await codeOf(client.describe(workflowId, null))).toBe('not_found');
    expect(await codeOf(drain(client.history({ workflowId, runId })))).toBe('not_found');
    expect(await codeOf(drain(client.history({ workflowId, runId: 'no id' })))).toBe('invalid');
  });

  test('is left when nobody waits for it', async () => {
    const client = open(server.address);
    const aborted = AbortSignal.abort();
    expect(await codeOf(client.describe('w', null, { signal: aborted }))).toBe('cancelled');
    expect(await codeOf(drain(client.list({ since: null, query: null, signal: aborted })))).toBe('cancelled');
    client.close();
    expect(await codeOf(client.describe('w', null))).toBe('cancelled');
  });
});
