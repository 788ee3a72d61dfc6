import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { at, only } from '../../../testing/at.ts';
import { encodeOtlp } from '../../../testing/otlp.ts';
import { isJsonObject, type JsonValue } from '../../json.ts';
import { spanIdAt, spanNameAt, type Trace } from '../../trace/trace.ts';
import { detectTraceFormat, readTraceFile } from '../registry.ts';
import { utf8 } from '../web.ts';

const FIXTURES = new URL('../../../../../fixtures/otlp/', import.meta.url);

function bytesOf(name: string): Uint8Array {
  return readFileSync(new URL(name, FIXTURES));
}

/** What two readers must agree on. */
function plain({ spans, execution }: Trace): unknown {
  const rows = Array.from({ length: spans.length }, (_, row) => ({
    id: spanIdAt(spans.ids, row),
    name: spanNameAt(spans, row),
    start: spans.start[row],
    duration: spans.duration[row],
    flags: spans.flags[row],
    kind: spans.metadata.get(row)?.['span.kind'],
    peer: spans.metadata.get(row)?.['peer.service'],
    track: spans.track === null ? null : spans.tracks[at(spans.track, row)],
  }));
  const { id, externalId, name, workflow, status, startedAt, endedAt } = execution;
  return { rows, id, externalId, name, workflow, status, startedAt, endedAt };
}

describe('real files', () => {
  test.each([
    ['otlp2jaeger-in.json', [1]],
    ['otlp2jaeger-in-error.json', [1]],
    ['trace.json', [1]],
    ['success-trace.otlp', [16]],
    ['testsuite-trace.otlp', [6]],
  ])('%s', async (name, counts) => {
    expect(detectTraceFormat(bytesOf(name))?.name).toBe('otlp');
    const traces = await readTraceFile(bytesOf(name));
    expect(traces.map(({ spans }) => spans.length)).toEqual(counts);
  });

  test('what Jaeger makes of a file is read as the same trace', async () => {
    const [own] = await readTraceFile(bytesOf('otlp2jaeger-in.json'));
    const [jaeger] = await readTraceFile(bytesOf('otlp2jaeger-out.json'));
    expect(own && plain(own)).toEqual(jaeger && plain(jaeger));
    expect(own?.warnings.map(({ code }) => code)).toEqual(jaeger?.warnings.map(({ code }) => code));
  });

  test('ids in capitals, nanoseconds as text', async () => {
    const trace = only(await readTraceFile(bytesOf('trace.json')));
    expect(trace.execution).toMatchObject({
      id: '5b8efff7-9803-8103-d269-b633813fc60c',
      workflow: "my.service: I'm a server span",
      startedAt: 1544712660000000,
      recordedDuration: 1_000_000,
    });
    expect(trace.warnings).toEqual([
      { code: 'missing_parent', count: 1, example: 'span eee19b7ec3c1b174 names eee19b7ec3c1b173' },
    ]);
  });

  test('lines of before scopes had their name, with nanoseconds as numbers beyond 2^53', async () => {
    const trace = only(await readTraceFile(bytesOf('success-trace.otlp')));
    const row = Array.from({ length: 16 }, (_, i) => spanIdAt(trace.spans.ids, i)).indexOf('a13c398b4031845d');
    expect(trace.spans.start[row]).toBe(1644008389000000 - 1644008388000000);
    // 10,999.8 us in the file, where a number cannot hold more than 256 ns apart.
    expect(trace.spans.duration[row]).toBe(11_000);
    expect(trace.spans.metadata.get(row)).toMatchObject({
      'test.time': 0.011,
      'otel.scope.name': 'Trace Test Artifact',
    });
  });
});

const TRACE = '5b8efff798038103d269b633813fc60c';

function request(id: number, trace = TRACE): { readonly resourceSpans: JsonValue } {
  const span = {
    traceId: trace,
    spanId: String(id).padStart(16, '0'),
    name: `span ${id}`,
    startTimeUnixNano: '1700000000000000000',
    endTimeUnixNano: '1700000000000100000',
  };
  const attributes = [{ key: 'service.name', value: { stringValue: 'shop' } }];
  return { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }] };
}

