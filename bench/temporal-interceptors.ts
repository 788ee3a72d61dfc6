// `npm run bench:temporal-interceptors [activities]`: what reporting attempts costs a worker of Temporal by the activity: a
// real server and worker with and without it in turns, and the interceptor by itself.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { FlowprofPlugin } from 'flowprof/temporal-worker';
import { startTemporalServer } from '../scripts/lib/temporal-server.ts';
import type * as workflows from './temporal/workflows.ts';

const ACTIVITIES = Number(process.argv[2] ?? 300);
const ROUNDS = 7;
const CALLS = 20_000;

const logger = new DefaultLogger('ERROR');
Runtime.install({ logger });

// Takes what is reported, as flowprof does, and counts it.
let reported = 0;
let requests = 0;
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    requests++;
    reported += Buffer.concat(chunks).toString('latin1').split('"run_id"').length - 1;
    response.end('{}');
  });
});
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
const address = receiver.address();
const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;

const [server, workflowBundle] = await Promise.all([
  startTemporalServer(),
  bundleWorkflowCode({ workflowsPath: join(import.meta.dirname, 'temporal/workflows.ts'), logger }),
]);
const connection = await NativeConnection.connect({ address: server.address });
const client = new Client({ connection: await Connection.connect({ address: server.address }) });

const nothing = async (): Promise<void> => undefined;

/** What a call of the interceptor takes of the processor, in microseconds, in some rounds. */
async function alone(): Promise<readonly number[]> {
  const factory = new FlowprofPlugin({ url, most: 2 * ROUNDS * CALLS }).interceptors();
  const context = Context.current();
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let call = 0; call < CALLS; call++) {
      await factory(context).inbound?.execute?.({ args: [], headers: {} }, nothing);
    }
    const { user, system } = process.cpuUsage(before);
    rounds.push((user + system) / CALLS);
  }
  return rounds;
}

interface Cost {
  readonly cpuMicros: number;
  readonly wallMicros: number;
}

const newWorker = (plugins: FlowprofPlugin[], taskQueue: string): Promise<Worker> =>
  Worker.create({ connection, taskQueue, workflowBundle, plugins, activities: { quick: nothing, alone } });

const options = (taskQueue: string) => ({ taskQueue, workflowId: randomUUID() });

/** What an activity costs the process of its worker. */
async function costOf(plugins: FlowprofPlugin[]): Promise<Cost> {
  const taskQueue = randomUUID();
  const worker = await newWorker(plugins, taskQueue);
  let cost: Cost = { cpuMicros: Number.NaN, wallMicros: Number.NaN };
  await worker.runUntil(async () => {
    await client.workflow.execute<typeof workflows.many>('many', { ...options(taskQueue), args: [20] });
    const [before, start] = [process.cpuUsage(), performance.now()];
    await client.workflow.execute<typeof workflows.many>('many', { ...options(taskQueue), args: [ACTIVITIES] });
    const { user, system } = process.cpuUsage(before);
    cost = {
      cpuMicros: (user + system) / ACTIVITIES,
      wallMicros: ((performance.now() - start) * 1000) / ACTIVITIES,
    };
  });
  return cost;
}

const middle = (values: readonly number[]): number =>
  Math.round(([...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN) * 10) / 10;

const without: Cost[] = [];
const withIt: Cost[] = [];
// In turns, so that what else the machine does falls on both.
for (let round = 0; round < ROUNDS; round++) {
  without.push(await costOf([]));
  withIt.push(await costOf([new FlowprofPlugin({ url })]));
}
const queue = randomUUID();
const calls = await (
  await newWorker([], queue)
).runUntil(() => client.workflow.execute<typeof workflows.interceptors>('interceptors', options(queue)));

const rowOf = (name: string, costs: readonly Cost[]) => ({
  name,
  cpuMicrosAnActivity: middle(costs.map(({ cpuMicros }) => cpuMicros)),
  wallMicrosAnActivity: middle(costs.map(({ wallMicros }) => wallMicros)),
});
const rows = [rowOf('worker', without), rowOf('worker with FlowprofPlugin', withIt)];
const interceptor = { cpuMicrosACall: middle(calls), rounds: calls.map((value) => Math.round(value * 10) / 10) };
console.table(rows);
console.log(
  `the interceptor by itself: ${interceptor.cpuMicrosACall} us a call; ${reported} attempts in ${requests} requests`,
);
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
const about = `${ACTIVITIES} activities that do nothing at once, a worker and a server on one machine; medians of ${ROUNDS} rounds in turns`;
const file = join(import.meta.dirname, 'results', 'temporal-interceptors.json');
const result = {
  name: 'temporal-interceptors',
  about,
  machine,
  load: loadavg()[0],
  reported,
  requests,
  interceptor,
  rows,
};
writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
await client.connection.close();
await connection.close();
await server.close();
receiver.close();
