import {
  AnnotationTableBuilder,
  asMicros,
  NO_LINKS,
  NodeTableBuilder,
  since,
  spanIdAt,
  SpanTableBuilder,
  type Clock,
  type EpochMicros,
  type ExecutionInfo,
  type JsonObject,
  type JsonValue,
  type Micros,
  type NodeDeclaration,
  type SpanKind,
  type SpanRecord,
  type Status,
  type Trace,
  type TraceError,
  type Warning,
} from '@flowprof/model';
import type { CompiledNode, Graph } from '../graph/graph.ts';
import { summarise } from '../redact.ts';
import { RunLog } from './log.ts';
import type { Outbox } from './outbox.ts';

/** The declarations of a graph's nodes, the same in each of its runs. */
const declared = new WeakMap<readonly CompiledNode[], readonly NodeDeclaration[]>();

function declarationsOf(nodes: readonly CompiledNode[]): readonly NodeDeclaration[] {
  const known = declared.get(nodes);
  if (known) return known;
  const made = nodes.map(({ id, name, type, parent, dependencies }) => ({
    key: id,
    name,
    type,
    iteration: null,
    parentKey: nodes[parent]?.id ?? null,
    dependsOn: dependencies.map((dependency) => nodes[dependency]?.id ?? ''),
  }));
  declared.set(nodes, made);
  return made;
}

/** What a node's change of state carries for the sink. */
export interface StateDetails {
  readonly retryCount?: number;
  readonly error?: TraceError | null;
  readonly input?: JsonValue;
  readonly output?: JsonValue;
}

/**
 * Writes down what a run does: into columns always, and as events into the outbox where there is a sink. Rows of the
 * node table are positions in the graph.
 */
export class Recorder {
  readonly startedAt: EpochMicros;
  readonly log = new RunLog();
  readonly spans: SpanTableBuilder;
  readonly #clock: Clock;
  readonly #ids: { readonly prefix: string; readonly listed: null };
  readonly #nodes = new NodeTableBuilder();
  readonly #annotations = new AnnotationTableBuilder();
  readonly #graph: Graph;
  readonly #outbox: Outbox | null;
  /** The spans that are open, as the sink knows them. Kept only where there is a sink. */
  readonly #open = new Map<number, SpanRecord>();
  #last: EpochMicros;

  constructor(graph: Graph, clock: Clock, spanPrefix: string, outbox: Outbox | null) {
    this.#graph = graph;
    this.#clock = clock;
    this.#outbox = outbox;
    this.#ids = { prefix: spanPrefix, listed: null };
    this.spans = new SpanTableBuilder({ prefix: spanPrefix });
    this.startedAt = clock.now();
    this.#last = this.startedAt;
  }

  /** The time since the start. Never runs backwards, whatever the clock does. */
  now(): Micros {
    const now = this.#clock.now();
    if (now > this.#last) this.#last = now;
    return since(this.startedAt, this.#last);
  }

  /** Announces the run and its nodes. */
  begin(executionId: string, concurrency: number): void {
    const { name, workflow, nodes } = this.#graph;
    const info = { name, workflow, sourceFormat: 'conductor', concurrency };
    this.#outbox?.push({ type: 'execution_started', executionId, startedAt: this.startedAt, info });
    for (const declaration of declarationsOf(nodes)) {
      this.#nodes.declare(declaration);
      this.#outbox?.push({ type: 'node_declared', node: declaration });
    }
  }

  /** The W3C id of the span in a row. */
  spanId(row: number): string {
    return spanIdAt(this.#ids, row);
  }

  /** Opens a span and returns its row. */
  open(kind: SpanKind, name: string, start: Micros, node: number, parent: number, metadata?: JsonObject): number {
    const row = this.spans.open({ kind, name, start, node, parent });
    if (kind === 'node') this.#nodes.setSpan(node, row);
    if (metadata) this.spans.annotateSpan(row, metadata);
    if (this.#outbox) {
      const record: SpanRecord = {
        id: spanIdAt(this.#ids, row),
        parentId: parent < 0 ? null : spanIdAt(this.#ids, parent),
        kind,
        name,
        nodeKey: this.#node(node)?.id ?? null,
        iteration: null,
        start,
        duration: null,
        status: 'running',
        track: null,
        metadata: metadata ?? null,
      };
      this.#open.set(row, record);
      this.#outbox.push({ type: 'span', span: record });
    }
    return row;
  }

  /** Ends a span. */
  close(row: number, end: Micros, status: Status, metadata?: JsonObject): void {
    this.spans.close(row, end, status);
    if (metadata) this.spans.annotateSpan(row, metadata);
    const record = this.#open.get(row);
    if (record === undefined) return;
    this.#open.delete(row);
    const merged = metadata ? { ...record.metadata, ...metadata } : record.metadata;
    const duration = asMicros(Math.max(0, end - record.start));
    this.#outbox?.push({ type: 'span', span: { ...record, duration, status, metadata: merged } });
  }

  /** Adds a phase that is over. */
  phase(name: string, start: Micros, end: Micros, node: number, parent: number, metadata?: JsonObject): void {
    this.close(this.open('phase', name, start, node, parent, metadata), end, 'completed');
  }

  /** Adds a labelled instant on a span. */
  annotate(row: number, time: Micros, label: string, type: string, metadata: JsonObject | null): void {
    this.#annotations.add(row, time, label, type, metadata);
    const spanId = row < 0 ? null : spanIdAt(this.#ids, row);
    this.#outbox?.push({ type: 'annotation', annotation: { spanId, time, label, type, metadata } });
  }

  /** Notes that a node has a new state; `message` says why, where it is not plain. */
  state(index: number, status: Status, at: Micros, message: string | null, details: StateDetails = {}): void {
    this.#nodes.setStatus(index, status);
    this.log.state(index, status, at, message);
    if (!this.#outbox) return;
    const { retryCount = 0, error = null, input, output } = details;
    const state = {
      nodeKey: this.#node(index)?.id ?? '',
      iteration: null,
      status,
      at,
      retryCount,
      error,
      input: input === undefined ? null : summarise(input),
      output: output === undefined ? null : summarise(output),
    };
    this.#outbox.push({ type: 'node_state', state });
  }

  /** Notes how far a node is. While the sink cannot keep up, it is not told. */
  progress(index: number, percent: number, at: Micros, message: string): void {
    this.log.progress(index, percent, at, message);
    if (!this.#outbox || this.#outbox.full) return;
    this.#outbox.push({ type: 'progress', nodeKey: this.#node(index)?.id ?? null, percent, message, at });
  }

  /** Ends the run for the sink. */
  finish(status: Status, at: Micros, error: TraceError | null): void {
    this.#outbox?.push({ type: 'execution_finished', status, at, error });
  }

  /** The run in the model's columns. */
  trace(
    info: Pick<
      ExecutionInfo,
      'id' | 'status' | 'endedAt' | 'recordedDuration' | 'concurrency' | 'error' | 'attributes'
    >,
    warnings: readonly Warning[],
  ): Trace {
    const { name, workflow } = this.#graph;
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
      nodes: this.#nodes.snapshot(),
      spans: this.spans.snapshot(),
      annotations: this.#annotations.snapshot(),
      links: NO_LINKS,
      warnings,
    };
  }

  #node(index: number): CompiledNode | undefined {
    return this.#graph.nodes[index];
  }
}
