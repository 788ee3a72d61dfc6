/** A process that is a client of the one that has forked it, to be killed meanwhile. */
import { childProcessChannel } from '../ports.ts';
import { runUntilCutOff } from './cut-off.ts';

const [executionId = ''] = process.argv.slice(2);
await runUntilCutOff(childProcessChannel(process), executionId, (events) => process.send?.({ events }));
