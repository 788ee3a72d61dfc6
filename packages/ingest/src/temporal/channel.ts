/** One connection to a frontend: single requests as bytes, answered with bytes. */
import { isIP } from 'node:net';
import { Client, credentials, Metadata, status, type ChannelOptions, type ServiceError } from '@grpc/grpc-js';
import type { TemporalCredentials, TemporalTarget } from './api.ts';
import { hostPortOf, type Resolve } from './address.ts';
import { TemporalError } from './errors.ts';
import { errorOf } from './grpc-errors.ts';

/** Kept open while nothing happens, so that a server that vanished is noticed; reconnecting is tried once a second at least. */
const OPTIONS: ChannelOptions = {
  'grpc.keepalive_permit_without_calls': 0,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 15_000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
  'grpc.max_receive_message_length': 128 << 20,
  'grpc.enable_retries': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.use_local_subchannel_pool': 1,
};

const SERVICE = '/temporal.api.workflowservice.v1.WorkflowService/';

const same = (bytes: Buffer): Buffer => bytes;

const pem = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text, 'utf8'));

export interface CallOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export class Channel {
  readonly #target: TemporalTarget;
  readonly #credentials: TemporalCredentials;
  readonly #resolve: Resolve | null;
  readonly #metadata: Metadata;
  #client: Promise<Client> | null = null;
  #isClosed = false;

  constructor(target: TemporalTarget, shown: TemporalCredentials, resolve: Resolve | null) {
    this.#target = target;
    this.#credentials = shown;
    this.#resolve = resolve;
    this.#metadata = new Metadata();
    this.#metadata.set('client-name', 'flowprof');
    this.#metadata.set('client-version', '0.1.0');
    this.#metadata.set('temporal-namespace', target.namespace);
    if (shown.apiKey !== null) this.#metadata.set('authorization', `Bearer ${shown.apiKey}`);
  }

  /** @throws {TemporalError} */
  async call(method: string, request: Uint8Array, { timeoutMs, signal }: CallOptions): Promise<Uint8Array> {
    if (signal?.aborted === true) throw new TemporalError('cancelled', `${method} was cancelled`);
    const opened = (this.#client ??= this.#open());
    // An address that could not be resolved is tried again next time.
    opened.catch(() => this.#forget(opened));
    const client = await opened;
    return new Promise<Uint8Array>((resolve, reject) => {
      const done = (error: ServiceError | null, value?: Buffer): void => {
        signal?.removeEventListener('abort', cancel);
        if (error === null) {
          resolve(value ?? new Uint8Array());
          return;
        }
        // Its address may have become another one.
        if (error.code === status.UNAVAILABLE && this.#resolve !== null) this.#forget(opened);
        reject(errorOf(error, method, signal));
      };
      const call = client.makeUnaryRequest<Buffer, Buffer>(
        SERVICE + method,
        same,
        same,
        Buffer.from(request.buffer, request.byteOffset, request.byteLength),
        this.#metadata,
        { deadline: Date.now() + timeoutMs },
        done,
      );
      const cancel = (): void => call.cancel();
      signal?.addEventListener('abort', cancel, { once: true });
    });
  }

  close(): void {
    this.#isClosed = true;
    if (this.#client !== null) this.#forget(this.#client);
  }

  async #open(): Promise<Client> {
    if (this.#isClosed) throw new TemporalError('cancelled', 'the connection is closed');
    const { tls, serverName } = this.#target;
    const { host, port } = hostPortOf(this.#target.address);
    const ip = this.#resolve === null ? host : await this.#resolve(host, port);
    const scheme = ['dns', '', '', '', 'ipv4', '', 'ipv6'][isIP(ip)] ?? 'dns';
    const at = `${scheme}:${isIP(ip) === 6 ? `[${ip}]` : ip}:${port}`;
    const name = serverName ?? (ip === host ? null : host);
    return new Client(at, tls ? this.#secure() : credentials.createInsecure(), {
      ...OPTIONS,
      ...(name !== null && {
        'grpc.default_authority': name,
        ...(tls && { 'grpc.ssl_target_name_override': name }),
      }),
    });
  }

  #secure(): ReturnType<typeof credentials.createSsl> {
    const { serverCa, clientKey, clientCertificate } = this.#credentials;
    try {
      return credentials.createSsl(pem(serverCa), pem(clientKey), pem(clientCertificate));
    } catch (cause) {
      throw new TemporalError('tls', 'a certificate or key is not valid PEM, or a client certificate lacks its key', {
        cause,
      });
    }
  }

  /** Requests that are under way on it end as they would. */
  #forget(opened: Promise<Client>): void {
    if (this.#client === opened) this.#client = null;
    opened.then(
      (client) => client.close(),
      () => undefined,
    );
  }
}
