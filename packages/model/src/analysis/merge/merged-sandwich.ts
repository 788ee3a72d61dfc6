import { NONE } from '../../trace/trace.ts';
import { BlockTrie } from './block-trie.ts';
import { nodeBlocks, weightsOf, type MergedGraph } from './merged-graph.ts';

/** A tree of callers or callees. Its first block is the name that was asked for. */
export interface SandwichGraph extends MergedGraph {
  /** How wide each block is; microseconds. */
  readonly weight: Float64Array;
  /** By block of the graph that it was made of, the block here that it is part of, or `NONE`. */
  readonly blockOf: Int32Array;
  /** By block, 1 where it is of nodes themselves; see `nodeBlocks`. */
  readonly isNode: Uint8Array;
  /** By block here, one of those that it was made of: the one with the largest total. */
  readonly source: Int32Array;
}

/** Who calls the blocks of a name, and what they call. */
export interface MergedSandwich {
  readonly callers: SandwichGraph;
  readonly callees: SandwichGraph;
  /** Whether callers were left out because there are too many, or are too deep. */
  readonly truncated: boolean;
}

/** So many callers above each other, and so many in all. */
const MOST_LEVELS = 1000;
const MOST_CALLERS = 200_000;

/** Gathers the columns of a sandwich's tree. */
class Gathering {
  readonly trie = new BlockTrie();
  readonly blockOf: Int32Array;
  readonly #graph: MergedGraph;
  readonly #total: number[] = [];
  readonly #self: number[] = [];
  readonly #count: number[] = [];
  readonly #weight: number[] = [];
  readonly #source: number[] = [];
  /** The node of each place; null where there are several, or none. */
  readonly #nodeKey: (string | null)[] = [];
  readonly #isNode: Uint8Array;

  constructor(graph: MergedGraph) {
    this.#graph = graph;
    this.#isNode = nodeBlocks(graph);
    this.blockOf = new Int32Array(graph.length).fill(NONE);
  }

  add(place: number, source: number, total: number, self: number, count: number, weight: number): void {
    this.#total[place] = (this.#total[place] ?? 0) + total;
    this.#self[place] = (this.#self[place] ?? 0) + self;
    this.#count[place] = (this.#count[place] ?? 0) + count;
    this.#weight[place] = (this.#weight[place] ?? 0) + weight;
    const key = this.#graph.nodeKey?.[source] ?? null;
    const known = this.#source[place];
    if (known === undefined) this.#nodeKey[place] = key;
    else if (this.#nodeKey[place] !== key) this.#nodeKey[place] = null;
    if (known === undefined || this.#graph.total[source] > this.#graph.total[known]) this.#source[place] = source;
  }

  finish(): SandwichGraph {
    const { length, parent } = this.trie;
    const { name } = this.#graph;
    const source = Int32Array.from(this.#source);
    return {
      length,
      parent: parent.slice(0, length),
      name: Array.from(source, (block) => name[block]),
      total: Float64Array.from(this.#total),
      self: Float64Array.from(this.#self),
      count: Float64Array.from(this.#count),
      weight: Float64Array.from(this.#weight),
      nodeKey: this.#nodeKey,
      isNode: Uint8Array.from(source, (block) => this.#isNode[block]),
      base: null,
      blockOf: this.blockOf,
      source,
    };
  }
}

/** Codes of the distinct names, by block. */
function codesOf({ name }: MergedGraph): Int32Array {
  const codes = new Map<string, number>();
  return Int32Array.from(name, (of) => {
    const code = codes.get(of) ?? codes.size;
    codes.set(of, code);
    return code;
  });
}

/**
 * The blocks of a name between those that call them and those that they call. As `sandwichOf` tells it of a trace, but
 * made of merged blocks, of which there are few, so that one can go from name to name without waiting.
 * @returns null when no block has the name
 */
export function mergedSandwich(graph: MergedGraph, focus: string): MergedSandwich | null {
  const { length, parent, name, total, self, count } = graph;
  const code = codesOf(graph);
  const weight = weightsOf(graph);
  const callees = new Gathering(graph);
  const outermost: number[] = [];
  const outer = new Int32Array(length).fill(NONE);
  const selfIn = new Float64Array(length);
  const countIn = new Float64Array(length);
  for (let block = 0; block < length; block++) {
    const up = parent[block];
    const isFocus = name[block] === focus;
    outer[block] = up !== NONE && outer[up] !== NONE ? outer[up] : isFocus ? block : NONE;
    if (outer[block] === NONE) continue;
    const isOutermost = outer[block] === block;
    const place = callees.trie.child(isOutermost ? NONE : callees.blockOf[up], code[block]);
    callees.blockOf[block] = place;
    callees.add(place, block, total[block], self[block], count[block], weight[block]);
    if (isOutermost) outermost.push(block);
    else if (isFocus) callees.add(0, block, 0, self[block], count[block], 0);
    if (!isFocus) continue;
    selfIn[outer[block]] += self[block];
    countIn[outer[block]] += count[block];
  }
  if (outermost.length === 0) return null;
  const callers = new Gathering(graph);
  let truncated = false;
  for (const block of outermost) {
    let place: number = NONE;
    let level = 0;
    for (let at = block; at !== NONE; at = parent[at]) {
      if (level++ === MOST_LEVELS || callers.trie.length >= MOST_CALLERS) {
        truncated = true;
        break;
      }
      place = callers.trie.child(place, code[at]);
      callers.blockOf[at] = place;
      callers.add(place, at, total[block], selfIn[block], countIn[block], weight[block]);
    }
  }
  return { callers: callers.finish(), callees: callees.finish(), truncated };
}
