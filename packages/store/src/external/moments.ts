import {
  asMicros,
  type AnnotationRecord,
  type EpochMicros,
  type SpanRecord,
  type Trace,
  type TraceError,
  type TraceEvent,
} from '@flowprof/model';
import type { Status } from '@flowprof/model';
import type { Batch, StepState } from '../batch.ts';
import { toEpochMicros } from '@flowprof/model';

/** An event whose times count from an origin so much earlier. */
function later(event: TraceEvent, by: number): TraceEvent {
  switch (event.type) {
    case 'node_state':
      return { ...event, state: { ...event.state, at: asMicros(event.state.at + by) } };
    case 'span':
      return { ...event, span: { ...event.span, start: asMicros(event.span.start + by) } };
    case 'annotation':
      return { ...event, annotation: { ...event.annotation, time: asMicros(event.annotation.time + by) } };
    case 'progress':
      return { ...event, at: asMicros(event.at + by) };
    case 'execution_finished':
      return { ...event, at: asMicros(event.at + by) };
    case 'execution_started':
    case 'node_declared':
    case 'warning':
      return event;
    default:
      return event satisfies never;
  }
}

/** Events with their times from the epoch on instead of from an origin: what is the same, however it was told. */
export function fromEpoch(events: readonly TraceEvent[], origin: number): TraceEvent[] {
  return events.map((event) => later(event, origin));
}

/** A batch whose times count from the epoch, with times that count from a start. The ids stay. */
export function fromStart(batch: Batch, start: EpochMicros): Batch {
  const { states, spans, annotations, progress } = batch;
  return {
    ...batch,
    states: states.map((one): StepState => {
      const startedUs = one.startedUs === null ? null : asMicros(one.startedUs - start);
      return { ...one, at: asMicros(one.at - start), startedUs };
    }),
    spans: spans.map((one): SpanRecord => ({ ...one, start: asMicros(one.start - start) })),
    annotations: annotations.map((one): AnnotationRecord & { readonly id: string } => {
      return { ...one, time: asMicros(one.time - start) };
    }),
    progress: progress.map((one) => ({ ...one, at: asMicros(one.at - start) })),
  };
}

/** The earliest of the moments that there are. */
export function earliestOf(moments: readonly (number | null)[]): EpochMicros | null {
  let earliest: number | null = null;
  for (const one of moments) if (one !== null && (earliest === null || one < earliest)) earliest = one;
  return earliest === null ? null : toEpochMicros(earliest);
}

/** The earliest moment that a batch tells of, with its times from the epoch on. */
export function earliestIn({ states, spans, annotations }: Batch): EpochMicros | null {
  return earliestOf([
    earliestOf(states.map(({ at }) => at)),
    earliestOf(spans.map(({ start }) => start)),
    earliestOf(annotations.map(({ time }) => time)),
  ]);
}

/** A trace whose start is so much earlier than it was taken to be. */
export function withEarlierStart(trace: Trace, by: number): Trace {
  if (by === 0) return trace;
  const move = (times: Float64Array): Float64Array => times.map((time) => time + by);
  return {
    ...trace,
    spans: { ...trace.spans, start: move(trace.spans.start) },
    annotations: { ...trace.annotations, time: move(trace.annotations.time) },
  };
}

/** How an execution ended, and when. */
export interface End {
  readonly status: Status;
  readonly at: EpochMicros;
  readonly error: TraceError | null;
}

/** Of two ends that were told the later; of two at one moment that which comes later in the alphabet. */
export function laterEnd(a: End | null, b: End | null): End | null {
  if (a === null || b === null) return a ?? b;
  if (a.at !== b.at) return a.at > b.at ? a : b;
  const nameOf = ({ status, error }: End): string =>
    JSON.stringify([status, error?.code, error?.message, error?.nodeKey]);
  return nameOf(a) >= nameOf(b) ? a : b;
}
