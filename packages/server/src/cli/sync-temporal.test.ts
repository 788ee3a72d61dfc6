import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTemporalServer, type TemporalServer } from '../../../../scripts/lib/temporal-server.ts';
import { findTemporal } from '../../../../scripts/lib/temporal.mjs';
import { startTestServer, type TestServer } from '../../testing/harness.ts';
import type { Finished } from '../../testing/in-process.ts';

const SLOW = 120_000;
const PATIENCE = { timeout: 60_000, interval: 50 };
const LAUNCHER = fileURLToPath(new URL('../../bin/flowprof.js', import.meta.url));

/** The command in a process of its own, and what it says meanwhile. */
function start(env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const { PATH = '', HOME = '' } = process.env;
  const child: ChildProcess = spawn(process.execPath, [LAUNCHER, 'sync', 'temporal', ...args], {
    env: { PATH, HOME, LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const finished = once(child, 'close').then((): Finished => ({ code: child.exitCode ?? -1, ...said }));
  return { child, said, finished };
}

describe.skipIf(findTemporal() === null)('flowprof sync temporal', () => {
  let temporal: TemporalServer;
  let client: Client;
  let server: TestServer;
  let dataDir: string;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'flowprof-sync-'));
    [temporal, server] = await Promise.all([startTemporalServer(), startTestServer({ dataDir, background: false })]);
    client = new Client({ connection: await Connection.connect({ address: temporal.address }) });
    await server.call('/api/workspaces', { json: { slug: 'line', name: 'Line' } });
    for (const workflowId of ['ended', 'other', 'open']) {
      const handle = await client.workflow.start('nobodys', { workflowId, taskQueue: 'nobody' });
      if (workflowId !== 'open') await handle.terminate('enough');
    }
    env = { FLOWPROF_URL: server.server.url };
  }, SLOW);
  afterAll(async () => {
    await client.connection.close();
    await server.close();
    await temporal.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const sync = (...args: readonly string[]) => start(env, '--workspace', 'line', ...args).finished;

  test('syncs all that is there once, what goes on included', { timeout: SLOW }, async () => {
    const { code, out, err } = await sync('--address', temporal.address, '--once', '--json');
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({ connection: `${temporal.address} default`, found: 3, failing: 0 });
    const listed = await server.call('/api/v1/workspaces/line/executions');
    expect(listed.body).toMatchObject({ total: 3 });
  });

  test('syncs one workflow id, and says where there is none', { timeout: SLOW }, async () => {
    const [known, unknown] = await Promise.all([sync('ended'), sync('never-was')]);
    expect(known).toMatchObject({ code: 0, err: '', out: expect.stringContaining(': 1 execution listed') });
    expect(unknown).toMatchObject({ code: 1, err: 'flowprof: Temporal has no execution of that workflow id\n' });
  });

  test('says in one line that there is no Temporal, or no connection', { timeout: SLOW }, async () => {
    const [away, nothing] = await Promise.all([
      sync('--address', '127.0.0.1:9', '--once'),
      sync('--connection', 'never made', '--once'),
    ]);
    expect(away).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^flowprof: [^\n]*temporal_failed\)\n$/),
    });
    expect(nothing).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/^flowprof: [^\n]*--address[^\n]*\n$/),
    });
    // What was made for a mistyped address is not left to be tried for ever.
    const connections = await server.call('/api/v1/workspaces/line/temporal/connections');
    expect(connections.body).toMatchObject({ items: [{ address: temporal.address }], total: 1 });
  });

  test('goes on until Ctrl-C, which is its ordinary end', { timeout: SLOW }, async () => {
    const name = `${temporal.address} default`;
    const served = start(env, '--workspace', 'line', '--connection', name);
    await vi.waitUntil(() => served.said.err.includes('listed'), PATIENCE);
    served.child.kill('SIGINT');
    expect(await served.finished).toMatchObject({ code: 0, out: expect.stringContaining('3 executions listed') });
    // The same with the data itself, through a server in the same process.
    await server.close();
    const own = start({ FLOWPROF_DATA_DIR: dataDir }, '--workspace', 'line', '--connection', name);
    await vi.waitUntil(() => own.said.err.includes('listed'), PATIENCE);
    own.child.kill('SIGINT');
    expect(await own.finished).toMatchObject({ code: 0, out: expect.stringContaining('3 executions listed') });
  });
});
