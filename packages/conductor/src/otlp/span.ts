import {
  after,
  isFailure,
  isJsonObject,
  type AnnotationRecord,
  type EpochMicros,
  type JsonObject,
  type Micros,
  type SpanRecord,
  type Status,
} from '@flowprof/model';
import { Attributes, type KeyValue } from './attributes.ts';

/** `SpanKind` of the protocol, as far as runs have them. */
const KIND = { internal: 1, client: 3 } as const;
/** `StatusCode` of the protocol: the engine leaves a success unset, as the specification asks of instrumentation. */
const ERROR = 2;

/** `SpanFlags`: the trace flags of W3C (sampled), that it is known whether the parent is remote, and that it is. */
const FLAGS = { sampled: 0x001, hasIsRemote: 0x100, isRemote: 0x200 } as const;

/** As many as the SDKs of OpenTelemetry keep by default. */
export const MAX_EVENTS = 128;

/** An event of a span in OTLP's JSON mapping. */
export interface OtlpEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: readonly KeyValue[];
}

/** A span in OTLP's JSON mapping: ids are hex, times are decimal strings of nanoseconds. */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly flags: number;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly droppedAttributesCount?: number;
  readonly events: readonly OtlpEvent[];
  readonly droppedEventsCount?: number;
  readonly status: { readonly code?: number; readonly message?: string };
}

/** The annotations of a span, as many as are kept, and how many are not. */
export interface Noted {
  readonly events: OtlpEvent[];
  dropped: number;
}

/** Where a span stands, and what belongs to it besides its record. */
export interface Placed {
  readonly traceId: string;
  readonly parentId: string | null;
  readonly remoteParent: boolean;
  readonly startedAt: EpochMicros;
  readonly noted: Noted | undefined;
}

/** A failure as spans carry it. */
export interface SpanError {
  readonly code: string;
  readonly message: string;
}

/** Nanoseconds since the epoch in decimal. Microseconds become nanoseconds as text: as a number they would be rounded. */
function unixNano(startedAt: EpochMicros, offset: Micros): string {
  const moment = after(startedAt, offset);
  return moment > 0 ? `${moment}000` : '0';
}

/** The error in a span's metadata, where it has one. */
export function errorIn(metadata: JsonObject | null): SpanError | null {
  const error = metadata?.['error'];
  if (!isJsonObject(error)) return null;
  const { code, message } = error;
  return typeof code === 'string' ? { code, message: typeof message === 'string' ? message : code } : null;
}

/** Names of OpenTelemetry's semantic conventions for what the metadata of an `http_request` says. */
const HTTP_NAMES = new Map([
  ['url', 'url.full'],
  ['method', 'http.request.method'],
  ['status', 'http.response.status_code'],
  ['bytes', 'http.response.body.size'],
  ['request_bytes', 'http.request.body.size'],
]);

function addServer(attributes: Attributes, url: string): void {
  if (!URL.canParse(url)) return;
  const { hostname, port, protocol } = new URL(url);
  attributes.add('server.address', hostname);
  attributes.add('server.port', Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port));
}

/** What the metadata of a span says, under the names of the semantic conventions where there are such. */
export function addMetadata(attributes: Attributes, span: SpanRecord): void {
  const isRequest = span.name === 'http_request';
  for (const [key, value] of Object.entries(span.metadata ?? {})) {
    if (key === 'error') continue;
    const known = isRequest ? HTTP_NAMES.get(key) : undefined;
    attributes.add(known ?? `workflow.${key}`, value);
    if (known === 'url.full' && typeof value === 'string') addServer(attributes, value);
  }
}

/** An annotation as an event. */
export function eventOf(annotation: AnnotationRecord, startedAt: EpochMicros): OtlpEvent {
  const attributes = new Attributes().add('workflow.annotation.type', annotation.type);
  for (const [key, value] of Object.entries(annotation.metadata ?? {})) attributes.add(`workflow.${key}`, value);
  return {
    timeUnixNano: unixNano(startedAt, annotation.time),
    name: annotation.label,
    attributes: attributes.list,
  };
}

function statusOf(status: Status, error: SpanError | null): OtlpSpan['status'] {
  if (!isFailure(status)) return {};
  return { code: ERROR, ...(error && { message: error.message }) };
}

/** Writes a span that has ended. */
export function spanOf(
  span: Pick<SpanRecord, 'id' | 'name' | 'start' | 'status'>,
  end: Micros,
  { traceId, parentId, remoteParent, startedAt, noted }: Placed,
  error: SpanError | null,
  attributes: Attributes,
): OtlpSpan {
  return {
    traceId,
    spanId: span.id,
    ...(parentId !== null && { parentSpanId: parentId }),
    flags: FLAGS.sampled | FLAGS.hasIsRemote | (remoteParent ? FLAGS.isRemote : 0),
    name: span.name,
    kind: span.name === 'http_request' ? KIND.client : KIND.internal,
    startTimeUnixNano: unixNano(startedAt, span.start),
    endTimeUnixNano: unixNano(startedAt, end),
    attributes: attributes.list,
    ...(attributes.dropped > 0 && { droppedAttributesCount: attributes.dropped }),
    events: noted?.events ?? [],
    ...(noted && noted.dropped > 0 && { droppedEventsCount: noted.dropped }),
    status: statusOf(span.status, error),
  };
}
