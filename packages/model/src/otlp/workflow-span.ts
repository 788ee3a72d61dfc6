/**
 * The spans of a run in OTLP's JSON mapping, with the attributes that `docs/formats/otlp-out.md` lists. Runs that are
 * under way are sent with it, and files are written; `workflow-fields.ts` reads it back.
 */
import { traceIdOf } from '../ids.ts';
import type { JsonValue } from '../json.ts';
import type { AnnotationRecord, NodeDeclaration, SpanRecord } from '../trace/events.ts';
import { isFailure, type Status } from '../trace/status.ts';
import type { SpanKind, TraceError } from '../trace/trace.ts';
import { after, type EpochMicros, type Micros } from '../units.ts';
import type { Attributes, KeyValue } from './attributes.ts';
import { CALL, callOf } from './clock-skew.ts';
import { errorFieldsIn, textIn } from './tags.ts';
import { HTTP_NAMES, metadataKey, SPAN_KIND_KEY, type EXECUTION_KIND } from './workflow-fields.ts';

/** `StatusCode` of the protocol: a success is left unset, as the specification asks of instrumentation. */
const ERROR = 2;

/** `SpanFlags`: the trace flags of W3C (sampled), that it is known whether the parent is remote, and that it is. */
const FLAGS = { sampled: 0x001, hasIsRemote: 0x100, isRemote: 0x200 } as const;

/** The span of a request that a run makes. */
const HTTP_REQUEST = 'http_request';

/** An event of a span in OTLP's JSON mapping. */
export interface OtlpEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: readonly KeyValue[];
}

/** A link from a span to another. */
export interface OtlpLink {
  readonly traceId: string;
  readonly spanId: string;
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
  /** 0 where it has not ended. */
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly droppedAttributesCount?: number;
  readonly events: readonly OtlpEvent[];
  readonly droppedEventsCount?: number;
  readonly links?: readonly OtlpLink[];
  readonly status: { readonly code?: number; readonly message?: string };
}

/** The annotations of a span, as many as are kept, and how many are not. */
export interface Noted {
  readonly events: readonly OtlpEvent[];
  readonly dropped: number;
}

/** Where a span stands, and what belongs to it besides its record. */
export interface Placed {
  readonly traceId: string;
  readonly parentId: string | null;
  readonly remoteParent: boolean;
  readonly startedAt: EpochMicros;
  readonly noted: Noted | undefined;
  readonly links?: readonly OtlpLink[];
}

/** Which run a span is of. */
export interface RunIdentity {
  readonly executionId: string;
  readonly workflow: string;
}

/** The id of the span that stands for an execution: the same in every process that goes on with it. */
export function rootSpanId(executionId: string): string {
  const id = traceIdOf(executionId).slice(16);
  return /^0+$/.test(id) ? '0000000000000001' : id;
}

/** Nanoseconds since the epoch in decimal. Microseconds become nanoseconds as text: as a number they would be rounded. */
function unixNano(startedAt: EpochMicros, offset: Micros): string {
  const moment = after(startedAt, offset);
  return moment > 0 ? `${moment}000` : '0';
}

/** What every span of a run has. */
export function addCommon(
  attributes: Attributes,
  { executionId, workflow }: RunIdentity,
  kind: SpanKind | typeof EXECUTION_KIND,
  status: Status,
  error: TraceError | null,
): Attributes {
  return attributes
    .add('workflow.name', workflow)
    .add('workflow.execution_id', executionId)
    .add(SPAN_KIND_KEY, kind)
    .add('workflow.status', status)
    .add('error.type', error?.code);
}

/** The node that a span belongs to; whoever knows only its key says that. */
export function addNode(
  attributes: Attributes,
  key: string,
  iteration: number | null,
  node: Pick<NodeDeclaration, 'name' | 'type' | 'dependsOn'> | undefined,
  kind: SpanKind,
): void {
  attributes.add('workflow.node.id', key).add('workflow.iteration', iteration);
  if (node === undefined) return;
  attributes.add('workflow.node.type', node.type);
  if (kind !== 'node') return;
  attributes.add('workflow.node.name', node.name);
  if (node.dependsOn.length > 0) attributes.add('workflow.node.depends_on', node.dependsOn);
}

