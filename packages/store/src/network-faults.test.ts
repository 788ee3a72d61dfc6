import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Store, TenantStore } from './api.ts';
import { INSTANCE_LOCKS } from './instance.ts';
import { openStore } from './store.ts';
import { startPlainServer, type PlainServer } from './testing/plain-server.ts';
import { LogBook, testClock, testRandom } from './testing/support.ts';
import { TcpProxy } from './testing/tcp-proxy.ts';

const PAGE = { skip: 0, limit: 10 };
const CALLS = 30;

let server: PlainServer;
let proxy: TcpProxy;
let store: Store;
let tenant: TenantStore;

beforeAll(async () => {
  server = await startPlainServer();
  await server.admin('postgres', `CREATE ROLE keeper LOGIN CREATEROLE PASSWORD 'k'`, 'CREATE DATABASE p OWNER keeper');
  const direct = new URL(server.url('keeper', 'k', 'p'));
  proxy = await TcpProxy.to(Number(direct.port));
  direct.port = String(proxy.port);
  const databaseUrl = direct.href;
  const journalKey = new Uint8Array(32).fill(7);
  const log = new LogBook().log;
  store = await openStore({
    databaseUrl,
    dataDir: '/nonexistent',
    clock: testClock,
    random: testRandom,
    log,
    journalKey,
  });
  const { id } = await store.createWorkspace({ slug: 'w', name: 'W' });
  tenant = store.tenant(id);
}, 60_000);

afterAll(async () => {
  proxy.weather = { kind: 'fine' };
  await proxy.close();
  await store.close();
  await server.stop();
});

/** How a call ends: by the code of its error, or `done`. */
async function call(): Promise<string> {
  return tenant.listWorkflows(PAGE).then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'other'),
  );
}

async function outcomes(): Promise<readonly string[]> {
  return Promise.all(Array.from({ length: CALLS }, call));
}

const since = (start: number): number => Math.round(performance.now() - start);

async function untilDone(): Promise<number> {
  const start = performance.now();
  while ((await outcomes()).some((outcome) => outcome !== 'done')) continue;
  return since(start);
}

it('is slow where the network is, and nothing else', async () => {
  await outcomes();
  proxy.weather = { kind: 'slow', ms: 100 };
  expect(new Set(await outcomes())).toEqual(new Set(['done']));
  proxy.weather = { kind: 'fine' };
}, 60_000);

it('fails what was under way when connections are reset, and connects again by itself', async () => {
  await outcomes();
  const calls = outcomes();
  proxy.reset();
  expect([...new Set(await calls)].filter((code) => code !== 'done' && code !== 'database_unavailable')).toEqual([]);
  const ms = await untilDone();
  process.stdout.write(`after a reset: all calls done again within ${ms} ms\n`);
  expect(ms).toBeLessThan(5000);
}, 60_000);

it('notices connections that have fallen silent in bounded time, and is back within 5 s of the network', async () => {
  await outcomes();
  proxy.weather = { kind: 'silent' };
  const start = performance.now();
  expect(new Set(await outcomes())).toEqual(new Set(['database_unavailable']));
  const bounded = since(start);
  proxy.weather = { kind: 'fine' };
  const ms = await untilDone();
  process.stdout.write(`in silence: every call failed within ${bounded} ms; all done within ${ms} ms of its end\n`);
  expect(bounded).toBeLessThan(20_000);
  expect(ms).toBeLessThan(5000);
}, 90_000);

it('finds single dead connections while the network is fine, and replaces them all', async () => {
  await outcomes();
  proxy.weather = { kind: 'silent' };
  proxy.weather = { kind: 'fine' };
  const ms = await untilDone();
  process.stdout.write(`after a silence that nobody noticed: all calls done within ${ms} ms\n`);
  expect(ms).toBeLessThan(6000);
}, 60_000);

it('lets long questions take their time', async () => {
  const { id: workflowId } = await tenant.createWorkflow({ name: 'w', description: null, definition: {} });
  const id = randomUUID();
  await tenant.createExecution({ id, workflowId, input: {}, trigger: 'manual' });
  const held = server.admin(
    'p',
    `BEGIN; SELECT 1 FROM workflow_executions WHERE id = '${id}' FOR UPDATE; SELECT pg_sleep(4); COMMIT`,
  );
  const start = performance.now();
  await server.admin('p', 'SELECT pg_sleep(0.2)');
  await tenant.recordEvents(id, [{ type: 'warning', code: 'missing_time', example: 'x' }]);
  expect(since(start)).toBeGreaterThan(3000);
  await held;
}, 60_000);

it('shows again that it lives when the network has lost the connection that shows it', async () => {
  const client = new Client({ connectionString: server.superuserUrl.replace(/postgres$/, 'p') });
  await client.connect();
  const holders = async (): Promise<readonly number[]> => {
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = ${INSTANCE_LOCKS}`,
    );
    return rows.map(({ pid }) => pid);
  };
  const [before] = await holders();
  // The server gives the lock up, and this side hears nothing of it.
  proxy.weather = { kind: 'silent' };
  await client.query('SELECT pg_terminate_backend($1)', [before]);
  proxy.weather = { kind: 'fine' };
  const start = performance.now();
  let now: readonly number[] = [];
  while (since(start) < 30_000 && (now.length === 0 || now[0] === before)) now = await holders();
  process.stdout.write(`after a lost lease: taken again within ${since(start)} ms\n`);
  expect(now).toHaveLength(1);
  expect(now[0]).not.toBe(before);
  await client.end();
}, 60_000);
