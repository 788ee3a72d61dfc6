import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { only } from '../../../testing/at.ts';
import { FLAG, NONE, spanIdAt, type Trace } from '../../trace/trace.ts';
import { detectTraceFormat, readTraceFile } from '../registry.ts';
import { utf8 } from '../web.ts';
import { openJaeger } from './reader.ts';
import { readWhole } from '../format.ts';

const FIXTURES = new URL('../../../../../fixtures/', import.meta.url);

async function file(path: string): Promise<readonly Trace[]> {
  return readTraceFile(readFileSync(new URL(path, FIXTURES)));
}

function read(value: unknown, text = JSON.stringify(value)): Trace {
  return only(readWhole(openJaeger({}), utf8(text)));
}

const START = 1_600_000_000_000_000;
const root = { traceID: 'a1', spanID: '1', operationName: 'get', startTime: START, duration: 100, processID: 'p1' };
const child = {
  ...root,
  spanID: '2',
  references: [{ refType: 'CHILD_OF', traceID: 'a1', spanID: '1' }],
  startTime: START + 10,
  duration: 50,
};
function kind(value: string): unknown {
  return [{ key: 'span.kind', type: 'string', value }];
}

const processes = { p1: { serviceName: 'front', tags: [{ key: 'hostname', type: 'string', value: 'h1' }] } };

describe('real traces', () => {
  test.each([
    ['crisp/1.json', [1]],
    ['crisp/2.json', [2]],
    ['crisp/3.json', [2]],
    ['crisp/4.json', [3]],
    ['crisp/5.json', [4]],
    ['crisp/6.json', [4]],
    ['crisp/7.json', [3]],
    ['crisp/8.json', [3]],
    ['crisp/9.json', [4]],
    ['crisp/10.json', [4]],
    ['crisp/11.json', [2]],
    ['crisp/12.json', [4]],
    ['jaeger-ui/critical_path_cases.json', [3, 3, 2, 3]],
    ['deathstarbench/compose-post.json.gz', [33, 33, 33, 33, 33, 33, 33, 33]],
    ['otlp/otlp2jaeger-out.json', [1]],
  ])('%s', async (path, counts) => {
    const traces = await file(path);
    expect(traces.map(({ spans }) => spans.length)).toEqual(counts);
    expect(traces.map(({ execution }) => execution.sourceFormat)).toEqual(counts.map(() => 'jaeger'));
    for (const { warnings } of traces) expect(warnings.some(({ code }) => code === 'clock_skew')).toBe(false);
  });

  test.each(['1_err1', '1_err2', '2_err1', '2_err2', '3_err1', '3_err2', '4_err1', '4_err2'])(
    "CRISP's error pattern %s: what is tagged as failed has failed",
    async (name) => {
      const path = `crisp/err_pattern${name}.json`;
      const trace = only(await file(path));
      const source: { data: { spans: { spanID: string; tags?: { key: string; value: unknown }[] }[] }[] } = JSON.parse(
        readFileSync(new URL(path, FIXTURES), 'utf8'),
      );
      const tagged = (source.data[0]?.spans ?? [])
        .filter(({ tags = [] }) => tags.some(({ key, value }) => key === 'error' && value === true))
        .map(({ spanID }) => spanID);
      const failed = Array.from({ length: trace.spans.length }, (_, row) => row)
        .filter((row) => trace.spans.metadata.get(row)?.['error'] !== undefined)
        .map((row) => spanIdAt(trace.spans.ids, row));
      expect(failed.sort()).toEqual(tagged.sort());
    },
  );

  test('services are tracks, and what is known of them is kept', async () => {
    const [trace] = await file('deathstarbench/compose-post.json.gz');
    expect(trace?.spans.tracks).toHaveLength(12);
    expect(trace?.execution).toMatchObject({
      workflow: 'nginx-web-server: /wrk2-api/post/compose',
      name: '/wrk2-api/post/compose',
      externalId: '151e8ea44a5cf41c',
      id: null,
      status: 'completed',
      startedAt: 1695943858153000,
    });
    expect(trace?.execution.attributes['processes']).toMatchObject({ 'text-service': { hostname: 'text-service' } });
  });

  test('the same span twice is one span', async () => {
    const trace = only(await file('otlp/otlp2jaeger-out.json'));
    expect(trace.warnings.map(({ code, count }) => [code, count])).toEqual([
      ['duplicate_span', 1],
      ['missing_parent', 1],
    ]);
  });
});

