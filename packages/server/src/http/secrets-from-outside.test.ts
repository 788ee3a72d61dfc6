import { Buffer } from 'node:buffer';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { JsonObject, JsonValue } from '@flowprof/model';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestServer, type TestServer } from '../../testing/harness.ts';
import { Rounds } from '../../testing/rounds.ts';
import { EXPORT_FORMATS } from '../services/exports/formats.ts';

/** What may be kept, and so must be found where the others are looked for: it shows that looking there finds things. */
const KEPT = 'sandpiper-that-may-be-kept';
const MARK = 'gadwall0canary';

/** Texts with a secret in them, each of which holds the mark. */
const SECRETS = {
  bearer: `Bearer ${MARK}1.abcdef`,
  key: `with fp_${MARK}2_${'x'.repeat(43)}`,
  url: `postgres://joe:${MARK}3@db/x`,
  jwt: `eyJhbGciOiJIUzI1NiJ9.${MARK}4aaaa.signature`,
  cookie: `cookie: sid=${MARK}5`,
  query: `GET /orders?api_key=${MARK}6`,
  pair: `password=${MARK}7`,
} as const;
const TEXTS = Object.values(SECRETS);

/** Under keys that say that it is one. */
const UNDER_KEYS: JsonObject = {
  kept: KEPT,
  authorization: `${MARK}8`,
  list: [{ api_key: `${MARK}9` }, ...TEXTS],
  nested: { deep: { 'set-cookie': `${MARK}10`, [SECRETS.pair]: 1 } },
};

const rounds = new Rounds();
let test: TestServer;
let dataDir = '';
let closed = false;
const log: string[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'flowprof-secrets-'));
  test = await startTestServer({
    timers: rounds,
    dataDir,
    log: pino({ level: 'trace' }, { write: (line: string) => void log.push(line) }),
    otlpDelays: { settled: 1000, unsettled: 1000, longest: 1_000_000 },
  });
  await test.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
});

afterAll(async () => {
  if (!closed) await test.close();
  await rm(dataDir, { recursive: true, force: true });
});

const attributeOf = (key: string, value: JsonValue): JsonObject => {
  const of = (one: JsonValue): JsonObject => {
    if (Array.isArray(one)) return { arrayValue: { values: one.map(of) } };
    if (typeof one === 'object' && one !== null)
      return { kvlistValue: { values: Object.entries(one).map(([name, item]) => attributeOf(name, item)) } };
    return typeof one === 'number' ? { intValue: one } : { stringValue: String(one) };
  };
  return { key, value: of(value) };
};
const attributes = Object.entries(UNDER_KEYS).map(([key, value]) => attributeOf(key, value));

/** A trace that says its secrets wherever it can. */
function otlp(traceId: string): JsonObject {
  const spans = TEXTS.map((text, i) => ({
    traceId,
    spanId: `0${i + 1}`.repeat(8),
    ...(i > 0 && { parentSpanId: '01'.repeat(8) }),
    name: text,
    traceState: `a=${text}`,
    startTimeUnixNano: '1700000000000000000',
    endTimeUnixNano: `17000000000${i + 1}0000000`,
    attributes: [...attributes, attributeOf(text, text)],
    events: [{ timeUnixNano: '1700000000000000001', name: text, attributes }],
    links: [{ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), attributes }],
    status: { code: 2, message: text },
  }));
  const resource = { attributes: [attributeOf('service.name', KEPT), ...attributes] };
  const scope = { name: SECRETS.pair, version: SECRETS.query, attributes };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] };
}

