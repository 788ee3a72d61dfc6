/**
 * OTLP's JSON mapping (OpenTelemetry protocol 1.x, "JSON Protobuf Encoding") into columns: ids are hex, 64 bit integers
 * are texts or numbers, enums are numbers. What exporters write beside that is read too: field names with underscores,
 * enums by name, ids in base64 and the `instrumentationLibrarySpans` of before version 0.15. Unknown fields are ignored.
 */
import { TraceFileError } from '../formats/errors.ts';
import { isJsonArray } from '../formats/json-reader.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { OtlpBuilder, type AttributePool } from './builder.ts';
import { ATTRIBUTE, MARK, type OtlpSpans } from './columns.ts';
import { bytesOfBase64, readId } from './json-bytes.ts';
import { OtlpRejections, type OtlpRejected } from './rejections.ts';
import { viewOf } from './strings.ts';
import { JsonBuilder, MAX_VALUE_DEPTH } from './values.ts';

/** What a request or file came to. */
export interface OtlpRead {
  readonly spans: OtlpSpans;
  readonly rejected: OtlpRejected;
}

/** A field of a span that is of another type than OTLP says: the span is not taken. */
class BadField extends Error {
  readonly path: string;

  constructor(path: string) {
    super(path);
    this.path = path;
  }
}

const SNAKE = /[A-Z]/g;
const snakeNames = new Map<string, string>();

function snake(name: string): string {
  let known = snakeNames.get(name);
  if (known === undefined) {
    known = name.replace(SNAKE, (letter) => `_${letter.toLowerCase()}`);
    snakeNames.set(name, known);
  }
  return known;
}

/** A field by its name, or by its name with underscores; null where it is absent. */
function field(object: JsonObject, name: string): JsonValue {
  if (Object.hasOwn(object, name)) return object[name];
  const other = snake(name);
  return Object.hasOwn(object, other) ? object[other] : null;
}

function listField(object: JsonObject, name: string): readonly JsonValue[] {
  const value = field(object, name);
  if (value === null) return [];
  if (!isJsonArray(value)) throw new BadField(name);
  return value;
}

function textField(object: JsonObject, name: string): string {
  const value = field(object, name);
  if (value === null) return '';
  if (typeof value !== 'string') throw new BadField(name);
  return value;
}

/** A whole number of 32 bits, as number or text. */
function countField(object: JsonObject, name: string): number {
  const value = field(object, name);
  if (value === null) return 0;
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) throw new BadField(name);
  return Math.min(Math.max(number, 0), 0xffff_ffff);
}

/** A position in a list of names, as a number or by the name with OTLP's prefix or without; 0 where it is unknown. */
function enumField(object: JsonObject, name: string, prefix: string, names: readonly string[]): number {
  const value = field(object, name);
  if (value === null) return 0;
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'number') return Number.isInteger(number) && number > 0 && number < names.length ? number : 0;
  if (typeof number !== 'string') throw new BadField(name);
  const upper = number.toUpperCase();
  return Math.max(0, names.indexOf(upper.startsWith(prefix) ? upper.slice(prefix.length) : upper));
}

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUSES = ['UNSET', 'OK', 'ERROR'];

const MAX_NANOS = 2n ** 64n;

/** A moment in microseconds, and whether nanoseconds of it were cut off. */
interface Moment {
  readonly micros: number;
  readonly isCut: boolean;
}

const NO_MOMENT: Moment = { micros: 0, isCut: false };

/**
 * Nanoseconds since the epoch. A number of such size is exact to 256 ns only, so it is rounded to microseconds, while the
 * digits of a text are cut off.
 */
function momentField(object: JsonObject, name: string): Moment {
  const value = field(object, name);
  if (value === null || value === '') return NO_MOMENT;
  if (typeof value === 'number') {
    const micros = Math.round(value / 1000);
    if (!(micros >= 0) || value >= 2 ** 64) throw new BadField(name);
    return { micros, isCut: Number.isSafeInteger(value) ? value % 1000 !== 0 : false };
  }
  if (typeof value !== 'string' || !/^\d{1,20}$/.test(value)) throw new BadField(name);
  if (BigInt(value) >= MAX_NANOS) throw new BadField(name);
  return { micros: Number(value.slice(0, -3)), isCut: !value.endsWith('000') && Number(value) !== 0 };
}

/** Reads requests in OTLP's JSON, any number of them, into the same columns. */
export class OtlpJsonReader {
  readonly #builder: OtlpBuilder;
  readonly #rejections = new OtlpRejections();
  readonly #ids = new Uint8Array(24);

