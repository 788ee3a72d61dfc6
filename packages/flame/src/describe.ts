import {
  NONE,
  OPEN,
  spanIdAt,
  spanKindAt,
  spanLabelAt,
  spanNameAt,
  statusOf,
  type JsonObject,
  type SpanKind,
  type Status,
  type Trace,
} from '@flowprof/model';
import { formatDuration } from './time.ts';

/** A span in words and numbers, for hover cards, tables and screen readers. All of it is text, never markup. */
export interface SpanDescription {
  readonly row: number;
  readonly id: string;
  /** That of a node's span with the position of its item in a loop: `Fetch[3]`. */
  readonly name: string;
  readonly kind: SpanKind;
  readonly status: Status;
  /** The name of its node, where that differs from its own. */
  readonly node: string | null;
  /** Microseconds from the execution's start. */
  readonly start: number;
  /** Microseconds; null while it runs. */
  readonly duration: number | null;
  readonly startText: string;
  readonly durationText: string;
  readonly metadata: JsonObject | null;
}

/** Describes the span in a row. */
export function describeSpan(trace: Trace, row: number): SpanDescription {
  const { spans, nodes } = trace;
  const name = spanNameAt(spans, row);
  const node = spans.node[row] === NONE ? null : (nodes.name[spans.node[row]] ?? null);
  const duration = spans.duration[row] === OPEN ? null : spans.duration[row];
  return {
    row,
    id: spanIdAt(spans.ids, row),
    name: spanLabelAt(trace, row),
    kind: spanKindAt(spans, row),
    status: statusOf(spans.status[row]),
    node: node === name ? null : node,
    start: spans.start[row],
    duration,
    startText: formatDuration(spans.start[row]),
    durationText: duration === null ? 'running' : formatDuration(duration),
    metadata: spans.metadata.get(row) ?? null,
  };
}

/** The description as one sentence. */
export function spanSentence(trace: Trace, row: number): string {
  const span = describeSpan(trace, row);
  const of = span.node === null ? '' : ` of ${span.node}`;
  return `${span.name}, ${span.kind}${of}, ${span.status}, starts at ${span.startText}, takes ${span.durationText}`;
}
