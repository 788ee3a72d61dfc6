import {
  asMicros,
  decodeTraceInSteps,
  encodeTraceInSteps,
  isJsonObject,
  STATUSES,
  toEpochMicros,
  TraceFileError,
  type JsonValue,
} from '@flowprof/model';
import { z } from 'zod';
import type { Steps } from '../slices.ts';
import type { ExecutionResult } from '../types.ts';
import { buildTrace, sourceOf } from './execution-trace.ts';
import { packJson, unpackJson } from './json-pieces.ts';
import { packLog, unpackLog } from './packed-log.ts';

/** A result as bytes, for channels that carry nothing else. */
export interface PackedResult {
  /** All but the traces, as `packJson` writes it. */
  readonly head: Uint8Array;
  /** The recording, as `encodeTrace` writes it. */
  readonly recording: Uint8Array;
  /** What the plain trace is made from, besides the recording. */
  readonly log: Uint8Array;
}

const traceError = z.object({ code: z.string(), message: z.string(), nodeKey: z.string().exactOptional() });

/** What `head` holds besides `data`. */
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

/**
 * Packs a result, in steps of a few milliseconds. Its traces are not made for that: the recording goes as columns, the
 * plain trace as the log that it is made from.
 * @throws {TypeError} when the plain trace is none that a conductor gave
 */
export function* packResult(whole: ExecutionResult): Steps<PackedResult> {
  const source = sourceOf(whole.trace);
  if (source === undefined) throw new TypeError('the trace of the result was not made by a conductor');
  const { executionId, rootId, shape, startedAt, end, error, config } = source;
  yield;
  const { success, status, duration, executedNodes, data } = whole;
  yield;
  const { recording } = whole;
  yield;
  const head = yield* packJson({
    result: { success, status, duration, executedNodes, ...(whole.error && { error: { ...whole.error } }) },
    trace: { executionId, rootId, shape, startedAt, end, error: error && { ...error }, config: { ...config } },
    ...(data !== undefined && { data }),
  });
  return { head, recording: yield* encodeTraceInSteps(recording), log: yield* packLog(source) };
}

/**
 * Unpacks a result, which equals the one that was packed, in steps of a few milliseconds.
 * @throws {TraceFileError} `malformed` when it is not what `packResult` gave, `unsupported_version` when a later version
 * packed it
 */
export function* unpackResult(packed: PackedResult): Steps<ExecutionResult> {
  const { result, head, data } = readHead(yield* unpackJson(packed.head));
  yield;
  const recording = yield* decodeTraceInSteps(packed.recording);
  const { instances, log } = yield* unpackLog(packed.log, recording.nodes);
  return {
    ...result,
    ...(data !== undefined && { data }),
    trace: buildTrace({ ...head, instances, log }),
    recording,
  };
}

function readHead(read: JsonValue) {
  const checked = packedHead.safeParse(read);
  if (!checked.success || !isJsonObject(read)) {
    throw new TraceFileError('malformed', 'the packed result is damaged or was not written by flowprof');
  }
  return { result: checked.data.result, head: checked.data.trace, data: read['data'] };
}
