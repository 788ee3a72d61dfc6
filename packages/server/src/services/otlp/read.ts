import {
  inSlices,
  readOtlpJson,
  readOtlpProtobuf,
  readOtlpProtobufInSteps,
  TraceFileError,
  type JsonValue,
  type OtlpRead,
} from '@flowprof/model';
import { ApiError } from '../../http/errors.ts';
import { parseJsonBody } from '../../http/json-body.ts';
import type { ThreadPool } from '../threads/pool.ts';
import type { OtlpEncoding } from './encoding.ts';

/** Larger requests are read in a thread: JSON cannot be read in parts, and one span may be as large as the request. */
const IN_THREAD_BYTES: Readonly<Record<OtlpEncoding, number>> = { protobuf: 1024 * 1024, json: 256 * 1024 };

/** Attributes, events and links of a request, of each: empty ones would take ten times their bytes in memory. */
const MAX_ITEMS = 2 ** 21;

/** The spans of a request. */
export interface ReadSpans extends OtlpRead {
  /** Whether secrets are struck out of them already. */
  readonly isRedacted: boolean;
}

const turns = {
  now: () => performance.now(),
  next: () =>
    new Promise<void>((resolve) => {
      setImmediate(resolve);
    }),
};

function isJson(value: unknown): value is JsonValue {
  return value !== undefined;
}

/** What a client is told of a request that cannot be read; null where that is a fault of the server. */
export function refusalOf(error: unknown): ApiError | null {
  if (error instanceof ApiError) return error;
  if (!(error instanceof TraceFileError)) return null;
  if (error.code === 'too_large') return new ApiError('body_too_large', `The request has ${error.message}.`);
  return new ApiError('bad_request', `The request is ${error.message}.`);
}

function readJson(bytes: Uint8Array): OtlpRead {
  const parsed = bytes.byteLength === 0 ? {} : parseJsonBody(bytes);
  return readOtlpJson(isJson(parsed) ? parsed : null, MAX_ITEMS);
}

/** Reads the spans of a request, all at once. @throws {Error} what `refusalOf` makes a refusal of */
export function readWhole(bytes: Uint8Array, encoding: OtlpEncoding): OtlpRead {
  return encoding === 'json' ? readJson(bytes) : readOtlpProtobuf(bytes, MAX_ITEMS);
}

/**
 * Reads the spans of a request, and lets others have their turn meanwhile.
 * @throws {ApiError} `bad_request`, `malformed_json` and the like when it cannot be read, `overloaded`
 */
export async function readSpans(bytes: Uint8Array, encoding: OtlpEncoding, pool: ThreadPool): Promise<ReadSpans> {
  if (bytes.byteLength > IN_THREAD_BYTES[encoding]) return readInThread(bytes, encoding, pool);
  try {
    const read =
      encoding === 'json' ? readJson(bytes) : await inSlices(readOtlpProtobufInSteps(bytes, MAX_ITEMS), turns);
    return { ...read, isRedacted: false };
  } catch (error) {
    throw refusalOf(error) ?? error;
  }
}

async function readInThread(bytes: Uint8Array, encoding: OtlpEncoding, pool: ThreadPool): Promise<ReadSpans> {
  const result = await pool.use((ask) => ask({ type: 'read_spans', bytes, encoding }));
  if (result.type === 'refused') throw new ApiError(result.code, result.message, { members: result.members });
  if (result.type !== 'spans') throw new Error(`a thread answered "${result.type}"`);
  return { ...result.read, isRedacted: true };
}
