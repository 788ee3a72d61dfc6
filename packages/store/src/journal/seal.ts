import { createCipheriv, createDecipheriv, createHmac, randomFillSync } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib';
import { toMicros, type JournalEntry, type JsonValue, type TraceError } from '@flowprof/model';
import { StoreError } from '../errors.ts';

/** The most that one node may leave in the journal, as bytes of JSON. */
export const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

/** What is smaller is not worth compressing. */
const COMPRESS_FROM = 2048;
/** What is larger is compressed off the main thread, since nothing may hold that up. */
const ASYNC_FROM = 64 * 1024;

const FORMAT = 1;
const DEFLATED = 1;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const NONCE_AT = 2 + KEY_ID_BYTES;
const TAG_AT = NONCE_AT + NONCE_BYTES;
const TEXT_AT = TAG_AT + TAG_BYTES;

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);
const FAST = { level: constants.Z_BEST_SPEED };
const BOUNDED = { maxOutputLength: MAX_PAYLOAD_BYTES };

/** What an entry says besides its path. */
type Content = Omit<JournalEntry, 'path'>;

const STATUSES: readonly Content['status'][] = ['completed', 'skipped', 'failed', 'timeout'];

function damaged(cause?: unknown): StoreError {
  return new StoreError('journal_damaged', undefined, cause);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** What `JSON.parse` returns is JSON. */
function isJson(value: unknown): value is JsonValue {
  return value !== undefined;
}

function errorOf(value: unknown): TraceError | null {
  if (value === null) return null;
  if (!isRecord(value)) throw damaged();
  const { code, message, nodeKey } = value;
  if (typeof code !== 'string' || typeof message !== 'string') throw damaged();
  return typeof nodeKey === 'string' ? { code, message, nodeKey } : { code, message };
}

function parse(path: string, text: string): JournalEntry {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) throw damaged();
  const { output, attempts, start, end } = value;
  const status = STATUSES.find((known) => known === value['status']);
  if (status === undefined || !isJson(output)) throw damaged();
  if (typeof attempts !== 'number' || typeof start !== 'number' || typeof end !== 'number') throw damaged();
  return { path, status, output, error: errorOf(value['error']), attempts, start: toMicros(start), end: toMicros(end) };
}

/**
 * Seals and opens what a journal keeps of the nodes of one execution: JSON, deflated where that is worth it, under
 * AES-256-GCM. The key is derived from the installation's for each execution, so that random nonces of 96 bits last
 * (NIST SP 800-38D, 8.3), and the associated data are workspace, execution and path, so that no row can stand in
 * another's place.
 *
 *     format (1 byte) | deflated (1) | key's id (4) | nonce (12) | tag (16) | ciphertext
 */
export class JournalSeal {
  readonly #key: Buffer;
  readonly #keyId: Buffer;
  readonly #place: string;

  /** @param installationKey 32 bytes */
  constructor(installationKey: Uint8Array, workspaceId: string, executionId: string) {
    this.#place = `${workspaceId.toLowerCase()}\u0000${executionId.toLowerCase()}\u0000`;
    this.#key = createHmac('sha256', installationKey).update(`journal\u0000${this.#place}`).digest();
    this.#keyId = createHmac('sha256', installationKey).update('key id').digest().subarray(0, KEY_ID_BYTES);
  }

  /** @throws {StoreError} `payload_too_large` */
  async seal(entry: JournalEntry): Promise<Buffer> {
    const { status, output, error, attempts, start, end } = entry;
    const content: Content = { status, output, error, attempts, start, end };
    const plain = Buffer.from(JSON.stringify(content));
    if (plain.byteLength > MAX_PAYLOAD_BYTES) {
      throw new StoreError('payload_too_large', `What ${entry.path} gave is larger than ${MAX_PAYLOAD_BYTES} bytes`);
    }
    if (plain.byteLength < COMPRESS_FROM) return this.#encrypt(entry.path, plain, 0);
    const small = plain.byteLength < ASYNC_FROM ? deflateRawSync(plain, FAST) : await deflate(plain, FAST);
    const isWorthIt = small.byteLength < plain.byteLength;
    return this.#encrypt(entry.path, isWorthIt ? small : plain, isWorthIt ? DEFLATED : 0);
  }

  /** @throws {StoreError} `journal_key_mismatch`, `journal_damaged` */
  async open(path: string, bytes: Buffer): Promise<JournalEntry> {
    if (bytes.byteLength < TEXT_AT || bytes[0] !== FORMAT) throw damaged();
    if (!bytes.subarray(2, NONCE_AT).equals(this.#keyId)) throw new StoreError('journal_key_mismatch');
    try {
      const plain = this.#decrypt(path, bytes);
      return parse(path, (bytes[1] === DEFLATED ? await inflated(plain) : plain).toString('utf8'));
    } catch (error) {
      throw damaged(error);
    }
  }

  #encrypt(path: string, text: Buffer, deflated: number): Buffer {
    const head = Buffer.allocUnsafe(TEXT_AT);
    head[0] = FORMAT;
    head[1] = deflated;
    this.#keyId.copy(head, 2);
    const nonce = randomFillSync(head.subarray(NONCE_AT, TAG_AT));
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    cipher.setAAD(this.#associated(path, deflated));
    const body = cipher.update(text);
    cipher.final();
    cipher.getAuthTag().copy(head, TAG_AT);
    return Buffer.concat([head, body]);
  }

  #decrypt(path: string, sealed: Buffer): Buffer {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(NONCE_AT, TAG_AT), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(this.#associated(path, sealed[1] ?? 0));
    decipher.setAuthTag(sealed.subarray(TAG_AT, TEXT_AT));
    return Buffer.concat([decipher.update(sealed.subarray(TEXT_AT)), decipher.final()]);
  }

  #associated(path: string, deflated: number): Buffer {
    return Buffer.from(`${FORMAT}${deflated}\u0000${this.#place}${path}`);
  }
}

async function inflated(bytes: Buffer): Promise<Buffer> {
  return bytes.byteLength < ASYNC_FROM ? inflateRawSync(bytes, BOUNDED) : inflate(bytes, BOUNDED);
}
