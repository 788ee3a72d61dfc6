import type { WorkflowDefinition } from '../../file/definition.ts';
import type { Channel } from '../channel.ts';
import { connectConductor } from '../client.ts';

/** Ticks, and then waits for the gate. */
const CUT_OFF: WorkflowDefinition = {
  name: 'cut off',
  nodes: [
    { id: 'tick', type: 'tick', with: { count: 10 } },
    { id: 'wait', type: 'hold', dependsOn: ['tick'] },
    { id: 'tock', type: 'tick', with: { count: 10 }, dependsOn: ['wait'] },
  ],
};

/** Runs a workflow that does not end by itself, as a client that is to be cut off; tells how many events have come. */
export async function runUntilCutOff(
  channel: Channel,
  executionId: string,
  tell: (events: number) => void,
): Promise<void> {
  let events = 0;
  const sink = {
    write: (_: string, batch: readonly unknown[]): Promise<void> => {
      tell((events += batch.length));
      return Promise.resolve();
    },
  };
  await connectConductor(channel).node.run(CUT_OFF, { executionId, sink });
}
