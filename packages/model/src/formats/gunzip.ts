import { TraceFileError } from './errors.ts';
import { gunzipStream, gzipStream } from './web.ts';

/** How many bytes are handed to the decompressor at once. */
const CHUNK_BYTES = 1 << 18;

/** Whether bytes begin as gzip does (RFC 1952). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.byteLength;
  }
  return out;
}

/**
 * Unpacks gzip without ever holding more than `maxBytes` of output.
 * @throws {TraceFileError} `too_large` past the limit, `malformed` when the data is damaged or cut off.
 */
export async function gunzip(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const { input, output } = gunzipStream();
  const feed = async () => {
    for (let at = 0; at < bytes.byteLength; at += CHUNK_BYTES) await input.write(bytes.subarray(at, at + CHUNK_BYTES));
    await input.close();
  };
  // The output tells of every fault too, and is where it is handled; the input's copy of it must not go unheard.
  const fed = feed().catch(() => {});
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (let next = await output.read(); !next.done; next = await output.read()) {
      if (next.value === undefined) continue;
      length += next.value.byteLength;
      if (length > maxBytes) break;
      chunks.push(next.value);
    }
  } catch {
    throw new TraceFileError('malformed', 'the gzip data is damaged or ends in the middle');
  }
  if (length > maxBytes) {
    await output.cancel().catch(() => {});
    throw new TraceFileError('too_large', `the file is larger than ${maxBytes} bytes once unpacked`);
  }
  await fed;
  return join(chunks, length);
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
