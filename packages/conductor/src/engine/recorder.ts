import {
  after,
  AnnotationTableBuilder,
  asMicros,
  NO_LINKS,
  NONE,
  since,
  toEpochMicros,
  spanIdAt,
  SpanTableBuilder,
  type Clock,
  type EpochMicros,
  type ExecutionInfo,
  type JsonObject,
  type JsonValue,
  type Micros,
  type SpanKind,
  type SpanRecord,
  type Status,
  type Trace,
  type TraceError,
  type TraceEvent,
  type Warning,
} from '@flowprof/model';
import { EarlierTrace } from '../trace/earlier.ts';
import { buildTrace, type TraceShape, type TraceSource } from '../trace/execution-trace.ts';
import { InstanceTable, type InstanceDeclaration } from '../trace/instances.ts';
import type { ExecutionTrace } from '../types.ts';
import { RunLog } from './log.ts';
import type { Outbox } from './outbox.ts';

export type { InstanceDeclaration } from '../trace/instances.ts';

/** What a recorder is made for. */
export interface Recording extends TraceShape {
  /** The name of the execution. */
  readonly name: string;
  readonly workflow: string | null;
  readonly clock: Clock;
  /** The beginning of the ids of its spans, 8 hex digits. */
  readonly spanPrefix: string;
  /** Null where nobody listens. */
  readonly outbox: Outbox | null;
  /** What is kept of an input or output. */
  readonly keep: (value: JsonValue) => JsonObject;
  /** The W3C trace context of who started it; undefined where it begins a trace of its own. */
  readonly traceparent: string | undefined;
  /** How far the execution had come before it was interrupted, as far as its journal knows; null where it begins now. */
  readonly interruptedAt: Micros | null;
  /** The start of the execution where it started before; null for now. */
  readonly startedAt: EpochMicros | null;
  /** How far it had come before the run began, where something started it; 0 when absent. */
  readonly triggeredAt?: Micros;
  /** The trace of the execution up to its interruption. */
  readonly earlier: Trace | null;
  /** How many nodes are known of at the start, to make room for them; 0 when absent. */
  readonly nodes?: number;
}

/** How many spans and how many states nodes mostly have, and up to how many nodes that is counted on. */
const SPANS_A_NODE = 3;
const STATES_A_NODE = 2;
const MAX_EXPECTED = 1_000_000;

/** What a node's change of state carries for the sink. */
export interface StateDetails {
  readonly retryCount?: number;
  readonly error?: TraceError | null;
  readonly input?: JsonValue | undefined;
  readonly output?: JsonValue | undefined;
}

const NO_DETAILS: StateDetails = {};

/**
 * Writes down what a run does: into columns always, and as events into the outbox where there is a sink. Nodes are known
 * by the rows of their instances, spans by their own rows.
 *
 * With an earlier trace the recording begins with that: its spans keep their rows and ids, those that were open end
 * where it ends, and the time until now is a span of its own. A container that goes on keeps its span.
 */
export class Recorder {
  readonly startedAt: EpochMicros;
  readonly spans: SpanTableBuilder;
  readonly #recording: Recording;
  readonly #clock: Clock;
  readonly #prefix: string;
  readonly #log: RunLog;
  readonly #instances = new InstanceTable();
  readonly #annotations = new AnnotationTableBuilder();
  readonly #outbox: Outbox | null;
  readonly #earlier: EarlierTrace | null;
  /** The spans that instances had in the earlier trace. */
  readonly #restored = new Map<number, number>();
  /** The spans that went on after an interruption, as the sink knows them. */
  readonly #wentOn = new Map<number, SpanRecord>();
  /** The last span of a node and its id, which those inside it, that mostly follow, give as their parent's. */
  #nodeSpan = NONE;
  #nodeSpanId = '';
  /** How many instances the sink has been told of. */
  #announced = 0;
  /** What the clock said last, what is added to it since it was set back, and the last time that was told. */
  #read: EpochMicros;
  #ahead = 0;
  #last: EpochMicros;

