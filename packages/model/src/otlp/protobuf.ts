/**
 * OTLP in protocol buffers (`ExportTraceServiceRequest`, which is `TracesData` on the wire) into columns, by hand: no
 * object is made a span or attribute, and strings that are known are found by their bytes. Fields may come in any order;
 * those that are not known are skipped; what breaks the wire format is refused as a whole.
 */
import { allAtOnce, type Steps } from '../steps.ts';
import { OtlpBuilder } from './builder.ts';
import { MARK, OTLP_KINDS, OTLP_STATUS } from './columns.ts';
import type { OtlpRead } from './json.ts';
import { skipUnknown, ValueReader } from './protobuf-values.ts';
import { OtlpRejections } from './rejections.ts';
import { WireReader } from './wire.ts';

/** Tags: the number of the field times eight, and its wire type. `last` is the highest number of a field. */
const REQUEST = { resourceSpans: 0x0a, last: 1 } as const;
const RESOURCE_SPANS = { resource: 0x0a, scopeSpans: 0x12, schemaUrl: 0x1a, last: 3 } as const;
const RESOURCE = { attributes: 0x0a, dropped: 0x10, last: 2 } as const;
const SCOPE_SPANS = { scope: 0x0a, spans: 0x12, schemaUrl: 0x1a, last: 3 } as const;
const SCOPE = { name: 0x0a, version: 0x12, attributes: 0x1a, dropped: 0x20, last: 4 } as const;
const SPAN = {
  traceId: 0x0a,
  spanId: 0x12,
  traceState: 0x1a,
  parentId: 0x22,
  name: 0x2a,
  kind: 0x30,
  start: 0x39,
  end: 0x41,
  attributes: 0x4a,
  droppedAttributes: 0x50,
  events: 0x5a,
  droppedEvents: 0x60,
  links: 0x6a,
  droppedLinks: 0x70,
  status: 0x7a,
  flags: 0x85,
  last: 16,
} as const;
const EVENT = { time: 0x09, name: 0x12, attributes: 0x1a, dropped: 0x20, last: 4 } as const;
const LINK = {
  traceId: 0x0a,
  spanId: 0x12,
  traceState: 0x1a,
  attributes: 0x22,
  dropped: 0x28,
  flags: 0x35,
  last: 6,
} as const;
const STATUS = { message: 0x12, code: 0x18, last: 3 } as const;

/** After so many spans others may have a turn. */
const SPANS_A_STEP = 512;

/** 2^32 is so many thousands, and this much more. */
const THOUSANDS = 4_294_967;
const REST = 296;

function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Reads one request; see `readOtlpProtobuf`. */
class RequestReader {
  readonly #wire: WireReader;
  readonly #builder: OtlpBuilder;
  readonly #rejections = new OtlpRejections();
  readonly #values: ValueReader;
  /** Whether nanoseconds of the span at hand were cut off. */
  #isCut = false;
  /** How many links of the span at hand were left out. */
  #badLinks = 0;
  readonly #ids = new Uint8Array(24);
  #resources = 0;
  #scopes = 0;

  constructor(bytes: Uint8Array, most: number | undefined) {
    this.#builder = new OtlpBuilder(most);
    this.#wire = new WireReader(bytes);
    this.#values = new ValueReader(this.#wire, this.#builder.strings);
  }

  *read(): Steps<OtlpRead> {
    const wire = this.#wire;
    const end = wire.bytes.byteLength;
    while (wire.at < end) {
      const tag = wire.tag(end);
      if (tag === REQUEST.resourceSpans) yield* this.#resourceSpans(wire.length(end));
      else skipUnknown(wire, tag, end, REQUEST.last);
    }
    return { spans: this.#builder.finish(), rejected: this.#rejections };
  }

  /** Twice over it: what spans share may come after them. */
  *#resourceSpans(end: number): Steps<void> {
    const wire = this.#wire;
    const from = wire.at;
    let schemaUrl = 0;
    let dropped = 0;
    while (wire.at < end) {
      const tag = wire.tag(end);
      if (tag === RESOURCE_SPANS.resource) dropped = this.#resource(wire.length(end), dropped);
      else if (tag === RESOURCE_SPANS.schemaUrl) schemaUrl = this.#string(end);
      else if (tag === RESOURCE_SPANS.scopeSpans) wire.at = wire.length(end);
      else skipUnknown(wire, tag, end, RESOURCE_SPANS.last);
    }
    this.#builder.addResource(schemaUrl, dropped);
    wire.at = from;
    this.#scopes = 0;
    while (wire.at < end) {
      const tag = wire.tag(end);
      if (tag === RESOURCE_SPANS.scopeSpans) yield* this.#scopeSpans(wire.length(end));
      else wire.skip(tag, end);
    }
    this.#resources++;
  }

