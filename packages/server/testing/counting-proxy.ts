import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that went through the proxy. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** What it says of itself with `Idempotency-Key`, if anything. */
  readonly key: string | null;
}

/** Passes requests on to a service and counts them. */
export interface CountingProxy {
  readonly url: string;
  readonly authority: string;
  /** All so far, in the order in which they came. */
  readonly calls: readonly Call[];
  /** Resolves when so many requests have come in all, before the last of them is passed on. */
  reached(count: number): Promise<void>;
  /** Answers requests that the function picks with 404 from now on. */
  refuse(picked: (call: Call) => boolean): void;
  close(): Promise<void>;
}

function callOf(message: IncomingMessage): Call {
  const key = message.headers['idempotency-key'];
  return {
    method: message.method ?? '',
    path: new URL(message.url ?? '/', 'http://proxy').pathname,
    key: typeof key === 'string' ? key : null,
  };
}

function passOn(target: string, message: IncomingMessage, answer: ServerResponse): void {
  const { method, headers } = message;
  const url = new URL(message.url ?? '/', target);
  const passed = request(url, { method, headers: { ...headers, host: url.host } });
  passed.on('response', (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  passed.on('error', () => answer.destroy());
  answer.on('close', () => passed.destroy());
  message.pipe(passed);
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

const none = (): boolean => false;

/** Starts a proxy before a service, on loopback. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const calls: Call[] = [];
  const waiting: { readonly count: number; readonly done: () => void }[] = [];
  let isRefused: (call: Call) => boolean = none;
  const server = createServer((message, answer) => {
    const call = callOf(message);
    calls.push(call);
    for (const { count, done } of waiting) if (calls.length >= count) done();
    if (isRefused(call)) answer.writeHead(404).end();
    else passOn(target, message, answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const authority = `127.0.0.1:${isAddress(address) ? address.port : 0}`;
  return {
    url: `http://${authority}`,
    authority,
    calls,
    reached: (count) =>
      new Promise((done) => {
        if (calls.length >= count) done();
        else waiting.push({ count, done });
      }),
    refuse: (picked) => {
      isRefused = picked;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
