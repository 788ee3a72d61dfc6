/** A process that runs a workflow at the other end of its pipe, to be killed meanwhile; says which batches it has. */
import { childProcessChannel } from '../ports.ts';
import { connectConductor } from '../client.ts';

const [executionId = ''] = process.argv.slice(2);
const client = connectConductor(childProcessChannel(process));
const nodes = [
  { id: 'tick', type: 'tick', with: { count: 10 } },
  { id: 'wait', type: 'hold', dependsOn: ['tick'] },
];
let batches = 0;
const sink = {
  write: (): Promise<void> => {
    process.send?.({ batches: ++batches });
    return Promise.resolve();
  },
};
await client.node.run({ name: 'cut off', nodes }, { executionId, sink });
