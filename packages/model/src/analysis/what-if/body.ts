import { isIdlePhase } from '../../trace/phases.ts';
import { KIND, NONE, spanNameAt, type SpanTable } from '../../trace/trace.ts';
import { divideByDeepest, type Intervals } from '../coverage.ts';
import type { Structure } from './structure.ts';

/** A stretch of a task from its start to its end, and how long it takes in the simulation. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  /** The deepest span that covers it. */
  readonly row: number;
  length: number;
}

/** The spans of a task; in a tree of spans there is the task's own only. */
function membersOf({ graph, elements }: Structure, task: number): Uint32Array {
  const { members, memberOffsets } = graph.leaves;
  if (elements === 'spans') return new Uint32Array(0);
  return members.subarray(memberOffsets[task], memberOffsets[task + 1]);
}

/** Whether a span or one around it, up to that of its task, is as asked. */
function isWithin(spans: SpanTable, row: number, top: number, test: (row: number) => boolean): boolean {
  for (let at = row; at !== NONE; at = spans.parent[at]) {
    if (test(at)) return true;
    if (at === top) return false;
  }
  return false;
}

/** Divides what a task does from its start to its end into segments, by the deepest span at each moment. */
export function bodyOf(structure: Structure, task: number): Segment[] {
  const { graph, span, start, end } = structure;
  const members = membersOf(structure, task);
  const [from, to] = [start[task], end[task]];
  if (to <= from) return [];
  if (members.length <= 1) return [{ from, to, row: span[task], length: to - from }];
  const intervals: Intervals = { start: graph.trace.spans.start, end: graph.ends, depth: graph.tree.depth };
  const segments: Segment[] = [];
  divideByDeepest(intervals, members, from, to, (a, b, row) => {
    if (b > a) segments.push({ from: a, to: b, row: row === NONE ? span[task] : row, length: b - a });
  });
  return segments;
}

/** Whether a task does nothing in a segment: it waits, or its end is being told. */
export function isIdle({ graph, span }: Structure, task: number, { row }: Segment): boolean {
  const { spans } = graph.trace;
  const isIdleSpan = (at: number) => spans.kind[at] === KIND.phase && isIdlePhase(spanNameAt(spans, at));
  return isWithin(spans, row, span[task], isIdleSpan);
}

/** Whether a segment lies in a phase of a name. */
export function isInPhase({ graph, span }: Structure, task: number, { row }: Segment, name: string): boolean {
  const { spans } = graph.trace;
  return isWithin(spans, row, span[task], (at) => at !== span[task] && spanNameAt(spans, at) === name);
}

/** When the attempts of a task began, in order; empty where it has none that are told apart. */
export function attemptsOf(structure: Structure, task: number): number[] {
  const { kind, start } = structure.graph.trace.spans;
  const starts: number[] = [];
  for (const row of membersOf(structure, task)) if (kind[row] === KIND.attempt) starts.push(start[row]);
  return starts.sort((a, b) => a - b);
}

/** When a task took further tokens of its rate limit: at the ends of its waits between attempts. */
export function furtherTokens(structure: Structure, task: number): number[] {
  const { graph, start, end } = structure;
  const { spans } = graph.trace;
  const times: number[] = [];
  for (const row of membersOf(structure, task)) {
    const isBackoff = spans.kind[row] === KIND.phase && spanNameAt(spans, row) === 'retry_backoff';
    if (isBackoff && spans.start[row] >= start[task] && graph.ends[row] <= end[task]) times.push(graph.ends[row]);
  }
  return times.sort((a, b) => a - b);
}
