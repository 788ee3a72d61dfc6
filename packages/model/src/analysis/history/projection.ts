import { causeOfPhase, isWaitPhase, type Cause } from '../../trace/phases.ts';
import { isTerminal, statusOf } from '../../trace/status.ts';
import { KIND, NONE, OPEN, spanNameAt, type Trace } from '../../trace/trace.ts';
import { after, asMicros, isoFromEpoch, msFromMicros, type EpochMicros, type Micros } from '../../units.ts';
import { buildLeafGraph, leafId, nodeId, type LeafGraph } from '../leaf-graph.ts';
import { percentileRank } from '../statistics/robust.ts';
import { waitReasonOf, type WaitReason } from '../wait-reasons.ts';
import { levelBounds } from './change-points.ts';
import { percentOfShare } from './level-shift.ts';
import { distributionOf, givenElapsed, nodeColumns, type NodeColumn } from './scenarios.ts';
import { comparableRuns, makespanOf } from './series.ts';
import type { HistoryRun } from './run-summary.ts';

/** What most probably holds the end of a running execution. */
export interface Blocker {
  /** The node's key, with its iteration. */
  readonly id: string;
  readonly name: string;
  /** The row of its span; null when it has not started. */
  readonly spanRow: number | null;
  /** `ready`: all that it depends on has ended, and it has not started. */
  readonly state: 'running' | 'waiting' | 'ready';
  /** What its time goes to now; of one that waits, for what. */
  readonly cause: Cause | null;
  readonly reason: WaitReason | null;
  /** Since its submission; null when it has not started. */
  readonly elapsed: Micros | null;
  /** The median of its history. */
  readonly usual: Micros | null;
  /** In how many of the scenarios it is what holds the end, 0 to 1. */
  readonly share: number;
}

/** Why there is no projection. */
export type NoProjection = 'ended' | 'too_little_history' | 'not_started';

/** When a running execution will probably end. Times are microseconds from the execution's start. */
export interface Projection {
  readonly now: Micros;
  /** Null where there is a projection. */
  readonly reason: NoProjection | null;
  /** How many runs of the history it rests upon: those of the present level, at most 100. */
  readonly runs: number;
  /** One of ten ends before `p10`, half before `p50`, nine of ten before `p90`. Null without a projection. */
  readonly p10: Micros | null;
  readonly p50: Micros | null;
  readonly p90: Micros | null;
  /** Where the run stands already in the makespans of its history, and where it will with `p50`: 0 to 1. */
  readonly percentileSoFar: number | null;
  readonly percentileProjected: number | null;
  readonly blocker: Blocker | null;
  /** The nodes after the blocker that hold the end in the scenario in the middle; at most 50. */
  readonly remainingPath: readonly string[];
  /** The nodes that are still to run and that no run of the history knows: they count as taking no time. */
  readonly unknownNodes: number;
  /** When it ends in each scenario, ascending. */
  readonly scenarios: readonly Micros[];
}

const LEAST_RUNS = 3;
const MAX_RUNS = 100;
/** Fewer runs at the present level than this, and older ones count too. */
const ENOUGH_AT_LEVEL = 10;
/** How many vertices and edges are walked in all. */
const MAX_STEPS = 8_000_000;
const MAX_REMAINING = 50;

/** The runs that tell how long things take now: the newest, from the last change on where that leaves enough. */
function presentRuns(history: readonly HistoryRun[]): HistoryRun[] {
  const runs = comparableRuns(history).slice(-2 * MAX_RUNS);
  const from = levelBounds(runs.map(makespanOf)).at(-2) ?? 0;
  return (runs.length - from >= ENOUGH_AT_LEVEL ? runs.slice(from) : runs).slice(-MAX_RUNS);
}

/** What is known of a vertex of the graph. */
const STATE = { done: 0, active: 1, toRun: 2, passed: 3, containerEnd: 4 } as const;

