/**
 * Reads traces in the JSON of Jaeger: what the UI exports and the query service answers, single traces and lists of them,
 * and spans as the storages for Elasticsearch and Kafka write them, with their process inside.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Trace } from '../../trace/trace.ts';
import { callOf } from '../../otlp/clock-skew.ts';
import { EMPTY_ROW, type Fields, type SpanNote, type SpanRow } from '../../otlp/span-row.ts';
import { SpanTraceBuilder } from '../../otlp/span-trace.ts';
import {
  Clocks,
  errorIn,
  executionIdOf,
  failureIn,
  markFailed,
  Processes,
  saysError,
  setField,
  textIn,
  workflowOf,
} from '../../otlp/tags.ts';
import { TraceFileError } from '../errors.ts';
import { DocumentStream } from '../document-stream.ts';
import type { ChunkReader, ReadOptions } from '../format.ts';
import { instantOf } from '../instants.ts';
import { isJsonArray } from '../json-reader.ts';
import { withBrokenLines } from '../json-documents.ts';

/** The spans of one trace with the processes that they name. */
interface JaegerTrace {
  readonly id: string;
  readonly spans: JsonObject[];
  readonly processes: JsonObject;
  readonly warnings: readonly JsonValue[];
}

function listIn(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}

function isSpan(value: JsonObject): boolean {
  return value['spanID'] !== undefined || value['spanId'] !== undefined;
}

function traceIdIn(value: JsonObject): string {
  return textIn(value['traceID']) ?? textIn(value['traceId']) ?? '';
}

/** The objects in which traces stand: answers of the query service, test cases, documents of Elasticsearch. */
const WRAPPERS = ['data', 'traces', 'trace', 'hits', '_source', 'result'] as const;

/** Finds the traces in a document: what has `spans`, and spans that stand for themselves. */
function tracesIn(documents: readonly JsonValue[]): JaegerTrace[] {
  const traces: JaegerTrace[] = [];
  const loose = new Map<string, JaegerTrace>();
  const waiting: JsonValue[] = documents.toReversed();
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (isJsonArray(value)) {
      for (let i = value.length - 1; i >= 0; i--) waiting.push(value[i]);
      continue;
    }
    if (!isJsonObject(value)) continue;
    if (isSpan(value)) {
      const id = traceIdIn(value);
      const known = loose.get(id);
      if (known !== undefined) {
        known.spans.push(value);
        continue;
      }
      const trace = { id, spans: [value], processes: {}, warnings: [] };
      loose.set(id, trace);
      traces.push(trace);
      continue;
    }
    if (isJsonArray(value['spans'])) {
      const spans = value['spans'].filter(isJsonObject).filter(isSpan);
      const id = traceIdIn(value) || (spans[0] === undefined ? '' : traceIdIn(spans[0]));
      const processes = isJsonObject(value['processes']) ? value['processes'] : {};
      traces.push({ id, spans, processes, warnings: listIn(value['warnings']) });
      continue;
    }
    for (let i = WRAPPERS.length - 1; i >= 0; i--) {
      const inner = value[WRAPPERS[i]];
      if (typeof inner === 'object' && inner !== null) waiting.push(inner);
    }
  }
  return traces;
}

/** The value of a tag; whole numbers that JSON cannot hold are text already. */
function tagValue(tag: JsonObject): JsonValue {
  for (const key of ['value', 'vStr', 'vBool', 'vInt64', 'vFloat64', 'vDouble', 'vLong', 'vBinary']) {
    const value = tag[key];
    if (value === undefined) continue;
    const type = textIn(tag['type'])?.toLowerCase() ?? '';
    if (typeof value !== 'string') return value;
    if (type === 'bool') return value === 'true';
    if (type === 'int64' && /^-?\d{1,15}$/.test(value)) return Number(value);
    if (type === 'float64' && Number.isFinite(Number(value))) return Number(value);
    return value;
  }
  return null;
}

