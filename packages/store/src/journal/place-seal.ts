import { createCipheriv, createDecipheriv, createHmac, randomFillSync } from 'node:crypto';
import { StoreError } from '../errors.ts';

const FORMAT = 1;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const NONCE_AT = 2 + KEY_ID_BYTES;
const TAG_AT = NONCE_AT + NONCE_BYTES;
const TEXT_AT = TAG_AT + TAG_BYTES;

/**
 * Seals bytes for one place, with AES-256-GCM. The key is derived from the installation's for each purpose and place, so
 * that random nonces of 96 bits last (NIST SP 800-38D, 8.3), and place and path are the associated data, so that no row
 * can stand in another's.
 *
 *     format (1 byte) | flag (1) | key's id (4) | nonce (12) | tag (16) | ciphertext
 */
export class PlaceSeal {
  readonly #key: Buffer;
  readonly #keyId: Buffer;
  readonly #place: string;

  /**
   * @param installationKey 32 bytes
   * @param purpose what is sealed, e.g. `journal`
   * @param place the ids of what it belongs to
   */
  constructor(installationKey: Uint8Array, purpose: string, place: readonly string[]) {
    this.#place = place.map((id) => `${id.toLowerCase()}\u0000`).join('');
    this.#key = createHmac('sha256', installationKey).update(`${purpose}\u0000${this.#place}`).digest();
    this.#keyId = createHmac('sha256', installationKey).update('key id').digest().subarray(0, KEY_ID_BYTES);
  }

  /** @param flag a byte that is kept readable, and sealed along */
  encrypt(path: string, text: Buffer, flag: number): Buffer {
    const head = Buffer.allocUnsafe(TEXT_AT);
    head[0] = FORMAT;
    head[1] = flag;
    this.#keyId.copy(head, 2);
    const nonce = randomFillSync(head.subarray(NONCE_AT, TAG_AT));
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    cipher.setAAD(this.#associated(path, flag));
    const body = cipher.update(text);
    cipher.final();
    cipher.getAuthTag().copy(head, TAG_AT);
    return Buffer.concat([head, body]);
  }

  /**
   * @throws {StoreError} `journal_key_mismatch`, `journal_damaged` where it is nothing that was sealed
   * @throws {Error} when it was changed, or belongs elsewhere
   */
  decrypt(path: string, sealed: Buffer): Buffer {
    if (sealed.byteLength < TEXT_AT || sealed[0] !== FORMAT) throw new StoreError('journal_damaged');
    if (!sealed.subarray(2, NONCE_AT).equals(this.#keyId)) throw new StoreError('journal_key_mismatch');
    const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(NONCE_AT, TAG_AT), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(this.#associated(path, flagOf(sealed)));
    decipher.setAuthTag(sealed.subarray(TAG_AT, TEXT_AT));
    return Buffer.concat([decipher.update(sealed.subarray(TEXT_AT)), decipher.final()]);
  }

  #associated(path: string, flag: number): Buffer {
    return Buffer.from(`${FORMAT}${flag}\u0000${this.#place}${path}`);
  }
}

/** The flag that something was sealed with. */
export function flagOf(sealed: Buffer): number {
  return sealed[1] ?? 0;
}
