import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';

import { isGzip } from '@flowprof/model';

import { reasonOf, UsageError } from './errors.ts';

/** The largest file that is read, packed or not: 1 GiB. */
export const MAX_BYTES = 1024 * 1024 * 1024;

/** How much of a file is read at once. */
const CHUNK_BYTES = 1 << 20;

/** Deflate packs at most about 1,000 to one; what a file claims beyond that is not believed. */
const MOST_PACKED = 1100;

function tooLarge(name: string, more = ''): UsageError {
  return new UsageError(`${name}: it is larger than 1 GiB${more}`);
}

async function readStream(stream: Readable, name: string): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes =
      chunk instanceof Uint8Array
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        : Buffer.from(String(chunk));
    length += bytes.length;
    if (length > MAX_BYTES) throw tooLarge(name);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Regular files are refused by their size before anything is read; pipes and devices have none. */
async function readOpened(file: FileHandle, name: string): Promise<Uint8Array> {
  const stats = await file.stat();
  if (stats.isFile() && stats.size > MAX_BYTES) throw tooLarge(name);
  return stats.isFile() || stats.isDirectory() ? file.readFile() : readStream(file.createReadStream(), name);
}

/** The size that the end of a gzip file claims, as far as it can be believed: one buffer of it holds everything. */
function claimedSize(bytes: Uint8Array): number {
  const { buffer, byteOffset, byteLength } = bytes;
  const claimed = byteLength < 18 ? 0 : new DataView(buffer, byteOffset).getUint32(byteLength - 4, true);
  return Math.min(claimed, byteLength * MOST_PACKED, MAX_BYTES);
}

/** What gzip packed. Node's own zlib is several times faster than the web streams that the model is left with. */
function unpack(bytes: Uint8Array, name: string): Uint8Array {
  try {
    return gunzipSync(bytes, { chunkSize: Math.max(1 << 16, claimedSize(bytes) + 1), maxOutputLength: MAX_BYTES });
  } catch (error) {
    const isLimit = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw isLimit
      ? tooLarge(name, ' once unpacked')
      : new UsageError(`${name}: the gzip data is damaged or ends in the middle`);
  }
}

/**
 * The content of a trace file, or of stdin for `-`, unpacked where it is gzip, whatever it is called.
 * @throws {UsageError} with one line that says what is wrong
 */
export async function readTraceInput(source: string, stdin: Readable): Promise<Uint8Array> {
  const name = source === '-' ? 'stdin' : source;
  let file: FileHandle | null = null;
  try {
    file = source === '-' ? null : await open(source, 'r');
    const bytes = file === null ? await readStream(stdin, name) : await readOpened(file, name);
    return isGzip(bytes) ? unpack(bytes, name) : bytes;
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`cannot read ${name}: ${reasonOf(error)}`);
  } finally {
    await file?.close();
  }
}

/**
 * The bytes of a trace file, or of stdin for `-`, as they come and as they are: for readers that take a file piece by
 * piece, of any size.
 * @throws {UsageError} with one line that says what is wrong
 */
export async function* traceInputChunks(source: string, stdin: Readable): AsyncGenerator<Uint8Array, undefined> {
  const name = source === '-' ? 'stdin' : source;
  try {
    const stream = source === '-' ? stdin : createReadStream(source, { highWaterMark: CHUNK_BYTES });
    for await (const chunk of stream) yield chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
  } catch (error) {
    throw new UsageError(`cannot read ${name}: ${reasonOf(error)}`);
  }
}
