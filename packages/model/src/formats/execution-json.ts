import type { JsonObject, JsonValue } from '../json.ts';
import { isStatus } from '../trace/status.ts';
import type { ExecutionInfo, TraceError, Warning } from '../trace/trace.ts';
import { toEpochMicros, toMicros } from '../units.ts';
import { isDeeperThan, MAX_DEPTH } from './depth.ts';
import type { JsonReader } from './json-reader.ts';

function errorToJson(error: TraceError): JsonObject {
  return { code: error.code, message: error.message, ...(error.nodeKey !== undefined && { nodeKey: error.nodeKey }) };
}

function errorFromJson(reader: JsonReader): TraceError {
  const nodeKey = reader.at('nodeKey').optional((r) => r.string());
  const error = { code: reader.at('code').string(), message: reader.at('message').string() };
  return nodeKey === null ? error : { ...error, nodeKey };
}

/** What is known of an execution as JSON; moments are whole microseconds since the epoch. */
export function executionToJson(info: ExecutionInfo): JsonObject {
  const attributes: JsonValue = info.attributes;
  return { ...info, attributes, error: info.error && errorToJson(info.error) };
}

/** An object of data that is not nested too deeply to be written again. @throws {TraceFileError} */
export function dataFromJson(reader: JsonReader): JsonObject {
  const value = reader.object();
  return isDeeperThan(value, MAX_DEPTH) ? reader.fail(`nested at most ${MAX_DEPTH} deep`) : value;
}

/** Reads what `executionToJson` wrote; absent fields are unknown. @throws {TraceFileError} */
export function executionFromJson(reader: JsonReader): ExecutionInfo {
  const text = (key: string) => reader.at(key).optional((r) => r.string());
  const whole = (key: string) => reader.at(key).optional((r) => r.integer());
  const startedAt = whole('startedAt');
  const endedAt = whole('endedAt');
  const recordedDuration = whole('recordedDuration');
  const status = text('status') ?? 'pending';
  return {
    id: text('id'),
    externalId: text('externalId'),
    name: text('name') ?? '',
    workflow: text('workflow'),
    status: isStatus(status) ? status : reader.at('status').fail('a status'),
    sourceFormat: text('sourceFormat') ?? 'flowprof',
    startedAt: startedAt === null ? null : toEpochMicros(startedAt),
    endedAt: endedAt === null ? null : toEpochMicros(endedAt),
    recordedDuration: recordedDuration === null ? null : toMicros(recordedDuration),
    concurrency: whole('concurrency'),
    error: reader.at('error').optional(errorFromJson),
    eventCount: whole('eventCount'),
    attributes: reader.at('attributes').optional(dataFromJson) ?? {},
  };
}

/** Reads a list of warnings. @throws {TraceFileError} */
export function warningsFromJson(reader: JsonReader): Warning[] {
  return reader.items().map((item) => ({
    code: item.at('code').string(),
    count: item.at('count').integer(),
    example: item.at('example').string(),
  }));
}

/** Warnings as JSON. */
export function warningsToJson(warnings: readonly Warning[]): JsonObject[] {
  return warnings.map(({ code, count, example }) => ({ code, count, example }));
}
