import {
  asMicros,
  traceIdOf,
  ZERO,
  type AnnotationRecord,
  type EpochMicros,
  type Micros,
  type NodeDeclaration,
  type NodeStateRecord,
  type SpanKind,
  type SpanRecord,
  type Status,
  type TraceEvent,
} from '@flowprof/model';
import { Attributes } from './attributes.ts';
import {
  addMetadata,
  errorIn,
  eventOf,
  MAX_EVENTS,
  spanOf,
  type Noted,
  type OtlpSpan,
  type SpanError,
} from './span.ts';
import { parseTraceparent } from './traceparent.ts';

type Started = Extract<TraceEvent, { type: 'execution_started' }>;
type Finished = Extract<TraceEvent, { type: 'execution_finished' }>;

/** How many annotations may wait for their spans to end. */
const MAX_WAITING = 10_000;
/** In the place of a span's id: the annotations of the execution itself. */
const ROOT = '';

/** The id of the span that stands for the execution: the same in every process that goes on with it. */
function rootSpanId(executionId: string): string {
  const id = traceIdOf(executionId).slice(16);
  return /^0+$/.test(id) ? '0000000000000001' : id;
}

/** One instance of a node. */
function instance(key: string, iteration: number | null): string {
  return iteration === null ? key : `${key}\n${iteration}`;
}

/**
 * Turns the events of one run into the spans of OTLP, each once it has ended. What belongs to a span arrives as events of
 * its own, before the span's end or, since newer records of a span take the place of older ones, in the same batch.
 */
export class RunSpans {
  /** How many of its spans did not arrive, and why, since somebody last asked. */
  lost = 0;
  problem: string | null = null;
  readonly #started: Started;
  readonly #startedAt: EpochMicros;
  readonly #traceId: string;
  readonly #callerId: string | null;
  readonly #rootId: string;
  readonly #nodes = new Map<string, NodeDeclaration>();
  /** The last states of instances that were tried again or have failed, until their spans end. */
  readonly #states = new Map<string, NodeStateRecord>();
  /** What is noted on spans, until they end. */
  readonly #noted = new Map<string, Noted>();
  #waiting = 0;

  constructor(started: Started) {
    const caller = started.traceparent === undefined ? null : parseTraceparent(started.traceparent);
    this.#started = started;
    this.#startedAt = started.startedAt;
    this.#traceId = caller?.traceId ?? traceIdOf(started.executionId);
    this.#callerId = caller?.parentId ?? null;
    this.#rootId = rootSpanId(started.executionId);
  }

  /** The spans that end with a batch of events. */
  take(batch: readonly TraceEvent[]): OtlpSpan[] {
    const ended: OtlpSpan[] = [];
    for (const event of batch) {
      if (event.type === 'node_declared') this.#nodes.set(event.node.key, event.node);
      else if (event.type === 'node_state') this.#noteState(event.state);
      else if (event.type === 'annotation') this.#note(event.annotation);
    }
    for (const event of batch) {
      if (event.type === 'span' && event.span.duration !== null)
        ended.push(this.#span(event.span, event.span.duration));
      else if (event.type === 'execution_finished') ended.push(this.#root(event));
    }
    return ended;
  }

  #noteState(state: NodeStateRecord): void {
    if (state.error !== null || state.retryCount > 0) this.#states.set(instance(state.nodeKey, state.iteration), state);
  }

  #note(annotation: AnnotationRecord): void {
    const id = annotation.spanId ?? ROOT;
    const noted = this.#noted.get(id) ?? { events: [], dropped: 0 };
    this.#noted.set(id, noted);
    if (noted.events.length >= MAX_EVENTS || this.#waiting >= MAX_WAITING) {
      noted.dropped++;
      return;
    }
    this.#waiting++;
    noted.events.push(eventOf(annotation, this.#startedAt));
  }

  #notedOf(id: string): Noted | undefined {
    const noted = this.#noted.get(id);
    if (noted === undefined) return undefined;
    this.#noted.delete(id);
    this.#waiting -= noted.events.length;
    return noted;
  }

  #common(kind: SpanKind | 'execution', status: Status, error: SpanError | null): Attributes {
    const { executionId, info } = this.#started;
    return new Attributes()
      .add('workflow.name', info.workflow ?? info.name)
      .add('workflow.execution_id', executionId)
      .add('workflow.span.kind', kind)
      .add('workflow.status', status)
      .add('error.type', error?.code);
  }

  #span(span: SpanRecord, duration: Micros): OtlpSpan {
    const state = span.kind === 'node' ? this.#stateOf(span) : undefined;
    const error = errorIn(span.metadata) ?? state?.error ?? null;
    const attributes = this.#common(span.kind, span.status, error).add('workflow.retry_count', state?.retryCount);
    if (span.kind === 'phase') attributes.add('workflow.phase', span.name);
    if (span.nodeKey !== null) this.#addNode(attributes, span.nodeKey, span);
    addMetadata(attributes, span);
    const placed = {
      traceId: this.#traceId,
      parentId: span.parentId ?? this.#rootId,
      remoteParent: false,
      startedAt: this.#startedAt,
      noted: this.#notedOf(span.id),
    };
    return spanOf(span, asMicros(span.start + duration), placed, error, attributes);
  }

  #stateOf({ nodeKey, iteration }: SpanRecord): NodeStateRecord | undefined {
    const key = instance(nodeKey ?? '', iteration);
    const state = this.#states.get(key);
    this.#states.delete(key);
    return state;
  }

  #addNode(attributes: Attributes, key: string, { kind, iteration }: SpanRecord): void {
    const node = this.#nodes.get(key);
    attributes.add('workflow.node.id', key).add('workflow.iteration', iteration);
    if (node === undefined) return;
    attributes.add('workflow.node.type', node.type);
    if (kind !== 'node') return;
    attributes.add('workflow.node.name', node.name);
    if (node.dependsOn.length > 0) attributes.add('workflow.node.depends_on', node.dependsOn);
  }

  #root({ status, at, error }: Finished): OtlpSpan {
    const { info } = this.#started;
    const attributes = this.#common('execution', status, error)
      .add('workflow.concurrency', info.concurrency)
      .add('workflow.failed_node', error?.nodeKey);
    const placed = {
      traceId: this.#traceId,
      parentId: this.#callerId,
      remoteParent: this.#callerId !== null,
      startedAt: this.#startedAt,
      noted: this.#strayed(),
    };
    return spanOf({ id: this.#rootId, name: info.name, start: ZERO, status }, at, placed, error, attributes);
  }

  /** The annotations of the execution itself, and those of spans that have not ended with it. */
  #strayed(): Noted {
    const all = this.#notedOf(ROOT) ?? { events: [], dropped: 0 };
    for (const { events, dropped } of this.#noted.values()) {
      const room = events.slice(0, MAX_EVENTS - all.events.length);
      all.events.push(...room);
      all.dropped += dropped + events.length - room.length;
    }
    return all;
  }
}
