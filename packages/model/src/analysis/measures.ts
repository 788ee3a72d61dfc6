import { asMicros, type Micros } from '../units.ts';
import { KIND, NONE } from '../trace/trace.ts';
import { isRecordedCompletely } from './causes.ts';
import type { LeafGraph } from './leaf-graph.ts';

/** The measures of one execution; the terms are those of `docs/glossary.md`. Null where the trace does not tell. */
export interface Measures {
  /** The earliest submission and the latest end of a leaf. */
  readonly from: Micros;
  readonly to: Micros;
  readonly makespan: Micros;
  /** The run time of all leaves. */
  readonly work: Micros;
  /** The longest chain of dependent run times: what it would take with unlimited workers. */
  readonly span: Micros;
  /** The leaves of that chain, first to last. */
  readonly spanPath: Uint32Array;
  /** The same with release times: a node cannot run before it was submitted. */
  readonly spanReleased: Micros;
  /** `work / span`; null when nothing took any time. */
  readonly parallelism: number | null;
  /** `span / makespan`, a fraction. */
  readonly efficiency: number | null;
  /** `work / (workers x makespan)`, a fraction. */
  readonly utilisation: number | null;
  /** The workers that utilisation and lower bound count with: the run's limit, or what was busy at most. */
  readonly workers: number;
  /** `max(span, work / workers)`, rounded up. */
  readonly lowerBound: Micros;
  readonly peakConcurrency: number;
  /** When the leaves that take time started, and when they gave their places back; each in order. */
  readonly starts: Float64Array;
  readonly releases: Float64Array;
  /**
   * Time between submission and start over all leaves, slow motion excluded, and what containers themselves were queued
   * where another engine queues those too (the jobs around steps); null where no waits are recorded.
   */
  readonly queueWait: Micros | null;
}

/** When the leaves that take time started, and when they gave their places back, each sorted. */
function runningTimes({ leaves }: LeafGraph): Pick<Measures, 'starts' | 'releases'> {
  const starts = new Float64Array(leaves.length);
  const releases = new Float64Array(leaves.length);
  let count = 0;
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    if (leaves.released[leaf] <= leaves.start[leaf]) continue;
    starts[count] = leaves.start[leaf];
    releases[count++] = leaves.released[leaf];
  }
  return { starts: starts.subarray(0, count).sort(), releases: releases.subarray(0, count).sort() };
}

/** How many leaves ran at once at most. At equal times ends count before starts; leaves without duration never count. */
function peakConcurrency({ starts, releases }: Pick<Measures, 'starts' | 'releases'>): number {
  let peak = 0;
  let ended = 0;
  for (let i = 0; i < starts.length; i++) {
    while (releases[ended] <= starts[i]) ended++;
    peak = Math.max(peak, i + 1 - ended);
  }
  return peak;
}

interface LongestChain {
  readonly span: number;
  readonly path: Uint32Array;
}

/** The longest chain by run time over the dependencies (no gaps): L(v) = run(v) + max L(dependency). */
function longestChain(graph: LeafGraph): LongestChain {
  const { order, offsets, deps, leaves } = graph;
  const length = new Float64Array(graph.vertexCount);
  const before = new Int32Array(graph.vertexCount).fill(-1);
  let last = -1;
  for (const vertex of order) {
    for (let i = offsets[vertex]; i < offsets[vertex + 1]; i++) {
      const dep = deps[i];
      if (before[vertex] !== -1 && length[dep] <= length[before[vertex]]) continue;
      before[vertex] = dep;
    }
    const own = vertex < leaves.length ? leaves.run[vertex] : 0;
    length[vertex] = own + (before[vertex] === -1 ? 0 : length[before[vertex]]);
    if (last === -1 || length[vertex] > length[last]) last = vertex;
  }
  const path: number[] = [];
  for (let at = last; at !== -1; at = before[at]) if (at < leaves.length) path.push(at);
  return { span: last === -1 ? 0 : length[last], path: Uint32Array.from(path.reverse()) };
}

/** F(v) = max(submit(v), max F(dependency)) + run(v); the latest F less the earliest submission. */
function releasedSpan(graph: LeafGraph): number {
  const { order, offsets, deps, leaves } = graph;
  const finish = new Float64Array(graph.vertexCount).fill(-Infinity);
  let first = Infinity;
  let last = -Infinity;
  for (const vertex of order) {
    let ready = -Infinity;
    for (let i = offsets[vertex]; i < offsets[vertex + 1]; i++) ready = Math.max(ready, finish[deps[i]]);
    const isLeaf = vertex < leaves.length;
    finish[vertex] = isLeaf ? Math.max(leaves.submit[vertex], ready) + leaves.run[vertex] : ready;
    if (!isLeaf) continue;
    first = Math.min(first, leaves.submit[vertex]);
    last = Math.max(last, finish[vertex]);
  }
  return last - first;
}

/** How long containers were queued themselves; null where nothing tells. */
function queuedContainers({ trace, leaves, ends }: LeafGraph): number | null {
  const { kind, name, names, node, start, length } = trace.spans;
  const queue = names.indexOf('queue_wait');
  if (queue === -1) return null;
  let sum: number | null = null;
  for (let row = 0; row < length; row++) {
    const isOfContainer = kind[row] === KIND.phase && leaves.ofSpan[row] === NONE && node[row] !== NONE;
    if (isOfContainer && name[row] === queue) sum = (sum ?? 0) + ends[row] - start[row];
  }
  return sum;
}

/** Measures an execution; null when no leaf has started. */
export function measure(graph: LeafGraph): Measures | null {
  const { leaves, trace } = graph;
  if (leaves.length === 0) return null;
  let from = Infinity;
  let to = -Infinity;
  let work = 0;
  let queueWait = 0;
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    from = Math.min(from, leaves.submit[leaf]);
    to = Math.max(to, leaves.end[leaf]);
    work += leaves.run[leaf];
    queueWait += leaves.queued[leaf];
  }
  const makespan = to - from;
  const { span, path } = longestChain(graph);
  const times = runningTimes(graph);
  const peak = peakConcurrency(times);
  const workers = Math.max(1, trace.execution.concurrency ?? peak);
  const queued = isRecordedCompletely(trace) ? 0 : queuedContainers(graph);
  const knowsWaits = leaves.hasWaits || queued !== null;
  return {
    from: asMicros(from),
    to: asMicros(to),
    makespan: asMicros(makespan),
    work: asMicros(work),
    span: asMicros(span),
    spanPath: path,
    spanReleased: asMicros(releasedSpan(graph)),
    parallelism: span > 0 ? work / span : null,
    efficiency: makespan > 0 ? span / makespan : null,
    utilisation: makespan > 0 ? work / (workers * makespan) : null,
    workers,
    lowerBound: asMicros(Math.max(span, Math.ceil(work / workers))),
    peakConcurrency: peak,
    ...times,
    queueWait: knowsWaits ? asMicros(queueWait + (queued ?? 0)) : null,
  };
}
