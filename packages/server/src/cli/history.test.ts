import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { asMicros, toEpochMicros, toMicros, TraceAssembler, type SpanRecord, type TraceEvent } from '@flowprof/model';
import type { TenantStore } from '@flowprof/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { startTestServer, type TestServer } from '../../testing/harness.ts';
import { inProcess } from '../../testing/in-process.ts';

const MINUTE = 60_000_000;

let running: TestServer;
let tenant: TenantStore;
let workflowId: string;
const made: string[] = [];
beforeAll(async () => {
  running = await startTestServer();
  const { store } = running.server;
  await store.createWorkspace({ slug: 'empty', name: 'Empty' });
  tenant = store.tenant((await store.createWorkspace({ slug: 'shop', name: 'Shop' })).id);
  ({ id: workflowId } = await tenant.createWorkflow({ name: 'checkout', description: null, definition: {} }));
  for (let i = 0; i < 12; i++) made.push(await ran(400 + ((i * 7) % 5), 300));
  for (let i = 0; i < 6; i++) made.push(await ran(700 + ((i * 7) % 5), 300));
});
afterAll(() => running.close());

function span(id: string, nodeKey: string, start: number, ms: number): TraceEvent {
  const place = { parentId: null, kind: 'node', name: id, nodeKey, iteration: null, track: null } as const;
  const time = { start: asMicros(start * 1000), duration: asMicros(ms * 1000), status: 'completed' } as const;
  const record: SpanRecord = { id, ...place, ...time, metadata: null };
  return { type: 'span', span: record };
}

function node(key: string, name: string, dependsOn: string[]): TraceEvent {
  return { type: 'node_declared', node: { key, name, type: 'http', iteration: null, parentKey: null, dependsOn } };
}

/** Stores an execution of `fetch` and then `save`, which take so many ms. */
async function ran(fetch: number, save: number): Promise<string> {
  const id = randomUUID();
  await tenant.createExecution({ id, workflowId, input: {}, trigger: 'manual' });
  const info = { name: 'checkout', workflow: 'checkout', sourceFormat: 'conductor', concurrency: 4 };
  const startedAt = toEpochMicros(1_700_000_000_000_000 + made.length * MINUTE);
  const duration = toMicros((fetch + save) * 1000);
  const events: TraceEvent[] = [
    { type: 'execution_started', executionId: id, startedAt, info },
    node('fetch', 'Fetch the \u001b[31mcart', []),
    node('save', 'Save', ['fetch']),
    span('s1', 'fetch', 0, fetch),
    span('s2', 'save', fetch, save),
    { type: 'execution_finished', status: 'completed', at: duration, error: null },
  ];
  const assembler = new TraceAssembler();
  for (const event of events) assembler.apply(event);
  await tenant.recordEvents(id, events.slice(0, 1));
  const outcome = { status: 'completed', results: null, error: null, duration, trace: assembler.finish() } as const;
  await tenant.finishExecution(id, outcome);
  return id;
}

const profiled = z.object({
  insights: z.array(z.object({ rule: z.string(), title: z.string() })),
  cost: z.object({ cost: z.object({ total: z.number() }) }),
});

const flowprof = (...args: string[]): ReturnType<typeof inProcess> =>
  inProcess(args, { env: { FLOWPROF_DATA_DIR: running.dataDir } });

