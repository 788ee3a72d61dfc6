import { randomUUID } from 'node:crypto';
import { epochFromMs, isJsonObject, TraceAssembler, toMicros, type JsonValue, type Status } from '@flowprof/model';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Execution, ExecutionFilter, Store, TenantStore } from '../api.ts';
import { StoreError } from '../errors.ts';
import { openStore } from '../store.ts';
import { startPlainServer, type PlainServer } from '../testing/plain-server.ts';
import { testClock, testRandom } from '../testing/support.ts';

const DAY = Date.parse('2024-01-15T00:00:00Z');
const STATES = ['pending', 'running', 'completed', 'failed', 'cancelled', 'timeout'] as const;

let store: Store;
let server: PlainServer;
let tenant: TenantStore;
let stranger: TenantStore;
let workflows: string[];
let projects: string[];
/** Newest first. */
let all: readonly Execution[];

async function newWorkspace(): Promise<TenantStore> {
  const slug = randomUUID();
  return store.tenant((await store.createWorkspace({ slug, name: slug })).id);
}

async function make(on: TenantStore, workflowId: string, i: number): Promise<void> {
  const id = randomUUID();
  const input = { n: i % 3, mode: i % 2 === 0 ? 'fast' : 'slow', deep: { list: [i % 4] } };
  await on.createExecution({ id, workflowId, input, trigger: i % 5 === 0 ? 'webhook' : 'manual' });
  const status = STATES[i % STATES.length] ?? 'pending';
  if (status === 'pending') return;
  const startedAt = epochFromMs(DAY + (i % 7) * 60_000);
  const info = { name: 'x', workflow: null, sourceFormat: 'x', concurrency: null };
  await on.recordEvents(id, [{ type: 'execution_started', executionId: id, startedAt, info }]);
  if (status === 'running') return;
  const assembler = new TraceAssembler();
  assembler.describe({ id, status, startedAt });
  const error = status === 'failed' ? { code: 'x', message: `The Answer is ${i % 4}` } : null;
  const duration = toMicros((i % 4) * 1000);
  await on.finishExecution(id, { status, results: null, error, duration, trace: assembler.finish() });
}

beforeAll(async () => {
  server = await startPlainServer();
  await server.admin('postgres', `CREATE ROLE keeper LOGIN CREATEROLE PASSWORD 'k'`, 'CREATE DATABASE p OWNER keeper');
  store = await openStore({
    databaseUrl: server.url('keeper', 'k', 'p'),
    dataDir: '/nonexistent',
    clock: testClock,
    random: testRandom,
    log: () => undefined,
  });
  [tenant, stranger] = [await newWorkspace(), await newWorkspace()];
  projects = await Promise.all(['p', 'q'].map(async (slug) => (await tenant.createProject({ slug, name: slug })).id));
  workflows = [];
  for (const [i, name] of ['Nightly report', 'checkout', 'answer machine'].entries()) {
    const workflow = { name, description: null, definition: { i }, projectId: projects[i % 2] ?? '' };
    workflows.push((await tenant.createWorkflow(workflow)).id);
  }
  for (let i = 0; i < 60; i++) {
    const workflowId = workflows[i % 3] ?? '';
    if (i === 30) await tenant.updateWorkflow(workflowId, { definition: { version: 2 } });
    await make(tenant, workflowId, i);
  }
  const theirs = await stranger.createWorkflow({ name: 'checkout', description: null, definition: {} });
  for (let i = 0; i < 5; i++) await make(stranger, theirs.id, i);
  all = (await tenant.listExecutions({ skip: 0, limit: 1000 })).items;
});

afterAll(async () => {
  await store.close();
  await server.stop();
});

function at(value: JsonValue, path: readonly string[]): JsonValue | undefined {
  let here: JsonValue | undefined = value;
  for (const key of path) {
    if (Array.isArray(here)) here = here[Number(key)];
    else here = here !== undefined && isJsonObject(here) ? here[key] : undefined;
  }
  return here;
}

