/**
 * From the columns of OTLP to executions: a trace is an execution. The attributes `workflow.*` that runs are exported with
 * give back nodes, attempts and phases; what traces of other programs become is said in `docs/formats/otlp.md`.
 */
import { isUuid } from '../ids.ts';
import { isJsonObject } from '../json.ts';
import { isFailure, type Status } from '../trace/status.ts';
import { NONE, type ExecutionInfo, type SpanKind, type Trace } from '../trace/trace.ts';
import { CALL } from './clock-skew.ts';
import {
  groupByTrace,
  MARK,
  otlpSpanIdAt,
  OTLP_KINDS,
  OTLP_STATUS,
  parentIdAt,
  traceIdAt,
  type OtlpSpans,
  type OtlpTraces,
} from './columns.ts';
import { nodeByConvention, runByConvention, type ConventionalRun } from './conventions.ts';
import { ExecutionSpan } from './execution-span.ts';
import { fieldsAt, Resources } from './resources.ts';
import { EMPTY_ROW, type Fields, type SpanNote } from './span-row.ts';
import { SpanTraceBuilder, type SpanSummary } from './span-trace.ts';
import { OtlpTexts } from './strings.ts';
import { Clocks, errorIn, executionIdOf, failureIn, markFailed, Processes, textIn, workflowOf } from './tags.ts';
import { EXECUTION_KIND, metadataIn, workflowSpanIn, type WorkflowNode, type WorkflowSpan } from './workflow-fields.ts';

export interface ExecutionsOptions {
  /**
   * Whether more spans may come. A trace whose root is missing is then running; otherwise what is missing will not come,
   * and its status is that of the spans that are there.
   */
  readonly isOpen?: boolean;
}

/** As many links to other traces are kept in the metadata of a span. */
const MAX_OUTER_LINKS = 32;

/** Reads the executions among spans, one at a time. */
export class OtlpExecutions {
  readonly traces: OtlpTraces;
  readonly #spans: OtlpSpans;
  readonly #texts: OtlpTexts;
  readonly #resources: Resources;

  constructor(spans: OtlpSpans) {
    this.#spans = spans;
    this.#texts = new OtlpTexts(spans.strings);
    this.#resources = new Resources(spans, this.#texts);
    this.traces = groupByTrace(spans);
  }

  get length(): number {
    return this.traces.length;
  }

