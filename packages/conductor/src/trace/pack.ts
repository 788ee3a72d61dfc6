import {
  asMicros,
  decodeTrace,
  encodeTrace,
  isJsonObject,
  STATUSES,
  toEpochMicros,
  TraceFileError,
  type JsonValue,
  type Trace,
} from '@flowprof/model';
import { z } from 'zod';
import type { ExecutionResult } from '../types.ts';
import { buildTrace, sourceOf, type TraceSource } from './execution-trace.ts';
import { openLog, packLog } from './packed-log.ts';

/** A result as text and bytes, for channels that carry nothing else. */
export interface PackedResult {
  /** All but the traces. */
  readonly json: string;
  /** The recording, as `encodeTrace` writes it. */
  readonly recording: Uint8Array;
  /** What the plain trace is made from, besides the recording. */
  readonly log: Uint8Array;
}

const traceError = z.object({ code: z.string(), message: z.string(), nodeKey: z.string().exactOptional() });

/** What `json` holds besides `data`. */
const packedHead = z.object({
  result: z.object({
    success: z.boolean(),
    status: z.enum(STATUSES),
    error: traceError.exactOptional(),
    duration: z.number(),
    executedNodes: z.array(z.string()),
  }),
  trace: z.object({
    executionId: z.string(),
    rootId: z.string(),
    shape: z.enum(['workflow', 'group', 'node']),
    startedAt: z.int().transform(toEpochMicros),
    end: z.int().transform(asMicros),
    error: traceError.nullable(),
    config: z.object({ slowMo: z.number().exactOptional(), concurrency: z.number().exactOptional() }),
  }),
});

const parse: (text: string) => JsonValue = JSON.parse;

/**
 * Packs a result. Its traces are not made for that: the recording goes as columns, the plain trace as the log that it is
 * made from.
 * @throws {TypeError} when the plain trace is none that a conductor gave
 * @throws {RangeError} when its data is nested thousands of levels deep
 */
export function packResult({ trace, recording, data, ...result }: ExecutionResult): PackedResult {
  const source = sourceOf(trace);
  if (source === undefined) throw new TypeError('the trace of the result was not made by a conductor');
  const { executionId, rootId, shape, startedAt, end, error, config } = source;
  const head = { executionId, rootId, shape, startedAt, end, error, config };
  return {
    json: JSON.stringify({ result, trace: head, ...(data !== undefined && { data }) }),
    recording: encodeTrace(recording),
    log: packLog(source),
  };
}

/**
 * Unpacks a result, which equals the one that was packed. Both traces are made when they are first read; bytes of the
 * recording that are damaged are found out then.
 * @throws {TraceFileError} `malformed` when it is not what `packResult` gave, `unsupported_version` when a later version
 * packed it
 */
export function unpackResult({ json, recording, log }: PackedResult): ExecutionResult {
  const { result, head, data } = readHead(json);
  const opened = openLog(log);
  let decoded: Trace | null = null;
  let source: TraceSource | null = null;
  const decode = (): Trace => (decoded ??= decodeTrace(recording));
  const open = (): TraceSource => (source ??= { ...head, ...opened(decode().nodes) });
  const trace = buildTrace({
    ...head,
    get instances() {
      return open().instances;
    },
    get log() {
      return open().log;
    },
  });
  return {
    ...result,
    ...(data !== undefined && { data }),
    trace,
    get recording() {
      return decode();
    },
  };
}

function readHead(json: string) {
  let read: JsonValue = null;
  try {
    read = parse(json);
  } catch {
    // Nothing is there then, which the check below refuses.
  }
  const checked = packedHead.safeParse(read);
  if (!checked.success || !isJsonObject(read)) {
    throw new TraceFileError('malformed', 'the packed result is damaged or was not written by flowprof');
  }
  return { result: checked.data.result, head: checked.data.trace, data: read['data'] };
}
