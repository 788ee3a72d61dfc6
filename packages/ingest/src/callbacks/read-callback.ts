import { toJson } from '@bufbuild/protobuf';
import { ValueSchema, type Value } from '@bufbuild/protobuf/wkt';
import {
  asMicros,
  isTerminal,
  type EpochMicros,
  type JsonObject,
  type NodeDeclaration,
  type SpanRecord,
  type TraceEvent,
} from '@flowprof/model';
import { executionIdOf } from './execution-id.ts';
import type { Callback, Node, NodeResult } from './generated/flowprof/callbacks/v1/callbacks_pb.ts';
import { Rejected, type Rejection } from './reasons.ts';
import {
  bounded,
  errorOf,
  idOrNull,
  itemsIn,
  itemsOf,
  required,
  statusNamed,
  textOrNull,
  type Redaction,
  type Report,
} from './report.ts';
import { SpanReader } from './spans.ts';
import { momentOf, rangeOf } from './times.ts';

/** What a callback becomes: a report, or the reason why nothing of it is stored. */
export type ReadCallback =
  | { readonly report: Report; readonly items: number }
  | { readonly report: null; readonly items: number; readonly rejection: Rejection };

/**
 * Reads a callback: makes events of it with times since 1970, and says what of it cannot be stored, and why.
 * @param callback null for what is no callback
 * @param index its place in the batch
 */
export function readCallback(callback: Callback | null, index: number, redaction: Redaction): ReadCallback {
  const pointer = `/callbacks/${index}`;
  if (callback === null) return { report: null, items: 1, rejection: { pointer, code: 'malformed', items: 1 } };
  const items = itemsOf(callback);
  try {
    return { report: new CallbackReader(callback, pointer, redaction).read(), items };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { report: null, items, rejection: { pointer, code: error.code, items } };
  }
}

/** The span of a node, where its engine gives it no id. */
function nodeSpanId(key: string, iteration: number | null): string {
  return iteration === null ? `node:${key}` : `node:${key}:${iteration}`;
}

class CallbackReader {
  readonly #callback: Callback;
  readonly #pointer: string;
  readonly #redaction: Redaction;
  /** When the execution started; null where the callback does not say. */
  readonly #origin: EpochMicros | null;
  readonly #spans: SpanReader;

  constructor(callback: Callback, pointer: string, redaction: Redaction) {
    this.#callback = callback;
    this.#pointer = pointer;
    this.#redaction = redaction;
    this.#origin = callback.startedAt === undefined ? null : momentOf(callback.startedAt);
    this.#spans = new SpanReader(this.#origin, redaction);
  }

  read(): Report {
    const { executionId: told, nodes, results, spans, annotations, finished } = this.#callback;
    const { id, externalId } = executionIdOf(required(told, 'missing_execution_id'));
    const { workflow, name, source, concurrency, attributes = {} } = this.#callback;
    const described = {
      executionId: id,
      externalId: externalId === null ? null : this.#redaction.id(externalId),
      workflow: textOrNull(workflow, this.#redaction),
      name: textOrNull(name, this.#redaction),
      source: textOrNull(source, this.#redaction),
      concurrency: concurrency === 0 ? null : concurrency,
      attributes: this.#redaction.metadata(attributes),
    };
    const pointer = this.#pointer;
    this.#add(pointer, this.#startEvents(id));
    for (const [at, node] of nodes.entries()) this.#readNode(node, `${pointer}/nodes/${at}`);
    for (const [at, result] of results.entries()) this.#readResult(result, `${pointer}/results/${at}`);
    const top = { parentId: null, nodeKey: null, iteration: null, canJoin: true };
    this.#spans.readSpans(spans, { ...top, pointer: `${pointer}/spans` });
    this.#spans.readAnnotations(annotations, { ...top, pointer: `${pointer}/annotations` });
    const hasEnded = finished !== undefined && this.#readEnd(finished, `${pointer}/finished`);
    return { ...described, hasEnded, parts: this.#spans.parts, rejections: this.#spans.rejections };
  }

  #add(pointer: string, events: readonly TraceEvent[]): void {
    this.#spans.parts.push({ pointer, items: 1, canJoin: pointer === this.#pointer, events });
  }

  #startEvents(executionId: string): TraceEvent[] {
    if (this.#origin === null) return [];
    const { name, workflow, source, concurrency } = this.#callback;
    const info = {
      name: this.#redaction.text(name === '' ? workflow : name),
      workflow: textOrNull(workflow, this.#redaction),
      // Where it is not told here, another callback may tell it.
      sourceFormat: this.#redaction.text(source),
      concurrency: concurrency === 0 ? null : concurrency,
    };
    return [{ type: 'execution_started', executionId, startedAt: this.#origin, info }];
  }

  #readNode(node: Node, pointer: string): void {
    this.#spans.attempt(pointer, 1, () => {
      const redaction = this.#redaction;
      const key = redaction.id(required(node.key, 'missing_key'));
      const declared: NodeDeclaration = {
        key,
        name: node.name === '' ? key : redaction.text(bounded(node.name)),
        type: node.type === '' ? 'unknown' : redaction.text(bounded(node.type)),
        iteration: node.iteration ?? null,
        parentKey: idOrNull(node.parentKey, redaction),
        ...(node.parentIteration !== undefined && { parentIteration: node.parentIteration }),
        dependsOn: node.dependsOn.map((other) => redaction.id(bounded(other))),
        taskQueue: textOrNull(node.taskQueue, redaction),
      };
      this.#add(pointer, [{ type: 'node_declared', node: declared }]);
    });
  }

  #readResult(result: NodeResult, pointer: string): void {
    const { spans, annotations } = result;
    this.#spans.attempt(pointer, 1 + itemsIn(spans) + annotations.length, () => {
      const { span, events } = this.#resultEvents(result);
      this.#add(pointer, events);
      const place = {
        parentId: span?.id ?? null,
        nodeKey: this.#redaction.id(result.nodeKey),
        iteration: result.iteration ?? null,
        canJoin: false,
      };
      this.#spans.readSpans(spans, { ...place, pointer: `${pointer}/spans` });
      this.#spans.readAnnotations(annotations, { ...place, pointer: `${pointer}/annotations` });
    });
  }

