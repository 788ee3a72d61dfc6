import { CAUSES, type Cause } from '../trace/phases.ts';
import { isFailure, statusOf } from '../trace/status.ts';
import { KIND, NONE } from '../trace/trace.ts';
import { asMicros, type Micros } from '../units.ts';
import type { AccountedSegment } from './accounting.ts';
import type { Analysis } from './analyse.ts';
import { selfTime } from './bottlenecks.ts';
import { causesOfSpans } from './causes.ts';
import { divideByDeepest, type Intervals } from './coverage.ts';
import { firstRows } from './heap.ts';
import type { LeafGraph } from './leaf-graph.ts';
import { groupId } from './node-groups.ts';
import { causeCode } from './phase-table.ts';

/** A time for each cause. */
export type CauseTimes = Readonly<Record<Cause, Micros>>;

/** What all instances of a node took, and what they took of the makespan. */
export interface NodeAccount {
  /** The node's key; where the source knows no nodes, the name of spans. */
  readonly id: string;
  readonly name: string;
  /** The node's type; null for spans without nodes. */
  readonly type: string | null;
  readonly count: number;
  /** The instances that failed or ran out of time. */
  readonly failed: number;
  /** Each instance once, and every retry of it. */
  readonly attempts: number;
  /** The earliest submission and the latest end of an instance, from the execution's start. */
  readonly from: Micros;
  readonly to: Micros;
  /** The time of all instances from submission to end, by what it went to: their sum, not the wall clock. */
  readonly times: CauseTimes;
  /** The part of the makespan that the node held, by what it went to, with the waits and gaps before it. */
  readonly onPath: CauseTimes;
}

/** How many causes there are: the times of account `i` are at `i * CAUSE_COUNT` and on. */
export const CAUSE_COUNT = CAUSES.length;

/** Adds up all nodes, in columns by group; those of times have one value for each cause. */
class Tallies {
  readonly count: Uint32Array;
  readonly failed: Uint32Array;
  readonly attempts: Uint32Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly times: Float64Array;
  readonly onPath: Float64Array;

  constructor(groups: number) {
    this.count = new Uint32Array(groups);
    this.failed = new Uint32Array(groups);
    this.attempts = new Uint32Array(groups);
    this.from = new Float64Array(groups).fill(Infinity);
    this.to = new Float64Array(groups).fill(-Infinity);
    this.times = new Float64Array(groups * CAUSE_COUNT);
    this.onPath = new Float64Array(groups * CAUSE_COUNT);
  }

  instance(group: number, from: number, to: number, isFailed: boolean, attempts: number): void {
    this.count[group]++;
    if (isFailed) this.failed[group]++;
    this.attempts[group] += attempts;
    if (from < this.from[group]) this.from[group] = from;
    if (to > this.to[group]) this.to[group] = to;
  }

  /** Whether the execution has an instance of a group, or time that it held the path. */
  has(group: number): boolean {
    return this.count[group] > 0 || sumAt(this.onPath, group) > 0;
  }
}

/** The sum of a group's times. */
function sumAt(times: Float64Array, group: number): number {
  let sum = 0;
  for (let i = group * CAUSE_COUNT; i < (group + 1) * CAUSE_COUNT; i++) sum += times[i];
  return sum;
}

/** Names the times of a group. */
function causeTimes(times: Float64Array, group: number): CauseTimes {
  const at = (cause: Cause): Micros => asMicros(times[group * CAUSE_COUNT + causeCode(cause)]);
  return {
    work: at('work'),
    queue: at('queue'),
    rate_limit: at('rate_limit'),
    retry_backoff: at('retry_backoff'),
    failed_attempts: at('failed_attempts'),
    sleep: at('sleep'),
    callback: at('callback'),
    engine: at('engine'),
    unaccounted: at('unaccounted'),
  };
}

/** Divides the time of leaves from submission to end by what it went to. */
class LeafDivider {
  readonly #graph: LeafGraph;
  readonly #codes: Uint8Array;
  readonly #intervals: Intervals;
  /** By span row, up to where the spans inside it have been seen. */
  readonly #seen: Float64Array;
  readonly #sums = new Float64Array(CAUSE_COUNT);

  constructor(graph: LeafGraph, codes: Uint8Array) {
    this.#graph = graph;
    this.#codes = codes;
    this.#intervals = { start: graph.trace.spans.start, end: graph.ends, depth: graph.tree.depth };
    this.#seen = new Float64Array(graph.trace.spans.length);
  }

  /** Adds the time of a leaf, by cause, to some times from a position on. */
  add(leaf: number, into: Float64Array, offset: number): void {
    const { leaves } = this.#graph;
    const own = leaves.span[leaf];
    if (this.#addNested(leaf, own)) {
      for (let code = 0; code < CAUSE_COUNT; code++) into[offset + code] += this.#sums[code];
      return;
    }
    const members = leaves.members.subarray(leaves.memberOffsets[leaf], leaves.memberOffsets[leaf + 1]);
    divideByDeepest(this.#intervals, members, leaves.submit[leaf], leaves.end[leaf], (from, to, row) => {
      into[offset + this.#codes[row === NONE ? own : row]] += to - from;
    });
  }

