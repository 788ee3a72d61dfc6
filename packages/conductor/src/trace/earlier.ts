import {
  asMicros,
  instanceKey,
  isTerminal,
  KIND,
  NONE,
  OPEN,
  spanEnds,
  spanRecordAt,
  statusOf,
  type AnnotationTableBuilder,
  type JsonObject,
  type Micros,
  type NodeTable,
  type SpanRecord,
  type SpanTable,
  type SpanTableBuilder,
  type Status,
  type Trace,
} from '@flowprof/model';

/** What a span says that was open when its run was cut off. */
const INTERRUPTED: JsonObject = { interrupted: true };

/**
 * The trace of an execution up to its interruption, which the recording of the run that goes on with it begins with.
 * Spans and annotations keep their rows; nodes get those of the instances that are declared anew.
 */
export class EarlierTrace {
  readonly trace: Trace;
  /** The last time that it tells of: where what was open then ends. */
  readonly end: Micros;
  readonly #nodes = new Map<string, number>();
  /** The row of the new instance by the row that it had, or `NONE`. */
  readonly #newRows: Int32Array;
  readonly #containers = new Set<number>();
  /** The spans that have not ended and that may go on: those of containers. */
  readonly #goingOn = new Set<number>();

  constructor(trace: Trace) {
    const { nodes, spans, annotations, execution } = trace;
    this.trace = trace;
    let end = Math.max(0, execution.recordedDuration ?? 0);
    for (const time of spanEnds(spans)) end = Math.max(end, time);
    for (const time of annotations.time) end = Math.max(end, time);
    this.end = asMicros(end);
    this.#newRows = new Int32Array(nodes.length).fill(NONE);
    for (let row = 0; row < nodes.length; row++) {
      this.#nodes.set(instanceKey(nodes.key[row] ?? '', this.#iteration(row)), row);
      const parent = nodes.parent[row] ?? NONE;
      if (parent !== NONE) this.#containers.add(parent);
    }
  }

