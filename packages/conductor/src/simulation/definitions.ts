import type { NodeDefinition } from '../index.ts';
import type { World } from './world.ts';

/** Every node of a world's workflows by its id, which no two share. */
export function everyDefinition({ definition }: World): ReadonlyMap<string, NodeDefinition> {
  const found = new Map<string, NodeDefinition>();
  const todo = [...definition.nodes, ...Object.values(definition.workflows ?? {}).flatMap(({ nodes }) => nodes)];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    found.set(node.id, node);
    todo.push(...(node.nodes ?? []));
  }
  return found;
}

/** A step of a path: a node, with the item where it is a loop. */
export interface PathStep {
  readonly id: string;
  readonly item: number | null;
}

/** `each[3]/fetch` as its steps. */
export function stepsOf(path: string): PathStep[] {
  return path.split('/').map((part) => {
    const found = /^([^[]*)\[(\d+)\]$/.exec(part);
    return found ? { id: found[1] ?? '', item: Number(found[2]) } : { id: part, item: null };
  });
}
