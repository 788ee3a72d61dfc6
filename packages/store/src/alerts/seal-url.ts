import { StoreError } from '../errors.ts';
import { PlaceSeal } from '../journal/place-seal.ts';

const PATH = 'url';

function sealOf(key: Uint8Array, workspaceId: string, channelId: string): PlaceSeal {
  return new PlaceSeal(key, 'alert channel', [workspaceId, channelId]);
}

/** The address of a channel as it is kept: with some services, whoever knows it may send. */
export function sealUrl(key: Uint8Array, workspaceId: string, channelId: string, url: string): Buffer {
  return sealOf(key, workspaceId, channelId).encrypt(PATH, Buffer.from(url), 0);
}

/** @throws {StoreError} `secret_unreadable` when it was sealed with another key, for another channel, or is damaged */
export function openUrl(key: Uint8Array, workspaceId: string, channelId: string, sealed: Uint8Array): string {
  try {
    return sealOf(key, workspaceId, channelId).decrypt(PATH, Buffer.from(sealed)).toString('utf8');
  } catch (error) {
    throw new StoreError('secret_unreadable', undefined, error);
  }
}
