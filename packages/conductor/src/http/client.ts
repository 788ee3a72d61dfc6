import type { Socket } from 'node:net';
import { Client, errors, type buildConnector } from 'undici';
import { messageOf, NodeFailure } from '../errors.ts';
import type { OpenPhase } from '../open-phase.ts';
import { openConnection, type ConnectOptions } from './connect.ts';
import { dispatch, Exchange, type RawRequest, type RawResponse } from './exchange.ts';
import { bareHost } from './policy.ts';
import { Resolver } from './resolve.ts';

const MAX_IDLE = 64;
/** How undici says that a request cannot be sent as it is, whatever the server. */
const REFUSALS = [
  errors.InvalidArgumentError,
  errors.NotSupportedError,
  errors.RequestContentLengthMismatchError,
] as const;
const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);

/** One connection to one origin, which carries one request at a time. */
interface Connection {
  readonly client: Client;
  exchange: Exchange | null;
  signal: AbortSignal | null;
}

/**
 * Sends requests over kept connections, one at a time on each. It owns the connections itself, because that is how it
 * knows for every request whether it opened its connection or was given a used one.
 */
export class HttpClient {
  readonly #options: ConnectOptions;
  readonly #idle = new Map<string, Connection[]>();
  readonly #all = new Set<Connection>();
  #closed = false;

  constructor(options: Omit<ConnectOptions, 'resolver'>) {
    this.#options = { ...options, resolver: new Resolver() };
  }

  /**
   * Sends one request, without following redirects. Its steps are recorded as phases inside the one given.
   * @throws {NodeFailure} with one of the codes that start with `http_`, or `address_refused`
   */
  send(request: RawRequest, phase: OpenPhase, signal: AbortSignal): Promise<RawResponse> {
    const response = this.#send(request, phase, signal);
    // One that a handler does not wait for must not end the process when it fails.
    response.catch(() => {});
    return response;
  }

  async #send(request: RawRequest, phase: OpenPhase, signal: AbortSignal): Promise<RawResponse> {
    if (this.#closed) throw new NodeFailure('cancelled', 'the run has ended', { retryable: false });
    const kept = this.#idle.get(request.url.origin)?.pop();
    const connection = kept ?? this.#open(request.url);
    try {
      return await this.#exchange(connection, request, phase, signal);
    } catch (error) {
      const { exchange } = connection;
      const stale = kept !== undefined && exchange?.connected === false && !exchange.answered && isLost(error);
      if (!stale || !IDEMPOTENT.has(request.method)) throw error;
      return this.#exchange(this.#open(request.url), request, phase, signal);
    }
  }

  /** Closes every connection, and refuses requests from then on: a handler may go on after its run has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    const open = [...this.#all];
    this.#all.clear();
    this.#idle.clear();
    await Promise.all(open.map(({ client }) => client.destroy()));
  }

  #open(url: URL): Connection {
    const secure = url.protocol === 'https:';
    const target = { host: bareHost(url.hostname), port: Number(url.port) || (secure ? 443 : 80), secure };
    const connect = async (): Promise<Socket> => {
      const { exchange, signal } = connection;
      if (!exchange || !signal) throw new NodeFailure('http_connect', 'no request is waiting for a connection');
      const socket = await openConnection(target, this.#options, exchange, signal);
      exchange.connected = true;
      return socket;
    };
    const answer = async (callback: buildConnector.Callback): Promise<void> => {
      let socket: Socket;
      try {
        socket = await connect();
      } catch (error) {
        return callback(error instanceof Error ? error : new Error(messageOf(error)), null);
      }
      callback(null, socket);
    };
    const client = new Client(url.origin, {
      connect: (_, callback) => void answer(callback),
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const connection: Connection = { client, exchange: null, signal: null };
    this.#all.add(connection);
    return connection;
  }

  async #exchange(
    connection: Connection,
    request: RawRequest,
    phase: OpenPhase,
    signal: AbortSignal,
  ): Promise<RawResponse> {
    let onAbort: (() => void) | undefined;
    try {
      const response = await new Promise<RawResponse>((resolve, reject) => {
        const exchange = new Exchange(phase, request.maxResponseBytes, (result) => {
          if (result instanceof Error) reject(result);
          else resolve(result);
        });
        connection.exchange = exchange;
        connection.signal = signal;
        onAbort = (): void => exchange.fail(abortError(signal));
        signal.addEventListener('abort', onAbort, { once: true });
        if (signal.aborted) return onAbort();
        dispatch(connection.client, request, exchange);
      });
      this.#keep(request.url.origin, connection);
      return response;
    } catch (error) {
      this.#all.delete(connection);
      void connection.client.destroy().catch(() => {});
      throw toHttpFailure(error);
    } finally {
      if (onAbort) signal.removeEventListener('abort', onAbort);
    }
  }

  #keep(origin: string, connection: Connection): void {
    const idle = this.#idle.get(origin) ?? [];
    if (idle.length >= MAX_IDLE) {
      this.#all.delete(connection);
      void connection.client.destroy().catch(() => {});
      return;
    }
    idle.push(connection);
    this.#idle.set(origin, idle);
  }
}

function abortError(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new NodeFailure('cancelled', 'the request was cancelled');
}

function isLost(error: unknown): boolean {
  return error instanceof NodeFailure && error.code === 'http_connection_lost';
}

function toHttpFailure(error: unknown): NodeFailure {
  if (error instanceof NodeFailure) return error;
  if (REFUSALS.some((refusal) => error instanceof refusal)) {
    return new NodeFailure('invalid_parameters', messageOf(error), { retryable: false });
  }
  return new NodeFailure('http_connection_lost', `the connection broke: ${messageOf(error)}`);
}