/** A running execution, made ready to be played to its end many times. */
class Rehearsal {
  readonly graph: LeafGraph;
  readonly #now: number;
  readonly #state: Uint8Array;
  readonly #columns: (NodeColumn | null)[];
  /** The keys with fewer instances than usual so far, by the vertex of the container's end that they will delay. */
  readonly #growing = new Map<number, { readonly column: NodeColumn; readonly known: number }[]>();
  readonly #end: Float64Array;
  /** When the latest node up to a vertex ended in the run of the history. */
  readonly #past: Float64Array;
  readonly #before: Int32Array;
  readonly unknown: number;

  constructor(graph: LeafGraph, columns: ReadonlyMap<string, NodeColumn>, now: number) {
    this.graph = graph;
    this.#now = now;
    const { vertexCount: count, nodeOf } = graph;
    const { key } = graph.trace.nodes;
    this.#end = new Float64Array(count);
    this.#past = new Float64Array(count);
    this.#before = new Int32Array(count);
    this.#state = statesOf(graph);
    this.#columns = Array.from(nodeOf, (row) => (row === NONE ? null : (columns.get(key[row]) ?? null)));
    let unknown = 0;
    for (let v = 0; v < count; v++) if (this.#state[v] === STATE.toRun && this.#columns[v] === null) unknown++;
    this.unknown = unknown;
    this.#findGrowing(columns);
  }

  #findGrowing(columns: ReadonlyMap<string, NodeColumn>): void {
    const { graph } = this;
    const { nodes } = graph.trace;
    const counts = new Map<string, { count: number; container: number }>();
    for (let row = 0; row < nodes.length; row++) {
      const known = counts.get(nodes.key[row]);
      if (known === undefined) counts.set(nodes.key[row], { count: 1, container: graph.containerOf[row] });
      else known.count++;
    }
    const ends = new Map<number, number>();
    for (let v = 0; v < graph.vertexCount; v++) if (this.#state[v] === STATE.containerEnd) ends.set(graph.nodeOf[v], v);
    for (const [key, { count, container }] of counts) {
      const column = columns.get(key);
      const end = ends.get(container);
      if (column === undefined || end === undefined) continue;
      const list = this.#growing.get(end) ?? [];
      list.push({ column, known: count });
      this.#growing.set(end, list);
    }
  }

  /** How long the items that are not known yet will keep a container, in the way of a run of the history. */
  #growth(vertex: number, run: number): number {
    let most = 0;
    for (const { column, known } of this.#growing.get(vertex) ?? []) {
      const more = column.count[run] - known;
      if (!(more > 0)) continue;
      const took = column.to[run] - column.from[run];
      const atOnce = took > 0 ? Math.max(1, (column.each[run] * column.count[run]) / took) : 1;
      most = Math.max(most, (more * column.each[run]) / atOnce);
    }
    return most;
  }

