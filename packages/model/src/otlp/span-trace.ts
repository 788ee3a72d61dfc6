/**
 * From the spans of a distributed trace, as tracers record them, to a trace. The readers of those records say what they
 * hold; this says how ids, parents, clocks and missing times are dealt with, so that the same spans give the same trace
 * whatever they came in, in whichever order and how often.
 */
import { AnnotationTableBuilder, NodeTableBuilder, SpanTableBuilder } from '../trace/builder.ts';
import type { NodeDeclaration } from '../trace/events.ts';
import { isTerminal, statusCode, type Status } from '../trace/status.ts';
import {
  FLAG,
  NONE,
  OPEN,
  type ExecutionInfo,
  type SpanTable,
  type Trace,
  type Warning,
  EMPTY_EXECUTION,
} from '../trace/trace.ts';
import { cutParentCycles, flagOutsideParent } from '../trace/tree.ts';
import { WarningCounter } from '../trace/warnings.ts';
import { asMicros, toEpochMicros, type Micros } from '../units.ts';
import { CALL, clockOffsets } from './clock-skew.ts';
import { inOrderOfTime, resolveIds, topDown } from './span-order.ts';
import type { Fields, SpanNote, SpanRow } from './span-row.ts';

/** Where moments begin that are taken as such, and end: the years 2001 and 2100, in microseconds. */
const CALENDAR = { from: 1e15, to: 4.1e15 } as const;

/** What is known of an execution from its spans. */
export interface SpanSummary {
  /** The span at the top that began first, if possible one that names no parent; null without any span. */
  readonly root: SpanRow | null;
  /** Whether its parent is not among the spans. */
  readonly isOrphan: boolean;
  readonly isRunning: boolean;
  /** From the first start to the last end of all spans, as tracers show the duration of a trace; null while it runs. */
  readonly extent: Micros | null;
}

export interface SpanTraceOptions {
  /** `all`: every record is a span of its own; `last`: records of one id and side of a call are one span. */
  readonly repeated: 'all' | 'last';
}

/** What is known of the execution besides its spans. */
export interface FinishOptions {
  /** What times count from; by default the earliest start. */
  readonly origin?: number | undefined;
  /** Instants of the execution itself. */
  readonly notes?: readonly SpanNote[];
  /** What was mended when the spans were first read; of a code that occurs here and now, this counts. */
  readonly warnings?: readonly Warning[];
}

/** Collects the spans of one execution. */
export class SpanTraceBuilder {
  readonly warnings = new WarningCounter();
  readonly #rows: SpanRow[] = [];
  readonly #nodes = new NodeTableBuilder();
  /** The states of nodes that are stated, by their rows. */
  readonly #nodeStatus = new Map<number, Status>();
  readonly #options: SpanTraceOptions;

  constructor(options: SpanTraceOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#rows.length;
  }

  add(row: SpanRow): void {
    this.#rows.push(row);
  }

  /** Declares a node. @param status by default that of its span */
  declare(node: NodeDeclaration, status: Status | null): void {
    const row = this.#nodes.declare(node);
    if (status !== null) this.#nodeStatus.set(row, status);
  }

