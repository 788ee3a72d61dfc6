import { randomUUID } from 'node:crypto';
import { asMicros, TraceAssembler, toMicros, type Status, type TraceEvent } from '@flowprof/model';
import * as fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Execution, ExecutionOutcome, Store, TenantStore } from '../api.ts';
import { packTrace } from '../blob.ts';
import { StoreError } from '../errors.ts';
import { migrate, readMigrations } from '../migrations.ts';
import { openStore, type StoreOptions } from '../store.ts';
import { startPlainServer, type PlainServer } from '../testing/plain-server.ts';
import { testClock, testRandom } from '../testing/support.ts';
import { started, state, twoSteps } from '../testing/traces.ts';

const ENDS = ['completed', 'failed', 'cancelled', 'timeout'] as const;
const PAGE = { skip: 0, limit: 100 };

let server: PlainServer;
let options: StoreOptions;
let store: Store;
/** A superuser, who changes rows behind the store's back. */
let admin: Client;

beforeAll(async () => {
  server = await startPlainServer();
  await server.admin('postgres', `CREATE ROLE keeper LOGIN CREATEROLE PASSWORD 'k'`, 'CREATE DATABASE p OWNER keeper');
  options = {
    databaseUrl: server.url('keeper', 'k', 'p'),
    dataDir: '/nonexistent',
    clock: testClock,
    random: testRandom,
    log: () => undefined,
    journalKey: new Uint8Array(32).fill(7),
    restartGrace: toMicros(0),
  };
  store = await openStore(options);
  admin = new Client({ connectionString: server.superuserUrl.replace(/postgres$/, 'p') });
  await admin.connect();
});

afterAll(async () => {
  await admin.end();
  await store.close();
  await server.stop();
});

async function newTenant(on: Store = store): Promise<TenantStore> {
  const slug = randomUUID();
  return store.tenant((await on.createWorkspace({ slug, name: slug })).id);
}

async function newWorkflow(tenant: TenantStore): Promise<string> {
  return (await tenant.createWorkflow({ name: randomUUID(), description: null, definition: {} })).id;
}

function finished(status: Status, at: number): TraceEvent {
  return { type: 'execution_finished', status, at: asMicros(at), error: null };
}

/** Everything that is told of a run; of the nodes, one is in a pool, and one has a name of several. */
function eventsOf(id: string): readonly TraceEvent[] {
  const more = ['c', 'd'].map((key): TraceEvent => ({
    type: 'node_declared',
    node: { key, name: 'Node a', type: 'x', iteration: null, parentKey: null, dependsOn: [], taskQueue: `q of ${key}` },
  }));
  const states = [
    state('c', { at: asMicros(3) }),
    state('c', { at: asMicros(9), status: 'timeout', retryCount: 2 }),
    state('d', { at: asMicros(4), status: 'skipped' }),
  ];
  return [...twoSteps(id), ...more, ...states.map((one): TraceEvent => ({ type: 'node_state', state: one }))];
}

function outcomeOf(id: string, status: Status, duration: number): ExecutionOutcome {
  const assembler = new TraceAssembler();
  assembler.describe({ id, status });
  return { status, results: null, error: null, duration: toMicros(duration), trace: assembler.finish() };
}

type Step =
  | { readonly do: 'create'; readonly slot: number }
  | { readonly do: 'reopen' | 'import' | 'delete'; readonly slot: number }
  | { readonly do: 'record'; readonly slot: number; readonly which: readonly number[]; readonly end: number | null }
  | { readonly do: 'finish'; readonly slot: number; readonly end: number };

const slot = fc.nat(3);
/** Stands for a status and a duration. */
const end = fc.nat(4000);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('create' as const), slot }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('reopen' as const, 'import' as const), slot }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), slot }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('record' as const),
      slot,
      which: fc.array(fc.nat(17), { maxLength: 12 }),
      end: fc.option(end),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('finish' as const), slot, end }) },
);

