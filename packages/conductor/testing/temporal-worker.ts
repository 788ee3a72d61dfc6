/** A worker in a process of its own, to be killed: `temporal-worker.ts <address> <file with the bundle>`. */
import { argv, stdout } from 'node:process';
import { NativeConnection } from '@temporalio/worker';
import { createTemporalWorker } from '../src/temporal/index.ts';

const [, , address = '', codePath = ''] = argv;
const connection = await NativeConnection.connect({ address });
const worker = await createTemporalWorker({ connection, bundle: { codePath } });
stdout.write('ready\n');
await worker.run();
