// `npm run bench:temporal-read [runs] [events]`: how long it takes to read long histories from a real Temporal server, and to list 1,000
// executions of it, beside the SDK's own `fetchHistory` and `list`.
import { cpus, loadavg } from 'node:os';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openTemporal } from '@flowprof/ingest/temporal';
import { connectWorker, makeZooWorker } from '@flowprof/ingest/testing';
import { Client, Connection, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { startTemporalServer, type TemporalServer } from '../scripts/lib/temporal-server.ts';

const RUNS = Number(process.argv[2] ?? 5);
const EVENTS = Number(process.argv[3] ?? 49_000);
/** As many signals as a run may be sent where nothing else is configured. */
const SIGNALS = Math.min(EVENTS, 10_000);
const EXECUTIONS = 1000;
const QUEUE = 'bench';
/** Signals that are sent at once. */
const SENDERS = 24;
/** Events of one round of timers: as many in one transaction. */
const WIDTH = 500;

interface Row {
  readonly name: string;
  readonly history: string;
  readonly events: number;
  readonly medianMs: number;
  readonly leastMs: number;
  readonly mostMs: number;
  /** Of the processor, in the process that reads. */
  readonly cpuMs: number;
  /** Most memory that was in use beyond what was before, sampled when a piece came. */
  readonly peakMb: number;
}

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** Objects and buffers in use, in megabytes. */
function memory(): number {
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

/** Gives how many events there were, and calls `look` now and then. */
type Read = (look: () => void) => Promise<number>;

interface Measured {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly events: number;
}

async function once(read: Read): Promise<Measured> {
  global.gc?.();
  const [before, began, used] = [memory(), performance.now(), process.cpuUsage()];
  let peakMb = 0;
  const look = (): void => {
    peakMb = Math.max(peakMb, memory() - before);
  };
  const events = await read(look);
  look();
  const { user, system } = process.cpuUsage(used);
  return { ms: performance.now() - began, cpuMs: (user + system) / 1000, peakMb, events };
}

/** Does all of them some times, in turns, so that what else the machine does meets all. What fails says why. */
async function measure(history: string, reads: Readonly<Record<string, Read>>): Promise<(Row | string)[]> {
  const measured = new Map<string, Measured[]>(Object.keys(reads).map((name) => [name, []]));
  const failed = new Map<string, string>();
  for (let run = 0; run < RUNS; run++) {
    for (const [name, read] of Object.entries(reads)) {
      try {
        measured.get(name)?.push(await once(read));
      } catch (error) {
        failed.set(name, `${name}, ${history}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  return [...measured].map(([name, all]) => {
    const why = failed.get(name);
    if (why !== undefined) return why;
    const ms = all.map((one) => one.ms);
    return {
      name,
      history,
      events: all[0]?.events ?? 0,
      medianMs: middle(ms),
      leastMs: Math.min(...ms),
      mostMs: Math.max(...ms),
      cpuMs: middle(all.map((one) => one.cpuMs)),
      peakMb: middle(all.map((one) => one.peakMb)),
    };
  });
}

/** Many events a transaction, by timers that fire together. */
async function makeTimers(server: TemporalServer, client: Client): Promise<WorkflowHandleWithFirstExecutionRunId> {
  const connection = await connectWorker(server.address);
  const { namespace } = server;
  const worker = await makeZooWorker({ connection, namespace, taskQueue: QUEUE });
  const rounds = Math.floor(EVENTS / (2 * WIDTH));
  const options = { workflowId: 'timers', taskQueue: QUEUE, workflowTaskTimeout: '60 seconds' } as const;
  const handle = await client.workflow.start('isLong', { ...options, args: ['timers', rounds, WIDTH] });
  await worker.runUntil(handle.result());
  await connection.close();
  return handle;
}

/** One event a transaction, by signals that nobody takes. */
async function makeSignals(client: Client): Promise<WorkflowHandleWithFirstExecutionRunId> {
  const handle = await client.workflow.start('staysOpen', { workflowId: 'signals', taskQueue: 'nobody' });
  let left = SIGNALS;
  const send = async (): Promise<void> => {
    while (left-- > 0) await handle.signal('go', 'a signal with as much in it as signals often have');
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
  await handle.terminate();
  return handle;
}

async function makeExecutions(client: Client): Promise<void> {
  for (let from = 0; from < EXECUTIONS; from += SENDERS) {
    const some = Array.from({ length: Math.min(SENDERS, EXECUTIONS - from) }, (_, index) => `listed-${from + index}`);
    await Promise.all(
      some.map((workflowId) => client.workflow.start('staysOpen', { workflowId, taskQueue: 'listed' })),
    );
  }
}

const server = await startTemporalServer();
const asDefault = await Connection.connect({ address: server.address });
const channelArgs = { 'grpc.max_receive_message_length': 128 << 20 };
const asRaised = await Connection.connect({ address: server.address, channelArgs });
const client = new Client({ connection: asDefault });
const { address, namespace } = server;
const nothing = { apiKey: null, clientCertificate: null, clientKey: null, serverCa: null };
const temporal = openTemporal({ address, namespace, tls: false, serverName: null }, nothing);
const rows: (Row | string)[] = [];
const note = (more: (Row | string)[]): void => {
  rows.push(...more);
  for (const row of more) console.log(row);
};
const fetchWith = (connection: Connection, workflowId: string, runId: string): Read => {
  const handle = new Client({ connection }).workflow.getHandle(workflowId, runId);
  return async () => (await handle.fetchHistory()).events?.length ?? 0;
};

for (const make of [() => makeTimers(server, client), () => makeSignals(client)]) {
  const began = performance.now();
  const { workflowId, firstExecutionRunId: runId } = await make();
  const { historyLength } = await client.workflow.getHandle(workflowId, runId).describe();
  const known = historyLength - 1000;
  console.log(`${workflowId} made in ${Math.round(performance.now() - began)} ms`);
  const read = async (look: () => void, after: number): Promise<number> => {
    let events = 0;
    for await (const { firstEvent, lastEvent } of temporal.history({ workflowId, runId }, { after })) {
      events += lastEvent - firstEvent + 1;
      look();
    }
    return events;
  };
  note(
    await measure(workflowId, {
      'flowprof, as a stream': (look) => read(look, 0),
      'flowprof, the last 1,000 events': (look) => read(look, known),
      'the SDK, fetchHistory': fetchWith(asDefault, workflowId, runId),
      'the SDK, fetchHistory, with the limit of messages raised': fetchWith(asRaised, workflowId, runId),
    }),
  );
}
await makeExecutions(client);
const query = "TaskQueue = 'listed'";
const countListed = async (): Promise<number> => {
  let count = 0;
  for await (const page of temporal.list({ since: null, query })) count += page.length;
  return count;
};
while ((await countListed()) < EXECUTIONS);
note(
  await measure('listed', {
    'flowprof, list': countListed,
    'the SDK, list': async () => {
      let count = 0;
      for await (const _ of client.workflow.list({ query, pageSize: 1000 })) count++;
      return count;
    },
  }),
);
temporal.close();
await asDefault.close();
await asRaised.close();
await server.close();
const about = 'Long histories read from a Temporal server (start-dev) on this machine, and 1,000 executions listed';
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
const result = { name: 'temporal-sync', about, machine, load: loadavg()[0], rows };
await writeFile(join(import.meta.dirname, 'results/temporal-sync.json'), `${JSON.stringify(result, null, 2)}\n`);
