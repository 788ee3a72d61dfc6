import { CAUSES, type Cause } from '../trace/phases.ts';
import { isFailure, statusOf } from '../trace/status.ts';
import { KIND, NONE, spanNameAt } from '../trace/trace.ts';
import { asMicros, type Micros } from '../units.ts';
import type { Analysis } from './analyse.ts';
import { selfTime } from './bottlenecks.ts';
import { causesOfSpans } from './causes.ts';
import { divideByDeepest, type Intervals } from './coverage.ts';
import type { LeafGraph } from './leaf-graph.ts';

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

/** Adds up one node. */
class Tally {
  readonly name: string;
  readonly type: string | null;
  readonly times = new Float64Array(CAUSES.length);
  readonly onPath = new Float64Array(CAUSES.length);
  count = 0;
  failed = 0;
  attempts = 0;
  from = Infinity;
  to = -Infinity;

  constructor(name: string, type: string | null) {
    this.name = name;
    this.type = type;
  }

  cover(from: number, to: number): void {
    this.from = Math.min(this.from, from);
    this.to = Math.max(this.to, to);
  }
}

class Tallies {
  readonly byId = new Map<string, Tally>();

  of(id: string, name: string, type: string | null): Tally {
    const known = this.byId.get(id);
    if (known !== undefined) return known;
    const tally = new Tally(name, type);
    this.byId.set(id, tally);
    return tally;
  }

  list(): NodeAccount[] {
    return Array.from(this.byId, ([id, tally]) => ({
      id,
      name: tally.name,
      type: tally.type,
      count: tally.count,
      failed: tally.failed,
      attempts: tally.attempts,
      from: asMicros(Number.isFinite(tally.from) ? tally.from : 0),
      to: asMicros(Number.isFinite(tally.to) ? tally.to : 0),
      times: causeTimes(tally.times),
      onPath: causeTimes(tally.onPath),
    }));
  }
}

/** Names the sums of a column that is as long as `CAUSES`. */
function causeTimes(sums: Float64Array): CauseTimes {
  const at = (cause: Cause): Micros => asMicros(sums[CAUSES.indexOf(cause)] ?? 0);
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

function tallyLeaves(graph: LeafGraph, codes: Uint8Array, tallies: Tallies): void {
  const { leaves, tree, ends } = graph;
  const { nodes, spans } = graph.trace;
  const intervals: Intervals = { start: spans.start, end: ends, depth: tree.depth };
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    const node = leaves.node[leaf];
    const own = leaves.span[leaf];
    const tally = tallies.of(nodes.key[node], nodes.name[node], nodes.type[node]);
    const members = leaves.members.subarray(leaves.memberOffsets[leaf], leaves.memberOffsets[leaf + 1]);
    tally.count++;
    if (isFailure(statusOf(spans.status[own]))) tally.failed++;
    let attempts = 0;
    for (const row of members) if (spans.kind[row] === KIND.attempt) attempts++;
    tally.attempts += Math.max(1, attempts);
    tally.cover(leaves.submit[leaf], leaves.end[leaf]);
    divideByDeepest(intervals, members, leaves.submit[leaf], leaves.end[leaf], (from, to, row) => {
      tally.times[codes[row === NONE ? own : row]] += to - from;
    });
  }
}

function tallySpans(graph: LeafGraph, codes: Uint8Array, tallies: Tallies): void {
  const { spans } = graph.trace;
  for (let row = 0; row < spans.length; row++) {
    if (spans.kind[row] === KIND.system) continue;
    const name = spanNameAt(spans, row);
    const tally = tallies.of(name, name, null);
    tally.count++;
    tally.attempts++;
    if (isFailure(statusOf(spans.status[row]))) tally.failed++;
    tally.cover(spans.start[row], graph.ends[row]);
    tally.times[codes[row]] += selfTime(graph, row);
  }
}

function tallyPath({ graph, accounting }: Analysis, tallies: Tallies): void {
  const { nodes, spans } = graph.trace;
  for (const { nodeRow, spanRow, cause, fromUs, toUs } of accounting?.segments ?? []) {
    let tally: Tally | null = null;
    if (nodeRow !== null) tally = tallies.of(nodes.key[nodeRow], nodes.name[nodeRow], nodes.type[nodeRow]);
    else if (nodes.length === 0 && spanRow !== null) {
      const name = spanNameAt(spans, spanRow);
      tally = tallies.of(name, name, null);
    }
    if (tally !== null) tally.onPath[CAUSES.indexOf(cause)] += toUs - fromUs;
  }
}

/**
 * The accounting of each node: what its instances' time went to, and how much of the makespan it held. Summed over all
 * nodes, `onPath` is the makespan less what belongs to no node. In order of first appearance; O(spans log spans).
 */
export function nodeAccounts(analysis: Analysis): NodeAccount[] {
  const { graph } = analysis;
  const codes = causesOfSpans(graph);
  const tallies = new Tallies();
  if (graph.trace.nodes.length > 0) tallyLeaves(graph, codes, tallies);
  else tallySpans(graph, codes, tallies);
  tallyPath(analysis, tallies);
  return tallies.list();
}
