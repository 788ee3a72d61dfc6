/** Spans of OpenTelemetry, drawn below the attempts of activities that they were recorded in. */
import type { JsonObject } from '../../json.ts';
import type { AnnotationRecord, SpanRecord, TraceEvent } from '../../trace/events.ts';
import { isTerminal } from '../../trace/status.ts';
import { NONE } from '../../trace/trace.ts';
import { asMicros, since, type EpochMicros } from '../../units.ts';
import { textAt } from './fields.ts';
import type { Executed, Tables } from './tables.ts';

/** Spans of OpenTelemetry that belong to the run. */
export interface JoinedSpans {
  /** Where the times of the events count from. */
  readonly origin: EpochMicros;
  readonly events: readonly TraceEvent[];
}

/** A span with its times from the start of the run. */
interface Joined {
  readonly span: SpanRecord;
  readonly start: number;
  /** Null while it runs. */
  readonly end: number | null;
}

/** Where a span is drawn, and within what; null for no bound. */
interface Spot {
  readonly row: number;
  readonly node: number;
  readonly from: number | null;
  readonly to: number | null;
  /** What is taken off the times of the worker. */
  readonly offset: number;
}

const TOP: Spot = { row: NONE, node: NONE, from: null, to: null, offset: 0 };

/** The attribute in which interceptors name the activity, by their makers: TypeScript and Python, and Go and Java. */
const ACTIVITY_ID_KEYS = ['temporalActivityId', 'temporal.activityId', 'activityId'];

function activityIdOf(metadata: JsonObject | null): string | null {
  for (const key of ACTIVITY_ID_KEYS) {
    const id = textAt(metadata, key);
    if (id !== null) return id;
  }
  return null;
}

/** Which of two records of a span says more. */
function better(a: Joined, b: Joined): Joined {
  if (a.end === null || b.end === null) return b.end === null ? a : b;
  return b.end - b.start > a.end - a.start ? b : a;
}

/** How long a span and an attempt were at the same time; below 0 by how much they are apart. */
function overlap({ from, to, offset }: Executed, { start, end }: Joined): number {
  const until = Math.min(to ?? Number.POSITIVE_INFINITY, (end ?? Number.POSITIVE_INFINITY) - offset);
  return until - Math.max(from, start - offset);
}

class Joining {
  readonly #tables: Tables;
  readonly #most: number;
  readonly #spans = new Map<string, Joined>();
  readonly #notes: { readonly note: AnnotationRecord; readonly time: number }[] = [];
  readonly #rows = new Map<string, Spot>();
  readonly #byActivity = new Map<string, Executed[]>();

  constructor(tables: Tables, most: number) {
    this.#tables = tables;
    this.#most = most;
    for (const one of tables.executed) {
      const known = this.#byActivity.get(one.activityId);
      if (known === undefined) this.#byActivity.set(one.activityId, [one]);
      else known.push(one);
    }
  }

  take({ origin, events }: JoinedSpans, base: EpochMicros): void {
    const shift = since(base, origin);
    for (const event of events) {
      if (event.type === 'annotation')
        this.#notes.push({ note: event.annotation, time: event.annotation.time + shift });
      if (event.type !== 'span') continue;
      const { span } = event;
      const start = span.start + shift;
      const joined = { span, start, end: span.duration === null ? null : start + Math.max(0, span.duration) };
      const known = this.#spans.get(span.id);
      this.#spans.set(span.id, known === undefined ? joined : better(known, joined));
    }
  }

