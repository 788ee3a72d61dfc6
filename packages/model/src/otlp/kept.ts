import { isFailure, isTerminal, statusOf, type Status } from '../trace/status.ts';
import { NONE, type Trace, type Warning } from '../trace/trace.ts';
import { after, toMicros } from '../units.ts';
import type { OtlpSpans } from './columns.ts';
import { executionsOf } from './executions.ts';
import { pickDistinct, SpanGatherer } from './gather.ts';

/** How many spans an execution has at most that is made of what comes in. */
export const MAX_SPANS = 1_000_000;

/** What is known of an execution besides its spans. */
export interface TraceState {
  /** Nothing was heard of it for long, so that it counts as ended although its root never came or did not end. */
  readonly isClosed: boolean;
  /** How many spans were refused because there were too many. */
  readonly refused: number;
}

/** Spans of one trace among others, each once, in an order that depends on nothing but the spans. */
export function spansOfTrace(parts: readonly OtlpSpans[], traceId: string): OtlpSpans {
  const picks = { parts: [] as number[], rows: [] as number[] };
  const wanted = Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(traceId.slice(2 * i, 2 * i + 2), 16));
  for (const [part, { length, traceId: ids }] of parts.entries()) {
    for (let row = 0; row < length; row++) {
      let i = 0;
      while (i < 16 && ids[16 * row + i] === wanted[i]) i++;
      if (i < 16) continue;
      picks.parts.push(part);
      picks.rows.push(row);
    }
  }
  return new SpanGatherer(parts).gather(pickDistinct(parts, picks));
}

/**
 * The trace of spans that are all of one trace, as far as it has come.
 * @param isClosed whether it counts as ended even if its root is not there or still runs
 */
export function traceOfSpans(spans: OtlpSpans, { isClosed, refused }: TraceState): Trace {
  const [trace] = executionsOf(spans, { isOpen: !isClosed });
  if (trace === undefined) throw new RangeError('there are no spans of the trace');
  const known = isClosed ? closedTrace(trace) : trace;
  return refused === 0 ? known : { ...known, warnings: [...known.warnings, tooManySpans(refused)] };
}

function tooManySpans(count: number): Warning {
  return { code: 'too_many_spans', count, example: 'an execution has at most 1,000,000 spans' };
}

/** Whether there is a span that names no parent. */
export function hasRoot({ length, parentId }: OtlpSpans): boolean {
  for (let row = 0; row < length; row++) {
    let at = 8 * row;
    const end = at + 8;
    while (at < end && parentId[at] === 0) at++;
    if (at === end) return true;
  }
  return false;
}

/** A trace that counts as ended where its last span ended. What is open stays so, and is seen as such. */
function closedTrace(trace: Trace): Trace {
  const { execution, spans } = trace;
  if (isTerminal(execution.status)) return trace;
  let end = 0;
  for (let row = 0; row < spans.length; row++) end = Math.max(end, spans.start[row] + Math.max(0, spans.duration[row]));
  const recordedDuration = toMicros(end);
  const endedAt = execution.startedAt === null ? null : after(execution.startedAt, recordedDuration);
  return { ...trace, execution: { ...execution, status: worstOf(trace), recordedDuration, endedAt } };
}

/** What the spans at the top came to. */
function worstOf({ spans }: Trace): Status {
  for (let row = 0; row < spans.length; row++) {
    if (spans.parent[row] === NONE && isFailure(statusOf(spans.status[row]))) return 'failed';
  }
  return 'completed';
}
