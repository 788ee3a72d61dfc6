import { createHash } from 'node:crypto';
import { readTraceFile, traceEvents, type Trace, type TraceEvent } from '@flowprof/model';
import type { ImportTarget } from './target.ts';

/** How many events are sent at once. */
const BATCH = 5_000;

/** An execution that was read from a file. */
export interface ImportedExecution {
  readonly executionId: string;
  /** True when the same file had been imported before; then nothing was written. */
  readonly known: boolean;
  readonly trace: Trace;
}

export interface ImportOptions {
  /** The name of a format; detected by the content when absent. */
  readonly format?: string;
  readonly fileName?: string;
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

async function send(executionId: string, trace: Trace, target: ImportTarget): Promise<void> {
  let batch: TraceEvent[] = [];
  for (const event of traceEvents(trace, executionId)) {
    batch.push(event);
    if (batch.length < BATCH) continue;
    await target.write(executionId, batch);
    batch = [];
  }
  if (batch.length > 0) await target.write(executionId, batch);
  await target.finish(executionId, trace);
}

/**
 * Reads a trace file of any supported format and sends its executions to a target.
 * @throws {TraceFileError} when the file cannot be read; nothing has been sent then
 */
export async function importTraceFile(
  bytes: Uint8Array,
  target: ImportTarget,
  options: ImportOptions = {},
): Promise<readonly ImportedExecution[]> {
  const traces = await readTraceFile(bytes, options);
  const digest = createHash('sha256').update(bytes).digest();
  const imported: ImportedExecution[] = [];
  for (const [position, trace] of traces.entries()) {
    const executionId = executionIdOf(digest, position);
    const isNew = await target.begin(executionId, trace);
    if (isNew) await send(executionId, trace, target);
    imported.push({ executionId, known: !isNew, trace });
  }
  return imported;
}