  /** The trace. @param describe says what the execution is called and has, given what its spans tell */
  finish(describe: (summary: SpanSummary) => Partial<ExecutionInfo>, options: FinishOptions = {}): Trace {
    const { rows, ids, parent, flags } = resolveIds(
      inOrderOfTime(this.#rows),
      this.#options.repeated === 'all',
      this.warnings,
    );
    for (const row of cutParentCycles(parent, flags)) this.warnings.add('parent_cycle', `span ${ids[row]}`);
    const order = topDown(parent);
    const times = new Times(rows, ids, parent, order, flags, this.warnings);
    const { start, end } = times;
    let origin = options.origin ?? Infinity;
    if (options.origin === undefined) for (const at of start) origin = Math.min(origin, at);
    if (origin === Infinity) origin = 0;
    const spans = this.#spans(rows, ids, parent, flags, times, origin);
    for (const row of flagOutsideParent(spans)) {
      this.warnings.add('outside_parent', `span ${ids[row]} in ${ids[parent[row]]}`);
    }
    const { root, isOrphan } = rootOf(rows, parent, flags);
    const isRunning = root !== null && root.isOpen;
    const isCalendar = origin >= CALENDAR.from && origin <= CALENDAR.to;
    let last = origin;
    for (const at of end) if (at > last) last = at;
    const extent = isRunning || root === null ? null : asMicros(last - origin);
    const status = root === null || isOrphan ? worstOfTop(rows, parent) : root.status;
    return {
      execution: {
        ...EMPTY_EXECUTION,
        status: isRunning ? 'running' : status,
        startedAt: isCalendar ? toEpochMicros(origin) : null,
        endedAt: isCalendar && !isRunning ? toEpochMicros(last) : null,
        recordedDuration: extent,
        ...describe({ root, isOrphan, isRunning, extent }),
      },
      nodes: this.#nodes.snapshot((key, missing) => {
        this.warnings.add('unknown_dependency', `node ${key} names ${missing}`);
      }),
      spans,
      annotations: annotationsOf(rows, times, origin, options.notes ?? []),
      links: this.#links(rows, ids),
      warnings: joinWarnings(options.warnings ?? [], this.warnings.list()),
    };
  }

  #spans(
    rows: readonly SpanRow[],
    ids: readonly string[],
    parent: Int32Array,
    flags: Uint8Array,
    { start, end }: Times,
    origin: number,
  ): SpanTable {
    const builder = new SpanTableBuilder('listed', rows.length);
    for (const [row, span] of rows.entries()) {
      const node = span.nodeKey === null ? NONE : this.#nodeOf(span, span.nodeKey);
      builder.open({
        id: ids[row],
        kind: span.kind,
        name: span.name,
        start: asMicros(start[row] - origin),
        parent: parent[row],
        node,
        ...(span.track !== null && { track: span.track }),
      });
      if (!span.isOpen) builder.close(row, asMicros(end[row] - origin), span.status);
      builder.flag(row, flags[row] | span.flags);
      if (hasFields(span.metadata)) builder.annotateSpan(row, span.metadata);
      if (node !== NONE && span.kind === 'node') {
        this.#nodes.setSpan(node, row);
        this.#nodes.setStatus(node, span.isOpen ? 'running' : span.status);
      }
    }
    for (const [node, status] of this.#nodeStatus) this.#nodes.setStatus(node, status);
    return builder.snapshot();
  }

  #nodeOf({ iteration, kind, name }: SpanRow, key: string): number {
    const known = this.#nodes.rowOf(key, iteration);
    if (known !== NONE) return known;
    this.warnings.add('unknown_node', `node ${key}`);
    const label = kind === 'node' ? name : key;
    return this.#nodes.declare({ key, name: label, type: 'unknown', iteration, parentKey: null, dependsOn: [] });
  }

  #links(rows: readonly SpanRow[], ids: readonly string[]): Trace['links'] {
    const from: number[] = [];
    const to: number[] = [];
    if (rows.some(({ links }) => links.length > 0)) {
      const byId = new Map(ids.map((id, row) => [id, row]));
      for (const [row, { links }] of rows.entries()) {
        for (const id of links) {
          const source = byId.get(id);
          if (source === undefined) {
            this.warnings.add('unbound_link', `span ${ids[row]} is linked to ${id}`);
            continue;
          }
          from.push(source);
          to.push(row);
        }
      }
    }
    return { from: Int32Array.from(from), to: Int32Array.from(to) };
  }
}

function hasFields(fields: Fields): boolean {
  for (const _ in fields) return true;
  return false;
}

/** The span at the top that the execution is called after: one without a parent of its own before one that lost it. */
function rootOf(
  rows: readonly SpanRow[],
  parent: Int32Array,
  flags: Uint8Array,
): { readonly root: SpanRow | null; readonly isOrphan: boolean } {
  let orphan: SpanRow | null = null;
  for (const [row, span] of rows.entries()) {
    if (parent[row] !== NONE) continue;
    if ((flags[row] & (FLAG.orphan | FLAG.cycle)) === 0) return { root: span, isOrphan: false };
    orphan ??= span;
  }
  return { root: orphan, isOrphan: orphan !== null };
}

/** The status where there is no root to tell: failed when a span at the top has failed. */
function worstOfTop(rows: readonly SpanRow[], parent: Int32Array): Status {
  let worst: Status = 'completed';
  for (const [row, { status }] of rows.entries()) {
    if (parent[row] === NONE && isTerminal(status) && status !== 'completed') worst = status;
  }
  return worst;
}

/** Warnings of an earlier reading, and those of this one that are of other codes. */
function joinWarnings(before: readonly Warning[], now: readonly Warning[]): readonly Warning[] {
  if (before.length === 0) return now;
  const codes = new Set(before.map(({ code }) => code));
  return [...before, ...now.filter(({ code }) => !codes.has(code))];
}

function annotationsOf(
  rows: readonly SpanRow[],
  { start, offset }: Times,
  origin: number,
  own: readonly SpanNote[],
): Trace['annotations'] {
  const annotations = new AnnotationTableBuilder();
  for (const { time, label, type, metadata } of own) {
    annotations.add(NONE, asMicros(Number.isNaN(time) ? 0 : time - origin), label, type, metadata);
  }
  for (const [row, { notes }] of rows.entries()) {
    for (const { time, label, type, metadata } of notes) {
      const at = Number.isNaN(time) ? start[row] : time + (offset === null ? 0 : offset[row]);
      annotations.add(row, asMicros(at - origin), label, type, metadata);
    }
  }
  return annotations.snapshot();
}