  constructor(recording: Recording) {
    const { clock, spanPrefix, outbox, startedAt, earlier } = recording;
    const nodes = Math.min(MAX_EXPECTED, recording.nodes ?? 0);
    this.#log = new RunLog(nodes * STATES_A_NODE);
    this.#recording = recording;
    this.#clock = clock;
    this.#outbox = outbox;
    this.#earlier = earlier && new EarlierTrace(earlier);
    this.#prefix = spanPrefix;
    this.spans = new SpanTableBuilder(earlier ? 'listed' : { prefix: spanPrefix }, nodes * SPANS_A_NODE);
    this.#earlier?.load(this.spans, this.#annotations);
    this.#read = clock.now();
    this.startedAt = startedAt ?? this.#read;
    const before = Math.max(this.#interruptedAt(), recording.triggeredAt ?? 0);
    this.#last = after(this.startedAt, asMicros(before));
    // The clock of whoever goes on may be behind the one of before.
    this.#ahead = Math.max(0, this.#last - this.#read);
  }

  /** The time since the start. Never runs backwards: when the clock is set back, it goes on at the clock's pace. */
  now(): Micros {
    const read = this.#clock.now();
    if (read < this.#read) this.#ahead += this.#read - read;
    this.#read = read;
    const now = toEpochMicros(read + this.#ahead);
    if (now > this.#last) this.#last = now;
    return since(this.startedAt, this.#last);
  }

  /** The last time that is known of before an interruption. */
  #interruptedAt(): Micros {
    return asMicros(Math.max(this.#earlier?.end ?? 0, this.#recording.interruptedAt ?? 0));
  }

  /** Announces the run. */
  begin(executionId: string, concurrency: number): void {
    const { name, workflow, traceparent } = this.#recording;
    const caller = traceparent === undefined ? {} : { traceparent };
    const info = { name, workflow, sourceFormat: 'conductor', concurrency };
    this.#outbox?.push({ type: 'execution_started', executionId, startedAt: this.startedAt, info, ...caller });
    if (this.#outbox && this.#earlier) {
      for (const span of this.#earlier.cutOff()) this.#outbox.push({ type: 'span', span });
    }
    if (this.#recording.interruptedAt === null) return;
    const row = this.open('system', 'interrupted', this.#interruptedAt(), NONE, NONE);
    this.close(row, this.now(), 'completed');
  }

  /** Adds an instance of a node and returns its row, counting from 0. */
  declare(instance: InstanceDeclaration): number {
    const row = this.#instances.declare(instance, this.#log.length);
    if (this.#earlier !== null) this.#takeOver(row, this.#earlier.declared(instance.key, instance.iteration, row));
    return row;
  }

  /** What the earlier trace has of an instance: its span. That of a container that had not ended is open again. */
  restored(row: number): { span: number } | null {
    const span = this.#restored.get(row);
    if (span === undefined) return null;
    this.#goOn(row, span);
    return { span };
  }

  /** The final status that the earlier trace has of an instance; null where it had not ended. */
  statusBefore(row: number): Status | null {
    return this.#instances.finalStatus(row);
  }

  /** Whether the earlier trace has a span of an instance. */
  hasBegunBefore(row: number): boolean {
    return this.#restored.has(row);
  }

  /**
   * The span that the earlier trace has of a leaf that started at a time, and when it had ended (0 where it had not); null
   * where it has none: of a leaf that was interrupted, it may know an earlier start only.
   */
  leafBefore(row: number, start: Micros): { readonly span: number; readonly end: Micros } | null {
    const span = this.#restored.get(row);
    if (span === undefined || this.#earlier === null || this.spans.startOf(span) !== start) return null;
    return { span, end: this.#earlier.endOf(span) };
  }

  /** Ends what was open of a leaf when the execution was interrupted, which had ended by then after all. */
  settle(row: number, end: Micros, status: Status): void {
    const span = this.#restored.get(row);
    if (span === undefined || this.#earlier === null) return;
    for (const record of this.#earlier.settle(this.spans, span, end, status))
      this.#push({ type: 'span', span: record });
  }

  /** The W3C id of the span in a row. */
  spanId(row: number): string {
    return this.spans.idOf(row);
  }

  /** Opens a span and returns its row. A container that had begun before an interruption goes on with the span it had. */
  open(kind: SpanKind, name: string, start: Micros, node: number, parent: number, metadata?: JsonObject): number {
    if (this.#earlier !== null && kind === 'node') {
      const before = this.#restored.get(node);
      if (before !== undefined && this.#goOn(node, before)) return before;
    }
    const row = this.#append(kind, name, start, node, parent, metadata);
    if (this.#outbox) this.#pushSpan(row, this.#record(row, kind, name, start, null, node, parent, metadata));
    return row;
  }

  /** Ends a span. */
  close(row: number, end: Micros, status: Status, metadata?: JsonObject): void {
    const wasOpen = this.#outbox !== null && this.spans.isOpen(row);
    this.spans.close(row, end, status);
    if (metadata) this.spans.annotateSpan(row, metadata);
    if (this.#outbox === null || !wasOpen) return;
    // A record that has not been sent yet is nobody else's: it becomes that of the span that has ended.
    const waiting = this.#outbox.waitingSpan(row);
    if (waiting === null) return this.#pushSpan(row, this.#ended(row));
    waiting.duration = asMicros(Math.max(0, end - waiting.start));
    waiting.status = status;
    if (metadata) waiting.metadata = this.spans.metadataOf(row);
  }

  /** Adds a phase that is over. */
  phase(name: string, start: Micros, end: Micros, node: number, parent: number, metadata?: JsonObject): void {
    const row = this.#append('phase', name, start, node, parent, metadata);
    this.spans.close(row, end, 'completed');
    if (this.#outbox === null) return;
    const duration = asMicros(Math.max(0, end - start));
    this.#pushSpan(row, this.#record(row, 'phase', name, start, duration, node, parent, metadata));
  }

  /** Adds a labelled instant on a span. */
  annotate(row: number, time: Micros, label: string, type: string, metadata: JsonObject | null): void {
    this.#annotations.add(row, time, label, type, metadata);
    const spanId = row < 0 ? null : this.spanId(row);
    this.#push({ type: 'annotation', annotation: { spanId, time, label, type, metadata } });
  }

  /** Notes that a node has a new state; `message` says why, where it is not plain. */
  state(index: number, status: Status, at: Micros, message: string | null, details: StateDetails = NO_DETAILS): void {
    this.#instances.setStatus(index, status);
    this.#log.state(index, status, at, message);
    if (!this.#outbox) return;
    const { retryCount = 0, error = null, input, output } = details;
    const { keep } = this.#recording;
    const node = this.#instances.at(index);
    const state = {
      nodeKey: node?.key ?? '',
      iteration: node?.iteration ?? null,
      status,
      at,
      retryCount,
      error,
      input: input === undefined ? null : keep(input),
      output: output === undefined ? null : keep(output),
    };
    this.#push({ type: 'node_state', state });
  }

  /** Notes how far a node is. While the sink cannot keep up, it is not told. */
  progress(index: number, percent: number, at: Micros, message: string): void {
    this.#log.progress(index, percent, at, message);
    if (!this.#outbox || this.#outbox.full) return;
    this.#push({ type: 'progress', nodeKey: this.#keyOf(index), percent, message, at });
  }

  /** Ends the run for the sink. */
  finish(status: Status, at: Micros, error: TraceError | null): void {
    for (const span of this.#earlier?.cutRest(this.spans) ?? []) this.#push({ type: 'span', span });
    for (const { span, node, from, to } of this.#earlier?.cutWaits() ?? []) {
      const row = this.open('phase', 'callback', from, node, span, { interrupted: true });
      this.close(row, to, 'cancelled');
    }
    this.#push({ type: 'execution_finished', status, at, error });
  }

  /** The run in the model's columns. */
  trace(
    info: Pick<
      ExecutionInfo,
      'id' | 'status' | 'endedAt' | 'recordedDuration' | 'concurrency' | 'error' | 'attributes'
    >,
    warnings: readonly Warning[],
  ): Trace {
    const { name, workflow } = this.#recording;
    const earlier = this.#earlier?.trace;
    const nodes = this.#instances.snapshot();
    const spans = this.spans.snapshot();
    return {
      execution: {
        ...info,
        externalId: null,
        name,
        workflow,
        sourceFormat: 'conductor',
        startedAt: this.startedAt,
        eventCount: null,
      },
      nodes: this.#earlier ? this.#earlier.complete(nodes, spans) : nodes,
      spans,
      annotations: this.#annotations.snapshot(),
      links: NO_LINKS,
      warnings: earlier ? [...earlier.warnings, ...warnings] : warnings,
    };
  }

  /** The trace of the run as plain data; takes time and memory in proportion to its log. */
  executionTrace(run: Pick<TraceSource, 'executionId' | 'end' | 'error' | 'config'>): ExecutionTrace {
    const { rootId, shape } = this.#recording;
    const { startedAt } = this;
    return buildTrace({ ...run, rootId, shape, startedAt, instances: this.#instances, log: this.#log.columns() });
  }

  /** Sends an event, after the announcements that are due. */
  #push(event: TraceEvent): void {
    if (this.#outbox === null) return;
    if (this.#announced < this.#instances.length) this.#announce(this.#outbox);
    this.#outbox.push(event);
  }

  #pushSpan(row: number, span: SpanRecord): void {
    if (this.#outbox === null) return;
    if (this.#announced < this.#instances.length) this.#announce(this.#outbox);
    this.#outbox.pushSpan(row, span);
  }

  #announce(outbox: Outbox): void {
    while (this.#announced < this.#instances.length) {
      const node = this.#instances.declarationOf(this.#announced++);
      if (node) outbox.push({ type: 'node_declared', node });
    }
  }

  #append(kind: SpanKind, name: string, start: Micros, node: number, parent: number, metadata?: JsonObject): number {
    const row = this.spans.append(kind, name, start, node, parent);
    if (this.#earlier !== null) this.spans.setId(row, spanIdAt({ prefix: this.#prefix, listed: null }, row));
    if (kind === 'node') this.#instances.setSpan(node, row);
    if (metadata !== undefined) this.spans.annotateSpan(row, metadata);
    return row;
  }

  /** A span as the sink is told of it when it starts, or has completed where it has a duration. */
  #record(
    row: number,
    kind: SpanKind,
    name: string,
    start: Micros,
    duration: Micros | null,
    node: number,
    parent: number,
    metadata: JsonObject | undefined,
  ): SpanRecord {
    const id = this.spanId(row);
    if (kind === 'node') {
      this.#nodeSpan = row;
      this.#nodeSpanId = id;
    }
    const instance = this.#instances.at(node);
    return {
      id,
      parentId: parent < 0 ? null : parent === this.#nodeSpan ? this.#nodeSpanId : this.spanId(parent),
      kind,
      name,
      nodeKey: instance?.key ?? null,
      iteration: instance?.iteration ?? null,
      start,
      duration,
      status: duration === null ? 'running' : 'completed',
      track: null,
      metadata: metadata ?? null,
    };
  }

  /** The record of a span that has ended and that the sink knows as running. */
  #ended(row: number): SpanRecord {
    const instance = this.#instances.at(this.spans.nodeOf(row));
    const record = this.spans.recordOf(row, instance?.key ?? null, instance?.iteration ?? null);
    const before = this.#wentOn.get(row);
    if (before === undefined) return record;
    this.#wentOn.delete(row);
    const { duration, status, metadata } = record;
    return { ...before, duration, status, metadata };
  }

  #takeOver(row: number, before: ReturnType<EarlierTrace['declared']>): void {
    if (before === null) return;
    if (before.status !== null) this.#instances.setStatus(row, before.status);
    if (before.span === NONE) return;
    this.#instances.setSpan(row, before.span);
    this.#restored.set(row, before.span);
  }

  /** Lets a container go on with the span that it had; returns whether it does. */
  #goOn(row: number, span: number): boolean {
    if (this.#earlier === null || this.#instances.at(row)?.weight !== 0) return false;
    if (this.#wentOn.has(span)) return true;
    const record = this.#earlier.goOn(this.spans, span);
    if (this.#outbox) this.#wentOn.set(span, record);
    return true;
  }

  #keyOf(row: number): string | null {
    return this.#instances.at(row)?.key ?? null;
  }
}