/** Whether an execution is what a filter asks for, as the documentation says it. */
function isWanted(execution: Execution, filter: ExecutionFilter): boolean {
  const { statuses, startedFrom = 0, startedTo = Infinity, minDuration = 0, maxDuration = Infinity, search } = filter;
  const asksStart = filter.startedFrom !== undefined || filter.startedTo !== undefined;
  const asksDuration = filter.minDuration !== undefined || filter.maxDuration !== undefined || isByDuration(filter);
  const { startedAt, duration } = execution;
  return (
    (filter.workflowId === undefined || execution.workflowId === filter.workflowId) &&
    (filter.projectId === undefined || execution.projectId === filter.projectId) &&
    (filter.trigger === undefined || execution.trigger === filter.trigger) &&
    (filter.workflowVersion === undefined || execution.workflowVersion === filter.workflowVersion) &&
    (statuses === undefined || statuses.includes(execution.status)) &&
    (!asksStart || (startedAt !== null && startedAt >= startedFrom && startedAt < startedTo)) &&
    (!asksDuration || (duration !== null && duration >= minDuration && duration <= maxDuration)) &&
    (filter.input ?? []).every(
      ({ path, value }) => JSON.stringify(at(execution.input, path)) === JSON.stringify(value),
    ) &&
    (search === undefined || mentions(execution, search))
  );
}

function isByDuration({ sort }: ExecutionFilter): boolean {
  return sort === 'longest' || sort === 'shortest';
}

function mentions(execution: Execution, search: string): boolean {
  if (search.startsWith('#')) return `#${execution.executionNumber}` === search;
  if (all.some(({ id }) => search.length >= 8 && id.startsWith(search))) return execution.id.startsWith(search);
  const texts = [execution.workflowName, execution.error?.message ?? ''];
  return texts.some((text) => text.toLowerCase().includes(search.toLowerCase()));
}

/** What a list is ordered by, the smallest first. */
function rank(execution: Execution, filter: ExecutionFilter): readonly (number | string)[] {
  if (isByDuration(filter)) return [execution.duration ?? 0, execution.id];
  if (filter.startedFrom !== undefined || filter.startedTo !== undefined)
    return [execution.startedAt ?? 0, execution.id];
  return [execution.createdAt, execution.id];
}

function compare(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [i, value] of a.entries()) {
    const other = b[i];
    if (other !== undefined && value !== other) return value < other ? -1 : 1;
  }
  return 0;
}

function expected(filter: ExecutionFilter): string[] {
  const wanted = all.filter((execution) => isWanted(execution, filter));
  const sign = filter.sort === 'oldest' || filter.sort === 'shortest' ? 1 : -1;
  return wanted.sort((a, b) => sign * compare(rank(a, filter), rank(b, filter))).map(({ id }) => id);
}

async function walk(on: TenantStore, filter: ExecutionFilter): Promise<{ ids: string[]; totals: number[] }> {
  const [ids, totals]: [string[], number[]] = [[], []];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await on.listExecutions({ ...(cursor !== undefined && { cursor }), ...filter });
    ids.push(...page.items.map(({ id }) => id));
    totals.push(page.total);
    cursor = page.nextCursor;
  }
  return { ids, totals };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof StoreError ? error.code : 'none';
}

const minutes = fc.nat(8).map((n) => epochFromMs(DAY + n * 60_000));
const micros = fc.nat(4).map((n) => toMicros(n * 1000));
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 2 });

const filters = fc
  .record({
    limit: fc.integer({ min: 1, max: 25 }),
    workflow: optional(fc.nat(2)),
    project: optional(fc.nat(1)),
    statuses: optional(fc.array(fc.constantFrom<Status>(...STATES), { minLength: 1, maxLength: 3 })),
    startedFrom: optional(minutes),
    startedTo: optional(minutes),
    minDuration: optional(micros),
    maxDuration: optional(micros),
    trigger: optional(fc.constantFrom('manual', 'webhook', 'none')),
    workflowVersion: optional(fc.integer({ min: 1, max: 2 })),
    input: optional(
      fc.constantFrom(
        { path: ['mode'], value: 'fast' },
        { path: ['n'], value: 1 },
        { path: ['n'], value: '1' },
        { path: ['deep', 'list', '0'], value: 2 },
        { path: ['absent'], value: null },
      ),
    ),
    search: optional(fc.constantFrom('#3', '#99', 'ANSWER', 'report', 'zzz', "%_'", 'deadbeef')),
    sort: fc.constantFrom('newest' as const, 'oldest' as const, 'longest' as const, 'shortest' as const),
  })
  .map(({ workflow, project, limit, sort, input, ...rest }): (() => ExecutionFilter) => {
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
    // The ids are known only once the test runs.
    return () => ({
      skip: 0,
      limit,
      sort,
      ...given,
      ...(input !== null && { input: [input] }),
      ...(workflow !== null && { workflowId: workflows[workflow] ?? '' }),
      ...(project !== null && { projectId: projects[project] ?? '' }),
    });
  });

