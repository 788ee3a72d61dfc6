import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection, WorkflowFailedError } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTemporalServer, type TemporalServer } from '../../../../scripts/lib/temporal-server.ts';
import { findTemporal } from '../../../../scripts/lib/temporal.mjs';
import { makeActivities, type Logged } from '../../testing/temporal-worker/activities.ts';
import { Receiver } from '../../testing/temporal-worker/receiver.ts';
import type * as workflows from '../../testing/temporal-worker/workflows.ts';
import { FlowprofPlugin, type AttemptMessage, type ReportingOptions, type ReportingProblem } from './index.ts';

const workflowsPath = fileURLToPath(new URL('../../testing/temporal-worker/workflows.ts', import.meta.url));
const IDENTITY = 'the worker of the test';

describe.skipIf(findTemporal() === null)('reporting of attempts', () => {
  let server: TemporalServer;
  let bundle: WorkflowBundleWithSourceMap;
  let connection: NativeConnection;
  let client: Client;
  const receiver = new Receiver();
  const log: Logged[] = [];
  /** Of the worker that was made last. */
  let taskQueue = '';
  const problems: ReportingProblem[] = [];

  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    [server, bundle] = await Promise.all([
      startTemporalServer(),
      bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') }),
    ]);
    connection = await NativeConnection.connect({ address: server.address });
    client = new Client({ connection: await Connection.connect({ address: server.address }) });
    await receiver.start();
  });

  afterAll(async () => {
    await client.connection.close();
    await connection.close();
    await receiver.stop();
    await server.close();
  });

  beforeEach(() => {
    receiver.answers = 200;
    problems.length = 0;
  });

  function onProblem(problem: ReportingProblem): void {
    problems.push(problem);
  }

  async function newWorker(options: ReportingOptions = {}): Promise<Worker> {
    taskQueue = randomUUID();
    return Worker.create({
      connection,
      taskQueue,
      identity: IDENTITY,
      workflowBundle: bundle,
      activities: makeActivities(log),
      shutdownGraceTime: 10,
      plugins: [new FlowprofPlugin({ url: receiver.url, intervalMs: 20, onProblem, ...options })],
    });
  }

  const start = (workflow: keyof typeof workflows, args: number[] = []) =>
    client.workflow.start(workflow, { taskQueue, workflowId: randomUUID(), args });

  /** Runs a workflow with a worker; gives what is known of its attempts at the end, by number. */
  async function run(workflow: keyof typeof workflows): Promise<readonly AttemptMessage[]> {
    const worker = await newWorker();
    const runId = await worker.runUntil(async () => {
      const handle = await start(workflow);
      await handle.result().catch((error: unknown) => {
        if (!(error instanceof WorkflowFailedError)) throw error;
      });
      return handle.firstExecutionRunId;
    });
    return lastOf(runId);
  }

  /** The last word on each attempt of a run. */
  function lastOf(runId: string): readonly AttemptMessage[] {
    const last = new Map(receiver.of(runId).map((attempt) => [`${attempt.activity_id} ${attempt.attempt}`, attempt]));
    return [...last.values()].sort((a, b) => a.attempt - b.attempt);
  }

  /** Every attempt that the worker noted is told, with the times that it noted, within 5 ms. */
  function expectExact(attempts: readonly AttemptMessage[]): void {
    const own = log.filter(({ runId }) => runId === attempts[0]?.run_id);
    expect(attempts).toHaveLength(own.length);
    for (const { attempt, activity, startedMs, endedMs } of own) {
      const told = attempts.find((one) => one.attempt === attempt && one.activity_type === activity);
      expect(Math.abs((told?.started_ms ?? 0) - startedMs)).toBeLessThan(5);
      expect(Math.abs((told?.ended_ms ?? 0) - endedMs)).toBeLessThan(5);
    }
  }

  it('tells of attempts that are tried again, each with its schedule, start, end and error', async () => {
    const attempts = await run('retried');
    expectExact(attempts);
    expect(attempts.map(({ status }) => status)).toEqual(['failed', 'failed', 'completed']);
    expect(attempts.map(({ error }) => error)).toEqual([
      { code: 'RangeError', message: 'attempt 1 fails' },
      { code: 'RangeError', message: 'attempt 2 fails' },
      null,
    ]);
    const [first, second, third] = attempts;
    expect(first).toMatchObject({
      namespace: 'default',
      activity_type: 'flaky',
      is_local: false,
      task_queue: taskQueue,
      identity: IDENTITY,
      build_id: expect.stringMatching(/./),
    });
    // The second is scheduled 200 ms after the first has failed, the third 400 ms after the second.
    const backoffs = [
      [second, first],
      [third, second],
    ].map(([to, from]) => (to?.attempt_scheduled_ms ?? 0) - (from?.ended_ms ?? 0));
    expect(backoffs[0]).toBeGreaterThan(195);
    expect(backoffs[1]).toBeGreaterThan(395);
    for (const { attempt_scheduled_ms: scheduled, started_ms: started } of attempts) {
      expect(started).toBeGreaterThanOrEqual(scheduled ?? Infinity);
    }
  });

  it('tells the error that the history will have', async () => {
    const [attempt] = await run('failed');
    expect(attempt).toMatchObject({
      status: 'failed',
      error: { code: 'CardRefused', message: 'the card is refused' },
    });
  });

  it('tells of heartbeats, and of an attempt that was given up without them', async () => {
    const attempts = await run('lost');
    expectExact(attempts);
    expect(attempts.map(({ status }) => status)).toEqual(['timeout', 'completed']);
    expect(attempts.map(({ heartbeat_count: count }) => count)).toEqual([expect.any(Number), 3]);
    const [first] = attempts;
    const beats = first?.heartbeats_ms ?? [];
    expect(beats.length).toBeGreaterThan(3);
    expect((beats[0] ?? 0) - (first?.started_ms ?? 0)).toBeLessThan(20);
    expect((beats[2] ?? 0) - (beats[0] ?? 0)).toBeGreaterThan(95);
  });

  it('tells of a local activity that takes longer than it may until its end', async () => {
    const attempts = await run('late');
    expectExact(attempts);
    expect(attempts.map(({ status }) => status)).toEqual(['timeout']);
  });

  it('tells of cancelled attempts, while they run and when they ended', async () => {
    const worker = await newWorker();
    const runId = await worker.runUntil(async () => {
      const handle = await start('cancelled');
      await receiver.until(() => receiver.of(handle.firstExecutionRunId).length > 0);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
      return handle.firstExecutionRunId;
    });
    expect(receiver.of(runId)[0]).toMatchObject({ status: 'running', ended_ms: null });
    const attempts = lastOf(runId);
    expectExact(attempts);
    expect(attempts[0]).toMatchObject({ status: 'cancelled', error: { code: 'CanceledFailure' } });
  });

  it('tells of attempts of local activities, which the history has no times of', async () => {
    const attempts = await run('localRetried');
    expectExact(attempts);
    expect(attempts.map(({ status }) => status)).toEqual(['failed', 'failed', 'completed']);
    expect(attempts.every((attempt) => attempt.is_local)).toBe(true);
  });

  it('tells all before a worker that is shut down in the middle has ended', async () => {
    // Nothing would be sent before the end.
    const worker = await newWorker({ intervalMs: 600_000 });
    const running = worker.run();
    const handle = await start('shutDown');
    const isUnderWay = () => log.some(({ runId }) => runId === handle.firstExecutionRunId);
    while (!isUnderWay()) await new Promise((resolve) => setImmediate(resolve));
    worker.shutdown();
    await running;
    const attempts = lastOf(handle.firstExecutionRunId);
    expectExact(attempts);
    expect(attempts[0]).toMatchObject({ attempt: 1, status: 'cancelled', error: { code: 'WorkerShutdown' } });
    await handle.terminate();
  });

  it('loses nothing while flowprof is away, and holds nothing up', async () => {
    await receiver.stop();
    const worker = await newWorker();
    const runId = await worker.runUntil(async () => {
      const handle = await start('many', [300]);
      await handle.result();
      await receiver.start();
      await receiver.until(() => receiver.of(handle.firstExecutionRunId).length >= 300);
      return handle.firstExecutionRunId;
    });
    const attempts = lastOf(runId);
    expect(attempts).toHaveLength(300);
    expect(attempts.every(({ status }) => status === 'completed')).toBe(true);
    expect(problems.map(({ kind }) => kind)).toEqual(['unreachable']);
  });

  it('waits for no answer of a slow flowprof, not even at the end for longer than it was told', async () => {
    receiver.answers = 'silence';
    const worker = await newWorker({ closeMs: 300 });
    const handle = await start('many', [300]);
    const before = receiver.requests;
    await worker.runUntil(() => handle.result());
    expect(receiver.of(handle.firstExecutionRunId)).toEqual([]);
    expect(receiver.requests).toBeGreaterThan(before);
    expect(problems.map(({ kind }) => kind)).toContain('left');
    receiver.answer();
  });

  it('sends nothing where it is switched off', async () => {
    const before = receiver.requests;
    const worker = await newWorker({ isEnabled: false });
    await worker.runUntil(async () => {
      await (await start('many', [1])).result();
    });
    expect(receiver.requests).toBe(before);
  });
});
