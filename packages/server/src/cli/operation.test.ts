import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { startTestServer, type TestServer } from '../../testing/harness.ts';
import { inProcess } from '../../testing/in-process.ts';
import { LogLines } from '../../testing/log-lines.ts';
import { WebhookReceiver } from '../../testing/webhook-receiver.ts';

const listOf = <T extends z.ZodRawShape>(shape: T) => z.object({ items: z.array(z.object(shape)) });
const found = z.object({ findings: z.array(z.object({ check: z.string(), state: z.string() })) });

const words = (out: string): string[] =>
  out
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '');

const findings = (out: string): Record<string, string> => {
  const { findings: list } = found.parse(JSON.parse(out));
  return Object.fromEntries(list.map(({ check, state }) => [check, state]));
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowprof-operation-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('flowprof seed', () => {
  let running: TestServer;
  beforeAll(async () => {
    running = await startTestServer();
    const { id } = await running.server.store.createWorkspace({ slug: 'shop', name: 'Shop' });
    const tenant = running.server.store.tenant(id);
    for (const slug of ['first', 'second']) await tenant.createProject({ slug, name: slug });
  });
  afterAll(() => running.close());

  const seed = (...more: string[]): ReturnType<typeof inProcess> =>
    inProcess(['seed', '--workspace-id', 'shop', ...more], { env: { FLOWPROF_DATA_DIR: running.dataDir } });
  test('makes the workflows in the first project, and nothing twice', async () => {
    const first = await seed();
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(words(first.out)).toEqual(['created', 'created', 'created', 'created']);
    expect(words((await seed()).out)).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged']);
    const listed = await running.call('/api/workflows?limit=100');
    const projects = await running.call('/api/projects');
    expect(listed.body).toMatchObject({ total: 4 });
    const [project] = listOf({ id: z.string() }).parse(projects.body).items;
    const { items } = listOf({ project_id: z.string() }).parse(listed.body);
    expect(items.map((one) => one.project_id)).toEqual(Array.from({ length: 4 }, () => project?.id));
  });

  test('makes a new version of one that differs, unless told to leave it', async () => {
    const { body } = await running.call('/api/workflows?limit=100');
    const { items } = listOf({ id: z.string(), name: z.string(), definition: z.looseObject({}) }).parse(body);
    const changed = items.find(({ name }) => name === 'basic_sequence');
    const definition = { ...changed?.definition, description: 'changed' };
    await running.call(`/api/workflows/${changed?.id}`, { method: 'PUT', json: { definition } });
    expect(words((await seed('--skip-existing')).out)).toEqual(['skipped', 'skipped', 'skipped', 'skipped']);
    const third = await seed();
    expect(third.out).toMatch(/^updated {4}basic_sequence {6} {2}version 3 {2}/);
  });

  test('takes a project by its slug, and says what is not there', async () => {
    expect(words((await seed('--project-id', 'second')).out)).toEqual(['created', 'created', 'created', 'created']);
    expect(await seed('--project-id', 'third')).toEqual({
      code: 1,
      out: '',
      err: 'flowprof: the workspace has no project third\n',
    });
    const unknown = ['seed', '--workspace-id', 'none'];
    expect(await inProcess(unknown, { env: { FLOWPROF_DATA_DIR: running.dataDir } })).toEqual({
      code: 1,
      out: '',
      err: 'flowprof: there is no workspace none\n',
    });
    expect((await inProcess(['seed'])).code).toBe(2);
  });
});

describe('flowprof migrate', () => {
  test('says what it would do, does it once, and leaves a database that is held alone', async () => {
    const dataDir = join(folder, 'migrated');
    const migrate = (...more: string[]): ReturnType<typeof inProcess> =>
      inProcess(['migrate', '--data-dir', dataDir, ...more]);
    expect((await migrate('--dry-run')).out).toContain('there is no database in');
    const made = await migrate();
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(made.out).toMatch(/^applied {2}000001 {2}workspaces[^]*\n\d+ applied; up to date\n$/);
    expect((await migrate()).out).toMatch(/\nup to date; nothing to apply\n$/);
    expect((await migrate('--dry-run')).out).toMatch(/\nup to date\n$/);
    const running = await startTestServer({ dataDir });
    const held = await migrate();
    expect(held.code).toBe(0);
    expect(held.out).toContain(`nothing to do: flowprof (${running.server.url}) holds`);
    await running.close();
  });
});

describe('flowprof doctor', () => {
  test('finds nothing wrong with a new set-up, and leaves nothing behind', async () => {
    const { code, out } = await inProcess(['doctor', '--port', '0', '--data-dir', join(folder, 'none')]);
    expect(code).toBe(0);
    expect(out).toContain('ok    database             embedded, made at the first start\n');
    expect(out).toMatch(/\n\d+ checks: 0 failed, \d to look at\n$/);
  });

  test('looks into the embedded database, and finds a server that holds it, and webhooks that take no alerts', async () => {
    const dataDir = join(folder, 'looked-at');
    const args = ['doctor', '--port', '0', '--data-dir', dataDir];
    await inProcess(['migrate', '--data-dir', dataDir]);
    const alone = await inProcess([...args, '--json']);
    expect(findings(alone.out)).toMatchObject({
      database: 'ok',
      'application role': 'ok',
      'row level security': 'ok',
      migrations: 'ok',
      sessions: 'ok',
      clocks: 'ok',
      lock: 'ok',
      alerts: 'ok',
    });
    const [receiver, log] = [await WebhookReceiver.start(), new LogLines()];
    receiver.answer = (response) => response.writeHead(410).end();
    const running = await startTestServer({ dataDir, alertHosts: [receiver.host], log: log.logger });
    const held = await inProcess(args);
    expect(held.out).toContain(`serves ${running.server.url}\n`);
    await running.call('/api/workspaces', { json: { slug: 'told', name: 'Told' } });
    const channels = '/api/v1/workspaces/told/alert-channels';
    const { body } = await running.call(channels, { json: { name: 'gone', url: receiver.url } });
    await running.call(`${channels}/${z.looseObject({ id: z.string() }).parse(body).id}/test`, { json: {} });
    await log.until('an alert is given up');
    await Promise.all([running.close(), receiver.close()]);
    const after = await inProcess(args);
    expect(after.out).toContain(
      'warn  alerts               1 webhook is switched off by what the receiver answered, 1 delivery was given up',
    );
  });

  test('says what is wrong and how to mend it, never a password, and exits 1', async () => {
    const taken = createServer((_, response) => response.end('another program')).listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const env = {
      DATABASE_URL: 'postgres://keeper:p%40ssword@127.0.0.1:1/none',
      FLOWPROF_JOURNAL_KEY: 'short',
    };
    const args = ['doctor', '--port', String(port), '--data-dir', join(folder, 'other')];
    const { code, out } = await inProcess(args, { env });
    taken.close();
    expect(code).toBe(1);
    expect(out).toContain(`FAIL  port                 127.0.0.1 port ${port} cannot be had`);
    expect(out).toContain(
      'FAIL  database             The database does not answer now. (connect ECONNREFUSED 127.0.0.1:1)',
    );
    expect(out).toContain('FAIL  journal key');
    expect(out).toContain('→ choose another by PORT');
    expect(out).not.toMatch(/p%40ssword|p@ssword|short/);
  });
});
