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
import { groupId, groupName } from './node-groups.ts';
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

<<<<<<< HEAD
const CAUSE_COUNT = CAUSES.length;

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
=======
/** Names the sums of an account in a column of times. */
function causeTimes(sums: Float64Array, first: number): CauseTimes {
  const at = (cause: Cause): Micros => asMicros(sums[first + CAUSES.indexOf(cause)] ?? 0);
>>>>>>> 9ce3e87 (Compare two executions: what each node took more or less, in parts that add up to the difference of the makespans, so that a slow run explains itself)
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

<<<<<<< HEAD
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
=======
/** How many causes there are: the times of account `i` are `times[i * CAUSE_COUNT .. (i + 1) * CAUSE_COUNT)`. */
export const CAUSE_COUNT = CAUSES.length;

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

/** Numbers the accounts in order of first appearance. */
class Numbers {
  readonly id: string[] = [];
  readonly name: string[] = [];
  readonly type: (string | null)[] = [];
  readonly ofId = new Map<string, number>();

  of(id: string, name: string, type: string | null): number {
    const known = this.ofId.get(id);
    if (known !== undefined) return known;
    const number = this.id.push(id) - 1;
    this.name.push(name);
    this.type.push(type);
    this.ofId.set(id, number);
    return number;
  }
}

/** The account of every node with a key that a leaf has. */
function numberNodes({ trace: { nodes }, leaves }: LeafGraph, numbers: Numbers): Int32Array {
  for (const node of leaves.node) numbers.of(nodes.key[node], nodes.name[node], nodes.type[node]);
  return Int32Array.from(nodes.key, (key) => numbers.ofId.get(key) ?? NONE);
}

/** The account of every span by its name; those of the engine have one only if they hold the path. */
function numberSpans({ graph, accounting }: Analysis, numbers: Numbers): Int32Array {
  const { spans } = graph.trace;
  const ofName = new Int32Array(spans.names.length).fill(NONE);
  const number = (row: number) => {
    const name = spans.name[row];
    if (ofName[name] === NONE) ofName[name] = numbers.of(spanNameAt(spans, row), spanNameAt(spans, row), null);
  };
  for (let row = 0; row < spans.length; row++) if (spans.kind[row] !== KIND.system) number(row);
  for (const { spanRow } of accounting?.segments ?? []) if (spanRow !== null) number(spanRow);
  return Int32Array.from(spans.name, (name) => ofName[name]);
}

function tallyLeaves(graph: LeafGraph, codes: Uint8Array, columns: AccountColumns): void {
  const { leaves, tree, ends } = graph;
  const { spans } = graph.trace;
  const { count, failed, attempts, from, to, times, ofRow } = columns;
  const intervals: Intervals = { start: spans.start, end: ends, depth: tree.depth };
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    const own = leaves.span[leaf];
    const account = ofRow[leaves.node[leaf]];
    const [first, last] = [leaves.memberOffsets[leaf], leaves.memberOffsets[leaf + 1]];
    let tried = 0;
    for (let i = first; i < last; i++) if (spans.kind[leaves.members[i]] === KIND.attempt) tried++;
    count[account]++;
    attempts[account] += Math.max(1, tried);
    if (isFailure(statusOf(spans.status[own]))) failed[account]++;
    from[account] = Math.min(from[account], leaves.submit[leaf]);
    to[account] = Math.max(to[account], leaves.end[leaf]);
    const at = account * CAUSE_COUNT;
    if (last - first === 1 && leaves.members[first] === own) {
      times[at + codes[own]] += leaves.end[leaf] - leaves.submit[leaf];
      continue;
    }
    const members = leaves.members.subarray(first, last);
    divideByDeepest(intervals, members, leaves.submit[leaf], leaves.end[leaf], (begin, end, row) => {
      times[at + codes[row === NONE ? own : row]] += end - begin;
>>>>>>> 9ce3e87 (Compare two executions: what each node took more or less, in parts that add up to the difference of the makespans, so that a slow run explains itself)
    });
  }

<<<<<<< HEAD
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

function tallyPath({ graph, groups, accounting }: Analysis, tallies: Tallies): void {
  const { nodes, spans } = graph.trace;
  for (const { nodeRow, spanRow, cause, fromUs, toUs } of accounting?.segments ?? []) {
    const row = nodes.length > 0 ? nodeRow : spanRow;
    if (row === null) continue;
    const group = nodes.length > 0 ? groups.of[row] : spans.name[row];
    tallies.onPath[group * CAUSE_COUNT + causeCode(cause)] += toUs - fromUs;
=======
function tallySpans(graph: LeafGraph, codes: Uint8Array, columns: AccountColumns): void {
  const { spans } = graph.trace;
  const { count, failed, attempts, from, to, times, ofRow } = columns;
  for (let row = 0; row < spans.length; row++) {
    if (spans.kind[row] === KIND.system) continue;
    const account = ofRow[row];
    count[account]++;
    attempts[account]++;
    if (isFailure(statusOf(spans.status[row]))) failed[account]++;
    from[account] = Math.min(from[account], spans.start[row]);
    to[account] = Math.max(to[account], graph.ends[row]);
    times[account * CAUSE_COUNT + codes[row]] += selfTime(graph, row);
  }
}

/** The row whose account a segment of the accounting belongs to; null for what belongs to none. */
export function holderOf(
  { graph }: Analysis,
  { nodeRow, spanRow }: Pick<AccountedSegment, 'nodeRow' | 'spanRow'>,
): number | null {
  return graph.trace.nodes.length > 0 ? nodeRow : spanRow;
}

function tallyPath(analysis: Analysis, { onPath, ofRow }: AccountColumns): void {
  for (const segment of analysis.accounting?.segments ?? []) {
    const account = ofRow[holderOf(analysis, segment) ?? NONE] ?? NONE;
    if (account !== NONE)
      onPath[account * CAUSE_COUNT + CAUSES.indexOf(segment.cause)] += segment.toUs - segment.fromUs;
>>>>>>> 9ce3e87 (Compare two executions: what each node took more or less, in parts that add up to the difference of the makespans, so that a slow run explains itself)
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

function accountOf({ graph: { trace }, groups }: Analysis, tallies: Tallies, group: number): NodeAccount {
  const { count, failed, attempts, from, to, times, onPath } = tallies;
  return {
    id: groupId(trace, groups, group),
    name: groupName(trace, groups, group),
    type: trace.nodes.length > 0 ? trace.nodes.type[groups.first[group]] : null,
    count: count[group],
    failed: failed[group],
    attempts: attempts[group],
    from: asMicros(Number.isFinite(from[group]) ? from[group] : 0),
    to: asMicros(Number.isFinite(to[group]) ? to[group] : 0),
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
<<<<<<< HEAD
export function nodeAccounts(analysis: Analysis): NodeAccount[] {
  const tallies = tally(analysis);
  return Array.from(groupsIn(analysis, tallies), (group) => accountOf(analysis, tallies, group));
}

/** The accounts of some nodes. */
export interface HeaviestNodes {
  readonly accounts: readonly NodeAccount[];
  /** How many nodes there are in all. */
  readonly count: number;
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
  return { accounts: kept.map((group) => accountOf(analysis, tallies, group)), count: rows.length };
=======
export function accountColumns(analysis: Analysis): AccountColumns {
  const { graph } = analysis;
  const codes = causesOfSpans(graph);
  const numbers = new Numbers();
  const byNode = graph.trace.nodes.length > 0;
  const ofRow = byNode ? numberNodes(graph, numbers) : numberSpans(analysis, numbers);
  const { id, name, type, ofId } = numbers;
  const { length } = id;
  const columns: AccountColumns = {
    length,
    id,
    name,
    type,
    count: new Uint32Array(length),
    failed: new Uint32Array(length),
    attempts: new Uint32Array(length),
    from: new Float64Array(length).fill(Infinity),
    to: new Float64Array(length).fill(-Infinity),
    times: new Float64Array(length * CAUSE_COUNT),
    onPath: new Float64Array(length * CAUSE_COUNT),
    ofRow,
    ofId,
  };
  if (byNode) tallyLeaves(graph, codes, columns);
  else tallySpans(graph, codes, columns);
  tallyPath(analysis, columns);
  for (let account = 0; account < length; account++) {
    if (columns.from[account] === Infinity) columns.from[account] = columns.to[account] = 0;
  }
  return columns;
}

/** The account in a row of the columns. */
export function accountAt(columns: AccountColumns, account: number): NodeAccount {
  return {
    id: columns.id[account],
    name: columns.name[account],
    type: columns.type[account],
    count: columns.count[account],
    failed: columns.failed[account],
    attempts: columns.attempts[account],
    from: asMicros(columns.from[account]),
    to: asMicros(columns.to[account]),
    times: causeTimes(columns.times, account * CAUSE_COUNT),
    onPath: causeTimes(columns.onPath, account * CAUSE_COUNT),
  };
}

/** The accounts of all nodes; see `accountColumns`. */
export function nodeAccounts(analysis: Analysis): NodeAccount[] {
  const columns = accountColumns(analysis);
  return columns.id.map((_, account) => accountAt(columns, account));
>>>>>>> 9ce3e87 (Compare two executions: what each node took more or less, in parts that add up to the difference of the makespans, so that a slow run explains itself)
}
