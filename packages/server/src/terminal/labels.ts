import { callersOf, instanceLabel, type NodeTable } from '@flowprof/model';

/** A node's key with the position of its item. */
const ITEM = /^(.*)\[(\d+)\]$/su;

/**
 * What a node is called where others of its name may stand beside it: after the nodes that called the workflow that it
 * is in, and with the position of its item in a loop, as in `tax/Calculate[3]`.
 * @param iteration from 0; null outside of loops
 */
export function nodeLabel(key: string, name: string, iteration: number | null): string {
  return `${callersOf(key, name)}${name}${iteration === null ? '' : `[${iteration}]`}`;
}

/** The same for the id that a profile knows a node by. */
export function labelOfId(id: string, name: string): string {
  const item = ITEM.exec(id);
  const [, key = id, iteration] = item ?? [];
  return nodeLabel(key, name, iteration === undefined ? null : Number(iteration));
}

/** What a node is called that a profile knows by an id. */
export type LabelOfId = (id: string, name: string) => string;

/** The same with the nodes at hand: of a loop in a loop with the positions of its items in both. */
export function labelsIn(nodes: NodeTable): LabelOfId {
  return (id, name) => {
    const [, key, iteration] = ITEM.exec(id) ?? [];
    const isIt = (of: string, row: number) => of === key && nodes.iteration[row] === Number(iteration);
    const row = key === undefined ? -1 : nodes.key.findIndex(isIt);
    return row === -1 ? labelOfId(id, name) : instanceLabel(nodes, row);
  };
}
