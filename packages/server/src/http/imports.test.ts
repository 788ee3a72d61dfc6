import { readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { decodeTrace } from '@flowprof/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestServer, type Answer, type TestServer } from '../../testing/harness.ts';

const BAZEL = join(import.meta.dirname, '../../../../fixtures/bazel/tiny.json.gz');
const IMPORTS = '/api/v1/workspaces/files/imports';
const LIMIT = 3_000_000;

const imported = z.object({
  items: z.array(
    z.strictObject({
      id: z.uuid(),
      name: z.string(),
      source_format: z.string(),
      known: z.boolean(),
      spans: z.number(),
      warnings: z.array(z.strictObject({ code: z.string(), count: z.number(), example: z.string() })),
    }),
  ),
});

let test: TestServer;
let bazel: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  bazel = new Uint8Array(await readFile(BAZEL));
  test = await startTestServer({ importLimits: { uploadBytes: LIMIT, unpackedBytes: 20_000_000, executions: 3 } });
  for (const slug of ['files', 'others']) await test.call('/api/workspaces', { json: { slug, name: slug } });
});

afterAll(() => test.close());

function send(
  raw: Uint8Array<ArrayBuffer> | string,
  path = IMPORTS,
  type = 'application/octet-stream',
): Promise<Answer> {
  return test.call(path, { raw, headers: { 'content-type': type } });
}

const get = (path: string): Promise<Answer> => test.call(path, { headers: { 'x-workspace-slug': 'files' } });

async function sendOne(raw: Uint8Array<ArrayBuffer> | string, path = IMPORTS) {
  const { status, body } = await send(raw, path);
  expect(status).toBe(201);
  const [item, ...others] = imported.parse(body).items;
  if (!item || others.length > 0) throw new Error('there is not exactly one execution');
  return item;
}

/** A Chrome trace of so many spans, one after the other. */
function chromeTrace(spans: number, name = 'step'): string {
  const events = Array.from({ length: spans }, (_, i) => ({ name, ph: 'X', ts: i * 10, dur: 9, pid: 1, tid: 1 }));
  return JSON.stringify({ traceEvents: events });
}

/** The uploads that the server of this test holds. */
async function uploads(): Promise<string[]> {
  const names = await readdir(tmpdir());
  return names.filter((name) => name.startsWith(`flowprof-upload-${process.pid}-`));
}

describe('an imported file', () => {
  it('is an execution with a flame chart, a profile, a timeline and metrics', async () => {
    const item = await sendOne(bazel);
    expect(item).toMatchObject({ known: false, spans: 528, source_format: 'chrome' });
    const path = `/api/v1/workspaces/files/executions/${item.id}`;

    const execution = await get(`/api/workflows/executions/${item.id}`);
    expect(execution.body).toMatchObject({
      status: 'completed',
      trigger: 'import',
      execution_number: 1,
      results: null,
    });
    const chart = await get(`${path}/flame-chart`);
    expect(chart.body).toMatchObject({ execution_id: item.id, status: 'completed', truncated: null });
    const arrow = await fetch(`${test.server.url}${path}/flame-chart`, {
      headers: { accept: 'application/vnd.apache.arrow.stream' },
    });
    expect(decodeTrace(new Uint8Array(await arrow.arrayBuffer())).spans.length).toBe(528);
    const profile = await get(`${path}/profile`);
    expect(profile.body).toMatchObject({ execution: { id: item.id, source_format: 'chrome' }, counts: { spans: 528 } });
    expect((await get(`/api/workflows/executions/${item.id}/timeline`)).status).toBe(200);

    const workflow = z.looseObject({ workflow_id: z.string() }).parse(execution.body).workflow_id;
    const metrics = await get(`/api/workflows/${workflow}/metrics`);
    expect(metrics.body).toMatchObject({ total_executions: 1, successful_executions: 1, success_rate: 100 });
  });

  it('is the same execution again, also when it comes twice at once, and in another workspace another one', async () => {
    const file = chromeTrace(30, 'twice');
    const both = await Promise.all([sendOne(file), sendOne(file)]);
    expect(both.filter(({ known }) => known)).toHaveLength(1);
    expect(both[0]?.id).toBe(both[1]?.id);
    expect(await sendOne(file)).toMatchObject({ known: true, id: both[0]?.id });
    expect(await sendOne(file, '/api/v1/workspaces/others/imports')).toMatchObject({ known: false });
  });

  it('belongs to a workflow of its name, which cannot be executed', async () => {
    const [a, b] = [
      await sendOne(chromeTrace(3), `${IMPORTS}?file_name=%F0%9F%94%A5 nightly`),
      await sendOne(chromeTrace(4)),
    ];
    const ids = [];
    for (const { id } of [a, b]) {
      const { body } = await get(`/api/workflows/executions/${id}`);
      ids.push(z.looseObject({ workflow_id: z.string(), workflow_name: z.string() }).parse(body));
    }
    const workflow = ids[0]?.workflow_id ?? '';
    const { body } = await get(`/api/workflows/${workflow}`);
    expect(body).toMatchObject({ definition: { imported: true, source_format: 'chrome' } });
    const refused = await test.call(`/api/workflows/${workflow}/execute`, {
      method: 'POST',
      headers: { 'x-workspace-slug': 'files' },
    });
    expect([refused.status, refused.body]).toEqual([409, expect.objectContaining({ code: 'imported_workflow' })]);
  });

  it('is read whatever its content type, packed or not', async () => {
    const text = new TextEncoder().encode(chromeTrace(11, 'typed'));
    for (const type of ['application/json', 'text/plain', 'application/gzip', 'x/y']) {
      expect([type, (await send(text, IMPORTS, type)).status]).toEqual([type, 201]);
    }
    const untyped = await fetch(test.server.url + IMPORTS, { method: 'POST', body: text });
    expect(untyped.status).toBe(201);
    const unpacked = await sendOne(new Uint8Array(gunzipSync(bazel)));
    expect(unpacked.spans).toBe(528);
  });

  it('is shown as its source left it when it has not ended, and no restart interrupts it', async () => {
    const file = {
      format: 'flowprof-trace',
      version: 1,
      execution: { id: 'open', name: 'open', status: 'running', sourceFormat: 'elsewhere', startedAt: null },
      spans: [{ id: 's', parent: null, kind: 'phase', name: 's', start: 0, duration: 1000, status: 'completed' }],
    };
    const { id } = await sendOne(JSON.stringify(file));
    await test.server.store.recoverInterrupted();
    const { body } = await get(`/api/workflows/executions/${id}`);
    expect(body).toMatchObject({ status: 'running', started_at: null, completed_at: null, duration: null });
    const chart = await get(`/api/v1/workspaces/files/executions/${id}/flame-chart`);
    expect(chart.body).toMatchObject({ started_at: null, total_duration_ms: 1 });
    expect((await get(`/api/workflows/executions/${id}/timeline`)).status).toBe(200);
  });
});

