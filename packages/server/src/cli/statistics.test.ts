import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { DOUBLE, startTestServer, type TestServer } from '../../testing/harness.ts';
import { inProcess } from '../../testing/in-process.ts';

let running: TestServer;
let workspace: string;
beforeAll(async () => {
  running = await startTestServer();
  const { store, workflows, executions } = running.server;
  ({ id: workspace } = await store.createWorkspace({ slug: 'shop', name: 'Shop' }));
  await store.createWorkspace({ slug: 'empty', name: 'Empty' });
  const tenant = store.tenant(workspace);
  const { id } = await workflows.create(tenant, { definition: DOUBLE });
  const execution = await executions.start(tenant, { workflowId: id, input: {}, trigger: 'manual' });
  await executions.settled(execution.id);
});
afterAll(() => running.close());

const rebuild = (...more: string[]): ReturnType<typeof inProcess> =>
  inProcess(['statistics', 'rebuild', ...more], { env: { FLOWPROF_DATA_DIR: running.dataDir } });

async function field(file: string, name: string): Promise<string> {
  const content: unknown = JSON.parse(await readFile(join(running.dataDir, file), 'utf8'));
  return z.looseObject({ [name]: z.string() }).parse(content)[name] ?? '';
}

/** Changes the database behind the server's back, as the application may in one workspace. */
async function change(statement: string): Promise<void> {
  const [host, password] = [await field('flowprof.lock', 'runDir'), await field('database-secret.json', 'app')];
  const client = new Client({ host, port: 5432, user: 'flowprof_app', password, database: 'flowprof' });
  await client.connect();
  await client.query(`SET app.workspace_id = '${workspace}'; ${statement}`);
  await client.end();
}

test('finds no difference, then the one that was made, mends it, and finds none again', async () => {
  const fine = 'empty: 0 workflows, 0 executions, 0 differences found\n';
  const checked = await rebuild('--check');
  expect(checked).toEqual({
    code: 0,
    out: expect.stringContaining('shop: 1 workflows, 1 executions, 0 differences found\n'),
    err: '',
  });
  expect(checked.out).toContain(fine);
  await change('UPDATE workflow_statistics SET completed = 5');
  const found = await rebuild('--check');
  expect(found.code).toBe(1);
  expect(found.out).toContain('workflow_statistics.completed: 5, should be 1\n');
  const mended = await rebuild('--workspace', 'shop');
  expect(mended).toMatchObject({ code: 0, out: expect.stringContaining('1 differences mended\n') });
  expect((await rebuild('--check', '--workspace', 'shop')).code).toBe(0);
});

test('says that there is no such workspace', async () => {
  expect(await rebuild('--workspace', 'none')).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('not_found'),
  });
});
