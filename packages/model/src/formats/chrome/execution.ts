import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { ExecutionInfo, SpanTable } from '../../trace/trace.ts';
import { after, asMicros, toEpochMicros, type EpochMicros } from '../../units.ts';
import type { ReadOptions } from '../format.ts';
import { bazelInfo, epochOfZero } from './bazel.ts';
import type { EventFile } from './events.ts';
import { isDeeperThan, MAX_DEPTH } from '../depth.ts';
import { executionFromJson } from '../execution-json.ts';
import { JsonReader } from '../json-reader.ts';
import { labelOf } from './fields.ts';
import { EMPTY_EXECUTION } from '../../trace/trace.ts';

/** A field of the file's header is kept as an attribute up to this much JSON. */
const LONGEST_ATTRIBUTE = 16 * 1024;

/** Header fields that are tables for the events, and say nothing of the execution itself. */
const TABLES = new Set(['stackFrames', 'samples', 'traceAnnotations', 'systemTraceEvents']);

/** 2001-09-09 and 2100-01-01 in microseconds: times between them are taken for wall-clock times. */
const FIRST_EPOCH = 1e15;
const LAST_EPOCH = 4_102_444_800_000_000;

function attributesOf(header: JsonObject): Record<string, JsonValue> {
  const kept = Object.entries(header).filter(
    ([key, value]) =>
      !TABLES.has(key) && !isDeeperThan(value, MAX_DEPTH) && JSON.stringify(value).length <= LONGEST_ATTRIBUTE,
  );
  return Object.fromEntries(kept);
}

/**
 * When the execution started, where the file tells: times that are plausible as microseconds since the epoch are taken
 * as such; Bazel and PyTorch state the moment of their time 0. The times of Chrome itself count from the machine's start.
 */
function startOf(header: JsonObject, origin: number): EpochMicros | null {
  if (origin >= FIRST_EPOCH && origin < LAST_EPOCH) return toEpochMicros(origin);
  const { otherData, baseTimeNanoseconds } = header;
  const bazel = isJsonObject(otherData) ? epochOfZero(otherData) * 1000 : Number.NaN;
  const zero = baseTimeNanoseconds === undefined ? bazel : Number(labelOf(baseTimeNanoseconds)) / 1000;
  const start = zero + origin;
  return start >= FIRST_EPOCH && start < LAST_EPOCH ? toEpochMicros(start) : null;
}

/** What flowprof wrote of the execution, in files that it wrote itself. */
function ownExecution({ otherData }: JsonObject): ExecutionInfo | null {
  if (!isJsonObject(otherData) || otherData['generator'] !== 'flowprof') return null;
  return executionFromJson(new JsonReader({ otherData }).at('otherData').at('execution'));
}

/** The file's name without folders and extensions. */
function baseName(fileName: string): string {
  return (fileName.split(/[\\/]/).at(-1) ?? '').replace(/(\.pt)?(\.trace)?(\.json)?(\.gz)?$/i, '');
}

/** What the file says of its execution. @param origin the file's time that the spans count from */
export function describeExecution(
  { header, eventCount }: EventFile,
  { fileName = '' }: ReadOptions,
  origin: number,
  spans: SpanTable,
): ExecutionInfo {
  const startedAt = startOf(header, origin);
  let last = 0;
  for (let row = 0; row < spans.length; row++) last = Math.max(last, spans.start[row] + spans.duration[row]);
  const ours = ownExecution(header);
  return {
    ...EMPTY_EXECUTION,
    ...ours,
    name: ours?.name ?? (baseName(labelOf(header['traceName'])) || baseName(fileName) || 'Chrome trace'),
    status: ours?.status ?? 'completed',
    sourceFormat: 'chrome',
    startedAt,
    endedAt: startedAt === null ? null : after(startedAt, asMicros(last)),
    eventCount,
    attributes: ours?.attributes ?? attributesOf(header),
    ...bazelInfo(header),
  };
}
