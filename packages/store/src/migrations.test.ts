import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from './api.ts';
import type { StoreLogEvent } from './log.ts';
import { migrate, readMigrations, type Migration } from './migrations.ts';
import { openStore } from './store.ts';
import { startPlainServer, type PlainServer } from './testing/plain-server.ts';
import { LogBook, temporaryFolder, testClock, testRandom } from './testing/support.ts';

let server: PlainServer;
let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  temporary = await temporaryFolder();
  server = await startPlainServer();
});
afterAll(async () => {
  await server.stop();
  await temporary.remove();
});

/** A connection to a new empty database. */
let databases = 0;
async function connect(): Promise<Client> {
  const name = `d${databases}`;
  const client = new Client({ connectionString: server.superuserUrl.replace(/postgres$/, name) });
  await client.connect();
  return client;
}
beforeEach(async () => {
  databases++;
  await server.admin('postgres', `CREATE DATABASE d${databases}`);
});

function migration(version: number, sql: string, checksum = `sum of ${sql}`): Migration {
  return { version, name: `m${version}`, sql, checksum };
}

const A = migration(1, 'CREATE TABLE a (x integer)');
const B = migration(2, 'CREATE TABLE b (x integer)');

async function tables(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  );
  return rows.map((row) => row.name);
}

describe('migrate', () => {
  it('applies what is missing, in order, once', async () => {
    const client = await connect();
    const log: StoreLogEvent[] = [];
    await migrate(client, [A], (event) => log.push(event));
    await migrate(client, [A, B], (event) => log.push(event));
    await migrate(client, [A, B], (event) => log.push(event));
    expect(log.map((event) => event.type === 'migration_applied' && event.version)).toEqual([1, 2]);
    expect(await tables(client)).toEqual(['a', 'b', 'schema_migrations']);
    await client.end();
  });

  it('is done once when several servers start at the same time', async () => {
    const clients = await Promise.all([connect(), connect(), connect(), connect()]);
    const log: StoreLogEvent[] = [];
    await Promise.all(clients.map((client) => migrate(client, [A, B], (event) => log.push(event))));
    expect(log).toHaveLength(2);
    await Promise.all(clients.map((client) => client.end()));
  });

  it('leaves nothing of a migration that fails, and goes on from there when it is mended', async () => {
    const client = await connect();
    const broken = migration(2, 'CREATE TABLE b (x integer); SELECT 1 / 0');
    await expect(migrate(client, [A, broken], () => undefined)).rejects.toMatchObject({ code: 'migration_failed' });
    expect(await tables(client)).toEqual(['a', 'schema_migrations']);
    await migrate(client, [A, B], () => undefined);
    expect(await tables(client)).toEqual(['a', 'b', 'schema_migrations']);
    await client.end();
  });

  it.each([
    ['migration_changed', [migration(1, A.sql, 'another sum'), B]],
    ['schema_too_new', [A]],
  ])('refuses with %s what does not continue what was applied', async (code, migrations) => {
    const client = await connect();
    await migrate(client, [A, B], () => undefined);
    await expect(migrate(client, migrations, () => undefined)).rejects.toMatchObject({ code });
    await client.end();
  });
});

async function folder(name: string, files: Readonly<Record<string, string>>): Promise<URL> {
  const at = path.join(temporary.folder, name);
  await mkdir(at);
  for (const [file, text] of Object.entries(files)) await writeFile(path.join(at, file), text);
  return pathToFileURL(`${at}/`);
}

describe('readMigrations', () => {
  it('reads the numbered files, alike with any line ends', async () => {
    const unix = await readMigrations(await folder('unix', { '000001_one.sql': 'a;\nb;\n' }));
    const windows = await readMigrations(await folder('windows', { '000001_one.sql': 'a;\r\nb;\r\n' }));
    expect(windows).toEqual(unix);
    for (const files of [{ '000002_two.sql': '' }, { 'one.sql': '' }, { '000001_a.sql': '', '000001_b.sql': '' }]) {
      const bad = readMigrations(await folder(Object.keys(files).join(), files));
      await expect(bad).rejects.toMatchObject({ code: 'migration_failed' });
    }
  });

  it('reads those of the package', async () => {
    expect((await readMigrations()).length).toBeGreaterThanOrEqual(3);
  });
});

