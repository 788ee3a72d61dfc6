/**
 * The trace of a run of one of our own workflow files, as it would be had it run in process: its nodes and spans as the
 * engine recorded them in the workflow, and in each node that was an activity the attempts at that, as Temporal, its
 * worker and its own record tell of them. What the engine did not record yet is taken from the history.
 */
import type { JsonObject } from '../../json.ts';
import { TraceAssembler } from '../../trace/assemble.ts';
import { instanceKey } from '../../trace/builder.ts';
import type { AnnotationRecord, NodeDeclaration, SpanRecord } from '../../trace/events.ts';
import { spanRecordAt } from '../../trace/replay.ts';
import { KIND, NONE, spanIdAt, type Trace } from '../../trace/trace.ts';
import { asMicros, since, type EpochMicros, type Micros } from '../../units.ts';
import { objectAt } from './fields.ts';
import type { OwnActivity, OwnAttempt, OwnNotes } from './own-notes.ts';

/** By so much the worker's clock may differ before it is taken to be off. */
const TOLERANCE = 3000;

function clampTo(time: number, from: number, to: number | null): Micros {
  if (time < from) return asMicros(from);
  return asMicros(to !== null && time > to ? to : time);
}

/** A record of a span moved, and kept within another. */
function moved(span: SpanRecord, by: number, from: number, to: number | null): SpanRecord {
  const start = clampTo(span.start + by, from, to);
  const end = span.duration === null ? null : clampTo(span.start + by + span.duration, from, to);
  const duration = end === null ? (to === null ? null : asMicros(to - start)) : asMicros(Math.max(0, end - start));
  return { ...span, start, duration };
}

/** Whether the policy of a node allows one attempt only. */
function isOnlyTry(metadata: JsonObject | null): boolean {
  const retry = objectAt(metadata, 'retry');
  return retry?.['max_attempts'] === 1 || retry?.['policy'] === 'none';
}

/** Makes the trace. */
class OwnRun {
  readonly #drawn: Trace;
  readonly #notes: OwnNotes;
  readonly #base: EpochMicros;
  readonly #assembler: TraceAssembler;
  /** What the engine recorded, by what they are of. */
  readonly #declared = new Map<string, NodeDeclaration>();
  readonly #nodeSpans = new Map<string, SpanRecord>();
  /** The rows below each row, in their order. */
  readonly #below = new Map<number, number[]>();
  /** The rows that are taken over, with the ids that they have here. */
  readonly #ids = new Map<number, string>();

  /** The spans of nodes of which an activity was seen: one whose worker was lost has several. */
  readonly #begun = new Set<string>();

  constructor(drawn: Trace, notes: OwnNotes, base: EpochMicros) {
    this.#drawn = drawn;
    this.#notes = notes;
    this.#base = base;
    this.#assembler = new TraceAssembler(drawn.execution);
    for (let row = 0; row < drawn.spans.length; row++) {
      const up = drawn.spans.parent[row];
      const known = this.#below.get(up);
      if (known === undefined) this.#below.set(up, [row]);
      else known.push(row);
    }
  }

