import { SECRETS, type Coordinator, type SecretName, type TemporalConnection } from './types.ts';

/** What a person has filled in. Everything is as it was typed. */
export interface ConnectionDraft {
  readonly name: string;
  readonly address: string;
  readonly namespace: string;
  readonly tls: boolean;
  readonly serverName: string;
  readonly codecUrl: string;
  readonly webUrl: string;
  readonly query: string;
  readonly backfillDays: string;
  readonly coordinator: Coordinator;
  /** Empty where nothing was typed: what is kept stays. */
  readonly secrets: Readonly<Record<SecretName, string>>;
  /** Secrets that are kept and are to be removed. */
  readonly forgotten: ReadonlySet<SecretName>;
}

/** The fields that there can be something wrong with. */
export type DraftField =
  | 'name'
  | 'address'
  | 'namespace'
  | 'tls'
  | 'codecUrl'
  | 'webUrl'
  | 'backfillDays'
  | 'client_key';

const NO_SECRETS: ConnectionDraft['secrets'] = {
  api_key: '',
  client_certificate: '',
  client_key: '',
  server_ca: '',
  codec_authorization: '',
};

/** The form for a connection, or for a new one. */
export function draftOf(connection: TemporalConnection | null): ConnectionDraft {
  return {
    name: connection?.name ?? '',
    address: connection?.address ?? '',
    namespace: connection?.namespace ?? 'default',
    tls: connection?.tls ?? false,
    serverName: connection?.serverName ?? '',
    codecUrl: connection?.codecUrl ?? '',
    webUrl: connection?.webUrl ?? '',
    query: connection?.query ?? '',
    backfillDays: String(connection?.backfillDays ?? 7),
    coordinator: connection?.coordinator ?? 'in_process',
    secrets: NO_SECRETS,
    forgotten: new Set(),
  };
}

/** A name, an IPv4 address, or an IPv6 address in brackets; then a port. The server's own rule. */
const ADDRESS = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]):(?!0+$)\d{1,5}$/;
const MOST_BACKFILL_DAYS = 3650;

function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}

function addressProblem(text: string): string | null {
  if (/^[a-z]+:\/\//i.test(text)) return 'Expected host and port without a scheme, as in temporal.example.org:7233';
  return ADDRESS.test(text) ? null : 'Expected host and port, as in localhost:7233';
}

function urlProblem(text: string): string | null {
  return text === '' || isWebAddress(text) ? null : 'Expected an http or https address without a name and password';
}

function daysProblem(text: string): string | null {
  const isGood = /^\d+$/.test(text) && Number(text) <= MOST_BACKFILL_DAYS;
  return isGood ? null : `Expected whole days, ${MOST_BACKFILL_DAYS.toLocaleString('en')} at most`;
}

/** Whether there will be such a secret when the form has been saved. */
function willHave(draft: ConnectionDraft, kept: ReadonlySet<SecretName>, name: SecretName): boolean {
  return draft.secrets[name].trim() !== '' || (kept.has(name) && !draft.forgotten.has(name));
}

/**
 * What is wrong with a form, by field; empty where it can be saved.
 * @param kept the secrets that the connection has
 */
export function problemsOf(
  draft: ConnectionDraft,
  kept: ReadonlySet<SecretName> = new Set(),
): Readonly<Partial<Record<DraftField, string>>> {
  const hasHalf = willHave(draft, kept, 'client_certificate') !== willHave(draft, kept, 'client_key');
  const provesWho = willHave(draft, kept, 'api_key') || willHave(draft, kept, 'client_certificate');
  const found: readonly (readonly [DraftField, string | null])[] = [
    ['name', draft.name.trim() === '' ? 'Expected a name' : null],
    ['address', addressProblem(draft.address.trim())],
    ['namespace', /^[\w.-]+$/.test(draft.namespace.trim()) ? null : 'Expected the name of a namespace'],
    ['tls', provesWho && !draft.tls ? 'An API key or a certificate is sent by TLS only' : null],
    ['codecUrl', urlProblem(draft.codecUrl.trim())],
    ['webUrl', urlProblem(draft.webUrl.trim())],
    ['backfillDays', daysProblem(draft.backfillDays.trim())],
    ['client_key', hasHalf ? 'A certificate and its key are only good together' : null],
  ];
  return Object.fromEntries(found.flatMap(([field, text]) => (text === null ? [] : [[field, text]])));
}

function secretsOf(draft: ConnectionDraft): Readonly<Record<string, string | null>> {
  const given = SECRETS.flatMap((name): [string, string | null][] => {
    const text = draft.secrets[name].trim();
    if (text !== '') return [[name, text]];
    return draft.forgotten.has(name) ? [[name, null]] : [];
  });
  return Object.fromEntries(given);
}

const orNull = (text: string): string | null => text.trim() || null;

/** What is sent for a form without problems. Of the secrets only what was typed, or is to be removed. */
export function bodyOf(draft: ConnectionDraft): Readonly<Record<string, unknown>> {
  const secrets = secretsOf(draft);
  return {
    name: draft.name.trim(),
    address: draft.address.trim(),
    namespace: draft.namespace.trim(),
    tls: draft.tls,
    server_name: orNull(draft.serverName),
    codec_url: orNull(draft.codecUrl),
    web_url: orNull(draft.webUrl),
    query: orNull(draft.query),
    backfill_days: Number(draft.backfillDays.trim()),
    coordinator: draft.coordinator,
    ...(Object.keys(secrets).length > 0 && { secrets }),
  };
}

const OF_SERVER: readonly SecretName[] = ['api_key', 'client_certificate', 'client_key'];

/** Whether secrets that are kept will be forgotten, because they are for whoever was at the address before. */
export function losesSecrets(draft: ConnectionDraft, connection: TemporalConnection | null): boolean {
  if (connection === null) return false;
  const isLost = (name: SecretName) => connection.kept.has(name) && draft.secrets[name].trim() === '';
  const isMoved = draft.address.trim().toLowerCase() !== connection.address;
  const isCodecMoved = orNull(draft.codecUrl) !== connection.codecUrl;
  return (isMoved && OF_SERVER.some(isLost)) || (isCodecMoved && isLost('codec_authorization'));
}