  /**
   * Sums a leaf in which each span has all of its time inside its parent and after its sibling, as almost all do: what is a
   * span's, is not its parent's. False where that is not so.
   */
  #addNested(leaf: number, own: number): boolean {
    const { leaves, ends, trace } = this.#graph;
    const { start, parent } = trace.spans;
    const codes = this.#codes;
    const seen = this.#seen;
    const sums = this.#sums.fill(0);
    sums[codes[own]] = leaves.end[leaf] - leaves.submit[leaf];
    seen[own] = start[own];
    for (let i = leaves.memberOffsets[leaf]; i < leaves.memberOffsets[leaf + 1]; i++) {
      const row = leaves.members[i];
      if (row === own) continue;
      const up = parent[row];
      if (up === NONE || leaves.ofSpan[up] !== leaf || start[row] < seen[up] || ends[row] > ends[up]) return false;
      const time = ends[row] - start[row];
      sums[codes[up]] -= time;
      sums[codes[row]] += time;
      seen[up] = ends[row];
      seen[row] = start[row];
    }
    return true;
  }
}

function tallyLeaves({ graph, groups }: Analysis, codes: Uint8Array, tallies: Tallies): void {
  const { leaves } = graph;
  const { kind, status } = graph.trace.spans;
  const divider = new LeafDivider(graph, codes);
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    const group = groups.of[leaves.node[leaf]];
    let attempts = 0;
    for (let i = leaves.memberOffsets[leaf]; i < leaves.memberOffsets[leaf + 1]; i++) {
      if (kind[leaves.members[i]] === KIND.attempt) attempts++;
    }
    const isFailed = isFailure(statusOf(status[leaves.span[leaf]]));
    tallies.instance(group, leaves.submit[leaf], leaves.end[leaf], isFailed, Math.max(1, attempts));
    divider.add(leaf, tallies.times, group * CAUSE_COUNT);
  }
}

function tallySpans({ graph }: Analysis, codes: Uint8Array, tallies: Tallies): void {
  const { length, kind, name, start, status } = graph.trace.spans;
  for (let row = 0; row < length; row++) {
    if (kind[row] === KIND.system) continue;
    tallies.instance(name[row], start[row], graph.ends[row], isFailure(statusOf(status[row])), 1);
    tallies.times[name[row] * CAUSE_COUNT + codes[row]] += selfTime(graph, row);
  }
}

function tallyPath(analysis: Analysis, tallies: Tallies): void {
  const { graph, groups, accounting } = analysis;
  const groupOfRow = graph.trace.nodes.length > 0 ? groups.of : graph.trace.spans.name;
  for (const segment of accounting?.segments ?? []) {
    const row = holderOf(analysis, segment);
    if (row === null) continue;
    tallies.onPath[groupOfRow[row] * CAUSE_COUNT + causeCode(segment.cause)] += segment.toUs - segment.fromUs;
  }
}

function tally(analysis: Analysis): Tallies {
  const { graph, groups, accounting } = analysis;
  const codes = accounting?.codes ?? causesOfSpans(graph);
  const tallies = new Tallies(groups.count);
  if (graph.trace.nodes.length > 0) tallyLeaves(analysis, codes, tallies);
  else tallySpans(analysis, codes, tallies);
  tallyPath(analysis, tallies);
  return tallies;
}

/** A time, or 0 of a node of which no instance has one. */
function finiteOr0(time: number): number {
  return Number.isFinite(time) ? time : 0;
}

function accountOf({ graph: { trace }, groups }: Analysis, tallies: Tallies, group: number): NodeAccount {
  const { count, failed, attempts, from, to, times, onPath } = tallies;
  return {
    id: groupId(trace, groups, group),
    name: groups.names[group],
    type: trace.nodes.length > 0 ? trace.nodes.type[groups.first[group]] : null,
    count: count[group],
    failed: failed[group],
    attempts: attempts[group],
    from: asMicros(finiteOr0(from[group])),
    to: asMicros(finiteOr0(to[group])),
    times: causeTimes(times, group),
    onPath: causeTimes(onPath, group),
  };
}

function groupsIn({ groups }: Analysis, tallies: Tallies): Uint32Array {
  return groups.first
    .subarray(0, groups.count)
    .map((_, group) => group)
    .filter((group) => tallies.has(group));
}

/**
 * The accounting of each node: what its instances' time went to, and how much of the makespan it held. Summed over all
 * nodes, `onPath` is the makespan less what belongs to no node. In order of first appearance; O(spans log spans).
 */
export function nodeAccounts(analysis: Analysis): NodeAccount[] {
  const tallies = tally(analysis);
  return Array.from(groupsIn(analysis, tallies), (group) => accountOf(analysis, tallies, group));
}

