import { NONE, type Trace } from '../../trace/trace.ts';
import { asMicros, msFromMicros } from '../../units.ts';
import { BlockTrie } from './block-trie.ts';
import { mergeSpans } from './merge-spans.ts';

/** So many different blocks are followed; what is in others is counted with those that are left out. */
const MOST_BLOCKS = 200_000;

/** Spans of several executions that stand below the same names, as the outside has them. */
export interface MergedRunsView {
  /** How many executions are in it. */
  readonly runs: number;
  readonly blocks: readonly {
    /** The position of the block around, before it in the list; null at the top. */
    readonly parent: number | null;
    readonly name: string;
    /** The node that its spans belong to; null where there is none, or several. */
    readonly node_key: string | null;
    /** Of all executions together, as what follows. */
    readonly total_ms: number;
    readonly self_ms: number;
    /** How many spans. */
    readonly count: number;
    /** In how many of the executions there are such spans. */
    readonly runs: number;
  }[];
  /** How many blocks there are. */
  readonly block_count: number;
  /** Those that are not listed, and the time outside of the spans in them: each is smaller than all that are. */
  readonly other: { readonly count: number; readonly self_ms: number };
}

/** Merges executions one after the other by the names that stand above each other, in memory that goes with the names alone. */
export class RunMerger {
  readonly #trie = new BlockTrie();
  readonly #codes = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #nodeKeys: (string | null)[] = [];
  readonly #sums = { total: [] as number[], self: [] as number[], count: [] as number[], runs: [] as number[] };
  readonly #most: number;
  #runs = 0;
  #dropped = { count: 0, self: 0 };

  constructor(most: number = MOST_BLOCKS) {
    this.#most = most;
  }

  add(trace: Trace): void {
    const graph = mergeSpans(trace);
    this.#runs++;
    const blockOf = new Int32Array(graph.length);
    for (let row = 0; row < graph.length; row++) {
      const up = graph.parent[row];
      const block =
        up !== NONE && blockOf[up] === NONE ? NONE : this.#blockOf(up === NONE ? NONE : blockOf[up], graph.name[row]);
      blockOf[row] = block;
      if (block === NONE) {
        this.#dropped.count++;
        this.#dropped.self += graph.self[row];
        continue;
      }
      this.#count(block, graph.total[row], graph.self[row], graph.count[row], graph.nodeKey?.[row] ?? null);
    }
  }

  /** The block of a name below another; `NONE` where it is new and there are too many already. */
  #blockOf(parent: number, name: string): number {
    const known = this.#codes.get(name);
    const isFull = this.#trie.length >= this.#most;
    if (known === undefined && isFull) return NONE;
    const code = known ?? this.#names.push(name) - 1;
    if (known === undefined) this.#codes.set(name, code);
    const block = this.#trie.child(parent, code);
    return block < this.#most ? block : NONE;
  }

  #count(block: number, total: number, self: number, count: number, nodeKey: string | null): void {
    const { total: totals, self: selfs, count: counts, runs } = this.#sums;
    totals[block] = (totals[block] ?? 0) + total;
    selfs[block] = (selfs[block] ?? 0) + self;
    counts[block] = (counts[block] ?? 0) + count;
    runs[block] = (runs[block] ?? 0) + 1;
    this.#nodeKeys[block] = runs[block] === 1 || this.#nodeKeys[block] === nodeKey ? nodeKey : null;
  }

  /**
   * What was merged so far: the blocks with the largest totals, each after the one that it is in.
   * @param limit how many blocks are listed
   */
  view(limit: number): MergedRunsView {
    const listed = this.#largest(limit);
    const place = new Map(listed.map((block, position) => [block, position]));
    const { total, self, count, runs } = this.#sums;
    const rest = { count: this.#dropped.count, self: this.#dropped.self };
    for (let block = 0; block < total.length; block++) {
      if (place.has(block)) continue;
      rest.count++;
      rest.self += self[block];
    }
    const { parent, code } = this.#trie;
    return {
      runs: this.#runs,
      blocks: listed.map((block) => ({
        parent: parent[block] === NONE ? null : (place.get(parent[block]) ?? null),
        name: this.#names[code[block]],
        node_key: this.#nodeKeys[block] ?? null,
        total_ms: msOf(total[block]),
        self_ms: msOf(self[block]),
        count: count[block],
        runs: runs[block],
      })),
      block_count: total.length + this.#dropped.count,
      other: { count: rest.count, self_ms: msOf(rest.self) },
    };
  }

  /**
   * The largest blocks, in the order of their numbers. A block weighs no less than any that is in it, so that what a
   * listed one is in is listed too.
   */
  #largest(limit: number): number[] {
    const { total, self } = this.#sums;
    const weight = Float64Array.from({ length: total.length }, (_, block) => Math.max(total[block], self[block]));
    for (let block = total.length - 1; block >= 0; block--) {
      const up = this.#trie.parent[block];
      if (up !== NONE) weight[up] = Math.max(weight[up], weight[block]);
    }
    const blocks = Array.from({ length: total.length }, (_, block) => block);
    if (blocks.length <= limit) return blocks;
    // Of equal ones the one around has the smaller number.
    blocks.sort((a, b) => weight[b] - weight[a] || a - b);
    return blocks.slice(0, limit).sort((a, b) => a - b);
  }
}

function msOf(micros: number): number {
  return msFromMicros(asMicros(Math.round(micros)));
}