function open(databaseUrl: string, book = new LogBook()): Promise<Store> {
  return openStore({ databaseUrl, dataDir: '', clock: testClock, random: testRandom, log: book.log });
}

describe('a DATABASE_URL', () => {
  it.each([
    ['mysql://a/b', 'bad_database_url'],
    ['postgres://u:secret@127.0.0.1:bad/x', 'bad_database_url'],
    ['postgres://u:secret@127.0.0.1:1/x', 'database_unavailable'],
  ])('%s is refused with %s, without its password', async (url, code) => {
    const error: unknown = await open(url).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toContain('secret');
  });

  it('works with an owner who may not make roles: as that owner under SET ROLE, if granted', async () => {
    await server.admin('postgres', `CREATE ROLE humble LOGIN PASSWORD 'h'`, 'CREATE DATABASE humble OWNER humble');
    const url = server.url('humble', 'h', 'humble');
    await expect(open(url)).rejects.toMatchObject({ code: 'app_role_unavailable' });
    await expect(open(url)).rejects.toThrow('CREATE ROLE flowprof_app NOLOGIN; GRANT flowprof_app TO "humble";');
    await server.admin('postgres', 'CREATE ROLE flowprof_app NOLOGIN', 'GRANT flowprof_app TO humble');
    const book = new LogBook();
    const store = await open(url, book);
    expect(book.events).toContainEqual({ type: 'app_role', mode: 'set_role' });
    const workspace = await store.createWorkspace({ slug: 'w', name: 'W' });
    const other = await store.createWorkspace({ slug: 'o', name: 'O' });
    const project = await store.tenant(workspace.id).createProject({ slug: 'p', name: 'P' });
    expect(await store.tenant(other.id).findProject(project.id)).toBeNull();
    await store.close();
  });
});

/** The last migration of the first release. */
const FIRST_RELEASE = 5;

describe('a database of an earlier release', () => {
  it('goes on: workflows that are there run, are counted and tell what happens', async () => {
    await server.admin(
      'postgres',
      'DO $$ BEGIN CREATE ROLE flowprof_app NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$',
      `CREATE ROLE elder LOGIN PASSWORD 'e'`,
      'GRANT flowprof_app TO elder',
      'CREATE DATABASE elder OWNER elder',
    );
    const url = server.url('elder', 'e', 'elder');
    const owner = new Client({ connectionString: url });
    await owner.connect();
    const migrations = await readMigrations();
    await migrate(owner, migrations.slice(0, FIRST_RELEASE), () => undefined);
    await owner.end();
    const workspaceId = randomUUID();
    // The id of the workspace does for its project and workflow, too.
    await server.admin(
      'elder',
      `INSERT INTO workspaces VALUES ('${workspaceId}', 'w', 'W', now())`,
      `INSERT INTO projects SELECT workspace_id, workspace_id, 'p', 'P', now(), now() FROM workspaces`,
      `INSERT INTO workflows SELECT workspace_id, id, id, 'w', NULL, 1, 1, now(), now() FROM projects`,
      `INSERT INTO workflow_versions SELECT workspace_id, id, 1, '{}', now() FROM workflows`,
      `INSERT INTO workflow_executions (workspace_id, id, project_id, workflow_id, workflow_version, execution_number,
         status, trigger, duration_us, input_variables, created_at, updated_at)
       SELECT workspace_id, id, project_id, id, 1, 1, 'failed', 'manual', 7, '{}', now(), now() FROM workflows`,
    );
    const store = await open(url);
    const tenant = store.tenant(workspaceId);
    expect(await tenant.workflowStatistics(workspaceId)).toMatchObject({ metrics: { total: 1, failed: 1 } });
    expect(await tenant.listLiveEvents(workspaceId, { since: 0, limit: 9 })).toMatchObject({ items: [], lastSeq: 0 });
    expect(await tenant.reopenExecution(workspaceId)).toMatchObject({ status: 'pending', triggerDetails: {} });
    await tenant.createExecution({ id: randomUUID(), workflowId: workspaceId, input: {}, trigger: 'manual' });
    const told = await tenant.listLiveEvents(workspaceId, { since: 0, limit: 9 });
    expect(told?.items.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'workflow_resumed'],
      [2, 'workflow_queued'],
    ]);
    expect(await tenant.rebuildStatistics({ check: true })).toMatchObject({ differenceCount: 0 });
    await store.close();
  });
});
