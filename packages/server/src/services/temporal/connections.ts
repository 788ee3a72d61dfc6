import type { TemporalConnection, TemporalConnectionText, TemporalSecrets, TenantStore } from '@flowprof/store';
import { ApiError, notFound, type FieldError } from '../../http/errors.ts';

/** Secrets that prove to the server who asks, and those that the codec server gets. */
const OF_SERVER = ['apiKey', 'clientCertificate', 'clientKey'] as const satisfies readonly (keyof TemporalSecrets)[];
const NO_SECRETS: TemporalSecrets = {
  apiKey: null,
  clientCertificate: null,
  clientKey: null,
  serverCa: null,
  codecAuthorization: null,
};

type Has = TemporalConnection['has'];

function fault(pointer: string, code: string, detail: string): FieldError {
  return { pointer, code, detail };
}

/** What does not go together in a connection as it is going to be. @throws {ApiError} `validation_failed` */
function check(text: Pick<TemporalConnectionText, 'tls' | 'codecUrl'>, has: Has): void {
  const errors: FieldError[] = [];
  if (!text.tls && (has.apiKey || has.clientCertificate)) {
    errors.push(fault('/tls', 'tls_required', 'expected true: what proves who asks is not sent in the clear'));
  }
  if (has.clientCertificate !== has.clientKey) {
    const missing = has.clientKey ? 'client_certificate' : 'client_key';
    errors.push(fault(`/secrets/${missing}`, 'missing', 'expected a certificate and its key together'));
  }
  if (errors.length > 0) throw new ApiError('validation_failed', `${errors.length} fields are invalid.`, { errors });
}

function hasAfter(before: Has, change: Partial<TemporalSecrets>): Has {
  const of = (key: keyof TemporalSecrets): boolean => {
    const given = change[key];
    return given === undefined ? before[key] : given !== null;
  };
  return {
    apiKey: of('apiKey'),
    clientCertificate: of('clientCertificate'),
    clientKey: of('clientKey'),
    serverCa: of('serverCa'),
    codecAuthorization: of('codecAuthorization'),
  };
}

/**
 * What is forgotten with a change: who may change an address could else have secrets that nobody is shown sent to where
 * they are read.
 */
function forgotten(before: TemporalConnection, change: Partial<TemporalConnectionText>): Partial<TemporalSecrets> {
  const isMoved = change.address !== undefined && change.address !== before.address;
  const isCodecMoved = change.codecUrl !== undefined && change.codecUrl !== before.codecUrl;
  return {
    ...(isMoved && Object.fromEntries(OF_SERVER.map((key) => [key, null]))),
    ...(isCodecMoved && { codecAuthorization: null }),
  };
}

/** Hears of connections that were made, changed or removed. */
interface Observer {
  changed(workspaceId: string, connectionId: string): void;
}

/** Keeps the connections to Temporal servers. */
export class TemporalConnectionService {
  readonly #observer: Observer;

  constructor(observer: Observer) {
    this.#observer = observer;
  }

  /** @throws {ApiError} `validation_failed` @throws {StoreError} `conflict`, `too_many_connections` */
  async create(
    tenant: TenantStore,
    text: TemporalConnectionText,
    given: Partial<TemporalSecrets>,
  ): Promise<TemporalConnection> {
    const secrets = { ...NO_SECRETS, ...given };
    check(text, hasAfter(hasOf(NO_SECRETS), secrets));
    const made = await tenant.temporal.createConnection(text, secrets);
    this.#observer.changed(tenant.workspaceId, made.id);
    return made;
  }

  /** @throws {ApiError} `not_found`, `validation_failed` @throws {StoreError} `conflict` */
  async update(
    tenant: TenantStore,
    id: string,
    change: Partial<TemporalConnectionText>,
    given: Partial<TemporalSecrets>,
  ): Promise<TemporalConnection> {
    const before = await tenant.temporal.getConnection(id);
    if (before === null) throw notFound();
    const secrets = { ...forgotten(before, change), ...given };
    check({ ...before, ...change }, hasAfter(before.has, secrets));
    const changed = await tenant.temporal.updateConnection(id, change, secrets);
    if (changed === null) throw notFound();
    this.#observer.changed(tenant.workspaceId, id);
    return changed;
  }

  /** @throws {ApiError} `not_found` */
  async delete(tenant: TenantStore, id: string, withExecutions: boolean): Promise<void> {
    if (!(await tenant.temporal.deleteConnection(id, withExecutions))) throw notFound();
    this.#observer.changed(tenant.workspaceId, id);
  }
}

function hasOf(secrets: TemporalSecrets): Has {
  return {
    apiKey: secrets.apiKey !== null,
    clientCertificate: secrets.clientCertificate !== null,
    clientKey: secrets.clientKey !== null,
    serverCa: secrets.serverCa !== null,
    codecAuthorization: secrets.codecAuthorization !== null,
  };
}
