import { describe, expect, it } from 'vitest';
import { TraceFileError } from '../formats/errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import {
  attributesAt,
  groupByTrace,
  MARK,
  otlpSpanIdAt,
  parentIdAt,
  traceIdAt,
  type OtlpAttributes,
  type OtlpSpans,
} from './columns.ts';
import { OtlpJsonReader, readOtlpJson } from './json.ts';
import { rejectionText } from './rejections.ts';
import { OtlpTexts, replaceStrings } from './strings.ts';

const TRACE = '5b8efff798038103d269b633813fc60c';
const SPAN = 'eee19b7ec3c1b174';

const good: JsonObject = {
  traceId: TRACE,
  spanId: SPAN,
  name: 'checkout',
  startTimeUnixNano: '1544712660000000000',
  endTimeUnixNano: '1544712661000000000',
};

function request(...spans: JsonValue[]): JsonObject {
  return { resourceSpans: [{ scopeSpans: [{ spans }] }] };
}

function texts(spans: OtlpSpans): OtlpTexts {
  return new OtlpTexts(spans.strings);
}

function first(read: { readonly spans: OtlpSpans }, table: (spans: OtlpSpans) => OtlpAttributes): JsonObject {
  return attributesAt(table(read.spans), 0, texts(read.spans));
}

