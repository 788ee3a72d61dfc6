/** A process that serves a counting conductor over its pipe, and tells the digest of each result over the same pipe. */
import { childProcessChannel } from '../ports.ts';
import { serveConductor } from '../serve.ts';
import { countingConductor, digestOf, watched } from './conductor.ts';

const conductor = watched(countingConductor(), (result) => process.send?.({ digest: digestOf(result) }));
serveConductor(conductor, childProcessChannel(process));
