/**
 * Reads spans in the JSON of Zipkin: lists of spans, lists of traces, a span a line; version 2, and version 1 as far as
 * its annotations tell the same. The specification is https://zipkin.io/zipkin-api/.
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
import { fromVersion1 } from './version1.ts';

function listIn(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}

/** An id in the form in which all records of a trace have it: lower case, without zeros in front. */
function idOf(value: JsonValue | undefined): string {
  const text = textIn(value)?.trim().toLowerCase() ?? '';
  return text.replace(/^0+(?=[0-9a-f]{16,}$)/, '');
}

/** The spans of a document by their trace, in the order in which the traces first occur. */
function spansByTrace(documents: readonly JsonValue[]): Map<string, JsonObject[]> {
  const traces = new Map<string, JsonObject[]>();
  const waiting: JsonValue[] = documents.toReversed();
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (isJsonArray(value)) {
      for (let i = value.length - 1; i >= 0; i--) waiting.push(value[i]);
      continue;
    }
    if (!isJsonObject(value)) continue;
    if (value['traceId'] === undefined || value['id'] === undefined) {
      for (const inner of Object.values(value).toReversed()) {
        if (typeof inner === 'object' && inner !== null) waiting.push(inner);
      }
      continue;
    }
    const id = idOf(value['traceId']);
    const spans = traces.get(id);
    if (spans === undefined) traces.set(id, [value]);
    else spans.push(value);
  }
  return traces;
}

/** Microseconds; NaN where there are none. Zipkin writes 0 for what it does not know. */
function microsIn(value: JsonValue | undefined): number {
  const micros = instantOf(value, 'us') ?? 0;
  return micros === 0 ? Number.NaN : micros;
}

function notesOf(annotations: JsonValue | undefined): SpanNote[] {
  const notes: SpanNote[] = [];
  for (const annotation of listIn(annotations)) {
    if (!isJsonObject(annotation)) continue;
    const label = textIn(annotation['value']) ?? 'annotation';
    const type = /^error\b/i.test(label) ? 'error' : 'log';
    notes.push({ time: microsIn(annotation['timestamp']), label, type, metadata: null });
  }
  return notes;
}

/** An endpoint's address, which names its host: the loopback names none. */
function addressOf(endpoint: JsonObject): string | null {
  const address = textIn(endpoint['ipv4']) ?? textIn(endpoint['ipv6']);
  return address === null || address.startsWith('127.') || address === '::1' ? null : address;
}

function addRemote(metadata: Fields, endpoint: JsonValue | undefined): void {
  if (!isJsonObject(endpoint)) return;
  const service = textIn(endpoint['serviceName']);
  const address = textIn(endpoint['ipv4']) ?? textIn(endpoint['ipv6']);
  const { port } = endpoint;
  if (service !== null) metadata['peer.service'] ??= service;
  if (address !== null) metadata['network.peer.address'] ??= address;
  if (typeof port === 'number' && port > 0) metadata['network.peer.port'] ??= port;
}

function tagsOf(tags: JsonValue | undefined): Fields {
  const fields: Fields = {};
  if (isJsonObject(tags)) for (const [key, value] of Object.entries(tags)) setField(fields, key, value);
  return fields;
}

class TraceReader {
  readonly #id: string;
  readonly #processes = new Processes();
  readonly #clocks = new Clocks();
  readonly #builder = new SpanTraceBuilder({ repeated: 'all' });

  constructor(id: string) {
    this.#id = id;
  }

  read(records: readonly JsonObject[], fileName: string | undefined): Trace {
    let events = 0;
    for (const record of records) {
      for (const span of fromVersion1(record)) this.#builder.add(this.#row(span));
      events += 1 + listIn(record['annotations']).length;
    }
    return this.#builder.finish(({ root }) => {
      return {
        id: executionIdOf(this.#id),
        externalId: this.#id === '' ? null : this.#id,
        name: root?.name ?? fileName ?? this.#id,
        workflow: root === null ? null : workflowOf(root.track, root.name),
        sourceFormat: 'zipkin',
        eventCount: events,
        error: errorIn(root?.metadata),
        attributes: this.#processes.describe(),
      };
    });
  }

  #row(span: JsonObject): SpanRow {
    const metadata = tagsOf(span['tags']);
    // The tag says by being there that there was an error; its value says which.
    const isFailed = metadata['error'] !== undefined && metadata['error'] !== 'false' && metadata['error'] !== false;
    if (isFailed) markFailed(metadata, failureIn(metadata, true, null));
    const kind = textIn(span['kind']);
    if (kind !== null) metadata['span.kind'] = kind.toLowerCase();
    addRemote(metadata, span['remoteEndpoint']);
    if (span['debug'] === true) metadata['debug'] = true;
    const start = microsIn(span['timestamp']);
    const { track, clock } = this.#process(span['localEndpoint']);
    const parentId = idOf(span['parentId']);
    return {
      ...EMPTY_ROW,
      id: idOf(span['id']),
      parentId: parentId === '' || /^0+$/.test(parentId) ? null : parentId,
      name: textIn(span['name']) ?? '(unnamed)',
      start,
      end: start + microsIn(span['duration']),
      call: callOf(kind ?? ''),
      isShared: span['shared'] === true,
      status: isFailed ? 'failed' : 'completed',
      track,
      clock,
      metadata,
      notes: notesOf(span['annotations']),
    };
  }

  #process(endpoint: JsonValue | undefined): { readonly track: string | null; readonly clock: number } {
    if (!isJsonObject(endpoint)) return { track: null, clock: this.#clocks.numberOf(null) };
    const service = textIn(endpoint['serviceName']) ?? '';
    const host = addressOf(endpoint);
    const key = service === '' ? `\u0000${host ?? ''}` : service;
    const track = this.#processes.trackOf(key, service === '' ? (host ?? '') : service, null, {});
    return { track, clock: this.#clocks.numberOf(host === null ? `service ${service}` : `host ${host}`) };
  }
}

/** Reads a file of Zipkin as it comes. `finish` throws `malformed` when there is no span in it. */
export function openZipkin(options: ReadOptions): ChunkReader {
  const kept: JsonValue[] = [];
  const stream = new DocumentStream((document) => kept.push(document), []);
  return {
    push: (chunk) => stream.push(chunk),
    finish: () => {
      const broken = stream.finish();
      const traces = spansByTrace(kept);
      if (traces.size === 0)
        throw new TraceFileError('malformed', 'the file holds no span with a "traceId" and an "id"');
      return withBrokenLines(
        [...traces].map(([id, records]) => new TraceReader(id).read(records, options.fileName)),
        broken,
      );
    },
  };
}
