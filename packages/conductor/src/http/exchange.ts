import { subscribe } from 'node:diagnostics_channel';
import type { Dispatcher } from 'undici';
import { NodeFailure } from '../errors.ts';
import type { OpenPhase } from '../open-phase.ts';
import type { ConnectObserver } from './connect.ts';
import type { Resolved } from './resolve.ts';

/** What is sent: one request to one server. */
export interface RawRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly maxResponseBytes: number;
}

/** What comes back. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
  /** Whether the connection had been opened by an earlier request. */
  readonly reused: boolean;
}

/** A header of a response, the first one where there are several. Names are lower case. */
export function headerOf(response: RawResponse, name: string): string | null {
  const value = response.headers[name];
  return value === undefined ? null : typeof value === 'string' ? value : (value[0] ?? null);
}

/** The steps of an exchange; each ends the one before it at the same instant, so that they leave no gap. */
type Step = 'dns' | 'tcp' | 'tls' | 'request' | 'first_byte' | 'download';

/** One request on a connection while it is under way, with its steps recorded as phases inside the request's. */
export class Exchange implements Dispatcher.DispatchHandler, ConnectObserver {
  readonly #parent: OpenPhase;
  readonly #limit: number;
  readonly #done: (result: RawResponse | Error) => void;
  readonly #chunks: Buffer[] = [];
  #phase: OpenPhase | null = null;
  #status = 0;
  #headers: Readonly<Record<string, string | string[]>> = {};
  #bytes = 0;
  #settled = false;
  /** Whether it opened the connection it runs on. */
  connected = false;
  /** Whether anything of a response came. */
  answered = false;

  constructor(parent: OpenPhase, limit: number, done: (result: RawResponse | Error) => void) {
    this.#parent = parent;
    this.#limit = limit;
    this.#done = done;
  }

  enter(step: Step): void {
    if (this.#settled) return;
    this.#phase = this.#phase ? this.#phase.next(step) : this.#parent.span(step);
  }

  resolved({ addresses, ms, cached }: Resolved): void {
    if (this.#settled) return;
    const rounded = Math.round(ms * 1000) / 1000;
    this.#parent.annotate('DNS resolution', 'dns', { addresses: addresses.length, ms: rounded, cached });
  }

  onRequestStart(): void {
    this.enter('request');
  }

  onRequestSent(): void {
    if (!this.answered) this.enter('first_byte');
  }

  onResponseStart(_: unknown, status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void {
    if (status < 200) return;
    this.answered = true;
    this.#status = status;
    this.#headers = Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
    this.enter('download');
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= this.#limit) this.#chunks.push(chunk);
    else {
      const message = `the response is larger than ${this.#limit} bytes`;
      controller.abort(new NodeFailure('http_too_large', message, { retryable: false }));
    }
  }

  onResponseEnd(): void {
    const body = Buffer.concat(this.#chunks);
    this.#settle({ status: this.#status, headers: this.#headers, body, reused: !this.connected });
  }

  onResponseError(_: unknown, error: Error): void {
    this.fail(error);
  }

  /** Ends the exchange with an error; the step it was in failed. Later calls do nothing. */
  fail(error: Error): void {
    this.#settle(error);
  }

  #settle(result: RawResponse | Error): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#phase?.end(result instanceof Error ? 'failed' : 'completed');
    this.#done(result);
  }
}

/** The exchange whose request undici makes at this moment; it does so before `dispatch` returns. */
let starting: Exchange | null = null;
const exchanges = new WeakMap<object, Exchange>();
let subscribed = false;

function requestOf(message: unknown): object | null {
  if (typeof message !== 'object' || message === null || !('request' in message)) return null;
  const { request } = message;
  return typeof request === 'object' ? request : null;
}

/** undici tells only on these channels when a request has been written in full. */
function subscribeOnce(): void {
  if (subscribed) return;
  subscribed = true;
  subscribe('undici:request:create', (message) => {
    const request = requestOf(message);
    if (request && starting) exchanges.set(request, starting);
  });
  subscribe('undici:request:bodySent', (message) => {
    const request = requestOf(message);
    if (request) exchanges.get(request)?.onRequestSent();
  });
}

/** Hands a request to a connection. */
export function dispatch(client: Dispatcher, request: RawRequest, exchange: Exchange): void {
  subscribeOnce();
  starting = exchange;
  try {
    client.dispatch(
      {
        path: request.url.pathname + request.url.search,
        method: request.method,
        headers: request.headers,
        body: request.body,
      },
      exchange,
    );
  } finally {
    starting = null;
  }
}
