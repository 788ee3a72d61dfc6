/** A thread that serves a counting conductor on its port, and tells the digest of each result over the same port. */
import { parentPort } from 'node:worker_threads';
import { messagePortChannel } from '../ports.ts';
import { serveConductor } from '../serve.ts';
import { countingConductor, digestOf, watched } from './conductor.ts';

const port = parentPort;
if (port === null) throw new Error('this is to be started as a thread');
const conductor = watched(countingConductor(), (result) => port.postMessage({ digest: digestOf(result) }, []));
serveConductor(conductor, messagePortChannel(port));
