import { randomUUID } from 'node:crypto';
import { asMicros, TraceAssembler, toMicros, type JournalEntry, type TraceEvent } from '@flowprof/model';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Execution, ExecutionOutcome, Store, TenantStore } from './api.ts';
import { StoreError } from './errors.ts';
import { openStore, type StoreOptions } from './store.ts';
import { startPlainServer, type PlainServer } from './testing/plain-server.ts';
import { testClock, testRandom } from './testing/support.ts';
import { done, started, state, twoSteps } from './testing/traces.ts';

async function codeOfRejection(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof StoreError ? error.code : 'none';
}

function outcomeOf(id: string, events: readonly TraceEvent[]): ExecutionOutcome {
  const assembler = new TraceAssembler();
  for (const event of events) assembler.apply(event);
  assembler.describe({ id, status: 'completed' });
  return { status: 'completed', results: null, error: null, duration: toMicros(50), trace: assembler.finish() };
}

async function newTenant(store: Store): Promise<TenantStore> {
  const slug = randomUUID();
  return store.tenant((await store.createWorkspace({ slug, name: slug })).id);
}

async function newExecution(tenant: TenantStore, events: (id: string) => TraceEvent[]): Promise<Execution> {
  const workflow = await tenant.createWorkflow({ name: 'cut off', description: null, definition: {} });
  const made = { id: randomUUID(), workflowId: workflow.id, input: {}, trigger: 'manual' };
  const execution = await tenant.createExecution(made);
  if (execution === null) throw new Error('it was not made');
  await tenant.recordEvents(execution.id, events(execution.id));
  return execution;
}

const running = (id: string): TraceEvent[] => [started(id), { type: 'node_state', state: state('a') }];
const secret = (path: string): JournalEntry => done(path, { output: { token: `canary-${path}` } });
const waiting = (): TraceEvent[] => [];