const endOf = (value: number): readonly [Status, number] => [ENDS[value % ENDS.length] ?? 'completed', value >> 2];

/** A workspace with two workflows and four places for executions, two of each. */
class World {
  readonly tenant: TenantStore;
  readonly #ids = Array.from({ length: 4 }, () => randomUUID());
  readonly #workflows: string[];

  constructor(tenant: TenantStore, workflows: string[]) {
    this.tenant = tenant;
    this.#workflows = workflows;
  }

  async do(wanted: Step): Promise<void> {
    const id = this.#ids[wanted.slot] ?? '';
    const workflowId = this.#workflows[wanted.slot % 2] ?? '';
    try {
      await this.#try(wanted, id, workflowId);
    } catch (error) {
      // A deadlock, of which one side is rolled back, and does it again.
      if (error instanceof StoreError && error.code === 'database_unavailable') return this.do(wanted);
      const isExpected = error instanceof StoreError && ['not_found', 'not_resumable', 'conflict'].includes(error.code);
      if (!isExpected) throw error;
    }
  }

  async #try(wanted: Step, id: string, workflowId: string): Promise<unknown> {
    switch (wanted.do) {
      case 'create':
        return this.tenant.createExecution({ id, workflowId, input: {}, trigger: 'x' });
      case 'reopen':
        return this.tenant.reopenExecution(id);
      case 'import':
        return this.#import(id);
      case 'delete':
        return this.#delete(wanted.slot % 2);
      case 'finish':
        return this.tenant.finishExecution(id, outcomeOf(id, ...endOf(wanted.end)));
      case 'record': {
        const events = eventsOf(id);
        const batch = wanted.which.flatMap((at) => events[at % events.length] ?? []);
        return this.tenant.recordEvents(id, [
          ...batch,
          ...(wanted.end === null ? [] : [finished(...endOf(wanted.end))]),
        ]);
      }
      default:
        return wanted satisfies never;
    }
  }

  async #import(id: string): Promise<void> {
    const { trace, duration, status } = outcomeOf(id, 'failed', 77);
    const imported = {
      id,
      workflow: { name: 'elsewhere', definition: {} },
      info: { ...trace.execution, status },
      duration,
      trace: await packTrace(trace),
    };
    await this.tenant.importExecution(imported, async function* () {
      yield eventsOf(id);
    });
  }

  async #delete(at: number): Promise<void> {
    await this.tenant.deleteWorkflow(this.#workflows[at] ?? '');
    this.#workflows[at] = await newWorkflow(this.tenant);
  }
}

/** What the statistics of a workflow must be, from its executions and their steps, told in another way than by SQL. */
async function expectedOf(tenant: TenantStore, executions: readonly Execution[]) {
  const ended = executions.filter(({ status }) => status !== 'pending' && status !== 'running');
  const used = new Map<string, { runs: number; errors: number; retries: number; sum: number }>();
  for (const execution of ended) {
    for (const ran of await tenant.listSteps(execution.id)) {
      if (ran.status === 'pending' || ran.status === 'skipped') continue;
      const sums = used.get(ran.stepName) ?? { runs: 0, errors: 0, retries: 0, sum: 0 };
      used.set(ran.stepName, {
        runs: sums.runs + 1,
        errors: sums.errors + (ran.status === 'failed' || ran.status === 'timeout' ? 1 : 0),
        retries: sums.retries + ran.retryCount,
        sum: sums.sum + (ran.duration ?? 0),
      });
    }
  }
  const durations = ended.flatMap(({ duration }) => duration ?? []).sort((a, b) => a - b);
  const count = (...statuses: Status[]): number => executions.filter(({ status }) => statuses.includes(status)).length;
  return {
    components: [...used]
      .map(([name, sums]) => ({ name, ...sums }))
      .sort((a, b) => b.runs - a.runs || (a.name < b.name ? -1 : 1)),
    metrics: {
      total: executions.length,
      succeeded: count('completed'),
      failed: count('failed', 'timeout'),
      cancelled: count('cancelled'),
      timedOut: count('timeout'),
      running: count('running'),
      pending: count('pending'),
      ended: durations.length,
      sum: durations.reduce((sum, duration) => sum + duration, 0),
      min: durations[0] ?? null,
      max: durations.at(-1) ?? null,
    },
    median: durations[Math.ceil(durations.length / 2) - 1] ?? null,
  };
}

