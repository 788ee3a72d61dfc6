import { Client, Connection } from '@temporalio/client';
import type { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connectWorker, makeZooWorker, startZoo, ZOO_KINDS, type ZooRun } from '@flowprof/ingest/testing';
import { startTemporalServer, type TemporalServer } from '../../../../../scripts/lib/temporal-server.ts';
import { findTemporal } from '../../../../../scripts/lib/temporal.mjs';
import { startTestServer, type Answer, type TestServer } from '../../../testing/harness.ts';
import { Rounds } from '../../../testing/rounds.ts';
import { executionDetailsShape } from '../../http/shapes/execution.ts';
import { temporalConnectionShape, temporalSyncedShape } from '../../http/shapes/temporal.ts';

const SLOW = 300_000;
const withId = z.looseObject({ id: z.string() });
const chartShape = z.looseObject({ total_duration_ms: z.number() });

let temporal: TemporalServer;
let client: Client;
let native: NativeConnection;
let test: TestServer;
const rounds = new Rounds();

/** Works on a task queue while something is done. */
async function working<T>(taskQueue: string, work: () => Promise<T>): Promise<T> {
  const { namespace } = temporal;
  const worker: Worker = await makeZooWorker({ connection: native, namespace, taskQueue });
  return worker.runUntil(work());
}

async function newWorkspace(slug: string): Promise<string> {
  await test.call('/api/workspaces', { json: { slug, name: slug } });
  return slug;
}

async function connect(workspace: string, more: object = {}): Promise<string> {
  const json = { name: 'dev', address: temporal.address, web_url: 'http://localhost:8233', ...more };
  const answer = await test.call(`/api/v1/workspaces/${workspace}/temporal/connections`, { json });
  expect([answer.status, answer.text.slice(0, 300)]).toEqual([201, expect.any(String)]);
  return withId.parse(answer.body).id;
}

async function connectionOf(workspace: string, id: string) {
  const { body } = await test.call(`/api/v1/workspaces/${workspace}/temporal/connections/${id}`);
  return temporalConnectionShape.parse(body);
}

function detailsIn(workspace: string, id: string): Promise<Answer> {
  return test.call(`/api/workflows/executions/${id}`, { headers: { 'x-workspace-slug': workspace } });
}

async function isComplete(workspace: string, id: string): Promise<boolean> {
  const parsed = executionDetailsShape.safeParse((await detailsIn(workspace, id)).body);
  return parsed.success && parsed.data.temporal?.is_complete === true;
}

/** What is compared of an execution that was synced in two ways: all that does not tell of the sync itself. */
async function contentOf(workspace: string, id: string) {
  const { body, status, text } = await detailsIn(workspace, id);
  expect([status, text.slice(0, 300)]).toEqual([200, expect.any(String)]);
  const {
    name,
    workflow_name: workflow,
    status: word,
    started_at,
    completed_at,
    duration,
    ...more
  } = executionDetailsShape.parse(body);
  const steps = more.step_executions.map((step) => ({ ...step, id: '' }));
  const { temporal: part, results, error_code: code, input_variables: input } = more;
  return {
    name,
    workflow,
    word,
    started_at,
    completed_at,
    duration,
    steps,
    results,
    code,
    input,
    events: part?.events,
  };
}

