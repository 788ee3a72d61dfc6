import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import {
  readTraceStream,
  TraceFileError,
  traceEvents,
  type ExecutionInfo,
  type ReadTraceFileOptions,
  type Trace,
  type TraceEvent,
} from '@flowprof/model';

/** How many events are in a batch. */
const BATCH = 1000;

/** An execution that was read from a file. */
export interface ReadExecution {
  readonly executionId: string;
  readonly trace: Trace;
}

/**
 * A UUID (version 8, RFC 9562) made of a file's contents and the position of the execution in it, so that the same file is
 * the same execution however often it is imported.
 */
function executionIdOf(digest: Buffer, position: number): string {
  const hash = createHash('sha256').update(digest).update(String(position)).digest();
  hash.writeUInt8(0x80 | (hash.readUInt8(6) & 0x0f), 6);
  hash.writeUInt8(0x80 | (hash.readUInt8(8) & 0x3f), 8);
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** What is told of an execution, under its new id; the id that it had is its external one from now on. */
function knownAs(executionId: string, info: ExecutionInfo): ExecutionInfo {
  return { ...info, id: executionId, externalId: info.externalId ?? info.id };
}

/** Passes chunks on and sums them up. */
async function* hashed(chunks: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array, undefined> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Unpacks gzip with zlib, in a thread of its own: several times faster than the web streams that the model is left with. */
export async function* unpackGzip(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  const gunzip = createGunzip({ chunkSize: 1 << 20 });
  const fed = pipeline(Readable.from(packed), gunzip);
  // The output tells of every fault too, and is where it is handled.
  fed.catch(() => {});
  try {
    for await (const chunk of gunzip) if (chunk instanceof Uint8Array) yield chunk;
    await fed;
  } catch (error) {
    if (error instanceof Error && 'errno' in error && 'code' in error && String(error.code).startsWith('Z_'))
      throw new TraceFileError('malformed', 'the gzip data is damaged or ends in the middle');
    throw error;
  } finally {
    gunzip.destroy();
  }
}

/** All of some bytes, so that what they are the sum of is known also where reading ended before them. */
async function drain(chunks: AsyncIterator<Uint8Array>): Promise<void> {
  for (let next = await chunks.next(); next.done !== true;) next = await chunks.next();
}

/**
 * Reads the executions of a trace file of any supported format that comes in chunks, packed with gzip or not. Each chunk is
 * read in one go, so a server does it in a thread of its own.
 * @throws {TraceFileError} when the file cannot be read
 */
export async function readExecutions(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadTraceFileOptions = {},
): Promise<readonly ReadExecution[]> {
  const hash = createHash('sha256');
  const all = hashed(chunks, hash);
  const traces = await readTraceStream(all, { ...options, unpack: unpackGzip });
  await drain(all);
  const digest = hash.digest();
  return traces.map((trace, position) => {
    const executionId = executionIdOf(digest, position);
    return { executionId, trace: { ...trace, execution: knownAs(executionId, trace.execution) } };
  });
}

/** The events of an execution that was read, in batches of a bounded size. */
export function* eventBatches({ executionId, trace }: ReadExecution): Generator<readonly TraceEvent[]> {
  let batch: TraceEvent[] = [];
  for (const event of traceEvents(trace, executionId)) {
    batch.push(event);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
