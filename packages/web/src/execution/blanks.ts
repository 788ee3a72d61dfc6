import {
  instanceLabel,
  isIdlePhase,
  KIND,
  NONE,
  spanNameAt,
  type AccountedSegment,
  type Analysis,
  type Cause,
  type Trace,
} from '@flowprof/model';
import { orderByTime } from './byTime.ts';
import { reasonInWords } from './waits.ts';

/** A part of a stretch of time, with what it went to. */
export interface Explanation {
  readonly cause: Cause;
  /** What a wait was for, in words; null where that is not known. */
  readonly reason: string | null;
  /** What was waited for, or what waited; null where that is nobody. */
  readonly node: string | null;
  /** Microseconds. */
  readonly time: number;
}

/** A stretch of time in which nothing was at work. Microseconds from the execution's start. */
export interface Blank {
  readonly start: number;
  readonly end: number;
  /** What it went to, the most first. */
  readonly because: readonly Explanation[];
}

/** Shorter than this part of the makespan, a blank is none that anybody sees. */
const LEAST_SHARE = 0.002;
/** A list of more tells nothing. */
const MOST_BLANKS = 2000;
const MOST_PARTS = 4;

/** The first segment that ends after a time. The segments are in order. */
function firstAfter(segments: readonly AccountedSegment[], time: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((segments[middle]?.toUs ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What a stretch of time went to, as the accounting of the makespan has it: the most first, four parts at most. */
export function explain(
  { nodes }: Trace,
  segments: readonly AccountedSegment[],
  start: number,
  end: number,
): Explanation[] {
  const parts = new Map<string, { cause: Cause; reason: string | null; node: string | null; time: number }>();
  for (let at = firstAfter(segments, start); at < segments.length; at++) {
    const segment = segments[at];
    if (!segment || segment.fromUs >= end) break;
    const reason = segment.reason && reasonInWords(segment.reason);
    const key = `${segment.cause} ${segment.nodeRow} ${reason}`;
    const time = Math.min(end, segment.toUs) - Math.max(start, segment.fromUs);
    const known = parts.get(key);
    if (known) known.time += time;
    else {
      const node = segment.nodeRow === null ? null : instanceLabel(nodes, segment.nodeRow);
      parts.set(key, { cause: segment.cause, reason, node, time });
    }
  }
  return [...parts.values()].sort((a, b) => b.time - a.time).slice(0, MOST_PARTS);
}

/** When how many nodes more or fewer are at work. */
function changesOfWork({ graph }: Analysis): { readonly time: Float64Array; readonly by: Int8Array } {
  const { leaves, ends, trace } = graph;
  const { spans } = trace;
  const time: number[] = [];
  const by: number[] = [];
  const change = (at: number, how: number) => {
    time.push(at);
    by.push(how);
  };
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    change(leaves.start[leaf] ?? 0, 1);
    change(leaves.end[leaf] ?? 0, -1);
  }
  for (let row = 0; row < spans.length; row++) {
    const leaf = leaves.ofSpan[row] ?? NONE;
    if (leaf === NONE || spans.kind[row] !== KIND.phase || !isIdlePhase(spanNameAt(spans, row))) continue;
    const start = Math.max(leaves.start[leaf] ?? 0, spans.start[row] ?? 0);
    const end = Math.min(leaves.end[leaf] ?? 0, ends[row] ?? 0);
    if (end <= start) continue;
    change(start, -1);
    change(end, 1);
  }
  return { time: Float64Array.from(time), by: Int8Array.from(by) };
}

/**
 * The stretches of an execution in which nothing was at work, each with what it went to: queues, limits, waits between
 * attempts, or nothing that anybody recorded. In order of time; of very many the longest. O(spans).
 */
export function blanksOf(analysis: Analysis): Blank[] {
  const { measures, accounting, graph } = analysis;
  if (measures === null || accounting === null) return [];
  const { from, makespan } = measures;
  const to = from + makespan;
  const { time, by } = changesOfWork(analysis);
  const found: { start: number; end: number }[] = [];
  const least = Math.max(1, makespan * LEAST_SHARE);
  let atWork = 0;
  let idleSince: number = from;
  for (const at of orderByTime(time)) {
    const now = time[at] ?? 0;
    const before = atWork;
    atWork += by[at] ?? 0;
    if (before > 0 && atWork <= 0) idleSince = now;
    else if (before <= 0 && atWork > 0 && now - idleSince >= least) found.push({ start: idleSince, end: now });
  }
  if (atWork <= 0 && to - idleSince >= least) found.push({ start: idleSince, end: to });
  const kept =
    found.length <= MOST_BLANKS
      ? found
      : found
          .toSorted((a, b) => b.end - b.start - (a.end - a.start))
          .slice(0, MOST_BLANKS)
          .sort((a, b) => a.start - b.start);
  return kept.map(({ start, end }) => ({
    start,
    end,
    because: explain(graph.trace, accounting.segments, start, end),
  }));
}
