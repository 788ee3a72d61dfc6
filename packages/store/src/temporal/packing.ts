import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import {
  isJsonObject,
  isStatus,
  SPAN_KINDS,
  toMicros,
  type AnnotationRecord,
  type EpochMicros,
  type JsonObject,
  type JsonValue,
  type SpanRecord,
  type TraceEvent,
} from '@flowprof/model';
import { contentId } from '../content-id.ts';
import { StoreError } from '../errors.ts';
import type { PackedEvents } from '../queries/temporal-spans.ts';
import { isJson } from '../row.ts';

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** More than a message of Temporal's may be, and than spans that are told at once take. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Bytes as they are kept; the same bytes give the same. */
export function pack(data: Uint8Array): Promise<Uint8Array> {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 1,
    [constants.BROTLI_PARAM_SIZE_HINT]: data.byteLength,
  };
  return compress(data, { params });
}

/** What `pack` packed. */
export function unpack(data: Uint8Array): Promise<Uint8Array> {
  return decompress(data, { maxOutputLength: MAX_BYTES });
}

/** Spans and annotations as they are kept: JSON under brotli. Other events belong to whoever runs the execution. */
export async function packEvents(events: readonly TraceEvent[], origin: EpochMicros): Promise<PackedEvents> {
  const kept = events.filter((event) => event.type === 'span' || event.type === 'annotation');
  const written = JSON.stringify(kept);
  const id = contentId(`joined\u0000${origin}\u0000${written}`);
  return { id, origin, count: kept.length, data: await pack(Buffer.from(written)) };
}

/** What `packEvents` packed. */
export async function unpackEvents(data: Uint8Array): Promise<readonly TraceEvent[]> {
  const value: unknown = JSON.parse(Buffer.from(await unpack(data)).toString('utf8'));
  if (!isJson(value) || !Array.isArray(value)) throw damaged();
  return value.map(eventOf);
}

function damaged(): StoreError {
  return new StoreError('database_error', 'The database gave something else than spans');
}

function eventOf(value: JsonValue): TraceEvent {
  if (!isJsonObject(value)) throw damaged();
  const { span, annotation } = value;
  if (isJsonObject(span)) return { type: 'span', span: spanOf(span) };
  if (isJsonObject(annotation)) return { type: 'annotation', annotation: annotationOf(annotation) };
  throw damaged();
}

function textAt(value: JsonObject, key: string): string {
  const found = value[key];
  if (typeof found !== 'string') throw damaged();
  return found;
}

function textOrNullAt(value: JsonObject, key: string): string | null {
  return (value[key] ?? null) === null ? null : textAt(value, key);
}

function numberAt(value: JsonObject, key: string): number {
  const found = value[key];
  if (typeof found !== 'number') throw damaged();
  return found;
}

function metadataOf({ metadata }: JsonObject): JsonObject | null {
  return isJsonObject(metadata) ? metadata : null;
}

function spanOf(value: JsonObject): SpanRecord {
  const status = textAt(value, 'status');
  const kind = SPAN_KINDS.find((known) => known === value['kind']);
  if (kind === undefined || !isStatus(status)) throw damaged();
  return {
    id: textAt(value, 'id'),
    parentId: textOrNullAt(value, 'parentId'),
    kind,
    name: textAt(value, 'name'),
    nodeKey: textOrNullAt(value, 'nodeKey'),
    iteration: (value['iteration'] ?? null) === null ? null : numberAt(value, 'iteration'),
    start: toMicros(numberAt(value, 'start')),
    duration: (value['duration'] ?? null) === null ? null : toMicros(numberAt(value, 'duration')),
    status,
    track: textOrNullAt(value, 'track'),
    metadata: metadataOf(value),
  };
}

function annotationOf(value: JsonObject): AnnotationRecord {
  return {
    spanId: textOrNullAt(value, 'spanId'),
    time: toMicros(numberAt(value, 'time')),
    label: textAt(value, 'label'),
    type: textAt(value, 'type'),
    metadata: metadataOf(value),
  };
}
