import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTemporalServer, type TemporalServer } from '../../../../../../scripts/lib/temporal-server.ts';
import { findTemporal } from '../../../../../../scripts/lib/temporal.mjs';
import { systemTimers } from '../../system.ts';
import { MemoryWork } from '../../../../testing/temporal/memory-work.ts';
import { systemActivities, type SyncWork } from './activities.ts';
import { systemBundle } from './bundle.ts';
import { SYSTEM_QUEUE, coordinatorId } from './seam.ts';
import { runSystemWorker, type SystemWorkerOptions } from './worker.ts';

/** A task that a worker lost or would not take is given to another one after half a minute at worst. */
const PATIENCE = 120_000;
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

function names(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `run-${at}`);
}

function coordinator(connectionId: string): string {
  return coordinatorId({ workspaceId: 'w', connectionId });
}

describe.skipIf(findTemporal() === null)('the system workflows', () => {
  let server: TemporalServer;
  let client: Client;
  let connection: Connection;
  let bundle: SystemWorkerOptions['bundle'];

  beforeAll(async () => {
    [server, bundle] = await Promise.all([startTemporalServer(), systemBundle()]);
    connection = await Connection.connect({ address: server.address });
    client = new Client({ connection, namespace: server.namespace });
  });
  afterAll(async () => {
    await connection.close();
    await server.close();
  });

  /** A worker for a connection; `stop` ends it in order. */
  function startWorker(
    connectionId: string,
    work: SyncWork,
    more: Partial<SystemWorkerOptions> = {},
  ): { readonly stop: () => Promise<void>; readonly done: Promise<void> } {
    const stopping = new AbortController();
    const options = {
      connection: { workspaceId: 'w', connectionId },
      temporal: { address: server.address },
      namespace: server.namespace,
      activities: systemActivities(work),
      bundle,
      timers: systemTimers,
      logger: quiet,
      ...more,
    };
    const done = runSystemWorker(options, stopping.signal);
    return {
      done,
      stop: () => {
        stopping.abort();
        return done;
      },
    };
  }

  it('syncs everything that is due once, so many at a time, in as many runs as it takes', async () => {
    const runs = names(40);
    const work = new MemoryWork('many', runs);
    const worker = startWorker('many', work, { atOnce: 4, maxEvents: 60 });
    await work.until(() => work.due.size === 0);
    work.end();
    await client.workflow.getHandle(coordinator('many')).result();
    await worker.stop();
    expect(work.synced.toSorted()).toEqual(runs.toSorted());
    expect(work.most).toBeLessThanOrEqual(4);
    const handle = client.workflow.getHandle(coordinator('many'));
    const { runId, raw } = await handle.describe();
    expect(raw.workflowExtendedInfo?.originalStartTime).toBeDefined();
    const first = raw.workflowExecutionInfo?.firstRunId ?? '';
    expect(first).not.toBe(runId);
    const history = await client.workflow.getHandle(coordinator('many'), first).fetchHistory();
    expect(history.events?.length ?? 0).toBeLessThan(200);
  });

  it(
    'goes on when its worker stops and another one starts',
    async () => {
      const work = new MemoryWork('moved', names(12));
      const first = startWorker('moved', work, { atOnce: 3 });
      await work.until(() => work.synced.length >= 3);
      await first.stop();
      const second = startWorker('moved', work, { atOnce: 3 });
      await work.until(() => work.due.size === 0);
      work.end();
      await client.workflow.getHandle(coordinator('moved')).result();
      await second.stop();
      expect(new Set(work.synced)).toEqual(new Set(names(12)));
    },
    PATIENCE,
  );

  it('tries again what failed for a reason of the worker', async () => {
    const work = new MemoryWork('shaky', names(3));
    work.during = (runId, attempt) =>
      runId === 'run-1' && attempt === 1 ? Promise.reject(new Error('the database is away')) : Promise.resolve();
    const worker = startWorker('shaky', work);
    await work.until(() => work.due.size === 0);
    work.end();
    await client.workflow.getHandle(coordinator('shaky')).result();
    await worker.stop();
    expect(work.synced.toSorted()).toEqual(names(3));
  });

  it(
    'leaves to the other worker what belongs to another flowprof on the same server',
    async () => {
      const [ours, theirs] = [new MemoryWork('ours', names(4)), new MemoryWork('theirs', names(4))];
      const workers = [startWorker('ours', ours), startWorker('theirs', theirs)];
      await Promise.all([ours, theirs].map((work) => work.until(() => work.due.size === 0)));
      for (const work of [ours, theirs]) work.end();
      await Promise.all(['ours', 'theirs'].map((name) => client.workflow.getHandle(coordinator(name)).result()));
      await Promise.all(workers.map((worker) => worker.stop()));
      expect(ours.synced.toSorted()).toEqual(names(4));
      expect(theirs.synced.toSorted()).toEqual(names(4));
    },
    PATIENCE,
  );

  it(
    'goes on after the Temporal server was killed',
    async () => {
      const work = new MemoryWork('killed', names(20));
      const worker = startWorker('killed', work, { atOnce: 4 });
      await work.until(() => work.synced.length >= 4);
      await server.restart();
      await work.until(() => work.due.size === 0);
      work.end();
      await client.workflow.getHandle(coordinator('killed')).result();
      await worker.stop();
      expect(new Set(work.synced)).toEqual(new Set(names(20)));
    },
    PATIENCE,
  );

  it('can be told from what is to be synced by its task queue', async () => {
    const found: string[] = [];
    for await (const { type } of client.workflow.list({ query: `TaskQueue != '${SYSTEM_QUEUE}'` })) found.push(type);
    expect(found).toEqual([]);
  });
});