  *#scopeSpans(end: number): Steps<void> {
    const wire = this.#wire;
    const from = wire.at;
    const scope = { name: 0, version: 0, dropped: 0 };
    let schemaUrl = 0;
    while (wire.at < end) {
      const tag = wire.tag(end);
      if (tag === SCOPE_SPANS.scope) this.#scope(wire.length(end), scope);
      else if (tag === SCOPE_SPANS.schemaUrl) schemaUrl = this.#string(end);
      else if (tag === SCOPE_SPANS.spans) wire.at = wire.length(end);
      else skipUnknown(wire, tag, end, SCOPE_SPANS.last);
    }
    this.#builder.addScope(scope.name, scope.version, schemaUrl, scope.dropped);
    wire.at = from;
    for (let row = 0; wire.at < end;) {
      const tag = wire.tag(end);
      if (tag === SCOPE_SPANS.spans) this.#span(wire.length(end), row++);
      else wire.skip(tag, end);
      if (row % SPANS_A_STEP === SPANS_A_STEP - 1) yield;
    }
    this.#scopes++;
    yield;
  }

  #resource(end: number, before: number): number {
    const wire = this.#wire;
    let dropped = before;
    while (wire.at < end) {
      const tag = wire.tag(end);
      if (tag === RESOURCE.attributes) this.#values.addKeyValue(this.#builder.resourceAttributes, wire.length(end));
      else if (tag === RESOURCE.dropped) dropped = wire.uint32(end);
      // Field 3 names entities among the attributes, which nothing here needs.
      else skipUnknown(wire, tag, end, RESOURCE.last);
    }
    return dropped;
  }

  #scope(end: number, into: { name: number; version: number; dropped: number }): void {
    const wire = this.#wire;
    while (wire.at < end) {
      const tag = wire.tag(end);
      if (tag === SCOPE.name) into.name = this.#string(end);
      else if (tag === SCOPE.version) into.version = this.#string(end);
      else if (tag === SCOPE.attributes) {
        this.#values.addKeyValue(this.#builder.scopeAttributes, wire.length(end));
      } else if (tag === SCOPE.dropped) into.dropped = wire.uint32(end);
      else skipUnknown(wire, tag, end, SCOPE.last);
    }
  }

  #span(end: number, index: number): void {
    const builder = this.#builder;
    const row = builder.begin();
    this.#isCut = false;
    this.#values.isCut = false;
    this.#badLinks = 0;
    this.#fields(end, row);
    if (this.#badLinks > 0) {
      builder.marks[row] |= MARK.badLink;
      builder.droppedLinks[row] += this.#badLinks;
    }
    if (this.#values.isCut) builder.marks[row] |= MARK.cutValue;
    const problem = builder.commit(this.#isCut);
    if (problem === null) return;
    const place = `/resourceSpans/${this.#resources}/scopeSpans/${this.#scopes}/spans/${index}`;
    this.#rejections.add(problem, () => place);
  }

  #fields(end: number, row: number): void {
    const wire = this.#wire;
    const builder = this.#builder;
    while (wire.at < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case SPAN.attributes:
          this.#values.addKeyValue(builder.attributes, wire.length(end));
          break;
        case SPAN.traceId:
          this.#id(builder.traceId, 16 * row, 16, end);
          break;
        case SPAN.spanId:
          this.#id(builder.spanId, 8 * row, 8, end);
          break;
        case SPAN.parentId:
          this.#parent(row, end);
          break;
        case SPAN.name:
          builder.name[row] = this.#string(end);
          break;
        case SPAN.kind:
          builder.kind[row] = this.#enum(end, OTLP_KINDS.length);
          break;
        case SPAN.start:
          builder.start[row] = this.#moment(end);
          break;
        case SPAN.end:
          builder.end[row] = this.#moment(end);
          break;
        case SPAN.status:
          this.#status(wire.length(end), row);
          break;
        case SPAN.events:
          this.#event(wire.length(end));
          break;
        case SPAN.links:
          this.#link(wire.length(end));
          break;
        case SPAN.flags:
          builder.flags[row] = wire.fixed32(end);
          break;
        default:
          this.#rareField(tag, end, row);
      }
    }
  }

  #rareField(tag: number, end: number, row: number): void {
    const wire = this.#wire;
    const builder = this.#builder;
    if (tag === SPAN.traceState) builder.traceState[row] = this.#string(end);
    else if (tag === SPAN.droppedAttributes) builder.droppedAttributes[row] = wire.uint32(end);
    else if (tag === SPAN.droppedEvents) builder.droppedEvents[row] = wire.uint32(end);
    else if (tag === SPAN.droppedLinks) builder.droppedLinks[row] = wire.uint32(end);
    else skipUnknown(wire, tag, end, SPAN.last);
  }

  #status(end: number, row: number): void {
    const wire = this.#wire;
    while (wire.at < end) {
      const tag = wire.tag(end);
      if (tag === STATUS.code) this.#builder.status[row] = this.#enum(end, OTLP_STATUS.error + 1);
      else if (tag === STATUS.message) this.#builder.statusMessage[row] = this.#string(end);
      // Field 1 was the status of before version 0.11.
      else if (tag >>> 3 === 1) wire.skip(tag, end);
      else skipUnknown(wire, tag, end, STATUS.last);
    }
  }

  #event(end: number): void {
    const wire = this.#wire;
    const { events } = this.#builder;
    let time = 0;
    let name = 0;
    let dropped = 0;
    const isCut = this.#isCut;
    while (wire.at < end) {
      const tag = wire.tag(end);
      if (tag === EVENT.attributes) this.#values.addKeyValue(events.attributes, wire.length(end));
      else if (tag === EVENT.name) name = this.#string(end);
      else if (tag === EVENT.time) time = this.#moment(end);
      else if (tag === EVENT.dropped) dropped = wire.uint32(end);
      else skipUnknown(wire, tag, end, EVENT.last);
    }
    this.#isCut = isCut;
    events.add(time, name, dropped);
  }

  #link(end: number): void {
    const wire = this.#wire;
    const { links } = this.#builder;
    const fields = { traceState: 0, flags: 0, droppedAttributes: 0 };
    const ids = this.#ids.fill(0);
    while (wire.at < end) {
      const tag = wire.tag(end);
      if (tag === LINK.traceId) this.#id(ids, 0, 16, end);
      else if (tag === LINK.spanId) this.#id(ids, 16, 8, end);
      else if (tag === LINK.traceState) fields.traceState = this.#string(end);
      else if (tag === LINK.attributes) this.#values.addKeyValue(links.attributes, wire.length(end));
      else if (tag === LINK.dropped) fields.droppedAttributes = wire.uint32(end);
      else if (tag === LINK.flags) fields.flags = wire.fixed32(end);
      else skipUnknown(wire, tag, end, LINK.last);
    }
    if (isZero(ids, 0, 16) || isZero(ids, 16, 24)) {
      links.attributes.drop();
      this.#badLinks++;
    } else links.add(ids, fields);
  }

  #string(end: number): number {
    const wire = this.#wire;
    const next = wire.length(end);
    const number = this.#builder.strings.ofBytes(wire.view, wire.at, next);
    wire.at = next;
    return number;
  }

  /** Reads an id; one of another length becomes zero, which is none. Returns the length. */
  #id(into: Uint8Array, at: number, length: number, end: number): number {
    const wire = this.#wire;
    const { bytes } = wire;
    const next = wire.length(end);
    const from = wire.at;
    const found = next - from;
    for (let i = 0; i < length; i++) into[at + i] = found === length ? bytes[from + i] : 0;
    wire.at = next;
    return found;
  }

  #parent(row: number, end: number): void {
    const length = this.#id(this.#builder.parentId, 8 * row, 8, end);
    if (length !== 8 && length !== 0) this.#builder.marks[row] |= MARK.badParent;
  }

  #enum(end: number, count: number): number {
    const value = this.#wire.uint32(end);
    return value < count ? value : 0;
  }

  /**
   * Nanoseconds as microseconds: 2^32 nanoseconds are 4,294,967 us and 296 ns, which keeps all numbers exact up to 2255;
   * those after are rounded once.
   */
  #moment(end: number): number {
    const wire = this.#wire;
    wire.fixed64(end);
    const rest = wire.high * REST + wire.low;
    const micros = Math.floor(rest / 1000);
    if (micros * 1000 !== rest) this.#isCut = true;
    const sum = wire.high * THOUSANDS + micros;
    if (sum <= Number.MAX_SAFE_INTEGER) return sum;
    return Number(((BigInt(wire.high) << 32n) | BigInt(wire.low)) / 1000n);
  }
}

/**
 * Reads a request of protocol buffers in steps. Spans whose ids are none are left out and counted.
 * @param most how many attributes, events and the like there may be; see `OtlpBuilder`
 * @throws {TraceFileError} `malformed` when the bytes are no such message, `too_large`
 */
export function readOtlpProtobufInSteps(bytes: Uint8Array, most?: number): Steps<OtlpRead> {
  return new RequestReader(bytes, most).read();
}

/** The same at once. @throws {TraceFileError} `malformed` when the bytes are no such message, `too_large` */
export function readOtlpProtobuf(bytes: Uint8Array, most?: number): OtlpRead {
  return allAtOnce(readOtlpProtobufInSteps(bytes, most));
}
