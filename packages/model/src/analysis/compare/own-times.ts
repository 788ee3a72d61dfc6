import { KIND, NONE } from '../../trace/trace.ts';
import { selfTime } from '../bottlenecks.ts';
import { causesOfSpans } from '../causes.ts';
import { divideByDeepest } from '../coverage.ts';
import { CAUSE_COUNT, type AccountColumns } from '../node-accounts.ts';
import { hasNodes, type Side } from './side.ts';
import { StackTrie } from './stack-trie.ts';

/** Adds what an instance took by itself to a column of causes, whether or not it held the path. */
type AddOwnTime = (row: number, times: Float64Array) => void;

function ownTimesOf({ analysis: { graph, accounting } }: Side): AddOwnTime {
  const codes = accounting?.codes ?? causesOfSpans(graph);
  const { leaves, trace, tree, ends } = graph;
  if (trace.nodes.length === 0) return (row, times) => void (times[codes[row]] += selfTime(graph, row));
  const intervals = { start: trace.spans.start, end: ends, depth: tree.depth };
  return (node, times) => {
    const leaf = leaves.ofNode[node];
    if (leaf === NONE) return;
    const members = leaves.members.subarray(leaves.memberOffsets[leaf], leaves.memberOffsets[leaf + 1]);
    divideByDeepest(intervals, members, leaves.submit[leaf], leaves.end[leaf], (from, to, row) => {
      times[codes[row === NONE ? leaves.span[leaf] : row]] += to - from;
    });
  };
}

/** The names of instances of one side, and the instance that each names on the other. */
interface Instances {
  /** The instances of some accounts, by a name that is the same on both sides. */
  readonly rowOf: (account: number, name: string) => number;
  readonly nameOf: (row: number) => string;
}

/** Nodes go by their iteration, so that items of a loop are compared by position. */
function nodeInstances({ analysis, accounts }: Side): Instances {
  const { iteration } = analysis.graph.trace.nodes;
  const { offsets, rows } = rowsByAccount(accounts);
  const known = new Map<number, ReadonlyMap<string, number>>();
  const instancesOf = (account: number): ReadonlyMap<string, number> => {
    const found = known.get(account);
    if (found !== undefined) return found;
    const instances = new Map<string, number>();
    for (let i = offsets[account]; i < offsets[account + 1]; i++) {
      const name = String(iteration[rows[i]]);
      if (!instances.has(name)) instances.set(name, rows[i]);
    }
    known.set(account, instances);
    return instances;
  };
  return {
    rowOf: (account, name) => instancesOf(account).get(name) ?? NONE,
    nameOf: (row) => String(iteration[row]),
  };
}

/** The rows of account `i` are `rows[offsets[i] .. offsets[i + 1])`. */
function rowsByAccount({ ofRow, length }: AccountColumns): { offsets: Uint32Array; rows: Uint32Array } {
  const offsets = new Uint32Array(length + 1);
  for (const account of ofRow) if (account !== NONE) offsets[account + 1]++;
  for (let account = 0; account < length; account++) offsets[account + 1] += offsets[account];
  const next = offsets.slice(0, length);
  const rows = new Uint32Array(offsets[length]);
  for (const [row, account] of ofRow.entries()) if (account !== NONE) rows[next[account]++] = row;
  return { offsets, rows };
}

/** Spans go by the names of those around them, and how many of that path came before. */
function spanInstances(side: Side, trie: StackTrie): Instances {
  const { tree, trace } = side.analysis.graph;
  const stack = trie.add(trace.spans, tree.order, trace.spans.parent);
  const seen = new Map<number, number>();
  const rows = new Map<string, number>();
  const occurrence = new Uint32Array(trace.spans.length);
  for (const row of tree.order) {
    if (trace.spans.kind[row] === KIND.system) continue;
    occurrence[row] = seen.get(stack[row]) ?? 0;
    seen.set(stack[row], occurrence[row] + 1);
    rows.set(`${stack[row]} ${occurrence[row]}`, row);
  }
  const nameOf = (row: number) => `${stack[row]} ${occurrence[row]}`;
  return { rowOf: (_, name) => rows.get(name) ?? NONE, nameOf };
}

/** What nodes that hold the path in one execution take in the other, where they do not. */
export class OwnTimes {
  readonly #sides: readonly [Side, Side];
  #instances: readonly [Instances, Instances] | null = null;
  readonly #add: [AddOwnTime | null, AddOwnTime | null] = [null, null];

  constructor(before: Side, after: Side) {
    this.#sides = [before, after];
  }

  /**
   * By cause, what the same instances of a node that hold the path on one side take on the other; nothing for instances
   * that are not there.
   * @param from the side on which the node holds the path: 0 before, 1 after
   */
  elsewhere(from: 0 | 1, account: number, otherAccount: number): Float64Array {
    const to = from === 0 ? 1 : 0;
    const instances = (this.#instances ??= this.#findInstances());
    const add = (this.#add[to] ??= ownTimesOf(this.#sides[to]));
    const times = new Float64Array(CAUSE_COUNT);
    for (const row of this.#sides[from].holders.get(account) ?? []) {
      const other = instances[to].rowOf(otherAccount, instances[from].nameOf(row));
      if (other !== NONE) add(other, times);
    }
    return times;
  }

  /** Where one side has nodes and the other spans only, their instances go by nothing in common, and count as not there. */
  #findInstances(): readonly [Instances, Instances] {
    const [before, after] = this.#sides;
    if (hasNodes(before.analysis) && hasNodes(after.analysis)) return [nodeInstances(before), nodeInstances(after)];
    const trie = new StackTrie();
    const of = (side: Side) => (hasNodes(side.analysis) ? nodeInstances(side) : spanInstances(side, trie));
    return [of(before), of(after)];
  }
}