function base64Ids(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(base64Ids);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      (key === 'traceId' || key === 'spanId') && typeof inner === 'string'
        ? Buffer.from(inner, 'hex').toString('base64')
        : base64Ids(inner),
    ]),
  );
}

function encoded(id: number): Uint8Array {
  const parse: (text: string) => Parameters<typeof encodeOtlp>[0] = JSON.parse;
  return encodeOtlp(parse(JSON.stringify(base64Ids({ ...request(id) }))));
}

async function spansIn(bytes: Uint8Array): Promise<string[]> {
  expect(detectTraceFormat(bytes)?.name).toBe('otlp');
  const trace = only(await readTraceFile(bytes));
  expect(trace.spans.tracks).toEqual(['shop']);
  return Array.from({ length: trace.spans.length }, (_, row) => spanNameAt(trace.spans, row)).sort();
}

function joined(parts: readonly Uint8Array[], lengthOf: (length: number) => number[]): Uint8Array {
  return Buffer.concat(parts.flatMap((part) => [Buffer.from(lengthOf(part.length)), part]));
}

describe('shapes', () => {
  const one = JSON.stringify(request(1));
  const two = JSON.stringify(request(2));
  test.each([
    ['one document', JSON.stringify(request(1), null, 2), ['span 1']],
    ['a request a line', `${one}\n${two}\n`, ['span 1', 'span 2']],
    ['an array of requests', `[${one},${two}]`, ['span 1', 'span 2']],
    ['an object around', `{"data":${one}}`, ['span 1']],
    ['ids in base64', JSON.stringify(base64Ids({ ...request(1) })), ['span 1']],
    [
      'names with underscores',
      one.replaceAll(
        /(resource|scope|trace|span|parent)(Spans|Id)/g,
        (_, a: string, b: string) => `${a}_${b.toLowerCase()}`,
      ),
      ['span 1'],
    ],
    ['what Tempo answers', one.replace('resourceSpans', 'batches'), ['span 1']],
  ])('%s', async (_, text, names) => {
    expect(await spansIn(utf8(text))).toEqual(names);
  });

  test('protocol buffers: a request, several behind their lengths in 4 bytes or in a varint', async () => {
    expect(await spansIn(encoded(1))).toEqual(['span 1']);
    const parts = [encoded(1), encoded(2), encoded(3)];
    const names = ['span 1', 'span 2', 'span 3'];
    expect(await spansIn(joined(parts, (length) => [0, 0, length >> 8, length & 255]))).toEqual(names);
    expect(await spansIn(joined(parts, (length) => [length]))).toEqual(names);
    expect(await spansIn(joined([encoded(1), encoded(2)], (n) => [0, 0, n >> 8, n & 255]).subarray(0, -5))).toEqual([
      'span 1',
    ]);
  });

  test('lines that are cut off and spans that cannot be are counted', async () => {
    const bad = one.replaceAll('0000000000000001', 'nothing');
    const trace = only(await readTraceFile(utf8(`${one}\n${bad}\n${two.slice(0, 50)}`)));
    expect(trace.warnings).toEqual([
      {
        code: 'unsupported_event',
        count: 1,
        example:
          '1 span was rejected: a span id must be 8 bytes that are not all zero (bad_span_id at /resourceSpans/0/scopeSpans/0/spans/0)',
      },
      { code: 'invalid_line', count: 1, example: 'line 3' },
    ]);
  });

  test.each([
    ['no spans', '{"resourceSpans":[]}', 'the file holds no spans'],
    ['another type', '{"resourceSpans":{"a":1}}', 'not OTLP: /resourceSpans is not an array'],
  ])('%s: refused with a reason', async (_, text, message) => {
    await expect(readTraceFile(utf8(text), { format: 'otlp' })).rejects.toMatchObject({ code: 'malformed', message });
  });
});
