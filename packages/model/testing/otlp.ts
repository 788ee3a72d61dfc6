import { readFileSync } from 'node:fs';
import {
  createFileRegistry,
  fromBinary,
  fromJson,
  toBinary,
  toJson,
  type DescMessage,
  type JsonObject as ProtobufJson,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import * as fc from 'fast-check';
import type { JsonObject, JsonValue } from '../src/json.ts';
import {
  attributesAt,
  otlpSpanIdAt,
  parentIdAt,
  traceIdAt,
  type OtlpAttributes,
  type OtlpSpans,
} from '../src/otlp/columns.ts';
import { OtlpTexts } from '../src/otlp/strings.ts';
import { at } from './at.ts';

const descriptors = new URL('../../../fixtures/opentelemetry-proto/trace-service.binpb', import.meta.url);
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptors)));

function messageOf(name: string): DescMessage {
  const schema = registry.getMessage(name);
  if (schema === undefined) throw new Error(`no message ${name}`);
  return schema;
}

const schema = messageOf('opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest');

/** A request in protobuf's own JSON, in which ids are base64, as bytes: by generated code. */
export function encodeOtlp(request: ProtobufJson): Uint8Array {
  return toBinary(schema, fromJson(schema, request));
}

const parse: (text: string) => JsonValue = JSON.parse;

/** Bytes as a request in protobuf's own JSON: by generated code. */
export function decodeOtlp(bytes: Uint8Array): JsonValue {
  return parse(JSON.stringify(toJson(schema, fromBinary(schema, bytes))));
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('service.name', 'http.route', ''),
);
const base64 = (length: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes).toString('base64'));
const uint32 = fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const nanos = fc
  .oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.bigInt({ min: 10n ** 18n, max: 2n * 10n ** 18n }),
    fc.constant(0n),
  )
  .map(String);
const int64 = fc
  .oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -300n, max: 300n }))
  .map(String);
const double = fc.double().map((value) => (Number.isFinite(value) ? value : String(value)));

const { value: anyValue } = fc.letrec<{ value: ProtobufJson; pair: ProtobufJson }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.constant({}),
    fc.record({ stringValue: text }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: int64 }),
    // JSON has no -0.
    fc.record({ doubleValue: double.map((value) => (value === 0 ? 0 : value)) }),
    fc.record({ bytesValue: fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64')) }),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('value'), { maxLength: 3 }) }) }),
    fc.record({ kvlistValue: fc.record({ values: fc.array(tie('pair'), { maxLength: 3 }) }) }),
  ),
  pair: fc.record({ key: text, value: tie('value') }, { requiredKeys: [] }),
}));
const attributes = fc.array(fc.record({ key: text, value: anyValue }, { requiredKeys: [] }), { maxLength: 4 });
const event = fc.record(
  { timeUnixNano: nanos, name: text, attributes, droppedAttributesCount: uint32 },
  { requiredKeys: [] },
);
const link = fc.record(
  {
    traceId: fc.oneof(base64(16), base64(3)),
    spanId: base64(8),
    traceState: text,
    attributes,
    droppedAttributesCount: uint32,
    flags: uint32,
  },
  { requiredKeys: [] },
);
const span = fc.record(
  {
    traceId: fc.oneof({ weight: 9, arbitrary: base64(16) }, { weight: 1, arbitrary: base64(5) }),
    spanId: base64(8),
    traceState: text,
    parentSpanId: fc.oneof(base64(8), base64(3), fc.constant('')),
    flags: uint32,
    name: text,
    kind: fc.nat(7),
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    attributes,
    droppedAttributesCount: uint32,
    events: fc.array(event, { maxLength: 2 }),
    droppedEventsCount: uint32,
    links: fc.array(link, { maxLength: 2 }),
    droppedLinksCount: uint32.map((count) => Math.min(count, 2 ** 32 - 3)),
    status: fc.record({ message: text, code: fc.nat(3) }, { requiredKeys: [] }),
  },
  { requiredKeys: ['traceId', 'spanId'] },
);
const scopeSpans = fc.record(
  {
    scope: fc.record({ name: text, version: text, attributes, droppedAttributesCount: uint32 }, { requiredKeys: [] }),
    spans: fc.array(span, { maxLength: 5 }),
    schemaUrl: text,
  },
  { requiredKeys: [] },
);

/** Any request, in protobuf's own JSON. A tenth of the spans has ids that are none. */
export const otlpRequests: fc.Arbitrary<ProtobufJson> = fc.record({
  resourceSpans: fc.array(
    fc.record(
      {
        resource: fc.record({ attributes, droppedAttributesCount: uint32 }, { requiredKeys: [] }),
        scopeSpans: fc.array(scopeSpans, { maxLength: 3 }),
        schemaUrl: text,
      },
      { requiredKeys: [] },
    ),
    { maxLength: 3 },
  ),
});

/** The attributes of an owner with their types, to be compared. */
function attributesOf(table: OtlpAttributes, owner: number, texts: OtlpTexts): JsonObject {
  const types = Array.from(table.type.subarray(at(table.offsets, owner), at(table.offsets, owner + 1)));
  return { types, values: attributesAt(table, owner, texts) };
}

function rows(offsets: Uint32Array, owner: number): number[] {
  return Array.from({ length: at(offsets, owner + 1) - at(offsets, owner) }, (_, i) => at(offsets, owner) + i);
}

/** Everything that columns hold, as plain objects: equal for columns that say the same, whatever their strings' numbers. */
export function plainOtlp(spans: OtlpSpans): JsonObject[] {
  const texts = new OtlpTexts(spans.strings);
  const textOf = (column: Uint32Array, row: number): string => texts.at(at(column, row));
  const { events, links, resources, scopes } = spans;
  return Array.from({ length: spans.length }, (_, row): JsonObject => {
    const resource = at(spans.resource, row);
    const scope = at(spans.scope, row);
    return {
      ids: [traceIdAt(spans, row), otlpSpanIdAt(spans, row), parentIdAt(spans, row)],
      times: [at(spans.start, row), at(spans.end, row)],
      texts: [textOf(spans.name, row), textOf(spans.statusMessage, row), textOf(spans.traceState, row)],
      codes: [at(spans.kind, row), at(spans.status, row), at(spans.flags, row), at(spans.marks, row)],
      dropped: [at(spans.droppedAttributes, row), at(spans.droppedEvents, row), at(spans.droppedLinks, row)],
      attributes: attributesOf(spans.attributes, row, texts),
      events: rows(events.offsets, row).map((i) => ({
        name: textOf(events.name, i),
        time: at(events.time, i),
        dropped: at(events.droppedAttributes, i),
        attributes: attributesOf(events.attributes, i, texts),
      })),
      links: rows(links.offsets, row).map((i) => ({
        ids: [traceIdAt(links, i), otlpSpanIdAt(links, i)],
        traceState: textOf(links.traceState, i),
        numbers: [at(links.flags, i), at(links.droppedAttributes, i)],
        attributes: attributesOf(links.attributes, i, texts),
      })),
      resource: {
        schemaUrl: textOf(resources.schemaUrl, resource),
        dropped: at(resources.droppedAttributes, resource),
        attributes: attributesOf(resources.attributes, resource, texts),
      },
      scope: {
        texts: [scopes.name, scopes.version, scopes.schemaUrl].map((column) => textOf(column, scope)),
        dropped: at(scopes.droppedAttributes, scope),
        attributes: attributesOf(scopes.attributes, scope, texts),
      },
    };
  });
}
