import { KIND, NONE, spanNameAt, type NodeTable, type Trace } from './trace.ts';

type Instances = Pick<NodeTable, 'key' | 'name' | 'type' | 'iteration' | 'parent'>;

/** What the key of the node that holds together what is done for one item of a loop ends in. */
const ITEM = '.item';

/** A `loop` is that of another engine, of which nothing is known but that it has items. */
const LOOP_TYPES: ReadonlySet<string> = new Set(['foreach', 'loop']);

/** How far up is looked for loops, and how many there are at most: what a source says is around a node may be a circle. */
const MOST_LEVELS = 1000;
const MOST_LOOPS = 32;

/** The loop around a node, or `NONE`. */
function loopAround(nodes: Instances, row: number): number {
  let above = nodes.parent[row];
  for (let level = 0; level < MOST_LEVELS && above !== NONE; level++) {
    if (LOOP_TYPES.has(nodes.type[above])) return above;
    above = nodes.parent[above];
  }
  return NONE;
}

/** The two numbers that the conductor joined to one for a loop in a loop: the inverse of Cantor's pairing. */
function unpair(joined: number): readonly [outer: number, inner: number] {
  const sum = Math.floor((Math.sqrt(8 * joined + 1) - 1) / 2);
  const inner = joined - (sum * (sum + 1)) / 2;
  return [sum - inner, inner];
}

/** The positions of the items that an instance belongs to, of the outermost loop first; empty outside of loops. */
function positionsOf(nodes: Instances, row: number): number[] {
  const positions: number[] = [];
  for (let at = row, number = nodes.iteration[row]; number !== NONE && positions.length < MOST_LOOPS;) {
    const loop = loopAround(nodes, at);
    const outer = loop === NONE ? NONE : nodes.iteration[loop];
    const [around, own] = unpair(number);
    // A number that no pairing gave stands for itself.
    const isJoined = outer !== NONE && around === outer;
    positions.push(isJoined ? own : number);
    at = loop;
    number = isJoined ? outer : NONE;
  }
  return positions.reverse();
}

/**
 * What an instance of a node is called: its name with the positions of its items in the loops around it, as in `Fetch[3]`
 * or `Cell[3][0]`. What a loop does for one item is called after the loop: `Each Order[3]`.
 */
export function instanceName(nodes: Instances, row: number): string {
  const parent = nodes.parent[row];
  const isItem = parent !== NONE && nodes.key[row] === `${nodes.key[parent]}${ITEM}`;
  const positions = positionsOf(nodes, row).map((position) => `[${position}]`);
  return `${nodes.name[isItem ? parent : row]}${positions.join('')}`;
}

/** A node inside a workflow that others called: their ids before its own. */
const CALLED = /^(?:[A-Za-z_][\w-]*\/)+(?=[A-Za-z_][\w-]*$)/u;

/** The nodes that called the workflow that a node is in, as they stand before its name: `tax/`; empty for others. */
export function callersOf(key: string, name: string): string {
  return name === key ? '' : (CALLED.exec(key)?.[0] ?? '');
}

/** What an instance is called where others of its name may stand beside it: after the nodes that called it. */
export function instanceLabel(nodes: Instances, row: number): string {
  return `${callersOf(nodes.key[row], nodes.name[row])}${instanceName(nodes, row)}`;
}

/** What a span is called where it is shown by itself: the span of a node after its instance, others by their name. */
export function spanLabelAt({ spans, nodes }: Pick<Trace, 'spans' | 'nodes'>, row: number): string {
  const name = spanNameAt(spans, row);
  const node = spans.node[row];
  if (node === NONE || spans.kind[row] !== KIND.node || nodes.name[node] !== name) return name;
  return instanceName(nodes, node);
}
