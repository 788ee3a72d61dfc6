import { promisify } from 'node:util';
import { constants, deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib';
import { toMicros, type JournalEntry, type JsonValue, type TraceError } from '@flowprof/model';
import { StoreError } from '../errors.ts';
import { flagOf, PlaceSeal } from './place-seal.ts';

/** The most that one node may leave in the journal, as bytes of JSON. */
export const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

/** What is smaller is not worth compressing. */
const COMPRESS_FROM = 2048;
/** What is larger is compressed off the main thread, since nothing may hold that up. */
const ASYNC_FROM = 64 * 1024;

const DEFLATED = 1;

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
 * Seals and opens what a journal keeps of the nodes of one execution: JSON, deflated where that is worth it, which the
 * flag of the seal says.
 */
export class JournalSeal {
  readonly #seal: PlaceSeal;

  /** @param installationKey 32 bytes */
  constructor(installationKey: Uint8Array, workspaceId: string, executionId: string) {
    this.#seal = new PlaceSeal(installationKey, 'journal', [workspaceId, executionId]);
  }

  /** @throws {StoreError} `payload_too_large` */
  async seal(entry: JournalEntry): Promise<Buffer> {
    const { status, output, error, attempts, start, end } = entry;
    const content: Content = { status, output, error, attempts, start, end };
    const plain = Buffer.from(JSON.stringify(content));
    if (plain.byteLength > MAX_PAYLOAD_BYTES) {
      throw new StoreError('payload_too_large', `What ${entry.path} gave is larger than ${MAX_PAYLOAD_BYTES} bytes`);
    }
    if (plain.byteLength < COMPRESS_FROM) return this.#seal.encrypt(entry.path, plain, 0);
    const small = plain.byteLength < ASYNC_FROM ? deflateRawSync(plain, FAST) : await deflate(plain, FAST);
    const isWorthIt = small.byteLength < plain.byteLength;
    return this.#seal.encrypt(entry.path, isWorthIt ? small : plain, isWorthIt ? DEFLATED : 0);
  }

  /** @throws {StoreError} `journal_key_mismatch`, `journal_damaged` */
  async open(path: string, bytes: Buffer): Promise<JournalEntry> {
    try {
      const plain = this.#seal.decrypt(path, bytes);
      return parse(path, (flagOf(bytes) === DEFLATED ? await inflated(plain) : plain).toString('utf8'));
    } catch (error) {
      if (error instanceof StoreError) throw error;
      throw damaged(error);
    }
  }
}

async function inflated(bytes: Buffer): Promise<Buffer> {
  return bytes.byteLength < ASYNC_FROM ? inflateRawSync(bytes, BOUNDED) : inflate(bytes, BOUNDED);
}