async function checkAll(tenant: TenantStore): Promise<void> {
  for (const { id } of (await tenant.listWorkflows(PAGE)).items) {
    const { items } = await tenant.listExecutions({ ...PAGE, workflowId: id });
    const { components, metrics, median } = await expectedOf(tenant, items);
    const statistics = await tenant.workflowStatistics(id);
    expect(statistics).toMatchObject({ components, metrics });
    const found = statistics?.metrics.p50 ?? null;
    if (median === null || found === null) expect(found).toBe(median);
    // Half a microsecond more, for it is whole.
    else expect(Math.abs(found - median)).toBeLessThanOrEqual(median * 0.011 + 0.5);
  }
  expect(await tenant.rebuildStatistics({ check: true })).toMatchObject({ differences: [], differenceCount: 0 });
}

describe('statistics', () => {
  it('are what the rows come to, whatever happens in whatever order and at once', async () => {
    const lots = fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(lots, async (steps) => {
        const tenant = await newTenant();
        const world = new World(tenant, [await newWorkflow(tenant), await newWorkflow(tenant)]);
        for (const atOnce of steps) await Promise.all(atOnce.map((one) => world.do(one)));
        await checkAll(tenant);
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('count an execution whose server died once it is given up, and once more when it ends after all', async () => {
    const tenant = await newTenant();
    const workflowId = await newWorkflow(tenant);
    const other = await openStore(options);
    const id = randomUUID();
    const there = other.tenant(tenant.workspaceId);
    await there.createExecution({ id, workflowId, input: {}, trigger: 'x' });
    await there.recordEvents(id, [started(id), { type: 'node_state', state: state('a', { at: asMicros(7) }) }]);
    await other.close();
    expect((await store.recoverInterrupted()).map((one) => one.id)).toEqual([id]);
    expect((await tenant.workflowStatistics(workflowId))?.metrics).toMatchObject({ failed: 1, running: 0, sum: 7 });
    await checkAll(tenant);
    await tenant.recordEvents(id, [finished('completed', 50)]);
    expect((await tenant.workflowStatistics(workflowId))?.metrics).toMatchObject({ failed: 0, succeeded: 1, sum: 50 });
    await checkAll(tenant);
  });

  it('that were changed behind its back are found and mended', async () => {
    const tenant = await newTenant();
    const world = new World(tenant, [await newWorkflow(tenant), await newWorkflow(tenant)]);
    for (const at of [0, 1]) {
      await world.do({ do: 'create', slot: at });
      await world.do({ do: 'record', slot: at, which: Array.from({ length: 18 }, (_, i) => i), end: 40 });
    }
    const of = [tenant.workspaceId];
    await admin.query('UPDATE workflow_statistics SET completed = 7 WHERE workspace_id = $1', of);
    await admin.query('DELETE FROM workflow_duration_histogram WHERE workspace_id = $1', of);
    await admin.query(
      `UPDATE workflow_usage_statistics SET runs = runs + 1 WHERE workspace_id = $1 AND name = 'Node b'`,
      of,
    );
    const report = await tenant.rebuildStatistics({ check: true });
    const expected = { stored: 0, expected: 1 };
    expect(report).toMatchObject({ workflows: 2, executions: 2, differenceCount: 6 });
    expect(report.differences).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ table: 'workflow_statistics', column: 'completed', stored: 7, expected: 1 }),
        expect.objectContaining({
          table: 'workflow_duration_histogram',
          key: '106',
          column: 'executions',
          ...expected,
        }),
        expect.objectContaining({
          table: 'workflow_usage_statistics',
          key: 'component Node b',
          stored: 2,
          expected: 1,
        }),
      ]),
    );
    expect(await tenant.rebuildStatistics()).toMatchObject({ differenceCount: 6 });
    await checkAll(tenant);
  });

  it('take names of any length, and of very many only those with the most runs', async () => {
    const tenant = await newTenant();
    const workflowId = await newWorkflow(tenant);
    const id = randomUUID();
    await tenant.createExecution({ id, workflowId, input: {}, trigger: 'x' });
    const names = [...Array.from({ length: 1500 }, (_, i) => `step ${i}`), '\u{1f980}'.repeat(5000), 'much', 'much'];
    const events = names.flatMap((name, i): TraceEvent[] => [
      {
        type: 'node_declared',
        node: { key: `k${i}`, name, type: 'x', iteration: null, parentKey: null, dependsOn: [] },
      },
      { type: 'node_state', state: state(`k${i}`, { status: 'completed' }) },
    ]);
    await tenant.recordEvents(id, [...events, finished('completed', 1)]);
    const statistics = await tenant.workflowStatistics(workflowId);
    expect(statistics?.components[0]).toMatchObject({ name: 'much', runs: 2 });
    const { rows } = await admin.query('SELECT FROM workflow_usage_statistics WHERE workspace_id = $1', [
      tenant.workspaceId,
    ]);
    expect(rows).toHaveLength(1000);
    expect(await tenant.rebuildStatistics({ check: true })).toMatchObject({ differenceCount: 0 });
  });

  it('are there of what had ended before there were statistics', async () => {
    await server.admin('postgres', 'CREATE DATABASE older OWNER keeper');
    const owner = new Client({ connectionString: server.url('keeper', 'k', 'older') });
    await owner.connect();
    const migrations = await readMigrations();
    await migrate(
      owner,
      migrations.filter(({ version }) => version < 7),
      () => undefined,
    );
    await owner.end();
    const superuser = new Client({ connectionString: server.superuserUrl.replace(/postgres$/, 'older') });
    await superuser.connect();
    const workspaceId = randomUUID();
    await superuser.query(`
      INSERT INTO workspaces VALUES ('${workspaceId}', 'w', 'W', now());
      INSERT INTO projects SELECT workspace_id, workspace_id, 'p', 'P', now(), now() FROM workspaces;
      INSERT INTO workflows SELECT workspace_id, id, id, 'w', NULL, 1, 3, now(), now() FROM projects;
      INSERT INTO workflow_versions SELECT workspace_id, id, 1, '{}', now() FROM workflows;
      INSERT INTO workflow_executions (workspace_id, id, project_id, workflow_id, workflow_version, execution_number,
          status, trigger, duration_us, input_variables, created_at, updated_at)
        SELECT workspace_id, gen_random_uuid(), project_id, id, 1, n, s, 'x', d, '{}', now(), now()
        FROM workflows, (VALUES (1, 'running', NULL), (2, 'completed', 3000), (3, 'timeout', 0)) AS v (n, s, d);
      INSERT INTO workflow_step_executions (workspace_id, id, execution_id, step_key, iteration, step_name, step_type,
          step_order, depends_on, status, status_us, started_us, retry_count)
        SELECT workspace_id, gen_random_uuid(), id, 'a', -1, 'A', 'http', 1, '{}', 'completed', 15, 5, 1
        FROM workflow_executions`);
    await superuser.end();
    const renewed = await openStore({ ...options, databaseUrl: server.url('keeper', 'k', 'older') });
    const tenant = renewed.tenant(workspaceId);
    expect(await tenant.workflowStatistics(workspaceId)).toMatchObject({
      metrics: { total: 3, succeeded: 1, timedOut: 1, running: 1, sum: 3000, min: 0, max: 3000, p50: 0 },
      components: [{ name: 'A', runs: 2, retries: 2, sum: 20 }],
    });
    expect(await tenant.rebuildStatistics({ check: true })).toMatchObject({ executions: 3, differenceCount: 0 });
    await renewed.close();
  });
});
