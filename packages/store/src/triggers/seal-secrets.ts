import { toEpochMicros } from '@flowprof/model';
import { StoreError } from '../errors.ts';
import { PlaceSeal } from '../journal/place-seal.ts';
import type { TriggerSecret } from './api.ts';

const PATH = 'secrets';

function unreadable(cause?: unknown): StoreError {
  return new StoreError('secret_unreadable', undefined, cause);
}

function sealOf(key: Uint8Array, workspaceId: string, triggerId: string): PlaceSeal {
  return new PlaceSeal(key, 'trigger', [workspaceId, triggerId]);
}

function secretOf(value: unknown): TriggerSecret {
  if (typeof value !== 'object' || value === null || !('secret' in value) || !('expiresAt' in value))
    throw unreadable();
  const { secret, expiresAt } = value;
  if (typeof secret !== 'string') throw unreadable();
  if (expiresAt !== null && typeof expiresAt !== 'number') throw unreadable();
  return { secret, expiresAt: expiresAt === null ? null : toEpochMicros(expiresAt) };
}

/**
 * The secrets of a trigger, or of an alert channel, as they are kept. They must be had again to check or make a signature,
 * so they are not hashed.
 */
export function sealSecrets(
  key: Uint8Array,
  workspaceId: string,
  triggerId: string,
  secrets: readonly TriggerSecret[],
): Buffer {
  return sealOf(key, workspaceId, triggerId).encrypt(PATH, Buffer.from(JSON.stringify(secrets)), 0);
}

/** @throws {StoreError} `secret_unreadable` when they were sealed with another key, for another trigger, or are damaged */
export function openSecrets(
  key: Uint8Array,
  workspaceId: string,
  triggerId: string,
  sealed: Uint8Array,
): readonly TriggerSecret[] {
  let opened: unknown;
  try {
    opened = JSON.parse(sealOf(key, workspaceId, triggerId).decrypt(PATH, Buffer.from(sealed)).toString('utf8'));
  } catch (error) {
    throw unreadable(error);
  }
  if (!Array.isArray(opened)) throw unreadable();
  return opened.map(secretOf);
}