describe('a large file', () => {
  it('has its first steps in a timeline, which says how many it leaves out', async () => {
    const steps = 5100;
    const nodes = Array.from({ length: steps }, (_, i) => ({
      key: `n${i}`,
      name: `N ${i}`,
      type: 'x',
      span: null,
      dependsOn: [],
      status: i % 3 === 0 ? 'skipped' : 'completed',
    }));
    const execution = { id: 'wide', name: 'wide', status: 'completed', sourceFormat: 'elsewhere', startedAt: null };
    const { id } = await sendOne(JSON.stringify({ format: 'flowprof-trace', version: 1, execution, nodes, spans: [] }));
    const { body } = await get(`/api/workflows/executions/${id}/timeline`);
    expect(body).toMatchObject({
      step_count: steps,
      completed_step_count: 3400,
      skipped_step_count: 1700,
      failed_step_count: 0,
      steps_left_out: 100,
    });
    expect(z.looseObject({ step_timeline: z.array(z.unknown()) }).parse(body).step_timeline).toHaveLength(5000);
    const details = await get(`/api/workflows/executions/${id}`);
    expect(details.body).toMatchObject({ steps_left_out: 100 });
  });

  it('is the same out of a thread as in place, and is kept under its ETag', async () => {
    const large = await sendOne(chromeTrace(5000, 'large'));
    const path = `/api/v1/workspaces/files/executions/${large.id}`;
    const [first, second] = [await get(`${path}/flame-chart?max_spans=3`), await get(`${path}/flame-chart`)];
    expect(first.body).toMatchObject({ execution_id: large.id, truncated: { by_max_spans: 4997 } });
    expect(z.looseObject({ spans: z.array(z.unknown()) }).parse(second.body).spans).toHaveLength(5000);
    expect((await get(`${path}/profile`)).body).toMatchObject({ counts: { spans: 5000 } });
    expect((await get(`${path}/flame-chart`)).text).toBe(second.text);
    const etag = second.headers.get('etag') ?? '';
    const unchanged = await test.call(`${path}/flame-chart`, { headers: { 'if-none-match': etag } });
    expect(unchanged.status).toBe(304);
  });
});

describe('what is no trace file', () => {
  it.each([
    ['nothing', ''],
    ['text', 'this is no trace'],
    ['broken JSON', '{"format":"flowprof-trace","version":1,'],
    ['deep JSON', `{"format":"flowprof-trace","version":1,"x":${'['.repeat(1_000_000)}`],
    ['broken gzip', new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3])],
  ])('%s is refused with the reason', async (_, raw) => {
    const { status, body } = await send(raw);
    expect([status, body]).toEqual([400, expect.objectContaining({ code: 'unreadable_file' })]);
  });

  it('is refused when it is too large, as it comes and once unpacked', async () => {
    const long = await send(new Uint8Array(LIMIT + 1));
    expect([long.status, long.body]).toEqual([
      413,
      expect.objectContaining({ code: 'body_too_large', limit_bytes: LIMIT }),
    ]);
    const bomb = await send(new Uint8Array(gzipSync(`{"traceEvents":[${' '.repeat(21_000_000)}`)));
    expect([bomb.status, bomb.body]).toEqual([
      413,
      expect.objectContaining({ code: 'body_too_large', limit_bytes: 20_000_000 }),
    ]);
  });

  it('is refused in another encoding, of an unknown format, and where there is no such workspace', async () => {
    const brotli = await test.call(IMPORTS, { raw: '[]', headers: { 'content-encoding': 'br' } });
    expect([brotli.status, brotli.body]).toEqual([415, expect.objectContaining({ code: 'unsupported_media_type' })]);
    expect((await send('[]', `${IMPORTS}?format=papyrus`)).body).toMatchObject({ code: 'validation_failed' });
    expect((await send('[]', '/api/v1/workspaces/nowhere/imports')).body).toMatchObject({ code: 'not_found' });
  });

  it('leaves no file behind', async () => {
    const before = await uploads();
    await send('this is no trace');
    expect(await uploads()).toEqual(before);
  });
});
