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
  /** The spans of leaves that were cut off. */
  readonly #cutLeaves = new Set<number>();
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
      if (duration !== OPEN) {
        spans.close(row, asMicros(start + duration), statusOf(from.status[row] ?? 0));
        if (kind === 'node' && this.#isCut(row) && !this.#isContainer(row)) this.#cutLeaves.add(row);
      } else if (this.#isContainer(row)) this.#goingOn.add(row);
      else {
        this.#cut(spans, row);
        if (kind === 'node') this.#cutLeaves.add(row);
      }
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
    return asMicros(this.#isCut(span) ? 0 : (start[span] ?? 0) + (duration[span] ?? 0));
  }

  /** Ends the span of a leaf that was cut off, and all that was open in it, not before what had ended in it; gives their records. */
  *settle(spans: SpanTableBuilder, span: number, end: Micros, status: Status): Iterable<SpanRecord> {
    const { start, duration, node } = this.trace.spans;
    if (!this.#cutLeaves.delete(span)) return;
    const cut: number[] = [];
    let last: number = end;
    for (let row = 0; row < duration.length; row++) {
      if (node[row] !== node[span] || !this.#isIn(row, span)) continue;
      if (this.#isCut(row)) cut.push(row);
      else last = Math.max(last, (start[row] ?? 0) + (duration[row] ?? 0));
    }
    for (const row of cut) {
      const record = spanRecordAt(this.trace, row);
      const { interrupted: _, ...rest } = record.metadata ?? {};
      const metadata = Object.keys(rest).length === 0 ? null : rest;
      spans.reopen(row, metadata);
      spans.close(row, asMicros(last), status);
      yield { ...record, duration: asMicros(Math.max(0, last - record.start)), status, metadata };
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

  /**
   * What was cut off in leaves whose last phase had ended: they waited to be told of or committed. Gives their spans, the
   * rows of their nodes now, and from when to when they waited.
   */
  *cutWaits(): Iterable<{ readonly span: number; readonly node: number; readonly from: Micros; readonly to: Micros }> {
    if (this.#cutLeaves.size === 0) return;
    const { start, duration, parent, node } = this.trace.spans;
    const endOf = (row: number): number =>
      duration[row] === OPEN ? this.end : (start[row] ?? 0) + (duration[row] ?? 0);
    const last = new Map<number, number>();
    for (let row = 0; row < duration.length; row++) {
      const above = parent[row] ?? NONE;
      if (!this.#cutLeaves.has(above)) continue;
      last.set(above, Math.max(last.get(above) ?? 0, endOf(row)));
    }
    for (const [span, from] of last) {
      const to = asMicros(endOf(span));
      if (from < to) yield { span, node: this.#newRows[node[span] ?? NONE] ?? NONE, from: asMicros(from), to };
    }
  }

  /** Opens the span of a container again, and gives its record. One that had ended is done once more. */
  goOn(spans: SpanTableBuilder, row: number): SpanRecord {
    this.#goingOn.delete(row);
    const { error: _, ...metadata } = this.trace.spans.metadata.get(row) ?? {};
    const kept = Object.keys(metadata).length === 0 ? null : metadata;
    spans.reopen(row, kept);
    return { ...spanRecordAt(this.trace, row), duration: null, status: 'running', metadata: kept };
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

  /** Whether a span is another or inside of it. The parents of a trace form no cycle. */
  #isIn(row: number, span: number): boolean {
    const { parent } = this.trace.spans;
    let at = row;
    while (at !== NONE && at !== span) at = parent[at] ?? NONE;
    return at === span;
  }

  /** Whether a span had not ended when its run was cut off, this time or before. */
  #isCut(row: number): boolean {
    const { duration, metadata } = this.trace.spans;
    return duration[row] === OPEN || metadata.get(row)?.['interrupted'] === true;
  }

  #cut(spans: SpanTableBuilder, row: number): void {
    spans.close(row, this.#cutEnd(row), 'cancelled');
    spans.annotateSpan(row, INTERRUPTED);
  }

  /** Where a span is cut off: where the trace ends, or what it is in had ended, as far as that is known. */
  #cutEnd(row: number): Micros {
    const { start, duration, parent } = this.trace.spans;
    let end: number = this.end;
    for (let at = parent[row] ?? NONE; at !== NONE; at = parent[at] ?? NONE) {
      if (!this.#isCut(at)) end = Math.min(end, (start[at] ?? 0) + (duration[at] ?? 0));
    }
    return asMicros(Math.max(end, start[row] ?? 0));
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
    const duration = asMicros(this.#cutEnd(row) - record.start);
    return { ...record, duration, status: 'cancelled', metadata: { ...record.metadata, ...INTERRUPTED } };
  }
}
