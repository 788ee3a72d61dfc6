import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { toEpochMicros } from '@flowprof/model';
import type { AttemptReport, TenantStore } from '@flowprof/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTemporalServer } from '../../../../scripts/lib/temporal-server.ts';
import { findTemporal } from '../../../../scripts/lib/temporal.mjs';
import { startTestServer, type TestServer } from '../../testing/harness.ts';
import { makeActivities, type Logged } from '../../testing/temporal-worker/activities.ts';
import { FlowprofPlugin } from '../temporal-worker/index.ts';

const PATH = '/api/v1/workspaces/attempts/temporal/attempts';
const workflowsPath = fileURLToPath(new URL('../../testing/temporal-worker/workflows.ts', import.meta.url));

let test: TestServer;
let tenant: TenantStore;

beforeAll(async () => {
  test = await startTestServer();
  const { body } = await test.call('/api/workspaces', { json: { slug: 'attempts', name: 'Attempts' } });
  tenant = test.server.store.tenant(z.looseObject({ id: z.string() }).parse(body).id);
});

afterAll(() => test.close());

function message(runId: string, more: object = {}) {
  return {
    run_id: runId,
    workflow_id: 'order',
    namespace: 'default',
    activity_id: '1',
    activity_type: 'charge',
    attempt: 1,
    started_ms: 1_800_000_000_000.25,
    ended_ms: 1_800_000_000_100.5,
    status: 'failed',
    error: { code: 'Refused', message: 'no' },
    ...more,
  };
}

async function report(...attempts: readonly object[]): Promise<number> {
  return (await test.call(PATH, { json: { attempts } })).status;
}

const kept = (runId: string): Promise<readonly AttemptReport[]> => tenant.temporal.attemptsOf([runId]);

describe('reports of attempts', () => {
  it('are kept with microseconds, also of a run that nothing is known of yet', async () => {
    const runId = randomUUID();
    const beats = { heartbeats_ms: [1_800_000_000_050.125], heartbeat_count: 7, scheduled_ms: 1_799_999_999_000 };
    expect(await report(message(runId, beats))).toBe(200);
    expect(await kept(runId)).toEqual([
      {
        runId,
        workflowId: 'order',
        namespace: 'default',
        activityId: '1',
        activityType: 'charge',
        attempt: 1,
        isLocal: false,
        scheduledAt: 1_799_999_999_000_000,
        attemptScheduledAt: null,
        startedAt: 1_800_000_000_000_250,
        endedAt: 1_800_000_000_100_500,
        status: 'failed',
        error: { code: 'Refused', message: 'no' },
        taskQueue: null,
        identity: null,
        buildId: null,
        heartbeats: [1_800_000_000_050_125],
        heartbeatCount: 7,
        source: 'worker',
      },
    ]);
  });

  it('change nothing the second time, and not when one that runs comes after its end', async () => {
    const runId = randomUUID();
    const running = message(runId, { ended_ms: null, status: 'running', error: null });
    await report(running);
    expect(await kept(runId)).toMatchObject([{ status: 'running', endedAt: null }]);
    await report(message(runId), message(runId), running);
    await report(running);
    await report(message(runId.toUpperCase()));
    expect(await kept(runId)).toMatchObject([{ status: 'failed', endedAt: 1_800_000_000_100_500 }]);
  });

  it('hold no secrets', async () => {
    const runId = randomUUID();
    const canary = 'ghp_0123456789abcdefghijklmnopqrstuv';
    await report(message(runId, { error: { code: 'Refused', message: `the token ${canary} is refused` } }));
    expect(JSON.stringify(await kept(runId))).not.toContain('ghp_');
  });

  it('are bounded, and refused where they cannot be', async () => {
    const runId = randomUUID();
    const many = Array.from({ length: 1001 }, (_, attempt) => message(runId, { attempt: attempt + 1 }));
    expect(await report(...many)).toBe(400);
    expect(await report(message(runId, { heartbeats_ms: Array.from({ length: 1001 }, () => 1) }))).toBe(400);
    expect(await report(message(runId, { ended_ms: 1 }))).toBe(400);
    expect(await report(message(runId, { status: 'running' }))).toBe(400);
    expect(await report(message('nightly'))).toBe(400);
    expect(await report()).toBe(400);
    expect(await report(message(runId, { a_field_of_later: true }))).toBe(200);
    expect(await kept(runId)).toHaveLength(1);
  });
});

describe.skipIf(findTemporal() === null)('a real worker', () => {
  it('tells flowprof of its attempts, within 5 ms of what it logged itself', async () => {
    const logger = new DefaultLogger('ERROR');
    Runtime.install({ logger });
    const [temporal, workflowBundle] = await Promise.all([
      startTemporalServer(),
      bundleWorkflowCode({ workflowsPath, logger }),
    ]);
    const connection = await NativeConnection.connect({ address: temporal.address });
    const client = new Client({ connection: await Connection.connect({ address: temporal.address }) });
    const log: Logged[] = [];
    const worker = await Worker.create({
      connection,
      taskQueue: 'attempts',
      workflowBundle,
      activities: makeActivities(log),
      plugins: [new FlowprofPlugin({ url: test.server.url })],
    });
    const runId = await worker.runUntil(async () => {
      const handle = await client.workflow.start('retried', { taskQueue: 'attempts', workflowId: randomUUID() });
      await handle.result();
      return handle.firstExecutionRunId;
    });
    const attempts = await kept(runId);
    expect(attempts.map(({ status }) => status)).toEqual(['failed', 'failed', 'completed']);
    for (const [i, { startedMs, endedMs }] of log.entries()) {
      expect(Math.abs((attempts[i]?.startedAt ?? 0) - toEpochMicros(startedMs * 1000))).toBeLessThan(5000);
      expect(Math.abs((attempts[i]?.endedAt ?? 0) - toEpochMicros(endedMs * 1000))).toBeLessThan(5000);
    }
    await client.connection.close();
    await connection.close();
    await temporal.close();
  });
});
