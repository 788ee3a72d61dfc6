import { createHash } from 'node:crypto';
import {
  asMicros,
  isTerminal,
  SPAN_KINDS,
  type EpochMicros,
  type JsonObject,
  type NodeStateRecord,
  type SpanKind,
  type SpanRecord,
  type TraceEvent,
} from '@flowprof/model';
import type { Annotation, Span } from './generated/flowprof/callbacks/v1/callbacks_pb.ts';
import { Rejected, type Rejection, type RejectionCode } from './reasons.ts';
import {
  bounded,
  idOrNull,
  itemsIn,
  required,
  statusNamed,
  textOrNull,
  type Redaction,
  type ReportedEvents,
} from './report.ts';
import { rangeOf, timeOf } from './times.ts';

/** Where spans stand. */
export interface Place {
  readonly pointer: string;
  readonly parentId: string | null;
  readonly nodeKey: string | null;
  readonly iteration: number | null;
  /** Whether an execution takes them that flowprof runs itself. */
  readonly canJoin: boolean;
}

/** Reads spans and annotations of one callback, and collects what cannot be read. */
export class SpanReader {
  readonly parts: ReportedEvents[] = [];
  readonly rejections: Rejection[] = [];
  /** How often a span of the same content came, of those without an id. */
  readonly #same = new Map<string, number>();
  readonly #origin: EpochMicros | null;
  readonly #redaction: Redaction;

  constructor(origin: EpochMicros | null, redaction: Redaction) {
    this.#origin = origin;
    this.#redaction = redaction;
  }

  /** Does something for an item; what is wrong with it rejects it. @param items how many items it is */
  attempt(pointer: string, items: number, read: () => void): boolean {
    try {
      read();
      return true;
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      this.reject(pointer, error.code, items);
      return false;
    }
  }

  reject(pointer: string, code: RejectionCode, items: number): void {
    this.rejections.push({ pointer, code, items });
  }

  /** Reads spans with all that stand in them, without recursion. */
  readSpans(spans: readonly Span[], place: Place): void {
    const left = spans.map((span, at) => ({ span, place: { ...place, pointer: `${place.pointer}/${at}` } })).reverse();
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const { span } = next;
      const at = next.place;
      let inside: Place | null = null;
      this.attempt(at.pointer, itemsIn([span]), () => {
        inside = this.#readSpan(span, at);
      });
      if (inside === null) continue;
      const within: Place = inside;
      this.readAnnotations(span.annotations, { ...within, pointer: `${at.pointer}/annotations` });
      for (let child = span.children.length - 1; child >= 0; child--) {
        const one = span.children[child];
        if (one) left.push({ span: one, place: { ...within, pointer: `${at.pointer}/children/${child}` } });
      }
    }
  }

  readAnnotations(annotations: readonly Annotation[], place: Place): void {
    for (const [index, annotation] of annotations.entries()) {
      const pointer = `${place.pointer}/${index}`;
      this.attempt(pointer, 1, () => {
        const { spanId, at, timeMs: ms, timeUs: us, label, type, metadata } = annotation;
        const time = timeOf({ at, ms, us }, this.#origin);
        if (time === null) throw new Rejected('missing_time');
        const told = {
          spanId: idOrNull(spanId, this.#redaction) ?? place.parentId,
          time: asMicros(time),
          label: this.#redaction.text(required(label, 'missing_name')),
          type: type === '' ? 'info' : this.#redaction.text(bounded(type)),
          metadata: this.metadataOf(metadata),
        };
        this.parts.push({
          pointer,
          items: 1,
          canJoin: place.canJoin,
          events: [{ type: 'annotation', annotation: told }],
        });
      });
    }
  }

  metadataOf(metadata: JsonObject | undefined, more: JsonObject = {}): JsonObject | null {
    const all = { ...metadata, ...more };
    return Object.keys(all).length === 0 ? null : this.#redaction.metadata(all);
  }

  #readSpan(span: Span, place: Place): Place {
    const { start, end } = rangeOf(span, this.#origin);
    if (start === null) throw new Rejected('missing_time');
    const name = this.#redaction.text(required(span.name, 'missing_name'));
    const [kind, metadata] = kindOf(span.type);
    const duration = end === null ? null : asMicros(end - start);
    const status = span.status === '' ? (duration === null ? 'running' : 'completed') : statusNamed(span.status);
    const parentId = idOrNull(span.parentId, this.#redaction) ?? place.parentId;
    const nodeKey = idOrNull(span.nodeKey, this.#redaction) ?? place.nodeKey;
    const iteration = span.iteration ?? (span.nodeKey === '' ? place.iteration : null);
    const record: SpanRecord = {
      id: idOrNull(span.id, this.#redaction) ?? this.#idOf([parentId, nodeKey, iteration, kind, name, start, duration]),
      parentId,
      kind,
      name,
      nodeKey,
      iteration,
      start: asMicros(start),
      duration,
      status,
      track: textOrNull(span.track, this.#redaction),
      metadata: this.metadataOf(span.metadata, metadata),
    };
    const events: TraceEvent[] = [...nodeEvents(record), { type: 'span', span: record }];
    this.parts.push({ pointer: place.pointer, items: 1, canJoin: place.canJoin, events });
    return { ...place, parentId: record.id, nodeKey, iteration };
  }

  /** An id made of the content, the same whenever the same is sent again. */
  #idOf(content: readonly unknown[]): string {
    const text = JSON.stringify(content);
    const before = this.#same.get(text) ?? 0;
    this.#same.set(text, before + 1);
    return createHash('sha256').update(`span\0${text}\0${before}`).digest('hex').slice(0, 16);
  }
}

/** The kind of a span by its type, and what of the type is kept otherwise. */
function kindOf(type: string): readonly [SpanKind, JsonObject] {
  if (type === '') return ['phase', {}];
  const kind = SPAN_KINDS.find((known) => known === type.toLowerCase());
  return kind === undefined ? ['phase', { original_type: bounded(type) }] : [kind, {}];
}

/** What the span of a node says of the node. */
function nodeEvents({ kind, name, nodeKey, iteration, start, duration, status }: SpanRecord): TraceEvent[] {
  if (kind !== 'node' || nodeKey === null) return [];
  const node = { key: nodeKey, name, type: 'unknown', iteration, parentKey: null, dependsOn: [] };
  const plain = { nodeKey, iteration, retryCount: 0, error: null, input: null, output: null };
  const running: NodeStateRecord = { ...plain, status: 'running', at: start };
  const states = [running];
  if (duration !== null && isTerminal(status)) {
    states.push({ ...plain, status, at: asMicros(start + duration) });
  }
  return [{ type: 'node_declared', node }, ...states.map((state): TraceEvent => ({ type: 'node_state', state }))];
}