  /** The trace id of an execution, as 32 hex digits. */
  traceIdAt(index: number): string {
    return traceIdAt(this.#spans, this.traces.rows[this.traces.offsets[index]]);
  }

  /** An execution as a trace. */
  at(index: number, { isOpen = false }: ExecutionsOptions = {}): Trace {
    const { offsets, rows } = this.traces;
    const own = rows.slice(offsets[index], offsets[index + 1]);
    return new ExecutionReader(this.#spans, this.#texts, this.#resources, own, isOpen).read();
  }
}

/** All executions among spans, in the order in which their first spans came. */
export function executionsOf(spans: OtlpSpans, options: ExecutionsOptions = {}): Trace[] {
  const executions = new OtlpExecutions(spans);
  return Array.from({ length: executions.length }, (_, index) => executions.at(index, options));
}

/** A span of the trace with what its attributes say. */
interface Reading {
  readonly row: number;
  readonly id: string;
  readonly parentId: string | null;
  readonly fields: Fields;
  readonly workflow: WorkflowSpan | null;
}

class ExecutionReader {
  readonly #spans: OtlpSpans;
  readonly #texts: OtlpTexts;
  readonly #resources: Resources;
  readonly #rows: Uint32Array;
  readonly #isOpen: boolean;
  readonly #traceId: string;
  readonly #builder = new SpanTraceBuilder({ repeated: 'last' });
  readonly #processes = new Processes();
  readonly #clocks = new Clocks();
  /** Ids of spans in OTLP that are others in the trace. */
  readonly #renamed = new Map<string, string>();
  /** The nodes by the id of their span, for finding what contains what. */
  readonly #nodeSpans = new Map<string, { readonly key: string; readonly iteration: number | null }>();
  readonly #parents = new Map<string, string | null>();
  readonly #taken = new Map<string, number>();
  readonly #resourceOf = new Map<string, number>();
  #execution: ExecutionSpan | null = null;
  #executionId: string | null = null;
  #workflow: string | null = null;

  constructor(spans: OtlpSpans, texts: OtlpTexts, resources: Resources, rows: Uint32Array, isOpen: boolean) {
    this.#spans = spans;
    this.#texts = texts;
    this.#resources = resources;
    this.#isOpen = isOpen;
    this.#traceId = traceIdAt(spans, rows[0] ?? 0);
    // So that what is numbered on the way is the same for every order in which spans come.
    this.#rows = rows.sort((a, b) => this.#compare(a, b));
  }

  read(): Trace {
    const readings = Array.from(this.#rows, (row) => this.#reading(row));
    this.#findExecution(readings);
    for (const { id, parentId, workflow } of readings) {
      if (workflow !== null && workflow.id !== null) this.#renamed.set(id, workflow.id);
      this.#parents.set(id, parentId);
    }
    for (const reading of readings) this.#noteNode(reading);
    for (const reading of readings) this.#add(reading);
    this.#execution?.addNodes(this.#builder);
    return this.#builder.finish((summary) => this.#describe(summary), this.#execution ?? {});
  }

  #compare(a: number, b: number): number {
    const { start, end, spanId, kind } = this.#spans;
    if (start[a] !== start[b]) return start[a] - start[b];
    // What runs is the longest.
    if (end[a] !== end[b]) return end[a] === 0 ? -1 : end[b] === 0 ? 1 : end[b] - end[a];
    for (let i = 0; i < 8; i++) {
      const order = spanId[8 * a + i] - spanId[8 * b + i];
      if (order !== 0) return order;
    }
    return kind[a] - kind[b];
  }

  #reading(row: number): Reading {
    const fields = fieldsAt(this.#spans.attributes, row, this.#texts);
    return {
      row,
      id: otlpSpanIdAt(this.#spans, row),
      parentId: parentIdAt(this.#spans, row),
      fields,
      workflow: workflowSpanIn(fields),
    };
  }

  /** The run that the trace is of: of several the first, as the others were started by it or by its caller. */
  #findExecution(readings: readonly Reading[]): void {
    const root = readings.find(({ workflow }) => workflow?.kind === EXECUTION_KIND);
    const any = root ?? readings.find(({ workflow }) => workflow !== null);
    this.#executionId = any?.workflow?.executionId ?? null;
    this.#workflow = any?.workflow?.workflow ?? null;
    if (root === undefined) return;
    const { start, end, statusMessage } = this.#spans;
    // The record that has ended is the one that counts.
    const last = readings.findLast(({ id, row }) => id === root.id && end[row] !== 0) ?? root;
    this.#execution = new ExecutionSpan({
      id: root.id,
      name: this.#texts.at(this.#spans.name[last.row]),
      start: start[last.row],
      end: end[last.row] === 0 ? null : end[last.row],
      fields: last.fields,
      message: this.#texts.at(statusMessage[last.row]),
      isInside: root.parentId !== null && readings.some(({ id }) => id === root.parentId),
      notes: this.#notes(last.row, true),
    });
  }

  #noteNode({ id, fields, workflow }: Reading): void {
    if (workflow !== null) {
      if (this.#isOwn(workflow) && workflow.kind === 'node' && workflow.node !== null) {
        const { key, iteration } = workflow.node;
        this.#nodeSpans.set(id, { key, iteration });
      }
      return;
    }
    const node = nodeByConvention(fields);
    if (node === null || this.#nodeSpans.has(id)) return;
    this.#nodeSpans.set(id, { key: node.key, iteration: this.#freeIteration(node.key, node.iteration) });
  }

  /** Of further instances of a node that do not say which they are, the next number. */
  #freeIteration(key: string, stated: number | null): number | null {
    const name = stated === null ? key : `${key}\u0000${stated}`;
    const times = this.#taken.get(name) ?? 0;
    this.#taken.set(name, times + 1);
    if (times === 0) return stated;
    return stated === null ? times : this.#freeIteration(key, stated + 1);
  }

