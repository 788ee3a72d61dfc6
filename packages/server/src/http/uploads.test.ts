import { readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestServer, type Answer, type TestServer } from '../../testing/harness.ts';
import { Rounds } from '../../testing/rounds.ts';

const BAZEL = join(import.meta.dirname, '../../../../fixtures/bazel/tiny.json.gz');
const UPLOADS = '/api/v1/workspaces/files/imports/uploads';

const uploadShape = z.looseObject({
  id: z.uuid(),
  state: z.string(),
  received_bytes: z.number(),
  executions_total: z.number().nullable(),
  executions_done: z.number(),
  spans_total: z.number().nullable(),
  spans_done: z.number(),
  items: z.array(z.looseObject({ id: z.uuid(), known: z.boolean() })),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});
type Upload = z.output<typeof uploadShape>;

const rounds = new Rounds();
let test: TestServer;
let bazel: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  bazel = new Uint8Array(await readFile(BAZEL));
  test = await startTestServer({
    importLimits: { uploadBytes: 30_000_000, unpackedBytes: 60_000_000 },
    timers: rounds,
  });
  for (const slug of ['files', 'others']) await test.call('/api/workspaces', { json: { slug, name: slug } });
});

afterAll(async () => {
  await test.close();
  await rm(test.dataDir, { recursive: true, force: true });
});

function uploadOf({ status, body }: Answer, expected = 200): Upload {
  expect([status, body]).toEqual([expected, expect.anything()]);
  return uploadShape.parse(body);
}

async function begin(size: number, more: object = {}): Promise<Upload> {
  return uploadOf(await test.call(UPLOADS, { json: { size_bytes: size, ...more } }), 201);
}

function sendPart(id: string, offset: number, raw: Uint8Array<ArrayBuffer>, path = UPLOADS): Promise<Answer> {
  const headers = { 'content-type': 'application/octet-stream' };
  return test.call(`${path}/${id}/parts?offset=${offset}`, { method: 'PUT', raw, headers });
}

/** How an upload is once it is as it is waited for. */
function uploadWhen(id: string, isMeant: (upload: Upload) => boolean): Promise<Upload> {
  return rounds.until(async () => uploadOf(await test.call(`${UPLOADS}/${id}`)), isMeant);
}

function ended(id: string): Promise<Upload> {
  return uploadWhen(id, ({ state }) => !['uploading', 'waiting', 'working'].includes(state));
}

async function uploadWhole(file: Uint8Array<ArrayBuffer>, partBytes = 4000): Promise<Upload> {
  const { id } = await begin(file.byteLength);
  for (let at = 0; at < file.byteLength; at += partBytes)
    uploadOf(await sendPart(id, at, file.slice(at, at + partBytes)));
  return ended(id);
}

/** A Chrome trace of so many spans, one after the other. */
function chromeTrace(spans: number, name: string): Uint8Array<ArrayBuffer> {
  const events = Array.from({ length: spans }, (_, i) => ({ name, ph: 'X', ts: i * 10, dur: 9, pid: 1, tid: 1 }));
  return new TextEncoder().encode(JSON.stringify({ traceEvents: events }));
}

