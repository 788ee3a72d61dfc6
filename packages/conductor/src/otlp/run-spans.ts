import {
  addCommon,
  addMetadata,
  addNode,
  asMicros,
  Attributes,
  errorIn,
  eventOf,
  rootSpanId,
  spanOf,
  traceIdOf,
  ZERO,
  type AnnotationRecord,
  type EpochMicros,
  type Micros,
  type NodeDeclaration,
  type NodeStateRecord,
  type OtlpEvent,
  type OtlpSpan,
  type SpanRecord,
  type TraceEvent,
} from '@flowprof/model';
import { parseTraceparent } from './traceparent.ts';

type Started = Extract<TraceEvent, { type: 'execution_started' }>;
type Finished = Extract<TraceEvent, { type: 'execution_finished' }>;

/** As many as the SDKs of OpenTelemetry keep by default. */
const MAX_EVENTS = 128;
/** How many annotations may wait for their spans to end. */
const MAX_WAITING = 10_000;
/** In the place of a span's id: the annotations of the execution itself. */
const ROOT = '';

/** The annotations of a span, as many as are kept, and how many are not. */
interface Noted {
  readonly events: OtlpEvent[];
  dropped: number;
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
    noted.events.push(eventOf(annotation, this.#startedAt, new Attributes()));
  }

  #notedOf(id: string): Noted | undefined {
    const noted = this.#noted.get(id);
    if (noted === undefined) return undefined;
    this.#noted.delete(id);
    this.#waiting -= noted.events.length;
    return noted;
  }

  /** Which run its spans are of. */
  get #identity(): { readonly executionId: string; readonly workflow: string } {
    const { executionId, info } = this.#started;
    return { executionId, workflow: info.workflow ?? info.name };
  }

  #span(span: SpanRecord, duration: Micros): OtlpSpan {
    const state = span.kind === 'node' ? this.#stateOf(span) : undefined;
    const error = errorIn(span.metadata) ?? state?.error ?? null;
    const attributes = addCommon(new Attributes(), this.#identity, span.kind, span.status, error);
    attributes.add('workflow.retry_count', state?.retryCount);
    if (span.kind === 'phase') attributes.add('workflow.phase', span.name);
    if (span.nodeKey !== null)
      addNode(attributes, span.nodeKey, span.iteration, this.#nodes.get(span.nodeKey), span.kind);
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

  #root({ status, at, error }: Finished): OtlpSpan {
    const { info } = this.#started;
    const attributes = addCommon(new Attributes(), this.#identity, 'execution', status, error)
      .add('workflow.concurrency', info.concurrency)
      .add('workflow.failed_node', error?.nodeKey);
    const placed = {
      traceId: this.#traceId,
      parentId: this.#callerId,
      remoteParent: this.#callerId !== null,
      startedAt: this.#startedAt,
      noted: this.#strayed(),
    };
    return spanOf(
      { id: this.#rootId, name: info.name, start: ZERO, status, metadata: null },
      at,
      placed,
      error,
      attributes,
    );
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