describe('shapes', () => {
  const trace = { traceID: 'a1', spans: [root, child], processes };
  test.each([
    ['an answer of the query service', { data: [trace], total: 0 }],
    ['one trace', trace],
    ['a list of traces', [trace]],
    ['one trace as data', { data: trace }],
    ['spans alone', { spans: [root, child] }],
    ['documents of Elasticsearch', { hits: { hits: [{ _source: root }, { _source: child }] } }],
    ['a list of spans', [root, child]],
  ])('%s', (_, value) => {
    const { spans } = read(value);
    expect(Array.from(spans.parent)).toEqual([NONE, 0]);
    expect(Array.from(spans.start)).toEqual([0, 10]);
    expect(detectTraceFormat(utf8(JSON.stringify(value, null, 2)))?.name).toBe('jaeger');
  });

  test('a span a line, with the process inside and tags as objects', () => {
    const process = { serviceName: 'front', tag: { 'host@name': 'h1' } };
    const lines = [root, child].map((span) =>
      JSON.stringify({
        ...span,
        process,
        tag: { 'http@method': 'GET', error: true },
        startTime: String(span.startTime),
      }),
    );
    const [one] = readWhole(openJaeger({}), utf8(`${lines.join('\n')}\n`));
    expect(one?.spans.tracks).toEqual(['front']);
    expect(one?.spans.metadata.get(0)).toMatchObject({ 'http.method': 'GET', error: { code: 'error' } });
  });

  test('tags, logs, references and warnings are kept', () => {
    const logs = [
      {
        timestamp: START + 20,
        fields: [
          { key: 'event', type: 'string', value: 'error' },
          { key: 'message', value: 'no' },
        ],
      },
    ];
    const tags = [
      { key: 'error', type: 'bool', value: true },
      { key: 'span.kind', type: 'string', value: 'server' },
      { key: 'big', type: 'int64', value: '9223372036854775807' },
    ];
    const references = [
      { refType: 'FOLLOWS_FROM', traceID: 'a1', spanID: '1' },
      { refType: 'FOLLOWS_FROM', traceID: 'a1', spanID: '3' },
      { refType: 'CHILD_OF', traceID: 'ffff', spanID: '9' },
    ];
    const { spans, annotations, links, execution } = read({
      spans: [
        root,
        { ...root, spanID: '3', startTime: START + 5 },
        { ...child, logs, tags, references, warnings: ['odd'] },
      ],
      processes,
    });
    expect(spans.metadata.get(2)).toEqual({
      'span.kind': 'server',
      big: '9223372036854775807',
      error: { code: 'error', message: 'no' },
      follows_from: true,
      warnings: ['odd'],
    });
    expect([annotations.label[0], annotations.type[0], annotations.time[0], annotations.span[0]]).toEqual([
      'error',
      'error',
      20,
      2,
    ]);
    expect([Array.from(links.from), Array.from(links.to)]).toEqual([[1], [2]]);
    expect(execution.status).toBe('completed');
  });

  test('a client and a server of one id are two spans', () => {
    const { spans } = read([
      { ...root, tags: kind('client') },
      { ...root, tags: kind('server'), startTime: START + 20, duration: 60 },
      { ...child, startTime: START + 30 },
    ]);
    expect([spanIdAt(spans.ids, 1), spans.parent[1]]).toEqual(['1-server', 0]);
    expect(spans.parent[2]).toBe(1);
  });

  test('times that are missing or impossible are mended and said', () => {
    const { spans, warnings } = read([
      { ...root, duration: null },
      { ...child, startTime: null, duration: undefined },
      { ...child, spanID: '3', duration: -5 },
      { ...child, spanID: '4', references: [{ refType: 'CHILD_OF', spanID: 'gone' }] },
    ]);
    const flags = Object.fromEntries(Array.from(spans.flags, (bits, row) => [spanIdAt(spans.ids, row), bits]));
    expect(flags['1']).toBe(FLAG.unclosed);
    expect(flags['3']).toBe(FLAG.negative);
    expect(flags['4']).toBe(FLAG.orphan);
    expect(Object.fromEntries(warnings.map(({ code, count }) => [code, count]))).toMatchObject({
      assumed_start: 1,
      missing_end: 2,
      end_before_start: 1,
      missing_parent: 1,
    });
  });

  test('lines that are no JSON are left out and counted', () => {
    const { spans, warnings } = read(
      '',
      `${JSON.stringify(root)}\n{"cut\n${JSON.stringify(child)}\n{"traceID":"a1","sp`,
    );
    expect(spans.length).toBe(2);
    expect(warnings).toEqual([{ code: 'invalid_line', count: 2, example: 'line 2' }]);
  });

  test('a file without a span is refused', () => {
    expect(() => readWhole(openJaeger({}), utf8('{"data":[]}'))).toThrowError('the file holds no span with a "spanID"');
  });
});
