import type { PlacedExpression } from '../expressions/value.ts';
import type { NodeDefinition, WorkflowDefinition } from '../file/definition.ts';
import type { PathLink } from '../file/read.ts';
import { STRIDE, type Steps } from '../slices.ts';
import type { Branch } from './graph.ts';

/** A node in the flat order of a workflow, with what is known of it before it is compiled. Positions are flat ones. */
export interface FlatNode {
  readonly definition: NodeDefinition;
  /** What it is in: a group or a foreach; -1 at the top. */
  readonly parent: number;
  /** The foreach whose body it is in; -1 for the workflow's own. */
  readonly loop: number;
  /** Its position in that body. */
  readonly position: number;
  readonly at: PathLink;
  /** Its own priority, or that of the groups around it in the same body. */
  readonly priority: number | null;
  readonly tolerated: boolean;
  readonly children: number[];
  readonly dependencies: number[];
  readonly dependents: number[];
  readonly branches: Branch[];
  readonly expressions: PlacedExpression[];
}

const NODES: PathLink = { up: null, key: 'nodes' };

/** How deep loops may stand in loops. */
export const MAX_LOOPS = 16;

interface Item {
  readonly definition: NodeDefinition;
  readonly parent: number;
  readonly at: PathLink;
}

/** The nodes inside one: those of a foreach, if there are several, in a group of their own, so that an item is one node. */
function contentsOf({ definition, at }: Item, index: number): Item[] {
  const nodes = definition.nodes ?? [];
  if (definition.type === 'foreach' && nodes.length > 1) {
    const item: NodeDefinition = {
      id: `${definition.id}.item`,
      name: `${definition.name ?? definition.id} item`,
      type: 'group',
      nodes,
    };
    return [{ definition: item, parent: index, at }];
  }
  return nodes.map((node, i) => ({ definition: node, parent: index, at: { up: { up: at, key: 'nodes' }, key: i } }));
}

/** All nodes, each before its contents, in the order of declaration. Does not recurse. */
export function* flatten(definition: WorkflowDefinition): Steps<FlatNode[]> {
  const flat: FlatNode[] = [];
  const sizes = new Map<number, number>();
  const todo: Item[] = definition.nodes
    .map((node, i) => ({ definition: node, parent: -1, at: { up: NODES, key: i } }))
    .reverse();
  for (let item = todo.pop(); item !== undefined; item = todo.pop()) {
    const index = flat.length;
    if (index % STRIDE === STRIDE - 1) yield;
    const around = flat[item.parent];
    const isItem = around?.definition.type === 'foreach';
    const loop = around === undefined ? -1 : isItem ? item.parent : around.loop;
    const position = sizes.get(loop) ?? 0;
    sizes.set(loop, position + 1);
    const itemsMayFail = isItem && around.definition.with?.['onItemFailure'] === 'continue';
    flat.push({
      definition: item.definition,
      parent: item.parent,
      loop,
      position,
      at: item.at,
      priority: item.definition.priority ?? (isItem ? null : (around?.priority ?? null)),
      tolerated: item.definition.onFailure === 'continue' || itemsMayFail,
      children: [],
      dependencies: [],
      dependents: [],
      branches: [],
      expressions: [],
    });
    around?.children.push(index);
    const contents = contentsOf(item, index);
    for (let i = contents.length - 1; i >= 0; i--) {
      const inside = contents[i];
      if (inside) todo.push(inside);
    }
  }
  return flat;
}

/** How many loops a node is in. */
export function loopDepth(flat: readonly FlatNode[], index: number): number {
  let depth = 0;
  for (let at = flat[index]?.loop ?? -1; at >= 0 && depth <= MAX_LOOPS; at = flat[at]?.loop ?? -1) depth++;
  return depth;
}
