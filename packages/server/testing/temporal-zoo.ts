/**
 * A worker of the zoo that reports its attempts to a flowprof, for tests in a browser. Of each line that it is told it
 * starts the kinds that are named, and tells of the runs as a line of JSON.
 *
 *     node --conditions=@flowprof/source --import tsx temporal-zoo.ts <address> <task queue> <url of flowprof> <workspace>
 */
import { createInterface } from 'node:readline';
import { connectWorker, makeZooWorker, startZoo, ZOO_KINDS } from '@flowprof/ingest/testing';
import { Client, Connection } from '@temporalio/client';
import { FlowprofPlugin } from 'flowprof/temporal-worker';

const [address = '', taskQueue = '', url = '', workspace = ''] = process.argv.slice(2);
const namespace = 'default';
const connection = await connectWorker(address);
const worker = await makeZooWorker({
  connection,
  namespace,
  taskQueue,
  more: { identity: 'zoo keeper', plugins: [new FlowprofPlugin({ url, workspace, intervalMs: 100 })] },
});
const own = await Connection.connect({ address });
const client = new Client({ connection: own, namespace });

async function takeOrders(): Promise<void> {
  process.stdout.write('ready\n');
  for await (const line of createInterface(process.stdin)) {
    const wanted = new Set(line.split(' '));
    const { runs } = await startZoo(
      client,
      taskQueue,
      ZOO_KINDS.filter((kind) => wanted.has(kind)),
    );
    process.stdout.write(`${JSON.stringify(runs)}\n`);
  }
}

await worker.runUntil(takeOrders());
await own.close();
await connection.close();