  /** Copies its spans and annotations into builders that are empty, with everything closed that cannot go on. */
  load(spans: SpanTableBuilder, annotations: AnnotationTableBuilder): void {
    const { spans: from, annotations: notes } = this.trace;
    for (let row = 0; row < from.length; row++) {
      const { id, kind, name, start, track } = spanRecordAt(this.trace, row);
      const node = from.node[row] ?? NONE;
      const parent = from.parent[row] ?? NONE;
      spans.open({ id, kind, name, start, node, parent, ...(track !== null && { track }) });
      spans.flag(row, from.flags[row] ?? 0);
      const metadata = from.metadata.get(row);
      if (metadata) spans.annotateSpan(row, metadata);
      const duration = from.duration[row] ?? OPEN;
      if (duration !== OPEN) spans.close(row, asMicros(start + duration), statusOf(from.status[row] ?? 0));
      else if (this.#isContainer(row)) this.#goingOn.add(row);
      else this.#cut(spans, row);
    }
    for (let row = 0; row < notes.length; row++) {
      const { span, time, label, type, metadata } = notes;
      const at = asMicros(time[row] ?? 0);
      annotations.add(span[row] ?? NONE, at, label[row] ?? '', type[row] ?? '', metadata.get(row) ?? null);
    }
  }

  /** The spans that were cut off, as the sink is to know them. */
  *cutOff(): Iterable<SpanRecord> {
    const { spans } = this.trace;
    for (let row = 0; row < spans.length; row++) {
      if (spans.duration[row] === OPEN && !this.#goingOn.has(row)) yield this.#cutRecord(row);
    }
  }

  /** When a span had ended; 0 where it had not. */
  endOf(span: number): Micros {
    const { start, duration } = this.trace.spans;
    return asMicros(duration[span] === OPEN ? 0 : (start[span] ?? 0) + (duration[span] ?? 0));
  }

  /** Ends the span of a leaf that was cut off, and all that was open in it, and gives their records. */
  *settle(spans: SpanTableBuilder, span: number, end: Micros, status: Status): Iterable<SpanRecord> {
    const { duration, node, metadata } = this.trace.spans;
    if (duration[span] !== OPEN) return;
    for (let row = 0; row < duration.length; row++) {
      if (duration[row] !== OPEN || node[row] !== node[span]) continue;
      const record = spanRecordAt(this.trace, row);
      spans.reopen(row, metadata.get(row) ?? null);
      spans.close(row, end, status);
      yield { ...record, duration: asMicros(Math.max(0, end - record.start)), status };
    }
  }

  /** Closes the spans of containers that have not gone on, and gives their records. */
  *cutRest(spans: SpanTableBuilder): Iterable<SpanRecord> {
    for (const row of this.#goingOn) {
      this.#cut(spans, row);
      yield this.#cutRecord(row);
    }
    this.#goingOn.clear();
  }

  /** Takes note of an instance that is declared anew, and says which span and final status it had. */
  declared(key: string, iteration: number | null, newRow: number): { span: number; status: Status | null } | null {
    const row = this.#nodes.get(instanceKey(key, iteration));
    if (row === undefined) return null;
    this.#newRows[row] = newRow;
    const status = statusOf(this.trace.nodes.status[row] ?? 0);
    return { span: this.trace.nodes.span[row] ?? NONE, status: isTerminal(status) ? status : null };
  }

  /** Opens the span of a container again and gives its record; null when it had ended. */
  goOn(spans: SpanTableBuilder, row: number): SpanRecord | null {
    const wasOpen = this.trace.spans.duration[row] === OPEN;
    if (!wasOpen) return null;
    this.#goingOn.delete(row);
    spans.reopen(row, this.trace.spans.metadata.get(row) ?? null);
    return spanRecordAt(this.trace, row);
  }

  /**
   * Adds to the nodes of the new run those that only the earlier trace has, and makes the earlier spans in `spans` point
   * to the rows that their nodes have now.
   */
  complete(declared: NodeTable, spans: SpanTable): NodeTable {
    const { nodes } = this.trace;
    const rows = this.#newRows.slice();
    const added: number[] = [];
    for (let row = 0; row < nodes.length; row++) {
      if (rows[row] === NONE) rows[row] = declared.length + added.push(row) - 1;
    }
    for (let row = 0; row < this.trace.spans.length; row++) spans.node[row] = rows[spans.node[row] ?? NONE] ?? NONE;
    if (added.length === 0) return declared;
    const deps: number[] = [];
    const depOffsets: number[] = [];
    for (const row of added) {
      const from = nodes.deps.subarray(nodes.depOffsets[row], nodes.depOffsets[row + 1]);
      for (const dependency of from) deps.push(rows[dependency] ?? 0);
      depOffsets.push(declared.deps.length + deps.length);
    }
    const pick = <T>(column: ArrayLike<T>, none: T): T[] => added.map((row) => column[row] ?? none);
    const parent = added.map((row) => rows[nodes.parent[row] ?? NONE] ?? NONE);
    return {
      length: declared.length + added.length,
      key: [...declared.key, ...pick(nodes.key, '')],
      name: [...declared.name, ...pick(nodes.name, '')],
      type: [...declared.type, ...pick(nodes.type, '')],
      iteration: Int32Array.from([...declared.iteration, ...pick(nodes.iteration, NONE)]),
      parent: Int32Array.from([...declared.parent, ...parent]),
      span: Int32Array.from([...declared.span, ...pick(nodes.span, NONE)]),
      status: Uint8Array.from([...declared.status, ...pick(nodes.status, 0)]),
      depOffsets: Uint32Array.from([...declared.depOffsets, ...depOffsets]),
      deps: Uint32Array.from([...declared.deps, ...deps]),
    };
  }

  #cut(spans: SpanTableBuilder, row: number): void {
    spans.close(row, this.end, 'cancelled');
    spans.annotateSpan(row, INTERRUPTED);
  }

  #iteration(node: number): number | null {
    const iteration = this.trace.nodes.iteration[node] ?? NONE;
    return iteration === NONE ? null : iteration;
  }

  #isContainer(span: number): boolean {
    const { kind, node } = this.trace.spans;
    return kind[span] === KIND.node && this.#containers.has(node[span] ?? NONE);
  }

  /** A span that was cut off. */
  #cutRecord(row: number): SpanRecord {
    const record = spanRecordAt(this.trace, row);
    const duration = asMicros(Math.max(0, this.end - record.start));
    return { ...record, duration, status: 'cancelled', metadata: { ...record.metadata, ...INTERRUPTED } };
  }
}