  /**
   * Plays to the end in the way of a run of the history. @returns when it ends and which vertex ends last
   */
  play(run: number, share: number, pastEnd: number): { readonly end: number; readonly last: number } {
    const { order, offsets, deps } = this.graph;
    let last = -1;
    let latest = -Infinity;
    for (const v of order) {
      let ready = -Infinity;
      let past = -Infinity;
      this.#before[v] = NONE;
      for (let i = offsets[v]; i < offsets[v + 1]; i++) {
        const dep = deps[i];
        if (this.#end[dep] > ready) {
          ready = this.#end[dep];
          this.#before[v] = dep;
        }
        if (this.#past[dep] > past) past = this.#past[dep];
      }
      this.#end[v] = this.#endOf(v, run, share, ready, past);
      const own = this.#columns[v]?.to[run] ?? Number.NaN;
      this.#past[v] = own > past ? own : past;
      if (this.#end[v] > latest || (this.#end[v] === latest && last === -1)) [latest, last] = [this.#end[v], v];
    }
    let known = -Infinity;
    for (const past of this.#past) if (past > known) known = past;
    // What the trace does not know of yet takes as long after all that it knows as it did then.
    const beyond = known === -Infinity ? 0 : Math.max(0, pastEnd - known);
    return { end: Math.max(latest, this.#now) + beyond, last };
  }

  #endOf(v: number, run: number, share: number, ready: number, past: number): number {
    const { leaves } = this.graph;
    const column = this.#columns[v];
    switch (this.#state[v]) {
      case STATE.done:
        return leaves.end[v];
      case STATE.active: {
        const elapsed = this.#now - leaves.submit[v];
        const took = column === null ? elapsed : givenElapsed(column, column.each[run], elapsed, share);
        return Math.max(this.#now, leaves.submit[v] + took);
      }
      case STATE.toRun: {
        const own = column?.each[run] ?? Number.NaN;
        if (column === null || Number.isNaN(own)) return ready;
        const gap = past === -Infinity ? 0 : Math.max(0, column.from[run] - past);
        return Math.max(ready + gap, this.#now) + own;
      }
      case STATE.containerEnd:
        return ready + this.#growth(v, run);
      default:
        return ready;
    }
  }

  /** From the vertex that ended last in what was played, back to what is under way or next now, that one last. */
  pathBack(last: number): number[] {
    const path: number[] = [];
    for (let v = last; v !== NONE; v = this.#before[v]) {
      if (this.#state[v] === STATE.done) break;
      if (this.#state[v] === STATE.active || this.#state[v] === STATE.toRun) path.push(v);
      if (this.#state[v] === STATE.active) break;
    }
    return path;
  }

  isActive(vertex: number): boolean {
    return this.#state[vertex] === STATE.active;
  }
}

function statesOf(graph: LeafGraph): Uint8Array {
  const { leaves, nodeOf, vertexCount } = graph;
  const { nodes, spans } = graph.trace;
  const state = new Uint8Array(vertexCount);
  const seen = new Set<number>();
  const twice = new Set<number>();
  for (let v = leaves.length; v < vertexCount; v++) (seen.has(nodeOf[v]) ? twice : seen).add(nodeOf[v]);
  seen.clear();
  for (let v = 0; v < vertexCount; v++) {
    const row = nodeOf[v];
    if (v < leaves.length) state[v] = spans.duration[leaves.span[v]] === OPEN ? STATE.active : STATE.done;
    else if (twice.has(row)) {
      const span = nodes.span[row];
      const isOpen = span < 0 || span >= spans.length || spans.duration[span] === OPEN;
      state[v] = seen.has(row) && isOpen ? STATE.containerEnd : STATE.passed;
      seen.add(row);
    } else state[v] = isTerminal(statusOf(nodes.status[row])) ? STATE.passed : STATE.toRun;
  }
  return state;
}

/** Which of the sorted scenarios has a share of them below it, as a prediction of the next one has it (n + 1 places). */
function predicted(sorted: readonly number[], share: number): Micros {
  const at = Math.min(Math.max(share * (sorted.length + 1) - 1, 0), sorted.length - 1);
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  return asMicros(Math.round(low + (high - low) * (at - Math.floor(at))));
}

/** What an active leaf does at the moment: its innermost open span. */
function presentPhase({ trace, leaves, tree }: LeafGraph, leaf: number): number {
  const { spans } = trace;
  let deepest = leaves.span[leaf];
  for (let i = leaves.memberOffsets[leaf]; i < leaves.memberOffsets[leaf + 1]; i++) {
    const row = leaves.members[i];
    if (spans.duration[row] === OPEN && tree.depth[row] > tree.depth[deepest]) deepest = row;
  }
  return deepest;
}

function describe(
  rehearsal: Rehearsal,
  vertex: number,
  column: NodeColumn | null,
  now: number,
  share: number,
): Blocker {
  const { graph } = rehearsal;
  const { leaves, trace } = graph;
  const row = graph.nodeOf[vertex];
  const usual = column === null || column.sorted.length === 0 ? null : predicted(Array.from(column.sorted), 0.5);
  const name = row === NONE ? spanNameAt(trace.spans, leaves.span[vertex]) : trace.nodes.name[row];
  if (!rehearsal.isActive(vertex)) {
    const id = nodeId(trace.nodes, row);
    return { id, name, spanRow: null, state: 'ready', cause: null, reason: null, elapsed: null, usual, share };
  }
  const phase = presentPhase(graph, vertex);
  const phaseName = spanNameAt(trace.spans, phase);
  const isPhase = trace.spans.kind[phase] === KIND.phase;
  return {
    id: leafId(graph, vertex),
    name,
    spanRow: leaves.span[vertex],
    state: isPhase && isWaitPhase(phaseName) ? 'waiting' : 'running',
    cause: isPhase ? causeOfPhase(phaseName) : 'work',
    reason: waitReasonOf(trace.spans, phase),
    elapsed: asMicros(Math.max(0, now - leaves.submit[vertex])),
    usual,
    share,
  };
}

/** What is said where nothing can be projected, and why. */
export function noProjection(now: Micros, reason: NoProjection, runs: number): Projection {
  return {
    now,
    reason,
    runs,
    p10: null,
    p50: null,
    p90: null,
    percentileSoFar: null,
    percentileProjected: null,
    blocker: null,
    remainingPath: [],
    unknownNodes: 0,
    scenarios: [],
  };
}

interface Played {
  readonly end: number;
  /** From what ends last back to what is under way. */
  readonly path: readonly number[];
}

/** Plays a run to its end in the way of each run of its history. */
function playAll(rehearsal: Rehearsal, runs: readonly HistoryRun[]): Played[] {
  return runs.map(({ summary }, at) => {
    let pastEnd = -Infinity;
    for (const { to } of summary.nodes) if (to > pastEnd) pastEnd = to;
    // Golden steps: neighbours in the history do not take neighbours among the times.
    const { end, last } = rehearsal.play(at, (at * 0.618033988749895 + 0.5) % 1, pastEnd);
    return { end, path: rehearsal.pathBack(last) };
  });
}

/** Sources without nodes: all that is known is how long runs take. */
function playMakespans(runs: readonly HistoryRun[], start: number, now: number): Played[] {
  const makespans = Float64Array.from(runs, makespanOf);
  const distribution = distributionOf(makespans);
  return runs.map((_, at) => ({
    end: start + givenElapsed(distribution, makespans[at], now - start, (at * 0.618033988749895 + 0.5) % 1),
    path: [],
  }));
}

function blockerOf(
  played: readonly Played[],
  now: number,
  columns: ReadonlyMap<string, NodeColumn>,
  rehearsal: Rehearsal,
) {
  const counts = new Map<number, number>();
  for (const { path } of played) {
    const vertex = path.at(-1);
    if (vertex !== undefined) counts.set(vertex, (counts.get(vertex) ?? 0) + 1);
  }
  const most = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0];
  if (most === undefined) return null;
  const row = rehearsal.graph.nodeOf[most[0]];
  const column = row === NONE ? null : (columns.get(rehearsal.graph.trace.nodes.key[row]) ?? null);
  return describe(rehearsal, most[0], column, now, most[1] / played.length);
}

/**
 * When a running execution will probably end, and what holds it. It is played to its end once in the way of each run of its
 * history: what is under way takes as long as it did then, given that it has already taken what it has; what is to come
 * follows along the dependencies. So times that go together (a large input) stay together. Deterministic;
 * O(nodes + edges) for each of at most 100 runs of the history, of fewer where the graph is very large.
 * @param now from the execution's start
 */
export function projectFinish(trace: Trace, history: readonly HistoryRun[], now: Micros): Projection {
  if (isTerminal(trace.execution.status)) return noProjection(now, 'ended', 0);
  const graph = buildLeafGraph(trace, now);
  if (graph.leaves.length === 0) return noProjection(now, 'not_started', 0);
  const present = presentRuns(history);
  if (present.length < LEAST_RUNS) return noProjection(now, 'too_little_history', present.length);
  const steps = graph.vertexCount + graph.deps.length;
  const runs = present.slice(-Math.max(LEAST_RUNS, Math.floor(MAX_STEPS / Math.max(1, steps))));
  const columns = nodeColumns(runs);
  const rehearsal = new Rehearsal(graph, columns, now);
  const start = graph.leaves.submit.reduce((least, time) => Math.min(least, time), Infinity);
  const played = trace.nodes.length === 0 ? playMakespans(runs, start, now) : playAll(rehearsal, runs);
  const inOrder = played.toSorted((a, b) => a.end - b.end);
  const scenarios = inOrder.map(({ end }) => asMicros(Math.round(end)));
  const makespans = runs.map(makespanOf);
  const p50 = predicted(scenarios, 0.5);
  const path = inOrder[Math.floor(inOrder.length / 2)].path;
  return {
    now,
    reason: null,
    runs: runs.length,
    p10: predicted(scenarios, 0.1),
    p50,
    p90: predicted(scenarios, 0.9),
    percentileSoFar: percentileRank(makespans, now - start),
    percentileProjected: percentileRank(makespans, p50 - start),
    blocker: blockerOf(played, now, columns, rehearsal),
    remainingPath: path
      .slice(0, -1)
      .slice(-MAX_REMAINING)
      .reverse()
      .map((v) => nodeId(trace.nodes, graph.nodeOf[v])),
    unknownNodes: rehearsal.unknown,
    scenarios,
  };
}

/**
 * The probability that a running execution ends after a limit, from 0 to 1; null without a projection.
 * @param limit from the execution's start
 */
export function deadlineRisk({ now, scenarios }: Projection, limit: Micros): number | null {
  if (scenarios.length === 0) return null;
  if (now >= limit) return 1;
  let late = 0;
  for (const end of scenarios) if (end > limit) late++;
  // As many scenarios as there are never make a thing certain (the rule of succession).
  return (late + 0.5) / (scenarios.length + 1);
}

/** A `Projection` as the outside has it. */
export interface ProjectionView {
  readonly now_ms: number;
  readonly reason: NoProjection | null;
  readonly runs: number;
  readonly p10_ms: number | null;
  readonly p50_ms: number | null;
  readonly p90_ms: number | null;
  readonly remaining_ms: number | null;
  /** `p50_ms` as a moment. */
  readonly projected_end: string | null;
  readonly percentile_so_far: number | null;
  readonly percentile_projected: number | null;
  readonly blocker: {
    readonly id: string;
    readonly name: string;
    readonly state: 'running' | 'waiting' | 'ready';
    readonly cause: Cause | null;
    readonly reason: string | null;
    readonly reason_name: string | null;
    readonly limit: number | null;
    readonly elapsed_ms: number | null;
    readonly usual_ms: number | null;
    readonly share_percent: number;
  } | null;
  readonly remaining_path: readonly string[];
  readonly unknown_nodes: number;
}

function msOrNull(value: Micros | null): number | null {
  return value === null ? null : msFromMicros(value);
}

function percentOrNull(share: number | null): number | null {
  return share === null ? null : percentOfShare(share);
}

/** Turns a projection into what the outside sees. */
export function projectionView(projection: Projection, startedAt: EpochMicros | null): ProjectionView {
  const { now, p10, p50, p90, blocker } = projection;
  return {
    now_ms: msFromMicros(now),
    reason: projection.reason,
    runs: projection.runs,
    p10_ms: msOrNull(p10),
    p50_ms: msOrNull(p50),
    p90_ms: msOrNull(p90),
    remaining_ms: p50 === null ? null : msFromMicros(asMicros(Math.max(0, p50 - now))),
    projected_end: p50 === null || startedAt === null ? null : isoFromEpoch(after(startedAt, p50)),
    percentile_so_far: percentOrNull(projection.percentileSoFar),
    percentile_projected: percentOrNull(projection.percentileProjected),
    blocker:
      blocker === null
        ? null
        : {
            id: blocker.id,
            name: blocker.name,
            state: blocker.state,
            cause: blocker.cause,
            reason: blocker.reason?.kind ?? null,
            reason_name: blocker.reason?.name ?? null,
            limit: blocker.reason?.limit ?? null,
            elapsed_ms: msOrNull(blocker.elapsed),
            usual_ms: msOrNull(blocker.usual),
            share_percent: percentOfShare(blocker.share),
          },
    remaining_path: projection.remainingPath,
    unknown_nodes: projection.unknownNodes,
  };
}
