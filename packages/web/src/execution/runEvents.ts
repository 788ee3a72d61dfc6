import {
  isFailure,
  KIND,
  NONE,
  OPEN,
  spanLabelAt,
  spanNameAt,
  statusOf,
  type Status,
  type Trace,
} from '@flowprof/model';
import { orderByTime } from './byTime.ts';
import { durationOf, errorText } from './spanValues.ts';

/** What can happen, in the order of the codes. */
const KINDS = ['started', 'ended', 'attempt started', 'attempt ended', 'annotation'] as const;
type EventKind = (typeof KINDS)[number];

/** What happened in an execution, in order, as columns. */
export interface RunEvents {
  readonly length: number;
  /** Microseconds from the execution's start. */
  readonly time: Float64Array;
  /** A code of `KINDS`. */
  readonly kind: Uint8Array;
  /** The row of the span, or of the annotation. */
  readonly row: Int32Array;
  /** How many more happened than are listed. */
  readonly leftOut: number;
}

/** More of them nobody reads. */
const MOST_EVENTS = 200_000;

/** Collects events out of order. */
class Collector {
  readonly time: number[] = [];
  readonly kind: number[] = [];
  readonly row: number[] = [];
  leftOut = 0;

  add(time: number, kind: EventKind, row: number): void {
    if (this.time.length >= MOST_EVENTS) {
      this.leftOut++;
      return;
    }
    this.time.push(time);
    this.kind.push(KINDS.indexOf(kind));
    this.row.push(row);
  }

  sorted(): RunEvents {
    const time = Float64Array.from(this.time);
    const order = orderByTime(time);
    return {
      length: order.length,
      time: Float64Array.from(order, (at) => time[at] ?? 0),
      kind: Uint8Array.from(order, (at) => this.kind[at] ?? 0),
      row: Int32Array.from(order, (at) => this.row[at] ?? NONE),
      leftOut: this.leftOut,
    };
  }
}

/** What happened in an execution: nodes and attempts that started and ended, and annotations. O(spans). */
export function runEvents({ spans, annotations }: Trace): RunEvents {
  const events = new Collector();
  const knowsNodes = spans.kind.includes(KIND.node);
  for (let row = 0; row < spans.length; row++) {
    const kind = spans.kind[row];
    const isAttempt = kind === KIND.attempt;
    if (knowsNodes && kind !== KIND.node && !isAttempt) continue;
    const start = spans.start[row] ?? 0;
    const duration = spans.duration[row] ?? 0;
    events.add(start, isAttempt ? 'attempt started' : 'started', row);
    if (duration !== OPEN) events.add(start + duration, isAttempt ? 'attempt ended' : 'ended', row);
  }
  for (let row = 0; row < annotations.length; row++) events.add(annotations.time[row] ?? 0, 'annotation', row);
  return events.sorted();
}

/** What the list can be narrowed to, by its name in the address, with the word for it. */
export const EVENT_CHOICES = [
  ['', 'All events'],
  ['starts', 'Starts'],
  ['ends', 'Ends'],
  ['failures', 'Failures'],
  ['attempts', 'Attempts'],
  ['annotations', 'Annotations'],
] as const;

/** The span that an event is of, or `NONE`. */
export function spanOfEvent(trace: Trace, events: RunEvents, at: number): number {
  const row = events.row[at] ?? NONE;
  return KINDS[events.kind[at] ?? 0] === 'annotation' ? (trace.annotations.span[row] ?? NONE) : row;
}

function isOfChoice({ spans, annotations }: Trace, events: RunEvents, at: number, choice: string): boolean {
  const kind = KINDS[events.kind[at] ?? 0];
  const row = events.row[at] ?? NONE;
  switch (choice) {
    case 'starts':
      return kind === 'started';
    case 'ends':
      return kind === 'ended';
    case 'failures':
      if (kind === 'annotation') return annotations.type[row] === 'error';
      return (kind === 'ended' || kind === 'attempt ended') && isFailure(statusOf(spans.status[row] ?? 0));
    case 'attempts':
      return kind === 'attempt started' || kind === 'attempt ended';
    case 'annotations':
      return kind === 'annotation';
    default:
      return true;
  }
}

/** The positions of those events that are asked for. Names are looked at once each, however many spans have them. */
export function chooseEvents(trace: Trace, events: RunEvents, text: string, choice: string): Uint32Array {
  const { spans, annotations } = trace;
  const wanted = text.trim().toLowerCase();
  const isNamed = spans.names.map((name) => name.toLowerCase().includes(wanted));
  const isMeant = (at: number) => {
    if (!isOfChoice(trace, events, at, choice)) return false;
    if (wanted === '') return true;
    const row = events.row[at] ?? NONE;
    const span = spanOfEvent(trace, events, at);
    if (span !== NONE && isNamed[spans.name[span] ?? 0] === true) return true;
    if (KINDS[events.kind[at] ?? 0] === 'annotation') {
      return `${annotations.type[row]} ${annotations.label[row]}`.toLowerCase().includes(wanted);
    }
    return span !== NONE && spanLabelAt(trace, span).toLowerCase().includes(wanted);
  };
  return Uint32Array.from(events.time.keys()).filter(isMeant);
}

/** An event for people. */
export interface EventText {
  readonly what: string;
  readonly of: string;
  /** How it ended; null for what did not end. */
  readonly status: Status | null;
  /** How long it took, in microseconds; null for what did not end. */
  readonly duration: number | null;
  readonly detail: string | null;
}

/** What an event says. */
export function describeEvent(trace: Trace, events: RunEvents, at: number): EventText {
  const { spans, annotations, nodes } = trace;
  const row = events.row[at] ?? NONE;
  const kind = KINDS[events.kind[at] ?? 0] ?? 'annotation';
  const span = spanOfEvent(trace, events, at);
  const node = spans.node[span] ?? NONE;
  const around = node === NONE ? NONE : (nodes.span[node] ?? NONE);
  const named = kind.startsWith('attempt') && around !== NONE ? around : span;
  const of = named === NONE ? 'the execution' : spanLabelAt(trace, named);
  if (kind === 'annotation') {
    const label = annotations.label[row] ?? '';
    return {
      what: (annotations.type[row] ?? '').replaceAll('_', ' '),
      of,
      status: null,
      duration: null,
      detail: label,
    };
  }
  const metadata = spans.metadata.get(span);
  const number = metadata?.['attempt'];
  const subject = kind.startsWith('attempt')
    ? `attempt ${typeof number === 'number' ? number : spanNameAt(spans, span)}`
    : '';
  if (kind === 'started' || kind === 'attempt started')
    return { what: `${subject} started`.trim(), of, status: null, duration: null, detail: null };
  const status = statusOf(spans.status[span] ?? 0);
  return {
    what: `${subject} ended`.trim(),
    of,
    status,
    duration: durationOf(spans, span, 0),
    detail: isFailure(status) ? errorText(metadata?.['error']) : null,
  };
}