describe('OTLP in JSON', () => {
  it('reads every field of a request', () => {
    const read = readOtlpJson({
      resourceSpans: [
        {
          resource: {
            attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }],
            droppedAttributesCount: 1,
          },
          schemaUrl: 'https://schemas/1',
          scopeSpans: [
            {
              scope: { name: 'lib', version: '2', attributes: [{ key: 'a', value: { boolValue: true } }] },
              schemaUrl: 'https://schemas/2',
              spans: [
                {
                  ...good,
                  parentSpanId: 'EEE19B7EC3C1B173',
                  traceState: 'a=b',
                  flags: 257,
                  kind: 3,
                  status: { code: 2, message: 'no stock' },
                  droppedAttributesCount: 2,
                  droppedEventsCount: 3,
                  droppedLinksCount: 4,
                  attributes: [{ key: 'items', value: { intValue: '3' } }],
                  events: [
                    {
                      timeUnixNano: '1544712660500000000',
                      name: 'retry',
                      attributes: [{ key: 'n', value: { doubleValue: 0.5 } }],
                    },
                  ],
                  links: [
                    {
                      traceId: TRACE.toUpperCase(),
                      spanId: 'eee19b7ec3c1b175',
                      traceState: 'c=d',
                      flags: 1,
                      attributes: [{ key: 'why', value: { stringValue: 'batch' } }],
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    });
    const { spans } = read;
    const text = texts(spans);
    expect(read.rejected.count).toBe(0);
    expect(spans.length).toBe(1);
    expect([traceIdAt(spans, 0), otlpSpanIdAt(spans, 0), parentIdAt(spans, 0)]).toEqual([
      TRACE,
      SPAN,
      'eee19b7ec3c1b173',
    ]);
    expect([spans.start[0], spans.end[0]]).toEqual([1544712660000000, 1544712661000000]);
    expect([spans.kind[0], spans.status[0], spans.flags[0], spans.marks[0]]).toEqual([3, 2, 257, 0]);
    expect([spans.droppedAttributes[0], spans.droppedEvents[0], spans.droppedLinks[0]]).toEqual([2, 3, 4]);
    expect([spans.name, spans.statusMessage, spans.traceState].map((column) => text.at(column[0] ?? -1))).toEqual([
      'checkout',
      'no stock',
      'a=b',
    ]);
    expect(first(read, (s) => s.attributes)).toEqual({ items: 3 });
    expect(first(read, (s) => s.resources.attributes)).toEqual({ 'service.name': 'shop' });
    expect(first(read, (s) => s.scopes.attributes)).toEqual({ a: true });
    expect(first(read, (s) => s.events.attributes)).toEqual({ n: 0.5 });
    expect(first(read, (s) => s.links.attributes)).toEqual({ why: 'batch' });
    expect(spans.resources.droppedAttributes[0]).toBe(1);
    expect(text.at(spans.resources.schemaUrl[0] ?? -1)).toBe('https://schemas/1');
    expect(text.at(spans.scopes.name[0] ?? -1)).toBe('lib');
    expect(text.at(spans.events.name[0] ?? -1)).toBe('retry');
    expect(spans.events.time[0]).toBe(1544712660500000);
    expect(traceIdAt(spans.links, 0)).toBe(TRACE);
  });

  it('reads what older and other exporters write', () => {
    const { spans, rejected } = readOtlpJson({
      resource_spans: [
        {
          resource: null,
          instrumentation_library_spans: [
            {
              instrumentation_library: { name: 'old' },
              spans: [
                {
                  trace_id: 'W47/95gDgQPSabYzgT/GDA==',
                  span_id: '7uGbfsPBsXQ=',
                  name: 'checkout',
                  kind: 'SPAN_KIND_CLIENT',
                  start_time_unix_nano: 1644008389016000000,
                  end_time_unix_nano: '1644008389016000999',
                  status: { code: 'STATUS_CODE_ERROR' },
                  unheard_of: [1],
                },
              ],
            },
          ],
        },
      ],
    });
    expect(rejected.count).toBe(0);
    expect([traceIdAt(spans, 0), otlpSpanIdAt(spans, 0), parentIdAt(spans, 0)]).toEqual([TRACE, SPAN, null]);
    expect([spans.start[0], spans.end[0], spans.kind[0], spans.status[0]]).toEqual([
      1644008389016000, 1644008389016000, 3, 2,
    ]);
    expect(spans.cutTimes).toBe(1);
    expect(texts(spans).at(spans.scopes.name[0] ?? -1)).toBe('old');
  });

  it('reads values of every type', () => {
    const values = {
      string: { stringValue: 'é\u{1f600}' },
      empty: {},
      none: null,
      true: { boolValue: true },
      int: { intValue: -5 },
      big: { intValue: '9223372036854775807' },
      double: { doubleValue: 'NaN' },
      bytes: { bytesValue: 'AQID/w==' },
      array: { arrayValue: { values: [{ intValue: '1' }, { arrayValue: {} }, {}] } },
      list: { kvlistValue: { values: [{ key: 'k', value: { boolValue: false } }] } },
    };
    const attributes = Object.entries(values).map(([key, value]) => ({ key, value }));
    const read = readOtlpJson(request({ ...good, attributes }));
    expect(first(read, (s) => s.attributes)).toEqual({
      string: 'é\u{1f600}',
      empty: null,
      none: null,
      true: true,
      int: -5,
      big: '9223372036854775807',
      double: 'NaN',
      bytes: 'AQID/w==',
      array: [1, [], null],
      list: { k: false },
    });
  });

  it('takes the good spans of a request and says what is wrong with the others, and where', () => {
    const read = readOtlpJson(
      request(
        good,
        { ...good, traceId: '00000000000000000000000000000000' },
        { ...good, spanId: 'eee19b7ec3c1b17' },
        { ...good, endTimeUnixNano: 'soon' },
        { ...good, events: [{ name: 5, attributes: [{ key: 'lost', value: {} }] }] },
        'span',
        { ...good, spanId: 'eee19b7ec3c1b175', attributes: [{ key: 'kept', value: { intValue: 1 } }] },
      ),
    );
    expect(read.spans.length).toBe(2);
    const at = '/resourceSpans/0/scopeSpans/0/spans';
    expect(read.rejected.first).toEqual([
      { code: 'bad_trace_id', place: `${at}/1` },
      { code: 'bad_span_id', place: `${at}/2` },
      { code: 'bad_field', place: `${at}/3/endTimeUnixNano` },
      { code: 'bad_field', place: `${at}/4/events/0/name` },
      { code: 'bad_field', place: `${at}/5` },
    ]);
    expect(rejectionText(read.rejected)).toContain('5 spans were rejected');
    expect(attributesAt(read.spans.attributes, 1, texts(read.spans))).toEqual({ kept: 1 });
    expect(read.spans.events.time).toHaveLength(0);
    expect(read.spans.events.attributes.key).toHaveLength(0);
  });

  it('keeps and marks spans that are odd', () => {
    const { spans } = readOtlpJson(
      request(
        { ...good, endTimeUnixNano: '1544712659999999000' },
        { traceId: TRACE, spanId: SPAN, parentSpanId: 'abc' },
        { ...good, links: [{ traceId: TRACE, spanId: '' }] },
      ),
    );
    expect(Array.from(spans.marks)).toEqual([
      MARK.endBeforeStart,
      MARK.noStart | MARK.noEnd | MARK.badParent | MARK.noName,
      MARK.badLink,
    ]);
    expect(spans.droppedLinks[2]).toBe(1);
    expect(spans.links.flags).toHaveLength(0);
  });

  it('cuts values that are nested too deep', () => {
    let value: JsonObject = { intValue: 1 };
    for (let i = 0; i < 1000; i++) value = { arrayValue: { values: [value] } };
    const read = readOtlpJson(request({ ...good, attributes: [{ key: 'deep', value }] }));
    expect(read.spans.marks[0]).toBe(MARK.cutValue);
    expect(JSON.stringify(first(read, (s) => s.attributes))).toBe(`{"deep":${'['.repeat(32)}null${']'.repeat(32)}}`);
  });

  it.each<[string, JsonValue]>([
    ['no object', []],
    ['no list of resources', { resourceSpans: {} }],
    ['no object for a resource', { resourceSpans: [1] }],
    ['a wrong resource', { resourceSpans: [{ resource: { attributes: 1 } }] }],
    ['no list of scopes', { resourceSpans: [{ scopeSpans: 1 }] }],
    ['no list of spans', { resourceSpans: [{ scopeSpans: [{ spans: 1 }] }] }],
  ])('refuses %s', (_, value) => {
    expect(() => readOtlpJson(value)).toThrow(TraceFileError);
  });

  it('reads nothing from an empty request', () => {
    expect(readOtlpJson({}).spans.length).toBe(0);
  });

  it('reads many requests into the same columns, and tells their traces apart', () => {
    const reader = new OtlpJsonReader();
    const other = { ...good, traceId: 'f'.repeat(32) };
    for (let i = 0; i < 100; i++) reader.add(request(good, other));
    const { spans } = reader.finish();
    expect(spans.strings.length).toBe(2);
    const traces = groupByTrace(spans);
    expect(Array.from(traces.offsets)).toEqual([0, 100, 200]);
    expect(Array.from(traces.rows.subarray(0, 3))).toEqual([0, 2, 4]);
    expect(traceIdAt(spans, traces.rows[150] ?? -1)).toBe('f'.repeat(32));
  });
});

describe('replaced strings', () => {
  it('keep their numbers', () => {
    const { spans } = readOtlpJson(request(good, { ...good, name: 'token' }));
    const text = texts(spans);
    const token = text.find('token');
    const strings = replaceStrings(spans.strings, (number) => (number === token ? '[redacted]' : null), ['more']);
    const replaced = new OtlpTexts(strings);
    expect(Array.from({ length: strings.length }, (_, i) => replaced.at(i))).toEqual([
      '',
      'checkout',
      '[redacted]',
      'more',
    ]);
    expect(replaceStrings(spans.strings, () => null)).toBe(spans.strings);
  });
});
