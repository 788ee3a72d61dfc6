import type { WorkflowDefinition } from '@flowprof/conductor';
import type { Suite, Task } from '../../suite.ts';
import { chain, fanOut, idleConductor, layered, nestedGroups, workflowOf, type Shape } from './graphs.ts';
import { peerTasks } from './peers.ts';

const NODES = 10_000;
const MANY = 100_000;

const conductor = idleConductor();

/** What anyone would write: each node a function that awaits the promises of what it depends on. */
async function barePromises(graph: Shape): Promise<number> {
  const promises: Promise<null>[] = [];
  for (const before of graph) {
    promises.push(Promise.all(before.map((other) => promises[other])).then(() => null));
  }
  await Promise.all(promises);
  return promises.length;
}

function traced(name: string, workflow: WorkflowDefinition, steps = NODES): Task {
  return {
    name,
    steps,
    run: async () => {
      const { recording } = await conductor.node.run(workflow);
      return recording.spans.length;
    },
  };
}

export const engine: Suite = {
  name: 'conductor',
  about:
    'nodes that do nothing, with every span recorded and the recording made; other engines as they are, a step is a node',
  open: async () => {
    const graph = layered(NODES);
    const workflow = workflowOf('layered', graph);
    return {
      floor: { name: `bare promises, layered, ${NODES}, no trace`, steps: NODES, run: () => barePromises(graph) },
      tasks: [
        traced(`chain, ${NODES}`, workflowOf('chain', chain(NODES))),
        traced(`fan-out, ${NODES}`, workflowOf('fan-out', fanOut(NODES))),
        traced(`nested groups of ten, ${NODES} leaves`, nestedGroups(NODES)),
        traced(`layered, ${NODES}`, workflow),
        traced(`layered, ${MANY}`, workflowOf('layered', layered(MANY)), MANY),
        {
          name: `layered, ${NODES}, compiled for the first time`,
          steps: NODES,
          run: async () => (await conductor.node.run({ ...workflow })).executedNodes.length,
        },
        ...(await peerTasks()),
      ],
      close: async () => undefined,
    };
  },
};