const [first] = TEXTS;
const FILES: Record<string, string> = {
  'chrome.json': JSON.stringify({
    otherData: UNDER_KEYS,
    traceEvents: [
      ...TEXTS.map((name, i) => ({ name, cat: name, ph: 'X', ts: i * 10, dur: 9, pid: 1, tid: i, args: UNDER_KEYS })),
      ...TEXTS.map((name, i) => ({ name: 'thread_name', ph: 'M', pid: 1, tid: i, args: { name } })),
      { name: SECRETS.key, ph: 'i', ts: 5, pid: 1, tid: 1, s: 't', args: UNDER_KEYS },
    ],
  }),
  'otlp.json': JSON.stringify(otlp('ef'.repeat(16))),
  'zipkin.json': JSON.stringify(
    TEXTS.map((name, i) => ({
      traceId: 'ab'.repeat(16),
      id: `0${i + 1}`.repeat(8),
      name,
      timestamp: 1_700_000_000_000_000 + i,
      duration: 5,
      localEndpoint: { serviceName: name },
      tags: { authorization: `${MARK}8`, note: name, [name]: KEPT },
      annotations: [{ timestamp: 1_700_000_000_000_001, value: name }],
    })),
  ),
  'jaeger.json': JSON.stringify({
    data: [
      {
        traceID: '12'.repeat(16),
        processes: { p1: { serviceName: SECRETS.pair, tags: [{ key: 'api_key', type: 'string', value: `${MARK}9` }] } },
        spans: TEXTS.map((name, i) => ({
          traceID: '12'.repeat(16),
          spanID: `0${i + 1}`.repeat(8),
          operationName: name,
          references: [],
          startTime: 1_700_000_000_000_000,
          duration: 10,
          tags: [{ key: 'cookie', type: 'string', value: `${MARK}10` }],
          logs: [{ timestamp: 1_700_000_000_000_001, fields: [{ key: 'event', type: 'string', value: name }] }],
          processID: 'p1',
          warnings: [name],
        })),
      },
    ],
  }),
  'tasks.json': JSON.stringify({
    name: KEPT,
    tasks: TEXTS.map((name, i) => ({ id: name, name, start: i, end: i + 1, depends_on: i === 0 ? [] : [first] })),
  }),
  'tasks.csv': `id,name,start,end,password\n${TEXTS.map((name, i) => `t${i},${name},${i},${i + 1},${MARK}11`).join('\n')}\n`,
};

/** What engines report. */
function callbacks(): JsonObject {
  const results = TEXTS.map((text, i) => ({
    node_key: text,
    name: text,
    type: text,
    status: 'failed',
    start_ms: i,
    duration_ms: 5,
    input: UNDER_KEYS,
    output: { text, ...UNDER_KEYS },
    metadata: UNDER_KEYS,
    error: { code: text, message: text, node_key: text },
    spans: [{ id: text, name: text, type: text, track: text, start_ms: i, duration_ms: 2, metadata: UNDER_KEYS }],
    annotations: [{ label: text, type: text, time_ms: i, metadata: UNDER_KEYS }],
  }));
  const nodes = TEXTS.map((text) => ({ key: text, name: text, type: text, task_queue: text, depends_on: [KEPT] }));
  return {
    execution_id: SECRETS.pair,
    workflow: SECRETS.url,
    name: SECRETS.query,
    source: SECRETS.pair,
    started_at: '2026-11-29T10:00:00Z',
    attributes: UNDER_KEYS,
    nodes: [...nodes, { key: KEPT, name: KEPT }],
    results,
    finished: { status: 'failed', duration_ms: 190, error: { code: SECRETS.pair, message: SECRETS.bearer } },
  };
}

function plain(bytes: Buffer): Buffer {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

/** Where the mark shows. */
function marksIn(bytes: Buffer): string[] {
  const at = bytes.indexOf(MARK);
  return at === -1 ? [] : [bytes.toString('latin1', Math.max(0, at - 40), at + 40)];
}

async function filesIn(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(files.map(async (path): Promise<[string, Buffer]> => [path, await readFile(path)])));
}

