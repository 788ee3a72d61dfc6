import { callersOf } from '@flowprof/model';

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