  /** @param most how many attributes, events and the like there may be; see `OtlpBuilder` */
  constructor(most?: number) {
    this.#builder = new OtlpBuilder(most);
  }

  /** How many spans were taken so far. */
  get length(): number {
    return this.#builder.length;
  }

  /**
   * Reads a request (`ExportTraceServiceRequest`, `TracesData`). Spans that are wrong are left out and counted.
   * @throws {TraceFileError} `malformed` when it is no such message
   */
  add(request: JsonValue): void {
    if (!isJsonObject(request)) throw malformed('the request is not an object');
    const list = field(request, 'resourceSpans');
    if (list === null) return;
    if (!isJsonArray(list)) throw malformed('/resourceSpans is not an array');
    for (const [index, resourceSpans] of list.entries()) {
      const place = `/resourceSpans/${index}`;
      if (!isJsonObject(resourceSpans)) throw malformed(`${place} is not an object`);
      this.#readWhole(place, () => {
        this.#addResource(resourceSpans);
      });
      this.#addScopes(resourceSpans, place, 'scopeSpans', 'scope');
      this.#addScopes(resourceSpans, place, 'instrumentationLibrarySpans', 'instrumentationLibrary');
    }
  }

  /** What was read so far. */
  finish(): OtlpRead {
    return { spans: this.#builder.finish(), rejected: this.#rejections };
  }

  /** What many spans share must be right, or the request is refused. */
  #readWhole(place: string, read: () => void): void {
    try {
      read();
    } catch (error) {
      if (error instanceof BadField) throw malformed(`${place}/${error.path} is of another type`);
      throw error;
    }
  }

  #addResource(resourceSpans: JsonObject): void {
    const resource = field(resourceSpans, 'resource');
    if (resource !== null && !isJsonObject(resource)) throw new BadField('resource');
    const pool = this.#builder.resourceAttributes;
    if (resource !== null) within('resource', () => this.#addAttributes(resource, pool));
    const dropped = resource === null ? 0 : within('resource', () => countField(resource, 'droppedAttributesCount'));
    this.#builder.addResource(this.#text(textField(resourceSpans, 'schemaUrl')), dropped);
  }

  #addScopes(resourceSpans: JsonObject, at: string, spansName: string, scopeName: string): void {
    const list = field(resourceSpans, spansName);
    if (list === null) return;
    if (!isJsonArray(list)) throw malformed(`${at}/${spansName} is not an array`);
    for (const [index, scopeSpans] of list.entries()) {
      const place = `${at}/${spansName}/${index}`;
      if (!isJsonObject(scopeSpans)) throw malformed(`${place} is not an object`);
      this.#readWhole(place, () => {
        this.#addScope(scopeSpans, scopeName);
      });
      const spans = field(scopeSpans, 'spans');
      if (spans !== null && !isJsonArray(spans)) throw malformed(`${place}/spans is not an array`);
      for (const [row, span] of (spans ?? []).entries()) this.#addSpan(span, () => `${place}/spans/${row}`);
    }
  }

  #addScope(scopeSpans: JsonObject, name: string): void {
    const scope = field(scopeSpans, name) ?? {};
    if (!isJsonObject(scope)) throw new BadField(name);
    const schemaUrl = this.#text(textField(scopeSpans, 'schemaUrl'));
    within(name, () => {
      this.#addAttributes(scope, this.#builder.scopeAttributes);
      this.#builder.addScope(
        this.#text(textField(scope, 'name')),
        this.#text(textField(scope, 'version')),
        schemaUrl,
        countField(scope, 'droppedAttributesCount'),
      );
    });
  }

  #addSpan(span: JsonValue, place: () => string): void {
    if (!isJsonObject(span)) {
      this.#rejections.add('bad_field', place);
      return;
    }
    const builder = this.#builder;
    const row = builder.begin();
    try {
      const cut = this.#fillSpan(span, row);
      const problem = builder.commit(cut);
      if (problem !== null) this.#rejections.add(problem, place);
    } catch (error) {
      builder.abandon();
      if (!(error instanceof BadField)) throw error;
      this.#rejections.add('bad_field', () => `${place()}/${error.path}`);
    }
  }

  /** Returns whether the times are no whole microseconds. */
  #fillSpan(span: JsonObject, row: number): boolean {
    const builder = this.#builder;
    readId(field(span, 'traceId'), builder.traceId, 16 * row, 16);
    readId(field(span, 'spanId'), builder.spanId, 8 * row, 8);
    const parent = field(span, 'parentSpanId');
    if (parent !== null && parent !== '' && !readId(parent, builder.parentId, 8 * row, 8)) {
      builder.marks[row] |= MARK.badParent;
    }
    const start = momentField(span, 'startTimeUnixNano');
    const end = momentField(span, 'endTimeUnixNano');
    builder.start[row] = start.micros;
    builder.end[row] = end.micros;
    builder.name[row] = this.#text(textField(span, 'name'));
    builder.kind[row] = enumField(span, 'kind', 'SPAN_KIND_', KINDS);
    builder.traceState[row] = this.#text(textField(span, 'traceState'));
    builder.flags[row] = countField(span, 'flags');
    builder.droppedAttributes[row] = countField(span, 'droppedAttributesCount');
    builder.droppedEvents[row] = countField(span, 'droppedEventsCount');
    builder.droppedLinks[row] = countField(span, 'droppedLinksCount');
    this.#fillStatus(field(span, 'status'), row);
    if (this.#addAttributes(span, builder.attributes)) builder.marks[row] |= MARK.cutValue;
    this.#addEvents(span, row);
    this.#addLinks(span, row);
    return start.isCut || end.isCut;
  }

  #fillStatus(status: JsonValue, row: number): void {
    if (status === null) return;
    if (!isJsonObject(status)) throw new BadField('status');
    within('status', () => {
      this.#builder.status[row] = enumField(status, 'code', 'STATUS_CODE_', STATUSES);
      this.#builder.statusMessage[row] = this.#text(textField(status, 'message'));
    });
  }

  #addEvents(span: JsonObject, row: number): void {
    const { events, marks } = this.#builder;
    for (const [index, event] of listField(span, 'events').entries()) {
      if (!isJsonObject(event)) throw new BadField(`events/${index}`);
      within(`events/${index}`, () => {
        if (this.#addAttributes(event, events.attributes)) marks[row] |= MARK.cutValue;
        const { micros } = momentField(event, 'timeUnixNano');
        events.add(micros, this.#text(textField(event, 'name')), countField(event, 'droppedAttributesCount'));
      });
    }
  }

  #addLinks(span: JsonObject, row: number): void {
    const { links, marks, droppedLinks } = this.#builder;
    for (const [index, link] of listField(span, 'links').entries()) {
      if (!isJsonObject(link)) throw new BadField(`links/${index}`);
      within(`links/${index}`, () => {
        const hasTrace = readId(field(link, 'traceId'), this.#ids, 0, 16);
        if (!readId(field(link, 'spanId'), this.#ids, 16, 8) || !hasTrace) {
          marks[row] |= MARK.badLink;
          droppedLinks[row]++;
          return;
        }
        if (this.#addAttributes(link, links.attributes)) marks[row] |= MARK.cutValue;
        links.add(this.#ids, {
          traceState: this.#text(textField(link, 'traceState')),
          flags: countField(link, 'flags'),
          droppedAttributes: countField(link, 'droppedAttributesCount'),
        });
      });
    }
  }

  /** Returns whether a value was nested too deep. */
  #addAttributes(owner: JsonObject, pool: AttributePool): boolean {
    let isCut = false;
    for (const [index, item] of listField(owner, 'attributes').entries()) {
      if (!isJsonObject(item)) throw new BadField(`attributes/${index}`);
      within(`attributes/${index}`, () => {
        if (this.#addValue(pool, this.#text(textField(item, 'key')), field(item, 'value'))) isCut = true;
      });
    }
    return isCut;
  }

  /** Adds a value, and returns whether it was nested too deep. */
  #addValue(pool: AttributePool, key: number, value: JsonValue): boolean {
    if (value === null) {
      pool.add(key, ATTRIBUTE.empty, 0);
      return false;
    }
    const set = valueOf(value);
    if (set === null) pool.add(key, ATTRIBUTE.empty, 0);
    else if (set.type === 'string') pool.add(key, ATTRIBUTE.string, this.#text(set.value));
    else if (set.type === 'bool') pool.add(key, ATTRIBUTE.bool, set.value ? 1 : 0);
    else if (set.type === 'double') pool.add(key, ATTRIBUTE.double, set.value);
    else if (set.type === 'bytes') {
      pool.add(key, ATTRIBUTE.bytes, this.#builder.strings.ofBytes(viewOf(set.value), 0, set.value.byteLength));
    } else if (set.type === 'int') {
      if (typeof set.value === 'number') pool.add(key, ATTRIBUTE.int, set.value);
      else pool.add(key, ATTRIBUTE.bigint, this.#text(set.value));
    } else {
      const json = new JsonBuilder();
      writeNested(json, value, MAX_VALUE_DEPTH);
      pool.add(key, ATTRIBUTE.json, this.#text(json.text));
      return json.isCut;
    }
    return false;
  }

  #text(text: string): number {
    return text === '' ? 0 : this.#builder.strings.of(text);
  }
}

/**
 * Reads one request.
 * @param most how many attributes, events and the like there may be; see `OtlpBuilder`
 * @throws {TraceFileError} `malformed` when it is none, `too_large`
 */
export function readOtlpJson(request: JsonValue, most?: number): OtlpRead {
  const reader = new OtlpJsonReader(most);
  reader.add(request);
  return reader.finish();
}

function malformed(message: string): TraceFileError {
  return new TraceFileError('malformed', `not OTLP: ${message}`);
}

/** Names the place of what is wrong inside. */
function within<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof BadField) throw new BadField(`${place}/${error.path}`);
    throw error;
  }
}