/** Tags as a list of keys and values, or as an object (Elasticsearch, where dots in names are written as `@`). */
function fieldsOf(tags: JsonValue | undefined, flat: JsonValue | undefined): Fields {
  const fields: Fields = {};
  for (const tag of listIn(tags)) {
    if (!isJsonObject(tag)) continue;
    const key = textIn(tag['key']);
    if (key !== null) setField(fields, key, tagValue(tag));
  }
  for (const source of [flat, tags]) {
    if (!isJsonObject(source)) continue;
    for (const [key, value] of Object.entries(source)) setField(fields, key.replaceAll('@', '.'), value);
  }
  return fields;
}

interface Reference {
  readonly id: string;
  readonly follows: boolean;
  /** Whether it is of the span's own trace. */
  readonly isOwn: boolean;
}

function referencesOf(span: JsonObject, traceId: string): Reference[] {
  const found: Reference[] = [];
  for (const reference of listIn(span['references'])) {
    if (!isJsonObject(reference)) continue;
    const id = textIn(reference['spanID']) ?? textIn(reference['spanId']);
    if (id === null) continue;
    const of = traceIdIn(reference);
    const follows = /follows/i.test(textIn(reference['refType']) ?? '');
    found.push({ id, follows, isOwn: of === '' || traceId === '' || of === traceId });
  }
  const parent = textIn(span['parentSpanID']) ?? textIn(span['parentSpanId']);
  if (parent !== null && !/^0+$/.test(parent) && !found.some(({ id }) => id === parent)) {
    found.push({ id: parent, follows: false, isOwn: true });
  }
  return found;
}

/** Why a log is one of an error, by the field `event` or `level`. */
function isErrorLog(fields: Fields): boolean {
  return /^(error|exception|fatal)$/i.test(textIn(fields['event']) ?? textIn(fields['level']) ?? '');
}

function notesOf(logs: JsonValue | undefined): SpanNote[] {
  const notes: SpanNote[] = [];
  for (const log of listIn(logs)) {
    if (!isJsonObject(log)) continue;
    const fields = fieldsOf(log['fields'], undefined);
    const label = textIn(fields['event']) ?? textIn(fields['message']) ?? textIn(fields['log']) ?? 'log';
    notes.push({
      time: microsOf(log['timestamp']),
      label,
      type: isErrorLog(fields) ? 'error' : 'log',
      metadata: Object.keys(fields).length > 0 ? fields : null,
    });
  }
  return notes;
}

/** Microseconds since the epoch, as a number or text; dates are read, too. NaN for anything else. */
function microsOf(value: JsonValue | undefined): number {
  return instantOf(value, 'us') ?? Number.NaN;
}

/** A duration in microseconds, or as protobuf writes it in JSON (`0.001s`); NaN for anything else. */
function durationOf(value: JsonValue | undefined): number {
  if (typeof value === 'string' && /^-?\d+(\.\d+)?s$/.test(value)) return Math.round(Number(value.slice(0, -1)) * 1e6);
  const micros = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof micros === 'number' && Number.isFinite(micros) ? Math.round(micros) : Number.NaN;
}

class TraceReader {
  readonly #source: JaegerTrace;
  readonly #processes = new Processes();
  readonly #clocks = new Clocks();
  readonly #builder = new SpanTraceBuilder({ repeated: 'last' });

  constructor(source: JaegerTrace) {
    this.#source = source;
  }

