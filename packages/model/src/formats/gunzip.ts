import { TraceFileError } from './errors.ts';
import { gunzipStream, gzipStream } from './web.ts';

/** How many bytes are handed to the decompressor at once. */
const CHUNK_BYTES = 1 << 18;

/** Whether bytes begin as gzip does (RFC 1952). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Puts chunks together. */
export function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.byteLength;
  }
  return out;
}

/** Bytes that are in memory, in pieces. */
export async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array, undefined> {
  for (let at = 0; at < bytes.byteLength; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

/**
 * Unpacks gzip as it comes. Whoever stops listening ends it.
 * @throws {TraceFileError} `malformed` when the data is damaged or cut off
 */
export async function* unpackGzip(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  const { input, output } = gunzipStream();
  let fault: unknown = null;
  const feed = async () => {
    try {
      for await (const chunk of packed) await input.write(chunk.slice());
    } catch (error) {
      fault = error;
    }
    await input.close();
  };
  // The output tells of every fault of the data too, and is where it is handled; the input's copy of it must not go unheard.
  const fed = feed().catch(() => {});
  let isWhole = false;
  try {
    for (let next = await output.read(); !next.done; next = await output.read()) {
      if (next.value !== undefined) yield next.value;
    }
    isWhole = true;
  } catch {
    throw fault instanceof Error
      ? fault
      : new TraceFileError('malformed', 'the gzip data is damaged or ends in the middle');
  } finally {
    if (!isWhole) await output.cancel().catch(() => {});
  }
  await fed;
}

/**
 * Unpacks gzip without ever holding more than `maxBytes` of output.
 * @throws {TraceFileError} `too_large` past the limit, `malformed` when the data is damaged or cut off.
 */
export async function gunzip(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of unpackGzip(inPieces(bytes))) {
    length += chunk.byteLength;
    if (length > maxBytes) throw tooLargeUnpacked(maxBytes);
    chunks.push(chunk);
  }
  return join(chunks, length);
}

/** What is told of a packed file that is too large. */
export function tooLargeUnpacked(maxBytes: number): TraceFileError {
  return new TraceFileError('too_large', `the file is larger than ${maxBytes} bytes once unpacked`);
}

/** Packs bytes with gzip. */
export async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const { input, output } = gzipStream();
  const feed = async () => {
    for (let at = 0; at < bytes.byteLength; at += CHUNK_BYTES) await input.write(bytes.subarray(at, at + CHUNK_BYTES));
    await input.close();
  };
  const chunks: Uint8Array[] = [];
  let length = 0;
  const drain = async () => {
    for (let next = await output.read(); !next.done; next = await output.read()) {
      if (next.value === undefined) continue;
      length += next.value.byteLength;
      chunks.push(next.value);
    }
  };
  await Promise.all([feed(), drain()]);
  return join(chunks, length);
}
