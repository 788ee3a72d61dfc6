import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { startTestServer, type TestServer } from '../../testing/harness.ts';
import { inProcess, type Finished } from '../../testing/in-process.ts';

const UPLOADS = '/api/v1/workspaces/files/imports/uploads';
const FIXTURES = join(import.meta.dirname, '../../../../fixtures');
const printed = z.object({
  items: z.array(z.looseObject({ id: z.uuid(), known: z.boolean(), spans: z.number() })),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await startTestServer();
  await server.call('/api/workspaces', { json: { slug: 'files', name: 'Files' } });
  folder = await mkdtemp(join(tmpdir(), 'flowprof-import-'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

function run(...args: string[]): Promise<Finished> {
  return inProcess(['import', ...args], { env: { FLOWPROF_URL: server.server.url } });
}

test('a file is stored once, and each execution is told with its id', async () => {
  const first = await run(join(FIXTURES, 'bazel/tiny.json.gz'));
  expect(first).toMatchObject({ code: 0, err: '' });
  expect(first.out).toMatch(/^[0-9a-f-]{36} {2}Bazel build 3836\S+ {2}chrome, 528 spans, 122 warnings\n$/);
  const second = await run('--json', join(FIXTURES, 'bazel/tiny.json.gz'));
  expect(printed.parse(JSON.parse(second.out))).toMatchObject({ items: [{ known: true, spans: 528 }], error: null });
});

test('what cannot be read is told in a line, and keeps no other file from being stored', async () => {
  const broken = join(folder, 'broken.txt');
  await writeFile(broken, 'no trace at all');
  const { code, out, err } = await run(broken, join(folder, 'missing.json'), join(FIXTURES, 'speedscope/simple.json'));
  expect(code).toBe(2);
  expect(out.split('\n')).toHaveLength(2);
  expect(err.split('\n').slice(0, 2)).toEqual([
    expect.stringMatching(/^flowprof: broken\.txt: the content is of no format that flowprof knows/),
    `flowprof: cannot read ${join(folder, 'missing.json')}: no such file or folder`,
  ]);
});

test('a file whose upload was cut off is gone on with', async () => {
  const path = join(folder, 'large.json');
  const events = Array.from({ length: 900 }, (_, i) => ({ name: 'a', ph: 'X', ts: i * 10, dur: 9, pid: 1, tid: 1 }));
  const text = JSON.stringify({ traceEvents: events });
  await writeFile(path, text);
  const { size, mtimeMs } = await stat(path);
  const json = { size_bytes: size, fingerprint: `${path} ${size} ${mtimeMs}`, file_name: 'large.json' };
  const begun = z.looseObject({ id: z.string() }).parse((await server.call(UPLOADS, { json })).body);
  await server.call(`${UPLOADS}/${begun.id}/parts?offset=0`, {
    method: 'PUT',
    raw: text.slice(0, 10_000),
    headers: { 'content-type': 'application/octet-stream' },
  });
  const { code, out } = await run('--json', path);
  expect([code, printed.parse(JSON.parse(out)).items]).toEqual([0, [expect.objectContaining({ spans: 900 })]]);
  expect((await server.call(`${UPLOADS}/${begun.id}`)).body).toMatchObject({
    state: 'completed',
    received_bytes: size,
  });
});

test('where there are several workspaces one must be named', async () => {
  await server.call('/api/workspaces', { json: { slug: 'more', name: 'More' } });
  const file = join(FIXTURES, 'speedscope/simple.json');
  const refused = await run(file);
  expect(refused.code).toBe(2);
  expect(refused.err).toMatch(/has several workspaces; name one with --workspace: files, more/);
  expect(await run('--workspace', 'more', file)).toMatchObject({ code: 0 });
});

test('a database that nobody serves is reached, too', async () => {
  const { dataDir } = server;
  await server.server.close();
  const file = join(FIXTURES, 'speedscope/matching-x.json');
  const env = { FLOWPROF_DATA_DIR: dataDir };
  const { code, out } = await inProcess(['import', '--workspace', 'files', file], { env });
  expect([code, out]).toEqual([0, expect.stringMatching(/chrome, 5 spans/)]);
});
