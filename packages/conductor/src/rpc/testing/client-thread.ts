/** A thread that is a client of the one that has started it, to be ended meanwhile. */
import { parentPort, workerData } from 'node:worker_threads';
import { messagePortChannel } from '../ports.ts';
import { runUntilCutOff } from './cut-off.ts';

const port = parentPort;
if (port === null) throw new Error('this is to be started as a thread');
const executionId = String(Reflect.get(Object(workerData), 'executionId'));
await runUntilCutOff(messagePortChannel(port), executionId, (events) => port.postMessage({ events }, []));
