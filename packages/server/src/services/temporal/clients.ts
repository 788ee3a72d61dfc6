import { openCodec, openTemporal, TemporalError, type Decode, type TemporalClient } from '@flowprof/ingest/temporal';
import type { KnownTemporalConnection, TemporalSecrets, TenantStore } from '@flowprof/store';
import type { Egress } from './egress.ts';

/** How many connections are kept open; the one that was used longest ago gives way. */
const MOST_OPEN = 200;

/** What talks to the server of a connection. */
export interface OpenConnection {
  readonly client: TemporalClient;
  /** Asks the codec server; null where there is none. */
  readonly decode: Decode | null;
}

interface Kept extends OpenConnection {
  /** Changes with what is said of the connection. */
  readonly version: string;
}

function versionOf(connection: KnownTemporalConnection, secrets: TemporalSecrets): string {
  const { address, namespace, tls, serverName, codecUrl } = connection;
  return JSON.stringify([address, namespace, tls, serverName, codecUrl, secrets]);
}

/** Connections to Temporal servers, opened when they are needed and opened anew when what is said of them has changed. */
export class TemporalClients {
  readonly #egress: Egress;
  readonly #open = new Map<string, Kept>();

  constructor(egress: Egress) {
    this.#egress = egress;
  }

  /** @throws {TemporalError} `not_found` where the connection has gone meanwhile */
  async of(tenant: TenantStore, connection: KnownTemporalConnection): Promise<OpenConnection> {
    const secrets = await tenant.temporal.readSecrets(connection.id);
    if (secrets === null) throw new TemporalError('not_found', 'the connection is gone');
    const version = versionOf(connection, secrets);
    const known = this.#open.get(connection.id);
    if (known?.version === version) {
      this.#open.delete(connection.id);
      this.#open.set(connection.id, known);
      return known;
    }
    this.forget(connection.id);
    const { codecUrl: url, namespace } = connection;
    const client = openTemporal(connection, secrets, { resolve: (host, port) => this.#egress.resolve(host, port) });
    const authorization = secrets.codecAuthorization;
    const tools = { fetch: (to: string, init: RequestInit) => this.#egress.fetch(to, init) };
    const decode = url === null ? null : openCodec({ url, namespace, authorization }, tools);
    const kept = { client, decode, version };
    this.#open.set(connection.id, kept);
    const [eldest] = this.#open.keys();
    if (this.#open.size > MOST_OPEN && eldest !== undefined) this.forget(eldest);
    return kept;
  }

  /** Ends what is open for a connection that was changed or removed. */
  forget(connectionId: string): void {
    this.#open.get(connectionId)?.client.close();
    this.#open.delete(connectionId);
  }

  close(): void {
    for (const { client } of this.#open.values()) client.close();
    this.#open.clear();
  }
}