describe('a file in parts', () => {
  it('becomes the executions that it would have become in one piece', async () => {
    const done = await uploadWhole(bazel);
    expect(done).toMatchObject({
      state: 'completed',
      executions_total: 1,
      executions_done: 1,
      spans_total: 528,
      spans_done: 528,
    });
    const whole = await test.call('/api/v1/workspaces/files/imports', {
      raw: bazel,
      headers: { 'content-type': 'application/gzip' },
    });
    expect(whole.body).toMatchObject({ items: [{ id: done.items[0]?.id, known: true }] });
  });

  it('goes on where it was cut off, and takes no part twice', async () => {
    const file = chromeTrace(400, 'resumed');
    const fingerprint = 'resumed.json';
    const first = await begin(file.byteLength, { fingerprint, file_name: 'resumed.json' });
    uploadOf(await sendPart(first.id, 0, file.slice(0, 5000)));
    const second = await begin(file.byteLength, { fingerprint });
    expect(second).toMatchObject({ id: first.id, received_bytes: 5000 });
    uploadOf(await sendPart(first.id, 0, file.slice(0, 5000)));
    const gap = await sendPart(first.id, 9000, file.slice(9000, 9500));
    expect([gap.status, gap.body]).toEqual([
      409,
      expect.objectContaining({ code: 'upload_conflict', received_bytes: 5000 }),
    ]);
    uploadOf(await sendPart(first.id, 5000, file.slice(5000)));
    expect(await ended(first.id)).toMatchObject({ state: 'completed', spans_done: 400 });
    expect(uploadOf(await sendPart(first.id, 5000, file.slice(5000)))).toMatchObject({ state: 'completed' });
  });

  it('that cannot be read says why, and leaves nothing behind', async () => {
    const done = await uploadWhole(new TextEncoder().encode('this is no trace'), 5);
    expect(done).toMatchObject({ state: 'failed', items: [], error: { code: 'unreadable_file' } });
    expect(done.error?.message).toMatch(/no format that flowprof knows/);
    const names = await readdir(tmpdir());
    expect(names.filter((name) => name.startsWith(`flowprof-upload-${process.pid}-`))).toEqual([]);
  });

  it('is refused when it is too large, before anything of it is sent', async () => {
    const { status, body } = await test.call(UPLOADS, { json: { size_bytes: 30_000_001 } });
    expect([status, body]).toEqual([413, expect.objectContaining({ code: 'body_too_large', limit_bytes: 30_000_000 })]);
    const { id } = await begin(30_000_000);
    const part = await sendPart(id, 0, new Uint8Array(8 * 1024 * 1024 + 1));
    expect(part.status).toBe(413);
    await test.call(`${UPLOADS}/${id}`, { method: 'DELETE' });
  });

  it('is cancelled while it is uploaded and while it is stored; then it holds no execution in part', async () => {
    const open = await begin(10);
    uploadOf(await test.call(`${UPLOADS}/${open.id}`, { method: 'DELETE' }));
    expect((await sendPart(open.id, 0, new Uint8Array(10))).status).toBe(404);

    const file = chromeTrace(150_000, 'cancelled');
    const { id } = await begin(file.byteLength);
    for (let at = 0; at < file.byteLength; at += 4_000_000)
      uploadOf(await sendPart(id, at, file.slice(at, at + 4_000_000)));
    await uploadWhen(id, ({ spans_done: done }) => done > 0);
    uploadOf(await test.call(`${UPLOADS}/${id}`, { method: 'DELETE' }));
    expect(await ended(id)).toMatchObject({ state: 'cancelled', items: [] });
    const found = await test.call('/api/v1/workspaces/files/executions?search=cancelled');
    expect(found.body).toMatchObject({ total: 0 });
  });

  it('is nothing to another workspace', async () => {
    const { id } = await begin(10);
    const elsewhere = `/api/v1/workspaces/others/imports/uploads`;
    expect((await test.call(`${elsewhere}/${id}`)).status).toBe(404);
    expect((await sendPart(id, 0, new Uint8Array(3), elsewhere)).status).toBe(404);
    expect((await test.call(`${elsewhere}/${id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await test.call(elsewhere)).body).toMatchObject({ total: 0 });
  });

  it('that a server had when it stopped is stored by the next', async () => {
    const file = chromeTrace(60_000, 'taken over');
    const { id } = await begin(file.byteLength);
    for (let at = 0; at < file.byteLength; at += 4_000_000)
      uploadOf(await sendPart(id, at, file.slice(at, at + 4_000_000)));
    const { dataDir } = test;
    await test.server.close();
    test = await startTestServer({ dataDir, timers: rounds });
    expect(await ended(id)).toMatchObject({ state: 'completed', spans_done: 60_000 });
  });
});
