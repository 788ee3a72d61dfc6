import type { ApiKey } from './types.ts';

const DAY_MS = 86_400_000;

/** For how long a key counts, in days; null is for ever. */
export const LIFETIMES: readonly (readonly [days: number | null, words: string])[] = [
  [30, '30 days'],
  [90, '90 days'],
  [365, 'a year'],
  [null, 'for ever'],
];

/** Until when a key counts that is made now, as the server takes it. */
export function expiryOf(days: number | null, now: number): string | null {
  return days === null ? null : new Date(now + days * DAY_MS).toISOString();
}

/** How a key stands. */
export type KeyState = 'active' | 'soon' | 'expired' | 'revoked';

/** A key that ends within these days is told of. */
const SOON_DAYS = 7;

export function stateOfKey({ revokedAt, expiresAt }: ApiKey, now: number): KeyState {
  if (revokedAt !== null) return 'revoked';
  if (expiresAt === null) return 'active';
  if (expiresAt <= now) return 'expired';
  return expiresAt - now < SOON_DAYS * DAY_MS ? 'soon' : 'active';
}

/** What revoking a key does, in whole sentences. */
export function revokeSentences(key: ApiKey, keys: readonly ApiKey[], ownId: string | null, now: number): string[] {
  const counts = keys.filter((other) => ['active', 'soon'].includes(stateOfKey(other, now)));
  const isLast = counts.length === 1 && counts[0]?.id === key.id;
  const sentences = ['Whatever uses it is refused from now on. It cannot be taken back.'];
  if (key.id === ownId) sentences.push('You are signed in with this key: this page asks for another one afterwards.');
  if (isLast) {
    sentences.push(
      'It is the last key of this workspace. Where no other workspace has one either, and the server is reached from its own machine only, it asks nobody for a key any more.',
    );
  }
  return sentences;
}
