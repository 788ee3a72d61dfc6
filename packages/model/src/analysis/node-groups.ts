import type { Trace } from '../trace/trace.ts';

/** The nodes, each with all its instances, as numbers from 0; where the source knows no nodes, the names of its spans. */
export interface NodeGroups {
  readonly count: number;
  /** The group of each row of the node table, or of each code of a name. */
  readonly of: Uint32Array;
  /** The first row, or the code, of each group. */
  readonly first: Uint32Array;
  /** How each is called: what the names of its instances have in common, else the key. */
  readonly names: readonly string[];
}

const ENDS_NAME = /[\p{L}\p{N})\]]/u;

/** What two names begin with in common, without an opened bracket or the like at its end. */
function commonName(a: string, b: string): string {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length++;
  while (length > 0 && !ENDS_NAME.test(a[length - 1])) length--;
  return a.slice(0, length);
}

/** Numbers what the bottlenecks and the accounts of an execution are summed by. */
export function groupNodes({ nodes, spans }: Trace): NodeGroups {
  if (nodes.length === 0) {
    const codes = Uint32Array.from(spans.names.keys());
    return { count: codes.length, of: codes, first: codes, names: spans.names };
  }
  const of = new Uint32Array(nodes.length);
  const first = new Uint32Array(nodes.length);
  const names: string[] = [];
  const byKey = new Map<string, number>();
  for (let row = 0; row < nodes.length; row++) {
    let group = byKey.get(nodes.key[row]);
    if (group === undefined) {
      group = byKey.size;
      byKey.set(nodes.key[row], group);
      first[group] = row;
      names.push(nodes.name[row]);
    } else if (nodes.name[row] !== names[group]) names[group] = commonName(names[group], nodes.name[row]);
    of[row] = group;
  }
  return { count: byKey.size, of, first, names: names.map((name, group) => name || nodes.key[first[group]]) };
}

/** How a group is called: the node's key, or the name of spans. */
export function groupId({ nodes, spans }: Trace, { first }: NodeGroups, group: number): string {
  return (nodes.length > 0 ? nodes.key[first[group]] : spans.names[first[group]]) ?? '';
}
