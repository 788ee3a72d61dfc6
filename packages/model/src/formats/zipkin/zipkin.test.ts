import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { only } from '../../../testing/at.ts';
import { NONE, spanIdAt, spanNameAt, FLAG, type Trace } from '../../trace/trace.ts';
import { detectTraceFormat, readTraceFile } from '../registry.ts';
import { utf8 } from '../web.ts';
import { openZipkin } from './reader.ts';
import { readWhole } from '../format.ts';

const FIXTURES = new URL('../../../../../fixtures/zipkin/', import.meta.url);

interface Expected {
  readonly rows: number;
  readonly distinct_ids: number;
  readonly ids_shared_by_client_and_server: number;
  readonly no_duration: number;
  readonly no_timestamp: number;
  readonly missing_parent: number;
  readonly extent: number;
  readonly services: number;
}

const expected: Readonly<Record<string, Expected>> = JSON.parse(
  readFileSync(new URL('expected.json', FIXTURES), 'utf8'),
);

function warned(trace: Trace, code: string): number {
  return trace.warnings.find((warning) => warning.code === code)?.count ?? 0;
}

function rowOf({ spans }: Trace, id: string): number {
  for (let row = 0; row < spans.length; row++) if (spanIdAt(spans.ids, row) === id) return row;
  return NONE;
}

function parentOf(trace: Trace, id: string): string | null {
  const up = trace.spans.parent[rowOf(trace, id)];
  return up === undefined || up === NONE ? null : spanIdAt(trace.spans.ids, up);
}

describe('real traces', () => {
  test.each(Object.keys(expected))('%s has the published counts', async (file) => {
    const bytes = readFileSync(new URL(file, FIXTURES));
    const values = expected[file];
    const trace = only(await readTraceFile(bytes));
    const { ids } = trace.spans;
    const distinct = new Set(Array.from({ length: trace.spans.length }, (_, row) => spanIdAt(ids, row)));
    expect(distinct.size, 'every span has an id of its own').toBe(values?.rows);
    const ofServers = [...distinct].filter((id) => id.endsWith('-server'));
    expect({
      distinct_ids: new Set([...distinct].map((id) => id.slice(0, 16))).size,
      ids_shared: ofServers.length,
      no_timestamp: warned(trace, 'assumed_start'),
      rows: trace.spans.length,
      no_duration: warned(trace, 'missing_end'),
      missing_parent: warned(trace, 'missing_parent'),
      extent: trace.execution.recordedDuration,
      services: trace.spans.tracks.length,
    }).toEqual({
      distinct_ids: values?.distinct_ids,
      ids_shared: values?.ids_shared_by_client_and_server,
      no_timestamp: values?.no_timestamp,
      rows: values?.rows,
      no_duration: values?.no_duration,
      missing_parent: values?.missing_parent,
      extent: values?.extent,
      services: values?.services,
    });
  });

  test('the two sides of a call are spans, the called one below the calling one, and work below the called one', async () => {
    const trace = only(await readTraceFile(readFileSync(new URL('yelp.json', FIXTURES))));
    expect(parentOf(trace, '668ed78ad94b35a1')).toBe('2e8cfb154b59a41f');
    expect(parentOf(trace, '668ed78ad94b35a1-server')).toBe('668ed78ad94b35a1');
    expect(parentOf(trace, 'f5f268651b2a2b34-server')).toBe('f5f268651b2a2b34');
    // What the called service does is below its own side.
    expect(parentOf(trace, 'cb4d73f31cd90cae')).toBe('f5f268651b2a2b34-server');
    expect(parentOf(trace, '7a778764a0d0b594-server')).toBe('7a778764a0d0b594');
  });

  test('a server that answers after its caller has the answer has another clock', async () => {
    const trace = only(await readTraceFile(readFileSync(new URL('ascend.json', FIXTURES))));
    const client = rowOf(trace, '52b1ab4956917c39');
    const server = rowOf(trace, '52b1ab4956917c39-server');
    const { start, duration, metadata } = trace.spans;
    expect([start[client], duration[client]]).toEqual([799, 14077]);
    // Half of what the call takes longer is the way there.
    expect([start[server], duration[server]]).toEqual([799 + (14077 - 4157) / 2, 4157]);
    expect(metadata.get(server)).toMatchObject({ original_start_us: 1531282088553000, clock_offset_us: -14206 });
    // What the same service did below it moves along.
    expect(metadata.get(rowOf(trace, '80c0d1d62f437a1b'))).toMatchObject({ clock_offset_us: -14206 });
    expect(metadata.get(rowOf(trace, 'ecc00062ceef4bf0-server'))).not.toHaveProperty('clock_offset_us');
    expect(warned(trace, 'clock_skew')).toBe(2);
  });

  test('messages are no calls: a consumer keeps its time', async () => {
    const trace = only(await readTraceFile(readFileSync(new URL('messaging.json', FIXTURES))));
    expect(warned(trace, 'clock_skew')).toBe(0);
    const consumer = rowOf(trace, 'e457b5a2e4d86bd1');
    expect(trace.spans.start[consumer]).toBe(2924);
    expect(trace.spans.metadata.get(consumer)).toMatchObject({ 'span.kind': 'consumer' });
  });

  test('the order of the records makes no difference', () => {
    const rows: unknown[] = JSON.parse(
      gunzipSync(readFileSync(new URL('smartthings-oauth-authorization.json.gz', FIXTURES))).toString(),
    );
    const there = only(readWhole(openZipkin({}), utf8(JSON.stringify(rows))));
    const back = only(readWhole(openZipkin({}), utf8(JSON.stringify(rows.toReversed()))));
    expect(back.spans).toEqual(there.spans);
    expect(back.annotations).toEqual(there.annotations);
  });
});