  #isOwn({ executionId }: WorkflowSpan): boolean {
    return executionId === this.#executionId;
  }

  #add(reading: Reading): void {
    const { row, id, fields, workflow } = reading;
    const isOwn = workflow !== null && this.#isOwn(workflow);
    const isExecution = isOwn && workflow.kind === EXECUTION_KIND;
    if (isExecution && this.#execution?.id === id && !this.#execution.isInside) return;
    const node = isOwn && !isExecution ? this.#ownNode(reading, workflow) : this.#conventionalNode(reading);
    const { start, end, kind, marks, resource } = this.#spans;
    const process = this.#resources.at(resource[row]);
    this.#resourceOf.set(workflow?.id ?? id, resource[row]);
    const name = this.#texts.at(this.#spans.name[row]) || '(unnamed)';
    const isOpen = (marks[row] & MARK.noEnd) !== 0;
    const metadata = isOwn ? metadataIn(fields, name === 'http_request') : fields;
    const notes = this.#notes(row, isOwn);
    this.#addKind(metadata, row, isOwn && name === 'http_request');
    const status = this.#status(row, metadata, notes, isOwn ? workflow : null, node?.status ?? null);
    this.#builder.add({
      id: workflow?.id ?? id,
      parentId: this.#parentOf(reading),
      name,
      start: (marks[row] & MARK.noStart) === 0 ? start[row] : Number.NaN,
      end: isOpen ? Infinity : end[row],
      isOpen,
      call: kind[row],
      isShared: false,
      status: isOpen ? 'running' : status,
      track: isOwn
        ? workflow.track
        : this.#processes.trackOf(process.key, process.service, process.instance, process.fields),
      // What is written with its track has been read before, and its clocks were adjusted then.
      clock: isOwn && workflow.track !== null ? NONE : this.#clocks.numberOf(process.clock),
      kind: spanKindOf(isOwn ? workflow : null),
      nodeKey: node?.key ?? null,
      iteration: node?.iteration ?? null,
      flags: isOwn ? workflow.flags : 0,
      metadata,
      notes,
      links: this.#links(row, metadata),
    });
  }

  #parentOf({ parentId }: Reading): string | null {
    if (parentId === null || (parentId === this.#execution?.id && !this.#execution.isInside)) return null;
    // Of a run of which no span stands for the execution, the parent of the topmost is that span.
    return this.#renamed.get(parentId) ?? parentId;
  }

  /** Declares the node of a span of the run itself. */
  #ownNode({ id }: Reading, { kind, node, status }: WorkflowSpan): WorkflowNode | null {
    if (node === null || kind !== 'node') return node;
    const parent = node.parentKey === null ? this.#containerOf(id) : null;
    this.#builder.declare(
      {
        key: node.key,
        name: node.name ?? node.key,
        type: node.type ?? 'unknown',
        iteration: node.iteration,
        parentKey: node.parentKey ?? parent?.key ?? null,
        ...(node.parentKey === null && parent === null
          ? {}
          : { parentIteration: parent === null ? node.parentIteration : parent.iteration }),
        dependsOn: node.dependsOn,
      },
      node.status ?? status,
    );
    return node;
  }

  /** Declares the node that the attributes of another instrumentation tell of. */
  #conventionalNode({ id, fields, workflow }: Reading): Pick<WorkflowNode, 'key' | 'iteration' | 'status'> | null {
    const found = workflow === null ? nodeByConvention(fields) : null;
    const known = this.#nodeSpans.get(id);
    if (found === null || known === undefined) return null;
    const parent = this.#containerOf(id);
    const { key, iteration } = known;
    this.#builder.declare(
      {
        key,
        name: key,
        type: found.type,
        iteration,
        parentKey: parent?.key ?? null,
        ...(parent !== null && { parentIteration: parent.iteration }),
        dependsOn: [],
      },
      found.status,
    );
    return { key, iteration, status: found.status };
  }

  /** The node whose span is the nearest above; a node of several spans inside of each other is not inside of itself. */
  #containerOf(id: string): { readonly key: string; readonly iteration: number | null } | null {
    const seen = new Set<string>([id]);
    const own = this.#nodeSpans.get(id);
    for (let at = this.#parents.get(id) ?? null; at !== null && !seen.has(at); at = this.#parents.get(at) ?? null) {
      seen.add(at);
      const node = this.#nodeSpans.get(at);
      if (node !== undefined && (node.key !== own?.key || node.iteration !== own.iteration)) return node;
    }
    return null;
  }

  /** Notes what else OTLP says of a span on its metadata. */
  #addKind(metadata: Fields, row: number, isOwnRequest: boolean): void {
    const { kind, scope, scopes, traceState } = this.#spans;
    if (kind[row] > CALL.internal && !isOwnRequest) metadata['span.kind'] ??= OTLP_KINDS[kind[row]];
    const name = this.#texts.at(scopes.name[scope[row]]);
    if (name !== '' && !name.startsWith('@flowprof/')) metadata['otel.scope.name'] = name;
    const state = this.#texts.at(traceState[row]);
    if (state !== '') metadata['w3c.tracestate'] = state;
  }

  #status(
    row: number,
    metadata: Fields,
    notes: readonly SpanNote[],
    own: WorkflowSpan | null,
    stated: Status | null,
  ): Status {
    const message = textIn(this.#texts.at(this.#spans.statusMessage[row]));
    const isError = this.#spans.status[row] === OTLP_STATUS.error;
    if (own !== null) {
      const status = own.status ?? (isError ? 'failed' : 'completed');
      restoreError(metadata, this.#codeOf(row), message);
      return status;
    }
    const status = stated ?? (isError ? 'failed' : 'completed');
    if (isFailure(status) || isError) {
      const thrown = notes.find(({ type }) => type === 'error')?.metadata ?? null;
      markFailed(metadata, failureIn({ ...thrown, ...metadata }, true, message));
    } else if (message !== null) metadata['otel.status_description'] = message;
    return status;
  }

  /** `error.type` of a span of a run. */
  #codeOf(row: number): string | null {
    return textIn(fieldsAt(this.#spans.attributes, row, this.#texts)['error.type']);
  }

  #notes(row: number, isOwn: boolean): SpanNote[] {
    const { events } = this.#spans;
    const notes: SpanNote[] = [];
    for (let at = events.offsets[row]; at < events.offsets[row + 1]; at++) {
      const fields = fieldsAt(events.attributes, at, this.#texts);
      const label = this.#texts.at(events.name[at]) || 'event';
      const stated = textIn(fields['workflow.annotation.type']);
      const type = stated ?? (label === 'exception' || label === 'error' ? 'error' : 'log');
      const metadata = isOwn || stated !== null ? metadataIn(fields, false) : fields;
      notes.push({ time: events.time[at] || Number.NaN, label, type, metadata: hasAny(metadata) ? metadata : null });
    }
    return notes;
  }

  /** The ids of the spans of this trace that a span is linked to; those of others are noted on its metadata. */
  #links(row: number, metadata: Fields): readonly string[] {
    const { links } = this.#spans;
    if (links.offsets[row] === links.offsets[row + 1]) return EMPTY_ROW.links;
    const own: string[] = [];
    const outer: string[] = [];
    for (let at = links.offsets[row]; at < links.offsets[row + 1]; at++) {
      const id = otlpSpanIdAt(links, at);
      const trace = traceIdAt(links, at);
      if (trace === this.#traceId && this.#parents.has(id)) own.push(this.#renamed.get(id) ?? id);
      else if (outer.length < MAX_OUTER_LINKS) outer.push(`${trace}-${id}`);
    }
    if (outer.length > 0) metadata['links'] = outer;
    return own;
  }

  #describe(summary: SpanSummary): Partial<ExecutionInfo> {
    const attributes = this.#processes.describe();
    const id = this.#executionId !== null && isUuid(this.#executionId) ? this.#executionId.toLowerCase() : null;
    const common = {
      id: id ?? executionIdOf(this.#traceId),
      externalId: this.#traceId,
      sourceFormat: 'otlp',
      eventCount: this.#rows.length,
      attributes,
    };
    if (this.#execution !== null) return { ...common, ...this.#execution.describe(this.#workflow) };
    return { ...common, ...this.#describeSpans(summary) };
  }

  /** What an execution is called, and how it stands, that no span of a run stands for. */
  #describeSpans({ root, isOrphan, isRunning }: SpanSummary): Partial<ExecutionInfo> {
    const waits = this.#isOpen && (root === null || isOrphan || this.#executionId !== null);
    const running = waits || isRunning ? ({ status: 'running', endedAt: null, recordedDuration: null } as const) : {};
    const resource = root === null ? undefined : this.#resourceOf.get(root.id);
    const { fields = {}, service = '' } = resource === undefined ? {} : this.#resources.at(resource);
    if (root === null) return { ...running, name: this.#traceId };
    const run: ConventionalRun | null = runByConvention(root.metadata, fields);
    const workflow = this.#workflow ?? run?.workflow ?? workflowOf(service === '' ? null : service, root.name);
    return {
      name: this.#workflow ?? root.name,
      workflow,
      error: errorIn(root.metadata),
      ...(run !== null && run.externalId !== null && { name: run.externalId }),
      ...(run !== null && run.status !== null && { status: run.status }),
      ...running,
    };
  }
}

/** The kind of a span: of a run as it says, of anything else as that of a node. */
function spanKindOf(own: WorkflowSpan | null): SpanKind {
  if (own === null) return 'node';
  return own.kind === EXECUTION_KIND ? 'system' : own.kind;
}

function hasAny(fields: Fields): boolean {
  for (const _ in fields) return true;
  return false;
}

/** Puts the error of a span of a run together again from its attributes and its status. */
function restoreError(metadata: Fields, code: string | null, message: string | null): void {
  const { error } = metadata;
  if (code === null) return;
  const rest = isJsonObject(error) ? error : {};
  metadata['error'] = { code, message: textIn(rest['message']) ?? message ?? code, ...rest };
}
