import { createConductor, z, type Conductor, type NodeDefinition, type WorkflowDefinition } from '@flowprof/conductor';

/** For every node the positions of those before it that it waits for. */
export type Shape = readonly (readonly number[])[];

const LAYER = 100;

function shape(nodes: number, before: (i: number) => readonly number[]): Shape {
  return Array.from({ length: nodes }, (_, i) => before(i));
}

export const chain = (nodes: number): Shape => shape(nodes, (i) => (i === 0 ? [] : [i - 1]));

export const fanOut = (nodes: number): Shape => shape(nodes, (i) => (i === 0 ? [] : [0]));

/** Each node waits for two of the layer before it; layers are a hundred wide, or a tenth of the graph. */
export function layered(nodes: number): Shape {
  const width = Math.min(LAYER, nodes / 10);
  return shape(nodes, (i) => {
    const first = i - (i % width) - width;
    return first < 0 ? [] : [first + (i % width), first + ((i + 1) % width)];
  });
}

/** A conductor with a node type that does nothing. */
export function idleConductor(): Conductor {
  const conductor = createConductor();
  conductor.register('nothing', { params: z.object({}), phase: 'execute', run: () => null });
  return conductor;
}

function idle(i: number, before: readonly number[] = []): NodeDefinition {
  return { id: `n${i}`, type: 'nothing', dependsOn: before.map((other) => `n${other}`) };
}

export function workflowOf(name: string, graph: Shape): WorkflowDefinition {
  return { name, nodes: graph.map((before, i) => idle(i, before)) };
}

/** Groups of ten nodes, ten of them in each group above; `nodes` counts the leaves, and groups come on top. */
export function nestedGroups(nodes: number): WorkflowDefinition {
  let level = Array.from({ length: nodes }, (_, i) => idle(i));
  for (let depth = 0; level.length > 10; depth++) {
    const groups: NodeDefinition[] = [];
    for (let i = 0; i < level.length; i += 10) {
      groups.push({ id: `g${depth}_${i}`, type: 'group', nodes: level.slice(i, i + 10) });
    }
    level = groups;
  }
  return { name: 'nested', nodes: level };
}