function addServer(attributes: Attributes, url: string): void {
  const parts = /^(https?):\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]+)(?::(\d+))?(?=[/?#]|$)/i.exec(url);
  if (parts === null) return;
  const [, protocol, host, port] = parts;
  attributes.add('server.address', host.toLowerCase());
  attributes.add('server.port', Number(port ?? (protocol.toLowerCase() === 'https' ? 443 : 80)));
}

/** Keys that mean something else to a reader, who would not take them for metadata. */
function isReserved(key: string): boolean {
  return key === 'error.type' || key.startsWith('workflow.');
}

/**
 * What the metadata of a span says, under the names of the semantic conventions where there are such.
 * @param isOwn whether it is metadata of a run; that of other sources keeps its names, which are conventions already
 */
export function addMetadata(
  attributes: Attributes,
  span: Pick<SpanRecord, 'name' | 'metadata' | 'status'>,
  isOwn = true,
): void {
  const isRequest = isOwn && span.name === HTTP_REQUEST;
  for (const [key, value] of Object.entries(span.metadata ?? {})) {
    if (key === 'error') {
      if (attributes.isExact) addError(attributes, value, !isFailure(span.status));
      continue;
    }
    if (!isOwn && key === 'span.kind' && typeof value === 'string' && isTold(value)) continue;
    const known = isRequest ? HTTP_NAMES.get(key) : undefined;
    const name = known ?? (isOwn || isReserved(key) ? metadataKey(key) : key);
    attributes.addField(name, key, value);
    if (known === 'url.full' && typeof value === 'string') addServer(attributes, value);
  }
}

/** What an error says besides its code and message, which the status has; all of one that is of another form. */
function addError(attributes: Attributes, error: JsonValue, keepsMessage: boolean): void {
  const rest = errorFieldsIn(error, keepsMessage);
  if (rest === null) attributes.addField('workflow.error', 'error', error);
  else for (const [key, value] of Object.entries(rest)) attributes.addField(`workflow.error.${key}`, key, value);
}

/** Whether the kind of the span itself says the same as a tag. */
function isTold(kind: string): boolean {
  return callOf(kind) > CALL.internal && kind === kind.toLowerCase();
}

/** An annotation as an event. @param attributes none yet */
export function eventOf(
  annotation: Pick<AnnotationRecord, 'time' | 'label' | 'type' | 'metadata'>,
  startedAt: EpochMicros,
  attributes: Attributes,
): OtlpEvent {
  attributes.add('workflow.annotation.type', annotation.type);
  for (const [key, value] of Object.entries(annotation.metadata ?? {})) {
    attributes.addField(metadataKey(key), key, value);
  }
  return {
    timeUnixNano: unixNano(startedAt, annotation.time),
    name: annotation.label,
    attributes: attributes.close().list,
  };
}

function statusOf(status: Status, error: TraceError | null): OtlpSpan['status'] {
  if (!isFailure(status)) return {};
  return { code: ERROR, ...(error && { message: error.message }) };
}

/** The kind of a span: what its source says of it; a request of a run is the client's side of a call. */
function kindOf({ name, metadata }: Pick<SpanRecord, 'name' | 'metadata'>): number {
  const stated = callOf(textIn(metadata?.['span.kind']) ?? '');
  if (stated !== CALL.unspecified) return stated;
  return name === HTTP_REQUEST ? CALL.client : CALL.internal;
}

/** Writes a span. @param end null where it has not ended */
export function spanOf(
  span: Pick<SpanRecord, 'id' | 'name' | 'start' | 'status' | 'metadata'>,
  end: Micros | null,
  { traceId, parentId, remoteParent, startedAt, noted, links }: Placed,
  error: TraceError | null,
  attributes: Attributes,
): OtlpSpan {
  attributes.close();
  return {
    traceId,
    spanId: span.id,
    ...(parentId !== null && { parentSpanId: parentId }),
    flags: FLAGS.sampled | FLAGS.hasIsRemote | (remoteParent ? FLAGS.isRemote : 0),
    name: span.name,
    kind: kindOf(span),
    startTimeUnixNano: unixNano(startedAt, span.start),
    endTimeUnixNano: end === null ? '0' : unixNano(startedAt, end),
    attributes: attributes.list,
    ...(attributes.dropped > 0 && { droppedAttributesCount: attributes.dropped }),
    events: noted?.events ?? [],
    ...(noted && noted.dropped > 0 && { droppedEventsCount: noted.dropped }),
    ...(links && links.length > 0 && { links }),
    status: statusOf(span.status, error),
  };
}