type SetValue =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'bytes'; readonly value: Uint8Array }
  /** A text where a number would not be exact. */
  | { readonly type: 'int'; readonly value: number | string }
  | { readonly type: 'array'; readonly value: readonly JsonValue[] }
  | { readonly type: 'kvlist'; readonly value: readonly JsonValue[] };

const WORDS = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

function intOf(value: JsonValue): number | string {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value !== 'string' || !/^-?\d{1,20}$/.test(value)) throw new BadField('intValue');
  const number = Number(value);
  return Number.isSafeInteger(number) ? number + 0 : BigInt(value).toString();
}

function doubleOf(value: JsonValue): number {
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' ? (WORDS.get(value) ?? (value === '' ? null : Number(value))) : null;
  if (number === null || (Number.isNaN(number) && value !== 'NaN')) throw new BadField('doubleValue');
  return number;
}

function valuesOf(value: JsonValue, name: string): readonly JsonValue[] {
  if (!isJsonObject(value)) throw new BadField(name);
  return within(name, () => listField(value, 'values'));
}

/** What is set of an `AnyValue`; null where nothing is. */
function valueOf(value: JsonValue): SetValue | null {
  if (!isJsonObject(value)) throw new BadField('value');
  let found: JsonValue = field(value, 'stringValue');
  if (typeof found === 'string') return { type: 'string', value: found };
  if (found !== null) throw new BadField('value/stringValue');
  if ((found = field(value, 'intValue')) !== null) return { type: 'int', value: intOf(found) };
  if ((found = field(value, 'boolValue')) !== null) {
    if (typeof found !== 'boolean') throw new BadField('value/boolValue');
    return { type: 'bool', value: found };
  }
  if ((found = field(value, 'doubleValue')) !== null) return { type: 'double', value: doubleOf(found) };
  if ((found = field(value, 'arrayValue')) !== null) return { type: 'array', value: valuesOf(found, 'arrayValue') };
  if ((found = field(value, 'kvlistValue')) !== null) return { type: 'kvlist', value: valuesOf(found, 'kvlistValue') };
  if ((found = field(value, 'bytesValue')) === null) return null;
  const bytes = typeof found === 'string' ? bytesOfBase64(found) : null;
  if (bytes === null) throw new BadField('value/bytesValue');
  return { type: 'bytes', value: bytes };
}