const span = { traceId: 'A1', id: '1', name: 'get', timestamp: 1_600_000_000_000_000, duration: 100 };

function read(value: unknown): Trace {
  return only(readWhole(openZipkin({}), utf8(JSON.stringify(value))));
}

describe('shapes', () => {
  test('lists of traces, lists of spans of several traces, objects around them, one span, a span a line', () => {
    const other = { ...span, traceId: 'b2' };
    for (const value of [[span, other], [[span], [other]], { traces: [[span], [other]] }, { data: [span, other] }]) {
      const text = utf8(JSON.stringify(value));
      expect(readWhole(openZipkin({}), text).map(({ execution }) => execution.externalId)).toEqual(['a1', 'b2']);
    }
    expect(read(span).spans.length).toBe(1);
    expect(readWhole(openZipkin({}), utf8(`${JSON.stringify(span)}\n${JSON.stringify(other)}\n`))).toHaveLength(2);
    expect(detectTraceFormat(utf8(JSON.stringify([[span]])))?.name).toBe('zipkin');
  });

  test('a trace id of 128 bits is the execution, a shorter one is too little for that', () => {
    expect(read([{ ...span, traceId: '4E441824EC2B6A44FFDC9BB9A6453DF3' }]).execution).toMatchObject({
      id: '4e441824-ec2b-6a44-ffdc-9bb9a6453df3',
      externalId: '4e441824ec2b6a44ffdc9bb9a6453df3',
    });
    expect(read([span]).execution).toMatchObject({ id: null, externalId: 'a1' });
  });

  test('what is null, missing or 0 is not known', () => {
    const trace = read([
      { ...span, parentId: null, kind: null, localEndpoint: null, tags: null, annotations: null },
      { traceId: 'A1', id: '2', parentId: '1', timestamp: 0, duration: 0, name: '' },
    ]);
    expect(trace.spans.length).toBe(2);
    expect(trace.warnings.map(({ code }) => code)).toEqual(['assumed_start', 'missing_end']);
    expect(trace.spans.start[1]).toBe(0);
    expect(trace.spans.flags[1] & FLAG.unclosed).toBe(FLAG.unclosed);
  });

  test('the tag error makes a failure, whatever it says', () => {
    const trace = read([{ ...span, tags: { error: '', 'http.path': '/a' } }]);
    expect(trace.execution.status).toBe('failed');
    const refused = read([{ ...span, tags: { error: 'connection refused' } }]);
    expect(refused.execution.error).toEqual({ code: 'error', message: 'connection refused' });
  });

  test('of version 1 the annotations tell the sides', () => {
    const endpoint = { serviceName: 'front', ipv4: '10.0.0.1' };
    const trace = read([
      {
        traceId: 'a1',
        id: '1',
        name: 'get',
        annotations: [
          { value: 'cs', timestamp: 1_600_000_000_000_000, endpoint },
          { value: 'sr', timestamp: 1_600_000_000_000_010, endpoint: { serviceName: 'back', ipv4: '10.0.0.2' } },
          { value: 'ss', timestamp: 1_600_000_000_000_050, endpoint: { serviceName: 'back', ipv4: '10.0.0.2' } },
          { value: 'cr', timestamp: 1_600_000_000_000_100, endpoint },
          { value: 'retried', timestamp: 1_600_000_000_000_020, endpoint },
        ],
        binaryAnnotations: [{ key: 'http.path', value: '/x', endpoint }],
      },
    ]);
    expect(Array.from(trace.spans.duration)).toEqual([100, 40]);
    expect(Array.from(trace.spans.parent)).toEqual([NONE, 0]);
    expect(trace.spans.tracks).toEqual(['front', 'back']);
    expect(trace.spans.metadata.get(0)).toEqual({ 'http.path': '/x', 'span.kind': 'client' });
    expect(trace.annotations.label).toEqual(['retried']);
    expect(spanNameAt(trace.spans, 1)).toBe('get');
  });

  test('a file without a span is refused', () => {
    expect(() => readWhole(openZipkin({}), utf8('[[]]'))).toThrowError(
      'the file holds no span with a "traceId" and an "id"',
    );
  });
});
