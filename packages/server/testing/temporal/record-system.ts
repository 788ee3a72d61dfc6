/**
 * Writes down histories of the system workflows as they are now, for later versions to be tried on:
 * `npm run record:system -w flowprof <file>`. A change of the workflows needs new ones beside the old ones.
 */
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { Client, Connection } from '@temporalio/client';
import root from '@temporalio/proto';
import { startTemporalServer } from '../../../../scripts/lib/temporal-server.ts';
import { systemActivities } from '../../src/services/temporal/system/activities.ts';
import { systemBundle } from '../../src/services/temporal/system/bundle.ts';
import { coordinatorId, syncId } from '../../src/services/temporal/system/seam.ts';
import { runSystemWorker } from '../../src/services/temporal/system/worker.ts';
import { systemTimers } from '../../src/services/system.ts';
import { MemoryWork } from './memory-work.ts';

const [, , file = ''] = process.argv;
const RUNS = 16;

const temporal = await startTemporalServer();
const runs = Array.from({ length: RUNS }, (_, at) => `run-${at}`);
const work = new MemoryWork('recorded', runs);
work.during = (runId, attempt) =>
  runId === 'run-3' && attempt === 1 ? Promise.reject(new Error('once')) : Promise.resolve();
const stop = new AbortController();
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const connection = { workspaceId: 'w', connectionId: 'recorded' };
const working = runSystemWorker(
  {
    connection,
    temporal: { address: temporal.address },
    namespace: temporal.namespace,
    activities: systemActivities(work),
    bundle: await systemBundle(),
    timers: systemTimers,
    logger: quiet,
    atOnce: 4,
    maxEvents: 80,
  },
  stop.signal,
);
await work.until(() => work.due.size === 0);
work.end();
const client = new Client({ connection: await Connection.connect({ address: temporal.address }) });
await client.workflow.getHandle(coordinatorId(connection)).result();
const histories: string[] = [];
for await (const { workflowId, runId } of client.workflow.list()) {
  const isChild = workflowId === syncId({ ...connection, runId: 'run-3' });
  if (workflowId !== coordinatorId(connection) && !isChild) continue;
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const bytes = root.temporal.api.history.v1.History.encode(history).finish();
  histories.push(Buffer.from(bytes).toString('base64'));
}
await writeFile(file, gzipSync(JSON.stringify(histories)));
stop.abort();
await working;
await client.connection.close();
await temporal.close();
