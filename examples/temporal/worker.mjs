// Runs one order on Temporal, with every attempt told to flowprof. See README.md.
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Context, heartbeat, sleep } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { FlowprofPlugin } from 'flowprof/temporal-worker';

const address = process.env.TEMPORAL_ADDRESS ?? '127.0.0.1:7233';
const taskQueue = 'flowprof-example';

const activities = {
  async reserve(item) {
    for (let shelf = 1; shelf <= 3; shelf++) {
      await sleep(40);
      heartbeat(shelf);
    }
    return { item, id: randomUUID() };
  },
  async charge({ item }) {
    await sleep(60);
    if (Context.current().info.attempt < 3) throw new RangeError('the payment service hung up');
    return `${item} is paid`;
  },
};

const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue,
  workflowsPath: fileURLToPath(new URL('workflows.mjs', import.meta.url)),
  activities,
  plugins: [new FlowprofPlugin()],
});

const client = new Client({ connection: await Connection.connect({ address }) });
const workflowId = `order-${randomUUID()}`;
const result = await worker.runUntil(() =>
  client.workflow.execute('order', { taskQueue, workflowId, args: ['a lamp'] }),
);
console.log(`${workflowId}: ${result}`);
await client.connection.close();
