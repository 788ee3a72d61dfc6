import { StoreError } from '../errors.ts';
import { PlaceSeal } from '../journal/place-seal.ts';
import type { TemporalSecrets } from './api.ts';

const PATH = 'secrets';

const NAMES = ['apiKey', 'clientCertificate', 'clientKey', 'serverCa', 'codecAuthorization'] as const;

function sealOf(key: Uint8Array, workspaceId: string, connectionId: string): PlaceSeal {
  return new PlaceSeal(key, 'temporal connection', [workspaceId, connectionId]);
}

/** The names of the secrets that there are. */
export function namesOf(secrets: TemporalSecrets): readonly string[] {
  return NAMES.filter((name) => secrets[name] !== null);
}

/** For each secret what `of` says of its name. */
export function eachSecret<T>(of: (name: keyof TemporalSecrets) => T): { readonly [key in keyof TemporalSecrets]: T } {
  const [apiKey, clientCertificate, clientKey] = [of('apiKey'), of('clientCertificate'), of('clientKey')];
  return {
    apiKey,
    clientCertificate,
    clientKey,
    serverCa: of('serverCa'),
    codecAuthorization: of('codecAuthorization'),
  };
}

/** The secrets of a connection as they are kept: they must be had again to use them, so they are not hashed. */
export function sealTemporalSecrets(
  key: Uint8Array,
  workspaceId: string,
  connectionId: string,
  secrets: TemporalSecrets,
): Buffer {
  const written = JSON.stringify(eachSecret((name) => secrets[name]));
  return sealOf(key, workspaceId, connectionId).encrypt(PATH, Buffer.from(written), 0);
}

/** @throws {StoreError} `secret_unreadable` when they were sealed with another key, for another connection, or are damaged */
export function openTemporalSecrets(
  key: Uint8Array,
  workspaceId: string,
  connectionId: string,
  sealed: Uint8Array,
): TemporalSecrets {
  let opened: unknown;
  try {
    opened = JSON.parse(sealOf(key, workspaceId, connectionId).decrypt(PATH, Buffer.from(sealed)).toString('utf8'));
  } catch (error) {
    throw new StoreError('secret_unreadable', undefined, error);
  }
  if (typeof opened !== 'object' || opened === null) throw new StoreError('secret_unreadable');
  const values = new Map<string, unknown>(Object.entries(opened));
  return eachSecret((name) => {
    const value = values.get(name);
    return typeof value === 'string' ? value : null;
  });
}