/** Sends a file in two parts, and waits until it is read. */
async function upload(name: string, text: string): Promise<void> {
  const path = '/api/v1/workspaces/only/imports/uploads';
  const file = { file_name: `${SECRETS.pair} ${name}`, size_bytes: Buffer.byteLength(text) };
  const begun = await test.call(path, { json: file });
  const { id } = z.looseObject({ id: z.string() }).parse(begun.body);
  const bytes = new Uint8Array(Buffer.from(text));
  for (const [from, to] of [
    [0, 100],
    [100, bytes.byteLength],
  ] as const) {
    const raw = bytes.slice(from, to);
    const headers = { 'content-type': 'application/octet-stream' };
    const sent = await test.call(`${path}/${id}/parts?offset=${from}`, { method: 'PUT', raw, headers });
    expect(sent.status, sent.text).toBe(200);
  }
  const state = async () => z.looseObject({ state: z.string() }).parse((await test.call(`${path}/${id}`)).body).state;
  expect(await rounds.until(state, (told) => told === 'completed' || told === 'failed')).toBe('completed');
  expect(marksIn(Buffer.from((await test.call(path)).text))).toEqual([]);
}

it('nothing that is secret in what comes from outside is kept or told', { timeout: 240_000 }, async () => {
  const answers: string[] = [];
  for (const [name, text] of Object.entries(FILES)) {
    const path = `/api/v1/workspaces/only/imports?file_name=${encodeURIComponent(`${SECRETS.pair} ${name}`)}`;
    const headers = { 'content-type': 'application/octet-stream' };
    const sent = await test.call(path, { raw: text, headers });
    expect(sent.status, `${name}: ${sent.text}`).toBe(201);
    answers.push(sent.text);
    await upload(name, `${text}\n`);
  }
  const unreadable = await test.call('/api/v1/workspaces/only/imports', {
    raw: `{"traceEvents": [{"password": "${MARK}12", x`,
    headers: { 'content-type': 'application/octet-stream' },
  });
  const reported = await test.call('/api/v1/callbacks', { json: { callbacks: [callbacks()] } });
  expect(reported.status, reported.text).toBe(200);
  expect(reported.body).toMatchObject({ rejected: 0 });
  const sent = await test.call('/v1/traces', { json: otlp('cd'.repeat(16)) });
  expect(sent.status, sent.text).toBe(200);
  answers.push(unreadable.text, reported.text, sent.text);

  const list = z.looseObject({ items: z.array(z.looseObject({ id: z.string() })), total: z.number() });
  const executions = async () =>
    list.parse((await test.call('/api/v1/workspaces/only/executions?limit=100')).body).items.map(({ id }) => id);
  const expected = 2 * Object.keys(FILES).length + 2;
  await rounds.until(executions, ({ length }) => length === expected);

  const leaks = answers.flatMap((answer) => marksIn(Buffer.from(answer)));
  let said = '';
  const read = async (path: string): Promise<void> => {
    const response = await fetch(test.server.url + path, { headers: { 'x-workspace-slug': 'only' } });
    const bytes = plain(Buffer.from(await response.arrayBuffer()));
    said += bytes.toString('latin1');
    for (const mark of marksIn(bytes)) leaks.push(`${mark} in ${path}`);
  };
  for (const path of ['executions?limit=100', 'audit', 'imports/uploads'])
    await read(`/api/v1/workspaces/only/${path}`);
  await read('/api/workflows');
  for (const id of await executions()) {
    const own = `/api/v1/workspaces/only/executions/${id}`;
    for (const path of [`/api/workflows/executions/${id}`, `/api/workflows/executions/${id}/timeline`])
      await read(path);
    for (const path of ['flame-chart', 'profile']) await read(`${own}/${path}`);
    for (const { name } of EXPORT_FORMATS) await read(`${own}/export?format=${encodeURIComponent(name)}`);
  }
  expect(said).toContain(KEPT);
  expect(leaks).toEqual([]);

  await test.close();
  closed = true;
  expect(marksIn(Buffer.from(log.join('\n')))).toEqual([]);
  const files = await filesIn(dataDir);
  expect([...files].filter(([, bytes]) => bytes.includes(KEPT)).length).toBeGreaterThan(1);
  expect([...files].flatMap(([path, bytes]) => marksIn(bytes).map((mark) => `${mark} in ${path}`))).toEqual([]);
});