  run(): Trace {
    for (const note of this.#notes.notes) this.#takeNote(note);
    const { spans, nodes, warnings } = this.#drawn;
    for (let node = 0; node < nodes.length; node++) {
      const row = nodes.span[node];
      if (row === NONE) continue;
      const activity = this.#notes.activities.get(spanIdAt(spans.ids, row));
      if (activity !== undefined) this.#takeActivity(row, activity);
      // What the engine itself took is no node.
      else if (nodes.type[node] === 'workflow_task') this.#takeTree(row, null, null);
    }
    for (const row of this.#below.get(NONE) ?? []) {
      // What belongs to no node: the delay before the start, and what others recorded.
      if (spans.node[row] === NONE) this.#takeTree(row, null, null);
    }
    this.#takeAnnotations();
    for (const { code, example, count } of warnings) this.#assembler.apply({ type: 'warning', code, example, count });
    if (this.#notes.left > 0) this.#assembler.warn('left_out', 'what the engine recorded', this.#notes.left);
    return this.#assembler.finish();
  }

  #takeNote({ startedAt, events }: OwnAttempt): void {
    const by = since(this.#base, startedAt);
    for (const event of events) {
      if (event.type === 'node_declared') {
        this.#declared.set(instanceKey(event.node.key, event.node.iteration), event.node);
        this.#assembler.apply(event);
      } else if (event.type === 'node_state') {
        this.#assembler.apply({ ...event, state: { ...event.state, at: asMicros(event.state.at + by) } });
      } else if (event.type === 'span') {
        const span = { ...event.span, start: asMicros(event.span.start + by) };
        this.#assembler.addSpan(span);
        if (span.kind === 'node' && span.nodeKey !== null)
          this.#nodeSpans.set(instanceKey(span.nodeKey, span.iteration), span);
      } else if (event.type === 'annotation') {
        const { annotation } = event;
        this.#assembler.addAnnotation({ ...annotation, time: asMicros(annotation.time + by) });
      }
    }
  }

  /** Draws an activity in the node that it is. */
  #takeActivity(row: number, activity: OwnActivity): void {
    const { node } = activity;
    const place = { nodeKey: node.key, iteration: node.iteration };
    const id = instanceKey(node.key, node.iteration);
    const { spans } = this.#drawn;
    if (!this.#declared.has(id)) {
      const declaration = { ...node, parentKey: null, dependsOn: [] };
      this.#declared.set(id, declaration);
      this.#assembler.addNode(declaration);
    }
    const drawn = spanRecordAt(this.#drawn, row);
    const around = this.#around(drawn, activity);
    this.#nodeSpans.set(id, around);
    this.#assembler.addSpan(around);
    this.#assembler.addNodeState({ ...place, status: around.status });
    this.#ids.set(row, around.id);
    this.#takeDispatch(drawn, around);
    const end = around.duration === null ? null : around.start + around.duration;
    const number = Math.max(0, ...(this.#below.get(row) ?? []).map((below) => this.#attemptAt(below)));
    for (const below of this.#below.get(row) ?? []) {
      const attempt = this.#attemptAt(below);
      const isLoneExecute = spans.kind[below] === KIND.phase && spanRecordAt(this.#drawn, below).name === 'execute';
      const told =
        isLoneExecute || attempt === number ? activity.last : attempt === number - 1 ? activity.before : null;
      const bounds = { from: around.start, to: end };
      if ((attempt > 0 || isLoneExecute) && told !== null) this.#takeAttempt(below, told, around, bounds);
      else this.#takeTree(below, around, bounds);
    }
  }

  /** Until the workflow task ends that found a node ready, Temporal does not know of it. */
  #takeDispatch(drawn: SpanRecord, node: SpanRecord): void {
    const duration = asMicros(drawn.start - node.start);
    if (duration <= 0 || this.#begun.has(node.id)) return;
    this.#begun.add(node.id);
    const { nodeKey, iteration, start } = node;
    const span = { id: `${drawn.id}.dispatch`, parentId: node.id, nodeKey, iteration, start, duration, track: null };
    const metadata = { cause: 'dispatch' };
    this.#assembler.addSpan({ ...span, kind: 'phase', name: 'queue_wait', status: 'completed', metadata });
  }

  #attemptAt(row: number): number {
    const { spans } = this.#drawn;
    const number = spans.kind[row] === KIND.attempt ? spans.metadata.get(row)?.['attempt'] : 0;
    return typeof number === 'number' ? number : 0;
  }

  /** The span of the node: as the engine recorded it, and what Temporal knows of it besides. */
  #around(drawn: SpanRecord, { node, input, output }: OwnActivity): SpanRecord {
    const known = this.#nodeSpans.get(instanceKey(node.key, node.iteration));
    const { input: _, output: __, ...rest } = drawn.metadata ?? {};
    const payloads = { ...(input !== undefined && { input }), ...(output !== undefined && { output }) };
    const retry = { ...objectAt(rest, 'retry'), ...objectAt(known?.metadata ?? null, 'retry') };
    const metadata: JsonObject = { ...rest, ...payloads, ...known?.metadata, retry };
    if (known !== undefined && known.duration !== null) return { ...known, metadata };
    const begun = known === undefined ? drawn.start : asMicros(Math.min(known.start, drawn.start));
    return {
      ...drawn,
      id: known?.id ?? drawn.id,
      parentId: known?.parentId ?? null,
      name: node.name,
      nodeKey: node.key,
      iteration: node.iteration,
      start: begun,
      metadata,
    };
  }

  /** Draws an attempt with what it recorded itself in place of the one phase that Temporal knows of. */
  #takeAttempt(
    row: number,
    told: OwnAttempt,
    node: SpanRecord,
    bounds: { readonly from: number; readonly to: number | null },
  ): void {
    const drawn = moved(spanRecordAt(this.#drawn, row), 0, bounds.from, bounds.to);
    const spans = told.events.flatMap((event) => (event.type === 'span' ? [event.span] : []));
    const first = spans.find(({ kind }) => kind === 'attempt');
    const isPhase = drawn.kind === 'phase';
    // In process an attempt is a span of its own only where there can be several.
    const isOnly = isOnlyTry(node.metadata);
    const id = isOnly ? node.id : isPhase ? `${drawn.id}.attempt` : drawn.id;
    const number = isPhase ? { attempt: 1 } : null;
    const place = { nodeKey: node.nodeKey, iteration: node.iteration };
    const attempt: SpanRecord = {
      ...drawn,
      ...place,
      id,
      kind: 'attempt',
      name: isPhase ? 'attempt 1' : drawn.name,
      parentId: node.id,
      status: isPhase ? node.status : drawn.status,
      metadata: { ...number, ...first?.metadata, ...drawn.metadata },
    };
    if (!isOnly) this.#assembler.addSpan(attempt);
    this.#ids.set(row, id);
    const to = attempt.duration === null ? null : attempt.start + attempt.duration;
    const own = since(this.#base, told.startedAt);
    const isOff = own < attempt.start - TOLERANCE || (to !== null && own > to + TOLERANCE);
    const by = isOff ? attempt.start : own;
    const within: ReadonlySet<string> = new Set(spans.map((span) => span.id));
    for (const span of spans) {
      if (span === first) continue;
      const isBelow = span.parentId !== null && span.parentId !== first?.id && within.has(span.parentId);
      const parentId = isBelow ? span.parentId : id;
      this.#assembler.addSpan({ ...moved(span, by, attempt.start, to), ...place, parentId });
    }
    for (const event of told.events) {
      if (event.type !== 'annotation') continue;
      const { annotation } = event;
      const spanId = annotation.spanId !== null && within.has(annotation.spanId) && annotation.spanId !== first?.id;
      const time = clampTo(annotation.time + by, attempt.start, to);
      this.#assembler.addAnnotation({ ...annotation, spanId: spanId ? annotation.spanId : id, time });
    }
    // What else is below the attempt was recorded by others; its phase is told better by what it recorded.
    const inside = isPhase ? [row] : (this.#below.get(row) ?? []);
    for (const phase of inside) {
      this.#ids.set(phase, id);
      for (const other of this.#below.get(phase) ?? []) this.#takeTree(other, attempt, { from: attempt.start, to });
    }
  }

  /** Takes a span over with all that is below it. */
  #takeTree(
    root: number,
    around: SpanRecord | null,
    bounds: { readonly from: number; readonly to: number | null } | null,
  ): void {
    const open: [row: number, parentId: string | null][] = [[root, around?.id ?? null]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [row, parentId] = next;
      const record = spanRecordAt(this.#drawn, row);
      const place = { nodeKey: around?.nodeKey ?? null, iteration: around?.iteration ?? null };
      const span = bounds === null ? record : moved(record, 0, bounds.from, bounds.to);
      this.#assembler.addSpan({ ...span, ...place, parentId });
      this.#ids.set(row, span.id);
      for (const below of this.#below.get(row) ?? []) open.push([below, span.id]);
    }
  }

  /** Takes over the instants of what was taken over, and those of the run. */
  #takeAnnotations(): void {
    const { annotations } = this.#drawn;
    for (let i = 0; i < annotations.length; i++) {
      const row = annotations.span[i];
      const spanId = row === NONE ? null : (this.#ids.get(row) ?? null);
      if ((row !== NONE && spanId === null) || annotations.type[i] === 'marker') continue;
      const annotation: AnnotationRecord = {
        spanId,
        time: asMicros(annotations.time[i]),
        label: annotations.label[i],
        type: annotations.type[i],
        metadata: annotations.metadata.get(i) ?? null,
      };
      this.#assembler.addAnnotation(annotation);
    }
  }
}

/**
 * The trace of a run of a workflow file.
 * @param drawn the trace of its history as of any other
 */
export function traceOfOwnRun(drawn: Trace, notes: OwnNotes, base: EpochMicros): Trace {
  return new OwnRun(drawn, notes, base).run();
}
