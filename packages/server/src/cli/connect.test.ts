import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { testIo } from '../../testing/in-process.ts';
import { startTestServer, type TestServer } from '../../testing/harness.ts';
import { withServer } from './connect.ts';

const listed = z.object({ items: z.array(z.object({ slug: z.string() })) });

function slugs(dataDir: string, env: Readonly<Record<string, string>> = {}, mayCreate = false): Promise<string[]> {
  return withServer({ dataDir, mayCreate }, testIo({ env }).io, async (api) => {
    const { items } = await api.call('GET', '/api/workspaces', listed);
    return items.map(({ slug }) => slug);
  });
}

let folder: string;
/** A data folder that no server holds. */
let free: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowprof-connect-'));
  free = join(folder, 'free');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('while a server holds the data folder', () => {
  let running: TestServer;
  beforeAll(async () => {
    running = await startTestServer({ dataDir: join(folder, 'held') });
    await running.server.store.createWorkspace({ slug: 'held', name: 'Held' });
  });
  afterAll(() => running.close());

  test('a command goes to that server', async () => {
    expect(await slugs(running.dataDir)).toEqual(['held']);
    expect(await slugs('/nowhere', { FLOWPROF_DATA_DIR: running.dataDir, FLOWPROF_URL: running.server.url })).toEqual([
      'held',
    ]);
  });

  test('what the server refuses is one line with its code', async () => {
    const asked = withServer({ dataDir: running.dataDir }, testIo().io, (api) =>
      api.call('POST', '/api/workspaces', z.unknown(), { json: { slug: 'Not A Slug', name: 'x' } }),
    );
    await expect(asked).rejects.toMatchObject({ status: 400, code: 'validation_failed' });
    await expect(asked).rejects.toThrow(/^1 field is invalid\. \/slug: .* \(validation_failed\)$/);
  });
});

describe('while nobody serves the data folder', () => {
  test('a folder without a database is a mistake, unless the command may make one', async () => {
    await expect(slugs(free)).rejects.toThrow(`there is no flowprof database in ${free}`);
    expect(await slugs(free, {}, true)).toEqual([]);
  });

  test('a server of its own serves the command, lets nobody else in, and is gone afterwards', async () => {
    const { base, refused, locked } = await withServer({ dataDir: free }, testIo().io, async (api) => ({
      base: api.base,
      refused: await fetch(new URL('/api/workspaces', api.base), { headers: { authorization: 'Bearer guess' } }),
      locked: await slugs(free).then(String, (error: unknown) => String(error)),
    }));
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer /);
    expect(await refused.json()).toMatchObject({ code: 'unauthenticated' });
    expect(locked).toContain(`is in use by flowprof with process id ${process.pid}, which does not serve`);
    await expect(fetch(base)).rejects.toThrow('fetch failed');
    await expect(readFile(join(free, 'flowprof.lock'))).rejects.toThrow('ENOENT');
  });

  test('Ctrl-C ends it and the server', async () => {
    const { io, interrupt } = testIo();
    const waiting = withServer({ dataDir: free }, io, () => {
      interrupt('SIGINT');
      return new Promise(() => {});
    });
    await expect(waiting).rejects.toThrow('interrupted');
    await expect(readFile(join(free, 'flowprof.lock'))).rejects.toThrow('ENOENT');
  });
});

test('a server that wants a key is told FLOWPROF_API_KEY, and a refusal says which variable to set', async () => {
  const server = createServer((request, response) => {
    const isKnown = request.headers.authorization === 'Bearer fp_1_2';
    response.writeHead(isKnown ? 200 : 401).end(isKnown ? '{"items":[{"slug":"kept"}]}' : '{"code":"unauthenticated"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
  await expect(slugs(folder, { FLOWPROF_URL: url })).rejects.toThrow('set FLOWPROF_API_KEY');
  expect(await slugs(folder, { FLOWPROF_URL: url, FLOWPROF_API_KEY: 'fp_1_2' })).toEqual(['kept']);
  server.close();
});