describe('servers on one database', () => {
  let server: PlainServer;
  let admin: Client;
  let options: StoreOptions;
  const stores: Store[] = [];

  beforeAll(async () => {
    server = await startPlainServer();
    await server.admin(
      'postgres',
      `CREATE ROLE keeper LOGIN CREATEROLE PASSWORD 'k'`,
      'CREATE DATABASE p OWNER keeper',
    );
    options = {
      databaseUrl: server.url('keeper', 'k', 'p'),
      dataDir: '/nonexistent',
      clock: testClock,
      random: testRandom,
      log: () => undefined,
      restartGrace: toMicros(0),
      journalKey: new Uint8Array(32).fill(9),
    };
    await (await openStore(options)).close();
    admin = new Client({ connectionString: server.superuserUrl.replace(/postgres$/, 'p') });
    await admin.connect();
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await admin.end();
    await server.stop();
  });

  async function open(more: Partial<StoreOptions> = {}): Promise<Store> {
    const store = await openStore({ ...options, ...more });
    stores.push(store);
    return store;
  }

  async function owned(tenant: TenantStore): Promise<number> {
    const { rows } = await admin.query<{ n: number }>(
      'SELECT count(DISTINCT instance_id)::integer AS n FROM workflow_executions WHERE workspace_id = $1',
      [tenant.workspaceId],
    );
    return rows[0]?.n ?? 0;
  }

  it('get each execution of one that is gone exactly once, though all ask at once', async () => {
    const gone = await open();
    const tenants = await Promise.all([newTenant(gone), newTenant(gone), newTenant(gone)]);
    const made: string[] = [];
    for (let i = 0; i < 30; i++) {
      const tenant = tenants[i % 3];
      if (tenant) made.push((await newExecution(tenant, i % 2 === 0 ? running : waiting)).id);
    }
    const takers = await Promise.all([open(), open(), open(), open()]);
    expect((await Promise.all(takers.map((taker) => taker.claimInterrupted(100)))).flat()).toEqual([]);
    await gone.close();
    const found: string[] = [];
    for (let round = 0; found.length < made.length && round < 20; round++) {
      const claims = Array.from({ length: 20 }, (_, i) => takers[i % 4]?.claimInterrupted(3) ?? []);
      for (const claimed of await Promise.all(claims)) {
        expect(claimed.length).toBeLessThanOrEqual(3);
        found.push(...claimed.map(({ id }) => id));
      }
    }
    expect(found.sort()).toEqual(made.sort());
    expect((await Promise.all(takers.map((taker) => taker.claimInterrupted(100)))).flat()).toEqual([]);
    expect((await Promise.all(takers.map((taker) => taker.recoverInterrupted()))).flat()).toEqual([]);
    for (const tenant of tenants) expect(await owned(tenant)).toBeLessThanOrEqual(4);
    await Promise.all(takers.map((taker) => taker.close()));
    await (await open()).recoverInterrupted();
  });

  it('take over what had begun as it stands, and what had not as it was made', async () => {
    const gone = await open();
    const lost = await newTenant(gone);
    const one = await newExecution(lost, (id) => twoSteps(id).slice(0, 9));
    const two = await newExecution(lost, waiting);
    await lost.commitNodes(one.id, [done('a')]);
    await gone.close();

    const taker = await open();
    const claimed = await taker.claimInterrupted(10);
    const shared = { workspaceId: lost.workspaceId, workflowName: 'cut off', executionNumber: 1 };
    expect(claimed).toEqual([
      { ...shared, id: one.id, status: 'running', resumptions: 1, completedSteps: 1, stepCount: 2 },
      { ...shared, id: two.id, status: 'pending', resumptions: 0, completedSteps: 0, stepCount: 0 },
    ]);
    const tenant = taker.tenant(lost.workspaceId);
    expect(await tenant.readJournal(one.id)).toEqual([done('a')]);
    expect((await tenant.listSteps(one.id)).map(({ status }) => status)).toEqual(['completed', 'pending']);
    expect((await tenant.getTrace(one.id))?.spans.ids.listed).toEqual(['s1', 's2']);

    const rest: TraceEvent[] = [
      { type: 'node_state', state: state('b', { at: asMicros(70) }) },
      { type: 'node_state', state: state('b', { status: 'completed', at: asMicros(80) }) },
    ];
    await tenant.recordEvents(one.id, rest);
    await tenant.commitNodes(one.id, [done('a', { output: 'not again' }), done('b')]);
    expect((await tenant.readJournal(one.id))[0]).toEqual(done('a'));
    await tenant.finishExecution(one.id, outcomeOf(one.id, [...twoSteps(one.id).slice(0, 9), ...rest]));
    expect(await tenant.getExecution(one.id)).toMatchObject({ status: 'completed', executionNumber: 1 });
    expect((await tenant.listSteps(one.id))[1]).toMatchObject({ status: 'completed', duration: 10 });
    expect(await tenant.readJournal(one.id)).toEqual([]);
    await taker.close();
    await (await open()).recoverInterrupted();
  });

  it('keep one that was only cut off from doing anything more to what they have taken', async () => {
    // It never gets its lock back: this sleep does not end.
    const cutOff = await open({ timers: { sleep: () => new Promise(() => undefined) } });
    const stale = await newTenant(cutOff);
    const { id } = await newExecution(stale, running);
    await stale.commitNodes(id, [done('a')]);
    await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2
      AND objid = (SELECT max(lock_number) FROM server_instances)::bigint::oid`);
    const taker = await open();
    let claimed = await taker.claimInterrupted(10);
    // The lock goes when the backend has ended, which is a moment later.
    while (claimed.length === 0) claimed = await taker.claimInterrupted(10);
    expect(claimed).toMatchObject([{ id, status: 'running' }]);

    expect(await codeOfRejection(stale.commitNodes(id, [done('b')]))).toBe('not_owner');
    expect(await codeOfRejection(stale.finishExecution(id, outcomeOf(id, [])))).toBe('not_owner');
    const tenant = taker.tenant(stale.workspaceId);
    expect((await tenant.readJournal(id)).map(({ path }) => path)).toEqual(['a']);
    await tenant.commitNodes(id, [done('b', { end: asMicros(20) })]);
    expect((await tenant.readJournal(id)).map(({ path }) => path)).toEqual(['a', 'b']);
    await tenant.finishExecution(id, outcomeOf(id, []));
    await stale.finishExecution(id, { ...outcomeOf(id, []), status: 'failed' });
    expect(await tenant.getExecution(id)).toMatchObject({ status: 'completed' });
  });

  it('give up an execution that kills them all without getting any further, and no other', async () => {
    const first = await open();
    const { workspaceId } = await newTenant(first);
    const deadly = await newExecution(first.tenant(workspaceId), running);
    const slow = await newExecution(first.tenant(workspaceId), running);
    const never = await newExecution(first.tenant(workspaceId), waiting);
    let last = first;
    const history: (readonly [string, string, number])[][] = [];
    for (let life = 0; life < 7; life++) {
      await last.close();
      last = await open();
      const claimed = await last.claimInterrupted(10);
      history.push(claimed.map(({ id, status, resumptions }) => [id, status, resumptions] as const));
      await last.tenant(workspaceId).commitNodes(slow.id, [done(`n${life}`)]);
    }
    const of = (id: string): unknown =>
      history.map((claimed) =>
        claimed
          .filter((one) => one[0] === id)
          .map(([, ...rest]) => rest.join(' '))
          .join(),
      );
    expect(of(deadly.id)).toEqual(['running 1', 'running 2', 'running 3', 'running 4', 'running 5', 'failed 5', '']);
    expect(of(slow.id)).toEqual(Array.from({ length: 7 }, () => 'running 1'));
    expect(of(never.id)).toEqual(Array.from({ length: 7 }, () => 'pending 0'));
    const tenant = last.tenant(workspaceId);
    expect(await tenant.getExecution(deadly.id)).toMatchObject({ status: 'failed', error: { code: 'interrupted' } });
    expect(await tenant.listSteps(deadly.id)).toMatchObject([{ status: 'pending' }]);
    expect(await tenant.reopenExecution(deadly.id)).toMatchObject({ status: 'running', resumptions: 0 });
  });

  it('keep what nodes gave sealed: nothing of it can be read in the database, nor put in another place', async () => {
    const store = await open();
    const tenant = await newTenant(store);
    const [one, two] = [await newExecution(tenant, running), await newExecution(tenant, running)];
    await tenant.commitNodes(one.id, [secret('a'), secret('b')]);
    await tenant.commitNodes(two.id, [secret('a')]);
    const { rows } = await admin.query<{ all: string }>(
      `SELECT string_agg(encode(payload, 'escape'), '') AS all FROM execution_journal`,
    );
    expect(rows[0]?.all.length).toBeGreaterThan(100);
    expect(rows[0]?.all).not.toContain('canary');

    const forge = async (sql: string, values: readonly unknown[], wanted: string): Promise<void> => {
      await admin.query('CREATE TABLE kept AS SELECT * FROM execution_journal');
      await admin.query(sql, [...values]);
      expect(await codeOfRejection(tenant.readJournal(one.id)), sql).toBe(wanted);
      await admin.query(`UPDATE execution_journal j SET payload = k.payload, path = k.path FROM kept k
        WHERE (j.execution_id, j.id) = (k.execution_id, k.id)`);
      await admin.query('DROP TABLE kept');
    };
    const set = 'UPDATE execution_journal j SET';
    await forge(
      `${set} payload = (SELECT payload FROM execution_journal WHERE execution_id = $2 AND path = 'b')
      WHERE j.execution_id = $1 AND path = 'a'`,
      [one.id, one.id],
      'journal_damaged',
    );
    await forge(
      `${set} payload = (SELECT payload FROM execution_journal WHERE execution_id = $2 AND path = 'a')
      WHERE j.execution_id = $1 AND path = 'a'`,
      [one.id, two.id],
      'journal_damaged',
    );
    await forge(`${set} path = 'c' WHERE execution_id = $1 AND path = 'a'`, [one.id], 'journal_damaged');
    await forge(
      `${set} payload = substr(payload, 1, length(payload) - 1) WHERE execution_id = $1`,
      [one.id],
      'journal_damaged',
    );
    await forge(`${set} payload = '' WHERE execution_id = $1`, [one.id], 'journal_damaged');
    expect(await tenant.readJournal(one.id)).toHaveLength(2);
    const elsewhere = await open({ journalKey: new Uint8Array(32).fill(8) });
    const read = elsewhere.tenant(tenant.workspaceId).readJournal(one.id);
    expect(await codeOfRejection(read)).toBe('journal_key_mismatch');
  });

  it('commit together what waits for the disk at the same moment', async () => {
    const store = await open();
    const tenant = await newTenant(store);
    const executions: Execution[] = [];
    for (let i = 0; i < 8; i++) executions.push(await newExecution(tenant, running));
    await Promise.all(
      executions.flatMap(({ id }) => Array.from({ length: 16 }, (_, i) => tenant.commitNodes(id, [done(`n${i}`)]))),
    );
    const { rows } = await admin.query<{ entries: number; transactions: number }>(
      `SELECT count(*)::integer AS entries, count(DISTINCT xmin::text)::integer AS transactions
       FROM execution_journal WHERE workspace_id = $1`,
      [tenant.workspaceId],
    );
    expect(rows[0]?.entries).toBe(128);
    expect(rows[0]?.transactions).toBeLessThanOrEqual(16);
  });
});