/** The times of all spans, mended: each has a start and, unless it runs, an end that is not before it. */
class Times {
  readonly start: Float64Array;
  /** NaN for what still runs. */
  readonly end: Float64Array;
  /** What was added to the clocks of spans; null when nothing was. */
  readonly offset: Float64Array | null;
  readonly #rows: readonly SpanRow[];
  readonly #ids: readonly string[];
  readonly #parent: Int32Array;
  readonly #order: Uint32Array;
  readonly #warnings: WarningCounter;

  constructor(
    rows: readonly SpanRow[],
    ids: readonly string[],
    parent: Int32Array,
    order: Uint32Array,
    flags: Uint8Array,
    warnings: WarningCounter,
  ) {
    this.#rows = rows;
    this.#ids = ids;
    this.#parent = parent;
    this.#order = order;
    this.#warnings = warnings;
    this.start = Float64Array.from(rows, (row) => row.start);
    this.end = Float64Array.from(rows, (row) => (row.isOpen ? Number.NaN : row.end));
    this.#mendStarts();
    this.#mendNegative(flags);
    this.offset = this.#adjustClocks();
    this.#mendEnds(flags);
  }

  /** A span without a start begins with the first that is known of it, or else with its parent. */
  #mendStarts(): void {
    if (!this.start.some(Number.isNaN)) return;
    for (let i = this.#order.length - 1; i >= 0; i--) {
      const row = this.#order[i];
      if (!Number.isNaN(this.start[row])) continue;
      for (const { time } of this.#rows[row].notes) if (!(this.start[row] <= time)) this.start[row] = time;
    }
    const first = this.start.reduce((least, at) => (at < least ? at : least), Infinity);
    for (const row of this.#order) {
      if (!Number.isNaN(this.#rows[row].start)) continue;
      this.#warnings.add('assumed_start', `span ${this.#ids[row]}`);
      if (!Number.isNaN(this.start[row])) continue;
      const up = this.#parent[row];
      const end = this.end[row];
      this.start[row] = up === NONE ? (Number.isNaN(end) ? (first === Infinity ? 0 : first) : end) : this.start[up];
      if (this.start[row] > end) this.start[row] = end;
    }
  }

  #mendNegative(flags: Uint8Array): void {
    const { start, end } = this;
    for (let row = 0; row < start.length; row++) {
      if (!(end[row] < start[row])) continue;
      this.#rows[row].metadata['original_duration_us'] = end[row] - start[row];
      end[row] = start[row];
      flags[row] |= FLAG.negative;
      this.#warnings.add('end_before_start', `span ${this.#ids[row]}`);
    }
  }

  #adjustClocks(): Float64Array | null {
    const rows = this.#rows;
    const { start, end } = this;
    if (!rows.some(({ call, clock }) => call === CALL.server && clock !== NONE)) return null;
    const offset = clockOffsets({
      length: rows.length,
      parent: this.#parent,
      order: this.#order,
      start,
      duration: Float64Array.from(end, (at, row) => (Number.isNaN(at) ? OPEN : at - start[row])),
      call: Uint8Array.from(rows, ({ call }) => call),
      status: Uint8Array.from(rows, ({ status }) => statusCode(status)),
      clock: Int32Array.from(rows, ({ clock }) => clock),
    });
    if (offset === null) return null;
    for (const [row, by] of offset.entries()) {
      if (by === 0) continue;
      const { metadata } = rows[row];
      metadata['original_start_us'] = start[row];
      metadata['clock_offset_us'] = by;
      start[row] += by;
      end[row] += by;
      this.#warnings.add('clock_skew', `span ${this.#ids[row]} by ${by} us`);
    }
    return offset;
  }

  /** A span that is over and has no end is closed at the last that is known of it and of what it contains. */
  #mendEnds(flags: Uint8Array): void {
    const { start, end } = this;
    const last = new Float64Array(start.length).fill(-Infinity);
    for (let i = this.#order.length - 1; i >= 0; i--) {
      const row = this.#order[i];
      const span = this.#rows[row];
      if (Number.isNaN(end[row]) && !span.isOpen) {
        const shift = this.offset === null ? 0 : this.offset[row];
        let known = Math.max(start[row], last[row]);
        for (const { time } of span.notes) if (time + shift > known) known = time + shift;
        end[row] = known;
        flags[row] |= FLAG.unclosed;
        this.#warnings.add('missing_end', `span ${this.#ids[row]}`);
      }
      const up = this.#parent[row];
      const reach = Number.isNaN(end[row]) ? start[row] : end[row];
      if (up !== NONE && reach > last[up]) last[up] = reach;
    }
  }
}
