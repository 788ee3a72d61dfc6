/**
 * Works for the workflows of `load-workflows.ts` until it is killed, and for the zoo where it is given its bundle too:
 * `load-worker.ts <address> <bundle> [bundle of the zoo]`. Says on stdout when it does.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { makeZooWorker } from '@flowprof/ingest/testing';
import { LOAD_QUEUE, ZOO_QUEUE } from './load-queues.ts';
import type { LoadActivities } from './load-workflows.ts';

const [, , address = '', codePath = '', zooPath = ''] = process.argv;

const activities: LoadActivities = {
  work: async (ms, failures) => {
    const { info, cancellationSignal } = Context.current();
    const beating = setInterval(() => Context.current().heartbeat(), 500);
    try {
      await sleep(ms, undefined, { signal: cancellationSignal });
    } finally {
      clearInterval(beating);
    }
    if (info.attempt <= failures) throw new Error(`attempt ${info.attempt} is meant to fail`);
    return `after ${info.attempt} attempts`;
  },
};

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  taskQueue: LOAD_QUEUE,
  workflowBundle: { codePath },
  activities: { ...activities },
  workflowThreadPoolSize: 1,
  maxHeartbeatThrottleInterval: 500,
});
const workers = [worker];
if (zooPath !== '') {
  const more = { workflowBundle: { codePath: zooPath } };
  workers.push(await makeZooWorker({ connection, namespace: 'default', taskQueue: ZOO_QUEUE, more }));
}
process.stdout.write('works\n');
await Promise.all(workers.map((one) => one.run()));