/** The samples of the metrics by their names and labels. */
async function figures(): Promise<ReadonlyMap<string, number>> {
  const { text } = await test.call('/metrics');
  const lines = text.split('\n').filter((line) => line.startsWith('flowprof_temporal'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

describe.skipIf(findTemporal() === null)('the sync of a Temporal server', () => {
  beforeAll(async () => {
    temporal = await startTemporalServer();
    client = new Client({ connection: await Connection.connect({ address: temporal.address }), namespace: 'default' });
    native = await connectWorker(temporal.address);
    test = await startTestServer({ timers: rounds });
  }, SLOW);

  afterAll(async () => {
    await test.close();
    await client.connection.close();
    await native.close();
    await temporal.close();
  });

  it('gives the same executions live and after the fact', { timeout: SLOW }, async () => {
    const live = await newWorkspace('live');
    const connection = await connect(live);
    const zoo: readonly ZooRun[] = await working('both', async () => (await startZoo(client, 'both')).finished);
    expect(zoo).toHaveLength(ZOO_KINDS.length);
    const ended = zoo.filter(({ status }) => status !== 'running');
    const openCount = zoo.length - ended.length;
    // All that have ended are whole, those that go on as another run too.
    await rounds.until(
      () => connectionOf(live, connection),
      ({ sync }) => sync.runs > zoo.length && sync.waiting <= openCount && sync.failing === 0,
    );
    for (const { lastRunId } of ended) {
      await rounds.until(
        () => isComplete(live, lastRunId),
        (is) => is,
      );
    }
    // Those with children are made again once these are there.
    await test.call(`/api/v1/workspaces/${live}/temporal/connections/${connection}/sync`, {
      json: { wait_seconds: 60 },
    });
    const later = await newWorkspace('later');
    const other = await connect(later, { enabled: false });
    const synced = await test.call(`/api/v1/workspaces/${later}/temporal/connections/${other}/sync`, {
      json: { wait_seconds: 60 },
    });
    expect(temporalSyncedShape.parse(synced.body)).toMatchObject({ failing: 0 });
    for (const { kind, runId, lastRunId } of ended) {
      for (const id of new Set([runId, lastRunId])) {
        expect(await isComplete(later, id), kind).toBe(true);
        expect(await contentOf(live, id), kind).toEqual(await contentOf(later, id));
      }
    }
  });

  it('counts in metrics what it did', { timeout: SLOW }, async () => {
    const workspace = await newWorkspace('counted');
    const connection = await connect(workspace, { enabled: false });
    const away = await connect(workspace, { name: 'away', address: '10.0.0.1:7233', enabled: false });
    const run = await client.workflow.start('nobodysWorkflow', { workflowId: 'counted', taskQueue: 'nobody' });
    await run.terminate('it is counted only');
    const before = await figures();
    const sync = (id: string) =>
      test.call(`/api/v1/workspaces/${workspace}/temporal/connections/${id}/sync`, { json: { wait_seconds: 60 } });
    const { body } = await sync(connection);
    const { found } = temporalSyncedShape.parse(body);
    expect((await sync(away)).status).toBe(424);
    const after = await figures();
    const rise = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(found).toBeGreaterThan(0);
    expect(rise('flowprof_temporal_syncs_total{outcome="recorded"}')).toBeGreaterThanOrEqual(found);
    expect(rise('flowprof_temporal_sync_duration_seconds_count')).toBeGreaterThanOrEqual(found);
    // Started, waiting for a worker, terminated.
    expect(rise('flowprof_temporal_events_total')).toBeGreaterThanOrEqual(3 * found);
    expect(rise('flowprof_temporal_listings_total{outcome="listed"}')).toBeGreaterThanOrEqual(1);
    expect(rise('flowprof_temporal_listings_total{outcome="failed"}')).toBe(1);
    expect(after.get('flowprof_temporal{of="failing_runs"}')).toBe(0);
    expect(rise('flowprof_temporal{of="failing_connections"}')).toBe(1);
  });

  it('shows that a run waits for a worker, and what became of it', { timeout: SLOW }, async () => {
    const stuck = await newWorkspace('stuck');
    const connection = await connect(stuck, { enabled: false });
    const started = await client.workflow.start('nobodysWorkflow', { workflowId: 'stuck', taskQueue: 'nobody' });
    const id = started.firstExecutionRunId;
    const chart = async () => {
      const { body } = await test.call(`/api/v1/workspaces/${stuck}/executions/${id}/flame-chart`);
      return chartShape.parse(body);
    };
    const sync = () =>
      test.call(`/api/v1/workspaces/${stuck}/temporal/connections/${connection}/sync`, {
        json: { wait_seconds: 60, workflow_id: 'stuck' },
      });
    await sync();
    const first = await chart();
    expect(first).toMatchObject({
      status: 'running',
      spans: [{ name: 'workflow task', status: 'running', children: [{ name: 'queue_wait', status: 'running' }] }],
    });
    // Time passes in it although nothing of it changes.
    await sync();
    const second = await chart();
    expect(second.total_duration_ms).toBeGreaterThan(first.total_duration_ms);
    await started.terminate('nobody came');
    await sync();
    expect(await chart()).toMatchObject({
      status: 'cancelled',
      spans: [{ status: 'cancelled', children: [{ name: 'queue_wait' }] }],
    });
  });
});