describe('a list of executions', () => {
  it('has what its filters ask for, in order, page by page, and counts it', async () => {
    await fc.assert(
      fc.asyncProperty(filters, async (made) => {
        const filter = made();
        const wanted = expected(filter);
        const { ids, totals } = await walk(tenant, filter);
        expect(ids).toEqual(wanted);
        expect(new Set(totals)).toEqual(new Set([wanted.length]));
        const [first, second] = [
          wanted.slice(3, 3 + filter.limit),
          await tenant.listExecutions({ ...filter, skip: 3 }),
        ];
        expect(second.items.map(({ id }) => id)).toEqual(first);
      }),
      { numRuns: 150 },
    );
  });

  it.each(['newest', 'oldest', 'longest', 'shortest'] as const)('of all counts what it has: %s', async (sort) => {
    for (const of of [{}, ...workflows.map((workflowId) => ({ workflowId }))]) {
      const filter = { skip: 0, limit: 50, sort, ...of };
      expect((await walk(tenant, filter)).totals[0]).toBe(expected(filter).length);
    }
  });

  it('finds an execution by the beginning of its id', async () => {
    const [{ id } = { id: '' }] = all;
    for (const search of [id, id.slice(0, 8), id.slice(0, 13), id.replaceAll('-', '').slice(0, 20)]) {
      expect((await tenant.listExecutions({ skip: 0, limit: 10, search })).items.map((one) => one.id)).toEqual([id]);
    }
  });

  it('goes on where it was when executions come in between', async () => {
    const own = await newWorkspace();
    const { id } = await own.createWorkflow({ name: 'grows', description: null, definition: {} });
    for (let i = 0; i < 6; i++) await make(own, id, i);
    const first = await own.listExecutions({ skip: 0, limit: 3 });
    await make(own, id, 7);
    const second = await own.listExecutions({ skip: 0, limit: 3, cursor: first.nextCursor ?? '' });
    const numbers = [...first.items, ...second.items].map(({ executionNumber }) => executionNumber);
    expect(numbers).toEqual([6, 5, 4, 3, 2, 1]);
    expect(second.nextCursor).toBeNull();
  });

  it('takes a cursor of no other list, workspace or make', async () => {
    const page = { skip: 0, limit: 2 };
    const cursor = (await tenant.listExecutions(page)).nextCursor ?? '';
    const others: readonly (readonly [TenantStore, ExecutionFilter])[] = [
      [stranger, { ...page, cursor }],
      [tenant, { ...page, cursor, statuses: ['failed'] }],
      [tenant, { ...page, cursor, sort: 'oldest' }],
      [tenant, { ...page, cursor: `${cursor}x` }],
      [tenant, { ...page, cursor: Buffer.from('[1,2,3]').toString('base64url') }],
      [tenant, { ...page, cursor: 'null' }],
    ];
    for (const [on, filter] of others) expect(await codeOf(on.listExecutions(filter))).toBe('bad_cursor');
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const forged = (change: (parts: unknown[]) => unknown[]): string =>
      Buffer.from(JSON.stringify(change(Array.isArray(parts) ? Array.from<unknown>(parts) : []))).toString('base64url');
    for (const bad of [["x'; DROP"], [12], [null], [{}], ['2024-01-15 10:00:00+00', 'no id']]) {
      const given = forged(([tag, total, isCapped]) => [tag, total, isCapped, ...bad]);
      expect(await codeOf(tenant.listExecutions({ ...page, cursor: given }))).toBe('bad_cursor');
    }
  });

  it('looks at a bounded number of executions a page for what no index has, and says where to go on', async () => {
    const own = await newWorkspace();
    const { id, projectId } = await own.createWorkflow({ name: 'many', description: null, definition: {} });
    const insert = `INSERT INTO workflow_executions (workspace_id, id, project_id, workflow_id, workflow_version,
        execution_number, status, trigger, error_code, error_message, input_variables, created_at, updated_at)
      SELECT '${own.workspaceId}', gen_random_uuid(), '${projectId}', '${id}', 1, n, 'failed', 'x', 'x',
        CASE WHEN n IN (1, 10050) THEN 'Needle' ELSE 'Hay' END, '{}', now() + n * interval '1 ms', now()
      FROM generate_series(1, 10050) AS n`;
    await server.admin('p', insert);
    const filter = { skip: 0, limit: 10, search: 'needle' };
    const first = await own.listExecutions(filter);
    expect(first).toMatchObject({ items: [{ executionNumber: 10_050 }], total: 1, totalIsCapped: true });
    const second = await own.listExecutions({ ...filter, cursor: first.nextCursor ?? '' });
    expect(second).toMatchObject({ items: [{ executionNumber: 1 }], total: 1, totalIsCapped: true, nextCursor: null });
  });
});