  /** Draws all spans, those that contain others first; one on a cycle of parents stands at the top. */
  draw(): void {
    const below = new Map<string, Joined[]>();
    const open: (readonly [Joined, Spot])[] = [];
    for (const joined of this.#spans.values()) {
      const spot = this.#attemptOf(joined);
      const { parentId } = joined.span;
      if (spot !== null) open.push([joined, spot]);
      else if (parentId === null || !this.#spans.has(parentId)) open.push([joined, TOP]);
      else {
        const known = below.get(parentId);
        if (known === undefined) below.set(parentId, [joined]);
        else known.push(joined);
      }
    }
    this.#drawBelow(open, below);
    for (const joined of this.#spans.values()) {
      if (this.#rows.has(joined.span.id)) continue;
      this.#tables.warnings.add('parent_cycle', `span ${joined.span.id}`);
      this.#drawBelow([[joined, TOP]], below);
    }
    for (const { note, time } of this.#notes) this.#annotate(note, time);
  }

  #drawBelow(open: (readonly [Joined, Spot])[], below: ReadonlyMap<string, readonly Joined[]>): void {
    for (let i = 0; i < open.length; i++) {
      const [joined, around] = open[i] ?? [];
      if (joined === undefined || around === undefined || this.#rows.has(joined.span.id)) continue;
      if (this.#tables.spans.length >= this.#most)
        return this.#tables.warnings.add('left_out', 'spans that were joined');
      const spot = this.#drawSpan(joined, around);
      this.#rows.set(joined.span.id, spot);
      for (const child of below.get(joined.span.id) ?? []) open.push([child, spot]);
    }
  }

  /** The attempt that a span says it is of: of several at one activity the one at the same time. */
  #attemptOf(joined: Joined): Spot | null {
    const id = activityIdOf(joined.span.metadata);
    const run = textAt(joined.span.metadata, 'run_id');
    const named = id === null ? [] : (this.#byActivity.get(id) ?? []);
    const candidates = named.filter(({ runId }) => run === null || runId === null || runId === run);
    let best: Executed | null = null;
    for (const one of candidates) if (best === null || overlap(one, joined) > overlap(best, joined)) best = one;
    return best === null || overlap(best, joined) < 0 ? null : best;
  }

  #drawSpan({ span, start, end }: Joined, { row: parent, node, from, to, offset }: Spot): Spot {
    const { spans } = this.#tables;
    const begin = within(start - offset, from, to);
    const finish = end === null ? to : Math.max(begin, within(end - offset, from, to));
    const row = spans.append('phase', span.name, asMicros(begin), node, parent);
    spans.setId(row, span.id);
    if (span.metadata !== null) spans.annotateSpan(row, span.metadata);
    if (span.track !== null) spans.setTrack(row, span.track);
    if (begin !== start - offset || (end !== null && finish !== end - offset)) {
      spans.annotateSpan(row, { original_start_us: start, ...(end !== null && { original_duration_us: end - start }) });
      if (Math.abs(begin - start + offset) > TOLERANCE)
        this.#tables.warnings.add('outside_parent', `span ${span.id}: ${span.name}`);
    }
    if (finish !== null) spans.close(row, asMicros(finish), isTerminal(span.status) ? span.status : 'completed');
    return { row, node, from: begin, to: finish, offset };
  }

  #annotate({ spanId, label, type, metadata }: AnnotationRecord, time: number): void {
    const spot = spanId === null ? undefined : this.#rows.get(spanId);
    if (spot === undefined) return;
    const at = asMicros(within(time - spot.offset, spot.from, spot.to));
    this.#tables.annotations.add(spot.row, at, label, type, metadata);
  }
}

/** By so much spans may stick out without a word, in microseconds. */
const TOLERANCE = 3000;

function within(time: number, from: number | null, to: number | null): number {
  if (from !== null && time < from) return from;
  return to !== null && time > to ? to : time;
}

/**
 * Draws joined spans. Those that name an activity stand below its attempt, with all that is below them, and within its
 * time; others at the top, where they hold nothing up.
 * @param most how many spans there may be in all
 */
export function drawJoined(joined: readonly JoinedSpans[], base: EpochMicros, tables: Tables, most: number): void {
  if (joined.length === 0) return;
  const joining = new Joining(tables, most);
  for (const part of joined) joining.take(part, base);
  joining.draw();
}
