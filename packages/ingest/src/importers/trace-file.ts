import { createHash } from 'node:crypto';
import {
  readTraceFile,
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

/**
 * Reads the executions of a trace file of any supported format, packed with gzip or not. It runs in one go, so a server
 * does it in a thread of its own.
 * @throws {TraceFileError} when the file cannot be read
 */
export async function readExecutions(
  bytes: Uint8Array,
  options: ReadTraceFileOptions = {},
): Promise<readonly ReadExecution[]> {
  const traces = await readTraceFile(bytes, options);
  const digest = createHash('sha256').update(bytes).digest();
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
