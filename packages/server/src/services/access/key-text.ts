import { createHash } from 'node:crypto';
import type { RandomBytes } from '@flowprof/model';

/**
 * The text of an API key: `fp_<id>_<secret>`, both 32 bytes in base64url. The id is that of the workspace and that of
 * the key, so that the key is looked for under the row level security of its own workspace.
 */
const FORM = /^fp_([\w-]{43})_([\w-]{43})$/;

/** A key as someone presents it. */
export interface PresentedKey {
  readonly workspaceId: string;
  readonly id: string;
  /** SHA-256 of the secret. */
  readonly secretHash: Uint8Array;
}

function hashOf(secret: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(secret).digest());
}

function uuidOf(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The bytes of 43 characters of base64url; null where other characters stand for the same. */
function bytesOf(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
}

/** Takes the text of a key apart; null when it is none. */
export function parseKey(text: string): PresentedKey | null {
  const [, id = '', secret = ''] = FORM.exec(text) ?? [];
  const ids = bytesOf(id);
  if (ids?.length !== 32 || bytesOf(secret) === null) return null;
  const hex = ids.toString('hex');
  return { workspaceId: uuidOf(hex.slice(0, 32)), id: uuidOf(hex.slice(32)), secretHash: hashOf(secret) };
}

/** A new secret of 256 bits, and what is kept of it. */
export function newSecret(random: RandomBytes): { readonly secret: string; readonly secretHash: Uint8Array } {
  const secret = Buffer.from(random(new Uint8Array(32))).toString('base64url');
  return { secret, secretHash: hashOf(secret) };
}

/** The text of a key, which its owner sees once. */
export function keyText(workspaceId: string, id: string, secret: string): string {
  const ids = Buffer.from((workspaceId + id).replaceAll('-', ''), 'hex').toString('base64url');
  return `fp_${ids}_${secret}`;
}
