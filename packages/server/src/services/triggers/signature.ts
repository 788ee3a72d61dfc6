import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { EpochMicros, RandomBytes } from '@flowprof/model';
import type { TriggerSecret } from '@flowprof/store';
import type { WebhookConfig } from './config.ts';

/** How far the time of a delivery may be from ours, in seconds. */
const TOLERANCE_SECONDS = 300;
/** How many signatures of one delivery are looked at. */
const MAX_SIGNATURES = 10;
const MAX_ID = 256;

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** A new secret as it is shown, once: `whsec_` and 256 bits in base64, as Standard Webhooks writes them. */
export function newSecret(random: RandomBytes): string {
  return `${PREFIX}${Buffer.from(random(new Uint8Array(SECRET_BYTES))).toString('base64')}`;
}

/** What a delivery shows of itself. */
export interface SignedDelivery {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

function header(headers: SignedDelivery['headers'], name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

/** Compares all of them whatever comes out, each in constant time. */
function isAnyEqual(given: readonly Buffer[], expected: readonly Buffer[]): boolean {
  let found = false;
  for (const one of given) {
    for (const other of expected) {
      if (one.byteLength === other.byteLength && timingSafeEqual(one, other)) found = true;
    }
  }
  return found;
}

/** Signatures such as `v1,<base64>`, with spaces between them. */
function standardSignatures(written: string): Buffer[] {
  const all = written.split(' ', MAX_SIGNATURES);
  return all.flatMap((one) => (one.startsWith('v1,') ? [Buffer.from(one.slice(3), 'base64')] : []));
}

/** The signature of a body under an id at a time, in seconds, as Standard Webhooks have it. */
function standardMac(secret: string, id: string, timestamp: string, body: Uint8Array): Buffer {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}

/** The headers of Standard Webhooks for what is sent now, signed with each secret that counts. */
export function signedHeaders(
  id: string,
  body: string,
  secrets: readonly TriggerSecret[],
  now: EpochMicros,
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const timestamp = String(Math.floor(now / 1e6));
  const bytes = Buffer.from(body);
  const signatures = secrets
    .filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
    .map(({ secret }) => `v1,${standardMac(secret, id, timestamp, bytes).toString('base64')}`);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

function proveStandard({ headers, body }: SignedDelivery, secrets: readonly string[], now: EpochMicros): string | null {
  const [id, timestamp] = [header(headers, 'webhook-id'), header(headers, 'webhook-timestamp')];
  const expected = secrets.map((secret) => standardMac(secret, id, timestamp, body));
  const isSigned = isAnyEqual(standardSignatures(header(headers, 'webhook-signature')), expected);
  const isNamed = id !== '' && id.length <= MAX_ID;
  const isNow = /^\d{1,12}$/.test(timestamp) && Math.abs(now / 1e6 - Number(timestamp)) <= TOLERANCE_SECONDS;
  return isSigned && isNamed && isNow ? id : null;
}

function proveGithub({ headers, body }: SignedDelivery, secrets: readonly string[]): string | null {
  const expected = secrets.map((secret) => createHmac('sha256', secret).update(body).digest());
  const written = /^sha256=([0-9a-f]{64})$/i.exec(header(headers, 'x-hub-signature-256'))?.[1] ?? '';
  const isSigned = isAnyEqual([Buffer.from(written, 'hex')], expected);
  const named = header(headers, 'x-github-delivery');
  if (!isSigned || named.length > MAX_ID) return null;
  return named === '' ? createHash('sha256').update(body).digest('hex') : named;
}

/** Whoever has no secret is compared with this one, so that it takes as long. */
const NOBODYS = `${PREFIX}${Buffer.alloc(SECRET_BYTES).toString('base64')}`;

/**
 * The id of a delivery that is signed with a secret that counts; null for any other. Takes as long for a webhook that is
 * not there.
 */
export function provenId(
  delivery: SignedDelivery,
  scheme: WebhookConfig['signature'],
  secrets: readonly TriggerSecret[],
  now: EpochMicros,
): string | null {
  const current = secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
  const texts = current.length === 0 ? [NOBODYS] : current.map(({ secret }) => secret);
  const id = scheme === 'github' ? proveGithub(delivery, texts) : proveStandard(delivery, texts, now);
  return current.length === 0 ? null : id;
}
