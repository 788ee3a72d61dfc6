import { createConductor, z, type NodeDefinition, type WorkflowDefinition } from '@flowprof/conductor';
import type { Suite, Task } from '../suite.ts';

const NODES = 10_000;
const LAYER = 100;

const conductor = createConductor();
conductor.register('nothing', { params: z.object({}), phase: 'execute', run: () => null });

function noOp(i: number, dependsOn: readonly number[]): NodeDefinition {
  return { id: `n${i}`, type: 'nothing', dependsOn: dependsOn.map((other) => `n${other}`) };
}

function graph(name: string, dependsOn: (i: number) => readonly number[]): WorkflowDefinition {
  return { name, nodes: Array.from({ length: NODES }, (_, i) => noOp(i, dependsOn(i))) };
}

const chain = graph('chain', (i) => (i === 0 ? [] : [i - 1]));
const fanOut = graph('fan-out', (i) => (i === 0 ? [] : [0]));
/** Each node waits for two of the layer before it. */
const layered = graph('layered', (i) => {
  const first = i - (i % LAYER) - LAYER;
  return first < 0 ? [] : [first + (i % LAYER), first + ((i + 1) % LAYER)];
});

/** What anyone would write: each node a function that awaits the promises of what it depends on. */
async function barePromises({ nodes }: WorkflowDefinition): Promise<number> {
  const promises = new Map<string, Promise<unknown>>();
  for (const { id, dependsOn = [] } of nodes) {
    const before = dependsOn.map((other) => promises.get(other) ?? Promise.resolve());
    promises.set(
      id,
      Promise.all(before).then(() => null),
    );
  }
  await Promise.all(promises.values());
  return promises.size;
}

function traced(name: string, workflow: WorkflowDefinition): Task {
  return {
    name,
    run: async () => {
      const { recording } = await conductor.node.run(workflow);
      return recording.spans.length;
    },
  };
}

export const engine: Suite = {
  name: 'conductor',
  about: `${NODES} nodes that do nothing, run with every span recorded and the recording made; divide by ${NODES} for a node`,
  floor: { name: 'bare promises, layered, no trace', run: () => barePromises(layered) },
  tasks: [
    traced('a chain', chain),
    traced('a fan-out', fanOut),
    traced('layered', layered),
    {
      name: 'layered, compiled for the first time',
      run: async () => (await conductor.node.run({ ...layered })).executedNodes.length,
    },
  ],
};