  #resultEvents(result: NodeResult): { readonly span: SpanRecord | null; readonly events: TraceEvent[] } {
    const nodeKey = this.#redaction.id(required(result.nodeKey, 'missing_key'));
    const status = statusNamed(result.status);
    const iteration = result.iteration ?? null;
    const range = rangeOf(result, this.#origin);
    const node = this.#declarationOf(result);
    const declared = { type: 'node_declared', node } as const;
    if (status === 'pending') return { span: null, events: [declared] };
    const ends = isTerminal(status);
    const end = range.end ?? (status === 'skipped' ? range.start : null);
    const start = status === 'skipped' ? null : range.start;
    if (ends ? end === null : start === null) throw new Rejected('missing_time');
    const events: TraceEvent[] = [declared];
    const error = errorOf(result.error, this.#redaction);
    const rest = { nodeKey, iteration, retryCount: result.retryCount, error: null };
    const input = this.#kept(result.input);
    if (start !== null) {
      const state = { ...rest, status: 'running' as const, at: asMicros(start), input, output: null };
      events.push({ type: 'node_state', state });
    }
    if (ends && end !== null) {
      const state = { ...rest, status, at: asMicros(end), error, input, output: this.#kept(result.output) };
      events.push({ type: 'node_state', state });
    }
    const span = start === null ? null : this.#spanOf(result, node, { start, end: ends ? end : null });
    if (span !== null && !hasOwnSpan(result)) events.push({ type: 'span', span });
    return { span: hasOwnSpan(result) ? null : span, events };
  }

  #declarationOf(result: NodeResult): NodeDeclaration {
    const { name, type, dependsOn, iteration = null } = result;
    const key = this.#redaction.id(result.nodeKey);
    return {
      key,
      name: name === '' ? key : this.#redaction.text(bounded(name)),
      type: type === '' ? 'unknown' : this.#redaction.text(bounded(type)),
      iteration,
      parentKey: null,
      dependsOn: dependsOn.map((other) => this.#redaction.id(bounded(other))),
    };
  }

  #spanOf(
    result: NodeResult,
    { key, name, iteration }: NodeDeclaration,
    { start, end }: { readonly start: EpochMicros; readonly end: EpochMicros | null },
  ): SpanRecord {
    const status = statusNamed(result.status);
    const error = errorOf(result.error, this.#redaction);
    const told: JsonObject = error === null ? {} : { error: { code: error.code, message: error.message } };
    return {
      id: idOrNull(result.spanId, this.#redaction) ?? nodeSpanId(key, iteration),
      parentId: null,
      kind: 'node',
      name,
      nodeKey: key,
      iteration,
      start: asMicros(start),
      duration: end === null ? null : asMicros(end - start),
      status,
      track: null,
      metadata: this.#spans.metadataOf(result.metadata, told),
    };
  }

  #kept(value: Value | undefined): JsonObject | null {
    if (value === undefined || value.kind.case === undefined || value.kind.case === 'nullValue') return null;
    return this.#redaction.keep(toJson(ValueSchema, value));
  }

  #readEnd(finished: NonNullable<Callback['finished']>, pointer: string): boolean {
    return this.#spans.attempt(pointer, 1, () => {
      const status = statusNamed(finished.status);
      if (!isTerminal(status)) throw new Rejected('unknown_status');
      const { endedAt, durationMs, durationUs } = finished;
      const startedAt = this.#callback.startedAt;
      if (endedAt === undefined && startedAt === undefined)
        throw new Rejected(durationMs === undefined && durationUs === undefined ? 'missing_time' : 'missing_origin');
      const { end } = rangeOf({ startedAt, endedAt, durationMs, durationUs }, this.#origin);
      if (end === null) throw new Rejected('missing_time');
      const error = errorOf(finished.error, this.#redaction);
      this.#add(pointer, [{ type: 'execution_finished', status, at: asMicros(end), error }]);
    });
  }
}

/** Whether the span of the node is among those of the result. */
function hasOwnSpan({ spans, nodeKey, iteration }: NodeResult): boolean {
  return spans.some(
    (span) =>
      span.type.toLowerCase() === 'node' &&
      span.nodeKey === nodeKey &&
      (span.iteration === undefined || span.iteration === iteration),
  );
}
