// `npm run bench:temporal [runs] [rounds]`: how long it takes to sync an execution of 50,000 events from a real Temporal server, from the
// question to the stored execution, beside what the SDK takes to fetch its history and nothing else.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { startServer } from 'flowprof';
import { DemoServices } from '../packages/server/src/demo/demo-services.ts';
import { systemClock } from '../packages/server/src/services/system.ts';
import { startTemporalServer, type TemporalServer } from '../scripts/lib/temporal-server.ts';

const RUNS = Number(process.argv[2] ?? 5);
/** Each gives some 1,000 events. */
const ROUNDS = Number(process.argv[3] ?? 52);
const QUEUE = 'bench';

/** Lets a workflow run until it has its events, and another of a few, with which what syncs is warmed up. */
async function makeHistory({ address }: TemporalServer): Promise<string> {
  const logger = new DefaultLogger('ERROR');
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging: { filter, forward: {} } } });
  const workflowsPath = join(import.meta.dirname, 'temporal/long-workflow.ts');
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger });
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    taskQueue: QUEUE,
    workflowBundle,
    activities: {
      step: (round: number) => Promise.resolve(`a result of round ${round}, as long as results often are`),
    },
  });
  const client = new Client({ connection });
  const options = { workflowId: 'long', taskQueue: QUEUE, workflowTaskTimeout: '60 seconds' } as const;
  const handle = await client.workflow.start('longWorkflow', { ...options, args: [ROUNDS] });
  const small = await client.workflow.start('longWorkflow', { ...options, workflowId: 'small', args: [2] });
  await worker.runUntil(Promise.all([handle.result(), small.result()]));
  await connection.close();
  return handle.firstExecutionRunId;
}

interface Taken {
  readonly seconds: number;
  /** Seconds that all threads of this process worked. */
  readonly cpu: number;
}

/** What something took. */
async function timed<T>(work: () => Promise<T>): Promise<Taken & { readonly result: T }> {
  const [from, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - from) / 1000, cpu: (user + system) / 1e6, result };
}

function spread(values: readonly number[]): { median: number; least: number; most: number } {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] ?? 0, least: sorted[0] ?? 0, most: sorted.at(-1) ?? 0 };
}

async function post(url: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer;
}

function idOf(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null || !('id' in answer)) throw new Error('no id');
  return String(answer.id);
}

/** Syncs the execution with a server of its own each time: nothing of it is known before. */
async function flowprof(temporal: TemporalServer, runId: string): Promise<Taken> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-temporal-'));
  const services = new DemoServices(systemClock);
  const server = await startServer({ host: '127.0.0.1', port: 0, dataDir, services, log: 'error' });
  try {
    await post(`${server.url}/api/workspaces`, { slug: 'bench', name: 'Bench' });
    const workspace = `${server.url}/api/v1/workspaces/bench`;
    const connection = { name: 'bench', address: temporal.address, enabled: false };
    const id = idOf(await post(`${workspace}/temporal/connections`, connection));
    // The connection is open, and what reads histories is loaded.
    await post(`${workspace}/temporal/connections/${id}/check`, {});
    await post(`${workspace}/temporal/connections/${id}/sync`, { workflow_id: 'small', wait_seconds: 20 });
    const asked = { workflow_id: 'long', wait_seconds: 60 };
    const { seconds, cpu } = await timed(() => post(`${workspace}/temporal/connections/${id}/sync`, asked));
    const stored = await (await fetch(`${workspace}/executions?external_id=long`)).text();
    if (!stored.includes(runId)) throw new Error('the execution was not stored');
    return { seconds, cpu };
  } finally {
    await server.close();
    await services.settled();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const temporal = await startTemporalServer();
try {
  const made = await timed(() => makeHistory(temporal));
  const runId = made.result;
  const connection = await Connection.connect({ address: temporal.address });
  const handle = new Client({ connection }).workflow.getHandle('long', runId);
  const events = (await handle.describe()).historyLength;
  console.log(`${events} events, made in ${made.seconds.toFixed(1)} s`);
  const [ours, sdk]: [Taken[], Taken[]] = [[], []];
  for (let run = 0; run < RUNS; run++) {
    const peer = await timed(() => handle.fetchHistory());
    sdk.push(peer);
    ours.push(await flowprof(temporal, runId));
    console.log(
      `flowprof ${ours.at(-1)?.seconds.toFixed(2)} s (CPU ${ours.at(-1)?.cpu.toFixed(2)} s), fetchHistory ${peer.seconds.toFixed(2)} s`,
    );
  }
  await connection.close();
  const result = {
    name: 'temporal-sync-end-to-end',
    about: 'An execution of a real Temporal server synced by HTTP: listed, fetched, kept, made and stored durably',
    machine: { cpu: cpus()[0]?.model ?? '', cores: cpus().length, node: process.version },
    load: loadavg()[0],
    events,
    rows: [
      {
        name: 'flowprof just started, from the question to the stored execution',
        seconds: spread(ours.map(({ seconds }) => seconds)),
        cpuSeconds: spread(ours.map(({ cpu }) => cpu)),
      },
      {
        name: 'fetchHistory of the SDK, which keeps nothing',
        seconds: spread(sdk.map(({ seconds }) => seconds)),
        cpuSeconds: spread(sdk.map(({ cpu }) => cpu)),
      },
    ],
  };
  const file = join(import.meta.dirname, 'results', 'temporal-sync-end-to-end.json');
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
} finally {
  await temporal.close();
}
