import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer } from '../../testing/harness.ts';
import { inProcess } from '../../testing/in-process.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'flowprof-keys-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const keys = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  inProcess(['keys', ...args], { env: { FLOWPROF_DATA_DIR: dataDir, ...env } });

describe('flowprof keys', () => {
  let key: string;

  it('makes the first key where no server runs yet, alone on stdout', async () => {
    const args = ['create', '--workspace', 'shop', '--create-workspace', '--name', 'ops', '--scopes', 'admin'];
    const { code, out, err } = await keys(args);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('from now on the server asks everybody') });
    expect(out).toMatch(/^fp_[\w-]{43}_[\w-]{43}\n$/);
    key = out.trim();
  });

  it('goes through a running server with a key of its own, and lists and revokes', async () => {
    const test = await startTestServer({ dataDir });
    try {
      const without = await keys(['list']);
      expect([without.code, without.err]).toEqual([1, expect.stringContaining('FLOWPROF_API_KEY')]);
      const env = { FLOWPROF_API_KEY: key };
      const made = await keys(['create', '--name', 'ci', '--scopes', 'read,write', '--expires', '90d'], env);
      expect([made.code, made.err]).toEqual([0, expect.stringContaining('it has read, write until ')]);
      const authorization = `Bearer ${made.out.trim()}`;
      expect((await test.call('/api/me', { headers: { authorization } })).status).toBe(200);
      const listed = await keys(['list', '--json'], env);
      expect(JSON.parse(listed.out)).toMatchObject([
        { name: 'ci', scopes: ['read', 'write'] },
        { name: 'ops', scopes: ['read', 'write', 'admin'] },
      ]);
      const id = /"id": "([\w-]+)"/.exec(listed.out)?.[1] ?? '';
      expect((await keys(['revoke', id], env)).code).toBe(0);
      expect((await test.call('/api/me', { headers: { authorization } })).status).toBe(401);
      const text = await keys(['list'], env);
      expect(text.out.split('\n')[0]).toMatch(new RegExp(`^${id}  revoked  read,write .*  ci$`));
      const gone = await keys(['revoke', '01890000-0000-7000-8000-00000000dead'], env);
      expect([gone.code, gone.err]).toEqual([1, expect.stringContaining('not_found')]);
    } finally {
      await test.server.close();
    }
  });

  it.each([
    [['create', '--name', 'x', '--scopes', 'all'], '--scopes takes read, write and admin'],
    [['create', '--name', 'x', '--expires', 'soon'], '--expires takes'],
    [['create'], "required option '--name <name>' not specified"],
    [['create', '--name', 'x', '--create-workspace'], '--create-workspace needs its slug'],
  ])('%j is wrong usage', async (args, reason) => {
    const { code, err } = await keys(args);
    expect([code, err]).toEqual([2, expect.stringContaining(reason)]);
  });
});