/** Writes an `AnyValue` as plain JSON, at most so many levels deep. */
function writeNested(json: JsonBuilder, value: JsonValue, levels: number): void {
  const set = value === null ? null : valueOf(value);
  if (set === null) json.empty();
  else if (set.type === 'array' || set.type === 'kvlist') {
    if (levels === 0) json.cut();
    else if (set.type === 'array') writeArray(json, set.value, levels);
    else writeList(json, set.value, levels);
  } else if (set.type === 'bytes') json.bytes(set.value);
  else if (set.type === 'bool') json.bool(set.value);
  else if (set.type === 'double') json.number(set.value);
  else if (set.type === 'string') json.string(set.value);
  else if (typeof set.value === 'number') json.number(set.value);
  else json.string(set.value);
}

function writeArray(json: JsonBuilder, values: readonly JsonValue[], levels: number): void {
  json.open('[');
  for (const item of values) writeNested(json, item, levels - 1);
  json.close(']');
}

function writeList(json: JsonBuilder, values: readonly JsonValue[], levels: number): void {
  json.open('{');
  for (const item of values) {
    if (!isJsonObject(item)) throw new BadField('value/kvlistValue');
    json.key(textField(item, 'key'));
    writeNested(json, field(item, 'value'), levels - 1);
  }
  json.close('}');
}
