import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@flowprof/model';
import { pino } from 'pino';
import { DemoServices } from '../src/demo/demo-services.ts';
import { startServer, type RunningServer, type ServerOptions } from '../src/http/server.ts';
import { systemClock } from '../src/services/system.ts';

/** An answer with its JSON, if it is any. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; `undefined` when it is no JSON. */
  readonly body: unknown;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
}

/** A server on a database of its own, with a client. */
export interface TestServer {
  readonly server: RunningServer;
  readonly dataDir: string;
  call(path: string, call?: Call): Promise<Answer>;
  close(): Promise<void>;
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** Sends one request over a real socket. */
export async function send(url: string, path: string, { method, headers = {}, json, raw }: Call = {}): Promise<Answer> {
  const body = raw ?? (json === undefined ? null : JSON.stringify(json));
  const response = await fetch(url + path, {
    method: method ?? (body === null ? 'GET' : 'POST'),
    headers: { ...(body !== null && { 'content-type': 'application/json' }), ...headers },
    body,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

/** Starts a server with an embedded PostgreSQL in a new folder, or in the one of a server that was closed. */
export async function startTestServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'flowprof-server-')));
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    services: new DemoServices(systemClock),
    log: pino({ level: 'silent' }),
    ...options,
    dataDir,
  });
  return {
    server,
    dataDir,
    call: (path, call) => send(server.url, path, call),
    close: async () => {
      await server.close();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The smallest workflow that does something. */
export const DOUBLE: JsonObject = {
  name: 'double',
  description: 'Doubles a number.',
  inputs: { n: { type: 'number', default: 21 } },
  nodes: [{ id: 'double', name: 'Double', type: 'transform', with: { value: '${input.n * 2}' } }],
};

/** A workflow that takes as long as it is let. */
export const WAIT: JsonObject = {
  name: 'wait',
  nodes: [
    { id: 'first', type: 'transform', with: { value: 1 } },
    { id: 'wait', type: 'delay', dependsOn: ['first'], with: { ms: 600_000 } },
  ],
};