test('shows the executions of a workflow, since when they are slower, and what made them so', async () => {
  const { code, out, err } = await flowprof('history', 'checkout', '--node', 'fetch');
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('checkout  the last 18 executions');
  expect(out).toMatch(
    /slower by 42\.\d% since #13 \(702\.0 ms → 1\.002 s\): Fetch the \\x1b\[31mcart, work \+299\.0 ms/,
  );
  expect(out).toMatch(/regression: the newest \d+ executions slower than the \d+ before by 42\.\d%: Fetch/);
  expect(out).toMatch(/slower by 74\.\d% since #13/);
  expect(out).toMatch(/Fetch the \\x1b\[31mcart +18 +403\.0 ms +403\.0 ms/);
  expect(out).toMatch(/#18 +2023-11-14 22:30:20 +1\.000 s +703\.0 ms +unusual/);
  expect(out).toMatch(/^ {2}▅{12}█{6}$/m);
  expect(out).not.toContain('\u001b');
  const json = await flowprof('history', workflowId, '--json', '--limit', '5', '--workspace', 'shop');
  const answer = z.looseObject({ runs: z.array(z.unknown()) }).parse(JSON.parse(json.out));
  expect(answer.runs).toHaveLength(5);
  expect(answer).toMatchObject({ workflow_id: workflowId, incomplete: 0, regression: { verdict: 'slower' } });
});

test('a profile has what the server knows of the history and of prices, as text and as JSON', async () => {
  const [id = ''] = made.slice(12);
  await tenant.setPrices({ currency: 'EUR', node_types: { http: { per_run: 2 } }, models: {} });
  const { code, out, err } = await flowprof('profile', id);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^Cost\n {2}4\.00 EUR/m);
  const served = profiled.parse(JSON.parse((await flowprof('profile', id, '--json')).out));
  const { title } = served.insights.find(({ rule }) => rule === 'regression') ?? {};
  expect(out).toContain(title);
  const prices = join(running.dataDir, 'prices.json');
  writeFileSync(prices, JSON.stringify({ currency: 'EUR', node_types: { http: { per_run: 4 } } }));
  const priced = profiled.parse(JSON.parse((await flowprof('profile', id, '--json', '--prices', prices)).out));
  expect(priced).toEqual({ insights: served.insights, cost: { cost: { total: 8 } } });
});

test('says with its exit code whether it got slower, against a baseline too', async () => {
  expect((await flowprof('history', 'checkout', '--check')).code).toBe(1);
  const slow = made.slice(12).flatMap((id) => ['--execution', id]);
  const created = await flowprof('baseline', 'create', 'checkout', '--name', 'slow \u001b', '--default', ...slow);
  expect(created).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringMatching(/6 executions {2}slow \\x1b {2}\(default\)/),
  });
  const id = created.out.slice(0, 36);
  const quiet = await flowprof('history', 'checkout', '--check');
  expect(quiet.code).toBe(0);
  expect(quiet.out).toContain('the baseline "slow \\x1b"');
  expect((await flowprof('history', 'checkout', '--check', '--against', 'last', '--runs', '12')).code).toBe(1);
  const last = await flowprof('baseline', 'create', 'checkout', '--name', 'last', '--last', '1');
  expect(last.out).toContain('1 execution  last\n');
  const listed = await flowprof('baseline', 'list');
  expect(listed.out.split('\n').filter(Boolean)).toHaveLength(2);
  const json = await flowprof('baseline', 'list', 'checkout', '--json');
  expect(JSON.parse(json.out)).toMatchObject([{ id, is_default: true, run_count: 6 }, { name: 'last' }]);
  expect(await flowprof('baseline', 'delete', id)).toMatchObject({ code: 0, out: 'deleted slow \\x1b\n' });
  expect((await flowprof('baseline', 'delete', id)).code).toBe(2);
});

test.each([
  [['--against', 'version'], '--against version needs --workflow-version'],
  [['--workflow-version', '1'], '--workflow-version goes with --against version'],
  [['--against', 'last', '--baseline', randomUUID()], '--baseline does not go with --against last'],
  [['--against', 'baseline'], 'checkout has no default baseline'],
])('%j is refused in one line', async (args, reason) => {
  expect(await flowprof('history', 'checkout', ...args)).toMatchObject({ code: 2, err: `flowprof: ${reason}\n` });
});

test('says that there is no such workflow, or more than one, or nothing in it', async () => {
  const missing = await flowprof('history', 'nothing');
  expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('has no workflow nothing') });
  const { id } = await tenant.createWorkflow({ name: 'twice', description: null, definition: {} });
  await tenant.createWorkflow({ name: 'twice', description: null, definition: {} });
  expect(await flowprof('history', 'twice')).toMatchObject({ code: 2, err: expect.stringContaining('2 workflows') });
  expect((await flowprof('history', id)).out).toBe('twice has no execution that has ended\n');
  expect(await flowprof('baseline', 'create', id, '--name', 'n')).toMatchObject({ code: 1 });
  const both = ['baseline', 'create', id, '--name', 'n', '--last', '3', '--execution', made[0] ?? ''];
  expect((await flowprof(...both)).code).toBe(2);
});