  read(fileName: string | undefined): Trace {
    const { id, spans } = this.#source;
    let records = 0;
    for (const span of spans) {
      const row = this.#row(span);
      if (row === null) this.#builder.warnings.add('unsupported_event', 'a span without an id');
      else this.#builder.add(row);
      records += 1 + listIn(span['logs']).length;
    }
    return this.#builder.finish(({ root }) => {
      const isLost = root === null;
      const name = isLost ? (fileName ?? id) : root.name;
      return {
        id: executionIdOf(id),
        externalId: id === '' ? null : id,
        name,
        workflow: isLost ? null : workflowOf(root.track, root.name),
        sourceFormat: 'jaeger',
        eventCount: records,
        error: errorIn(root?.metadata),
        attributes: {
          ...this.#processes.describe(),
          ...(this.#source.warnings.length > 0 && { warnings: this.#source.warnings.slice(0, 100) }),
        },
      };
    });
  }

  #row(span: JsonObject): SpanRow | null {
    const id = textIn(span['spanID']) ?? textIn(span['spanId']);
    if (id === null) return null;
    const metadata = fieldsOf(span['tags'], span['tag']);
    const notes = notesOf(span['logs']);
    const isFailed = saysError(metadata['error']) || /^error$/i.test(textIn(metadata['otel.status_code']) ?? '');
    if (isFailed) {
      const noted = notes.find(({ type }) => type === 'error')?.metadata ?? null;
      markFailed(metadata, failureIn({ ...noted, ...metadata }, true, null));
    }
    const references = referencesOf(span, this.#source.id);
    const own = references.filter(({ isOwn }) => isOwn);
    const parent = own.find(({ follows }) => !follows) ?? own[0];
    if (parent?.follows) metadata['follows_from'] = true;
    const others = listIn(span['warnings']);
    if (others.length > 0) metadata['warnings'] = others;
    const start = microsOf(span['startTime']);
    const { track, clock } = this.#process(span);
    return {
      ...EMPTY_ROW,
      id,
      parentId: parent?.id ?? null,
      name: textIn(span['operationName']) ?? '(unnamed)',
      start,
      end: start + durationOf(span['duration']),
      call: callOf(textIn(metadata['span.kind']) ?? ''),
      status: isFailed ? 'failed' : 'completed',
      track,
      clock,
      metadata,
      notes,
      links: references.filter((one) => one !== parent && one.isOwn).map((one) => one.id),
    };
  }

  #process(span: JsonObject): { readonly track: string | null; readonly clock: number } {
    const key = textIn(span['processID']) ?? textIn(span['processId']);
    const named = key === null ? undefined : this.#source.processes[key];
    const process = isJsonObject(span['process']) ? span['process'] : named;
    if (!isJsonObject(process)) {
      return key === null
        ? { track: null, clock: this.#clocks.numberOf(null) }
        : { track: this.#processes.trackOf(key, key, null, {}), clock: this.#clocks.numberOf(`process ${key}`) };
    }
    const tags = fieldsOf(process['tags'], process['tag']);
    const service = textIn(process['serviceName']) ?? '';
    const host = textIn(tags['hostname']) ?? textIn(tags['host.name']) ?? hostOf(textIn(tags['ip']));
    const one = isJsonObject(span['process']) || key === null ? `${service}\u0000${JSON.stringify(tags)}` : key;
    return {
      track: this.#processes.trackOf(one, service, host, tags),
      clock: this.#clocks.numberOf(host === null ? `process ${one}` : `host ${host}`),
    };
  }
}

/** An address that names a host; the loopback names none. */
function hostOf(ip: string | null): string | null {
  return ip === null || ip.startsWith('127.') || ip === '::1' ? null : ip;
}

/** Reads a file of Jaeger as it comes. `finish` throws `malformed` when there is no span in it. */
export function openJaeger(options: ReadOptions): ChunkReader {
  const kept: JsonValue[] = [];
  const stream = new DocumentStream((document) => kept.push(document), ['data', 'traces', 'result']);
  return {
    push: (chunk) => stream.push(chunk),
    finish: () => {
      const broken = stream.finish();
      const traces = tracesIn(kept).filter(({ spans }) => spans.length > 0);
      if (traces.length === 0) throw new TraceFileError('malformed', 'the file holds no span with a "spanID"');
      return withBrokenLines(
        traces.map((trace) => new TraceReader(trace).read(options.fileName)),
        broken,
      );
    },
  };
}
