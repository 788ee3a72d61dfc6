import { groupInOrder, type Matching } from './matching.ts';
import { nodeEdges } from './node-edges.ts';
import type { Side } from './side.ts';

/** Where more than this is left to match, names changed for a reason that structure cannot see through. */
const MOST_UNMATCHED = 5000;
/** How far around a node its neighbourhood is told apart. */
const ROUNDS = 8;

/** Numbers texts, the same for both sides. */
class Colours {
  readonly #known = new Map<string, number>();

  of(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    this.#known.set(text, this.#known.size);
    return this.#known.size - 1;
  }
}

/** The neighbours of the accounts that are not matched. */
interface Surroundings {
  readonly rows: readonly number[];
  readonly up: ReadonlyMap<number, number[]>;
  readonly down: ReadonlyMap<number, number[]>;
  /** By account, the colour of this round. */
  readonly colour: Int32Array;
}

function append(lists: Map<number, number[]>, key: number, value: number): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [value]);
  else known.push(value);
}

function surroundingsOf(side: Side, rows: readonly number[], colour: Int32Array): Surroundings {
  const stride = side.accounts.length;
  const wanted = new Set(rows);
  const up = new Map<number, number[]>();
  const down = new Map<number, number[]>();
  const { nodes } = side.analysis.graph.trace;
  for (const edge of nodeEdges(nodes, side.accounts.ofRow, stride)) {
    const dependency = edge % stride;
    const dependent = (edge - dependency) / stride;
    if (wanted.has(dependent)) append(up, dependent, dependency);
    if (wanted.has(dependency)) append(down, dependency, dependent);
  }
  return { rows, up, down, colour };
}

/** Colours each node by its own colour and those around it (Weisfeiler and Leman 1968). */
function refine({ rows, up, down, colour }: Surroundings, colours: Colours): void {
  const around = (list: readonly number[] | undefined) =>
    Array.from(list ?? [], (account) => colour[account])
      .sort((a, b) => a - b)
      .join();
  const next = rows.map((row) => colours.of(`${colour[row]}<${around(up.get(row))}>${around(down.get(row))}`));
  for (const [i, row] of rows.entries()) colour[row] = next[i];
}

/**
 * Matches nodes of the same type that stand at the same place of the graph: what they depend on and what depends on them
 * is the same, and so on for 8 steps. Where several cannot be told apart, they are matched in order of time, if
 * there are as many on both sides. Nodes that neither depend on anything nor are depended on have no place.
 */
export function matchByStructure(matching: Matching): void {
  const { before, after } = matching;
  const open = matching.open();
  const least = Math.min(open.before.length, open.after.length);
  if (least === 0 || Math.max(open.before.length, open.after.length) > MOST_UNMATCHED) return;
  const colours = new Colours();
  const colourOf = ({ accounts }: Side) => Int32Array.from(accounts.type, (type) => colours.of(`type ${type}`));
  const a = surroundingsOf(before, open.before, colourOf(before));
  const b = surroundingsOf(after, open.after, colourOf(after));
  for (const [from, to] of matching.ofBefore.entries()) {
    if (to !== -1) a.colour[from] = b.colour[to] = colours.of(`pair ${to}`);
  }
  for (let round = 0; round < ROUNDS; round++) {
    refine(a, colours);
    refine(b, colours);
  }
  const others = groupInOrder(after, b.rows, (row) => b.colour[row]);
  for (const [colour, group] of groupInOrder(before, a.rows, (row) => a.colour[row])) {
    const other = others.get(colour) ?? [];
    const hasPlace = group.some((row) => a.up.has(row) || a.down.has(row));
    if (hasPlace && other.length === group.length)
      for (const [i, row] of group.entries()) matching.take(row, other[i], 'structure');
  }
}