/** The accounts of all nodes as columns; what they mean is said of `NodeAccount`. */
export interface AccountColumns {
  readonly length: number;
  readonly id: readonly string[];
  readonly name: readonly string[];
  readonly type: readonly (string | null)[];
  readonly count: Uint32Array;
  readonly failed: Uint32Array;
  readonly attempts: Uint32Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** By account and cause. */
  readonly times: Float64Array;
  readonly onPath: Float64Array;
  /** The account of a row of the node table, or of the span table where there are no nodes; `NONE` of what has none. */
  readonly ofRow: Int32Array;
  readonly ofId: ReadonlyMap<string, number>;
}

/** The times of some groups one after the other. */
function gatherTimes(times: Float64Array, kept: Uint32Array): Float64Array {
  const gathered = new Float64Array(kept.length * CAUSE_COUNT);
  for (const [account, group] of kept.entries()) {
    for (let code = 0; code < CAUSE_COUNT; code++)
      gathered[account * CAUSE_COUNT + code] = times[group * CAUSE_COUNT + code];
  }
  return gathered;
}

/** The same accounts as those of `nodeAccounts`, in columns, for those who walk all of them. */
export function accountColumns(analysis: Analysis): AccountColumns {
  const { graph, groups } = analysis;
  const { nodes, spans } = graph.trace;
  const tallies = tally(analysis);
  const kept = groupsIn(analysis, tallies);
  const accountOfGroup = new Int32Array(groups.count).fill(NONE);
  for (const [account, group] of kept.entries()) accountOfGroup[group] = account;
  const groupOfRow = nodes.length > 0 ? groups.of : spans.name;
  const id = Array.from(kept, (group) => groupId(graph.trace, groups, group));
  return {
    length: kept.length,
    id,
    name: Array.from(kept, (group) => groups.names[group]),
    type: Array.from(kept, (group) => (nodes.length > 0 ? nodes.type[groups.first[group]] : null)),
    count: kept.map((group) => tallies.count[group]),
    failed: kept.map((group) => tallies.failed[group]),
    attempts: kept.map((group) => tallies.attempts[group]),
    from: Float64Array.from(kept, (group) => finiteOr0(tallies.from[group])),
    to: Float64Array.from(kept, (group) => finiteOr0(tallies.to[group])),
    times: gatherTimes(tallies.times, kept),
    onPath: gatherTimes(tallies.onPath, kept),
    ofRow: Int32Array.from(groupOfRow, (group) => accountOfGroup[group] ?? NONE),
    ofId: new Map(id.map((text, account) => [text, account])),
  };
}

/** The row whose account a segment of the accounting belongs to; null for what belongs to none. */
export function holderOf(
  { graph }: Analysis,
  { nodeRow, spanRow }: Pick<AccountedSegment, 'nodeRow' | 'spanRow'>,
): number | null {
  return graph.trace.nodes.length > 0 ? nodeRow : spanRow;
}

/** Times of several nodes. */
type AccountSums = Pick<NodeAccount, 'times' | 'onPath'>;

/** The accounts of some nodes. */
export interface HeaviestNodes {
  readonly accounts: readonly NodeAccount[];
  /** How many nodes there are in all. */
  readonly count: number;
  /** The sums of the nodes that are not among them, and of all. */
  readonly others: AccountSums;
  readonly all: AccountSums;
}

/** The sums of some groups. */
function sumsOf(tallies: Tallies, groups: Uint32Array): AccountSums {
  const times = new Float64Array(CAUSE_COUNT);
  const onPath = new Float64Array(CAUSE_COUNT);
  for (const group of groups) {
    for (let code = 0; code < CAUSE_COUNT; code++) {
      times[code] += tallies.times[group * CAUSE_COUNT + code];
      onPath[code] += tallies.onPath[group * CAUSE_COUNT + code];
    }
  }
  return { times: causeTimes(times, 0), onPath: causeTimes(onPath, 0) };
}

/** The accounts of the nodes that held the critical path longest, then of those that took longest in all. */
export function heaviestNodes(analysis: Analysis, limit: number): HeaviestNodes {
  const tallies = tally(analysis);
  const rows = groupsIn(analysis, tallies);
  const { count } = analysis.groups;
  const id = (group: number) => groupId(analysis.graph.trace, analysis.groups, group);
  const held = new Float64Array(count);
  const all = new Float64Array(count);
  for (const group of rows) {
    held[group] = sumAt(tallies.onPath, group);
    all[group] = sumAt(tallies.times, group);
  }
  const isBefore = (a: number, b: number) => (held[b] - held[a] || all[b] - all[a] || (id(a) < id(b) ? -1 : 1)) < 0;
  const kept = firstRows(rows, limit, isBefore);
  const isKept = new Uint8Array(count);
  for (const group of kept) isKept[group] = 1;
  return {
    accounts: kept.map((group) => accountOf(analysis, tallies, group)),
    count: rows.length,
    others: sumsOf(
      tallies,
      rows.filter((group) => isKept[group] === 0),
    ),
    all: sumsOf(tallies, rows),
  };
}
