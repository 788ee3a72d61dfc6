/**
 * Writes traces as OTLP in JSON (`TracesData`), with the attributes by which running executions are exported too
 * (`docs/formats/otlp-out.md`). What OTLP has no place for stands as JSON in attributes of the span of the execution.
 */
import { isUuid, traceIdOf } from '../../ids.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { Attributes } from '../../otlp/attributes.ts';
import { EXECUTION_JSON } from '../../otlp/execution-span.ts';
import { errorIn } from '../../otlp/tags.ts';
import {
  addCommon,
  addMetadata,
  addNode,
  eventOf,
  rootSpanId,
  spanOf,
  type OtlpEvent,
  type OtlpLink,
  type OtlpSpan,
  type RunIdentity,
} from '../../otlp/workflow-span.ts';
import { instanceKey } from '../../trace/builder.ts';
import { statusOf } from '../../trace/status.ts';
import { NONE, OPEN, spanIdAt, spanKindAt, spanNameAt, type Trace } from '../../trace/trace.ts';
import { asMicros, toEpochMicros, ZERO, type EpochMicros, type Micros } from '../../units.ts';
import { executionToJson, warningsToJson } from '../execution-json.ts';
import { TextSink } from '../text-sink.ts';
import { hexHash } from './hex-hash.ts';

/** The instrumentation scope of what is written. */
const SCOPE = { name: '@flowprof/model' } as const;

/** Sources whose tracks are services and whose metadata has the names of conventions already. */
const SPAN_SOURCES: ReadonlySet<string> = new Set(['jaeger', 'zipkin', 'otlp']);

/** When executions begin that do not say when: a moment that readers take for one, in 2001. */
const SOME_DAY = toEpochMicros(1e15);

/** The trace id of an execution: its id, or that of its source, or else one that is made of what is known of it. */
function traceIdFor({ id, externalId, name, startedAt }: Trace['execution']): string {
  if (id !== null && isUuid(id) && !/^[0-]+$/.test(id)) return traceIdOf(id);
  const hex = externalId?.toLowerCase() ?? '';
  if (/^[0-9a-f]{1,32}$/.test(hex) && !/^0+$/.test(hex)) return hex.padStart(32, '0');
  return hexHash(`${externalId ?? ''}\n${name}\n${startedAt ?? ''}`, 32);
}

/** The ids of OTLP for the spans of a trace: 8 bytes, which those of other sources need not be. */
function spanIdsFor({ spans }: Trace, root: string): string[] {
  const taken = new Set([root]);
  const ids: string[] = [];
  for (let row = 0; row < spans.length; row++) {
    const id = spanIdAt(spans.ids, row);
    let hex = /^[0-9a-f]{16}$/.test(id) && !/^0+$/.test(id) ? id : hexHash(id, 16);
    for (let n = 1; taken.has(hex); n++) hex = hexHash(`${id}\n${n}`, 16);
    taken.add(hex);
    ids.push(hex);
  }
  return ids;
}

/** What a node depends on. */
interface Dependencies {
  readonly keys: readonly string[];
  /** Of each the iteration, or `NONE`; null where it follows from that of the node. */
  readonly iterations: readonly number[] | null;
}

/** What stands around the spans of one resource. */
interface Group {
  readonly resource: JsonObject;
  readonly spans: OtlpSpan[];
}

class TraceWriter {
  readonly #trace: Trace;
  readonly #isSpanSource: boolean;
  readonly #traceId: string;
  readonly #rootId: string;
  readonly #ids: readonly string[];
  readonly #startedAt: EpochMicros;
  readonly #identity: RunIdentity;
  readonly #events = new Map<number, OtlpEvent[]>();
  readonly #links = new Map<number, OtlpLink[]>();

  constructor(trace: Trace) {
    const { execution } = trace;
    this.#trace = trace;
    this.#isSpanSource = SPAN_SOURCES.has(execution.sourceFormat);
    this.#traceId = traceIdFor(execution);
    const hex = this.#traceId;
    const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    // Apart from the spans of the trace, of which one may have the id that a run's own span would have.
    this.#rootId = this.#isSpanSource ? hexHash(`${uuid}\nexecution`, 16) : rootSpanId(uuid);
    this.#ids = spanIdsFor(trace, this.#rootId);
    this.#startedAt = execution.startedAt !== null && execution.startedAt > 0 ? execution.startedAt : SOME_DAY;
    this.#identity = { executionId: execution.id ?? uuid, workflow: execution.workflow ?? execution.name };
    this.#gather();
  }

  /** The spans by what they came from: those of services apart, as their viewers expect them. */
  groups(): Group[] {
    const { spans, execution } = this.#trace;
    const own: Group = { resource: { 'service.name': 'flowprof' }, spans: [this.#root()] };
    const byTrack = new Map<number, Group>();
    const processes = execution.attributes['processes'];
    for (let row = 0; row < spans.length; row++) {
      const track = this.#isSpanSource && spans.track !== null ? spans.track[row] : NONE;
      let group = track === NONE ? own : byTrack.get(track);
      if (group === undefined) {
        const name = spans.tracks[track];
        const known = isJsonObject(processes) ? processes[name] : undefined;
        group = { resource: { 'service.name': name, ...(isJsonObject(known) && known) }, spans: [] };
        byTrack.set(track, group);
      }
      group.spans.push(this.#span(row));
    }
    return [own, ...byTrack.values()];
  }

  /** Sorts annotations and links by their spans. */
  #gather(): void {
    const { annotations, links } = this.#trace;
    for (let row = 0; row < annotations.length; row++) {
      const annotation = {
        time: asMicros(annotations.time[row]),
        label: annotations.label[row],
        type: annotations.type[row],
        metadata: annotations.metadata.get(row) ?? null,
      };
      const event = eventOf(annotation, this.#startedAt, new Attributes('file'));
      push(this.#events, annotations.span[row], event);
    }
    for (const [i, from] of links.from.entries()) {
      push(this.#links, links.to[i], { traceId: this.#traceId, spanId: this.#ids[from] });
    }
  }

  #span(row: number): OtlpSpan {
    const { spans, nodes } = this.#trace;
    const kind = spanKindAt(spans, row);
    const name = spanNameAt(spans, row);
    const status = statusOf(spans.status[row]);
    const metadata = spans.metadata.get(row) ?? null;
    const error = errorIn(metadata);
    const attributes = addCommon(new Attributes('file'), this.#identity, kind, status, error);
    if (kind === 'phase') attributes.add('workflow.phase', name);
    const track = spans.track === null ? NONE : spans.track[row];
    if (track !== NONE) attributes.add('workflow.track', spans.tracks[track]);
    if (spans.flags[row] !== 0) attributes.add('workflow.flags', spans.flags[row]);
    const id = spanIdAt(spans.ids, row);
    if (id !== this.#ids[row]) attributes.add('workflow.span.id', id);
    const node = spans.node[row];
    if (node !== NONE) {
      this.#addNode(attributes, node, kind);
      if (kind === 'node' && nodes.status[node] !== spans.status[row]) {
        attributes.add('workflow.node.status', statusOf(nodes.status[node]));
      }
    }
    addMetadata(attributes, { name, metadata, status }, !this.#isSpanSource);
    const parent = spans.parent[row];
    const start = asMicros(spans.start[row]);
    const end = spans.duration[row] === OPEN ? null : asMicros(start + spans.duration[row]);
    const events = this.#events.get(row);
    const placed = {
      traceId: this.#traceId,
      parentId: parent === NONE ? this.#rootId : this.#ids[parent],
      remoteParent: false,
      startedAt: this.#startedAt,
      noted: events && { events, dropped: 0 },
      links: this.#links.get(row) ?? [],
    };
    return spanOf({ id: this.#ids[row], name, start, status, metadata }, end, placed, error, attributes);
  }

  #addNode(attributes: Attributes, row: number, kind: ReturnType<typeof spanKindAt>): void {
    const { nodes } = this.#trace;
    const iteration = nodes.iteration[row] === NONE ? null : nodes.iteration[row];
    const { keys, iterations } = this.#dependencies(row);
    const node = { name: nodes.name[row], type: nodes.type[row], dependsOn: keys };
    addNode(attributes, nodes.key[row], iteration, node, kind);
    if (kind === 'node' && iterations !== null) attributes.add('workflow.node.depends_on_iterations', iterations);
    const parent = nodes.parent[row];
    if (kind !== 'node' || parent === NONE) return;
    attributes.add('workflow.node.parent', nodes.key[parent]);
    if (nodes.iteration[parent] !== NONE) attributes.add('workflow.node.parent_iteration', nodes.iteration[parent]);
  }

  /** What a node depends on: keys, or instances where those would be taken for others of the same key. */
  #dependencies(row: number): Dependencies {
    const { key, iteration, deps, depOffsets } = this.#trace.nodes;
    const rows = deps.subarray(depOffsets[row], depOffsets[row + 1]);
    const isPlain = rows.every((dep) => iteration[dep] === NONE || iteration[dep] === iteration[row]);
    const keys = Array.from(rows, (dep) => key[dep]);
    return isPlain
      ? { keys: [...new Set(keys)], iterations: null }
      : { keys, iterations: Array.from(rows, (dep) => iteration[dep]) };
  }

  /** The span that stands for the execution. */
  #root(): OtlpSpan {
    const { execution, warnings } = this.#trace;
    const { status, error, concurrency } = execution;
    const attributes = addCommon(new Attributes('file'), this.#identity, 'execution', status, error);
    attributes.add('workflow.concurrency', concurrency).add('workflow.failed_node', error?.nodeKey);
    attributes.add(EXECUTION_JSON.info, JSON.stringify(executionToJson(execution)));
    const without = this.#nodesWithoutSpan();
    if (without.length > 0) attributes.add(EXECUTION_JSON.nodes, JSON.stringify(without));
    if (warnings.length > 0) attributes.add(EXECUTION_JSON.warnings, JSON.stringify(warningsToJson(warnings)));
    const placed = {
      traceId: this.#traceId,
      parentId: null,
      remoteParent: false,
      startedAt: this.#startedAt,
      noted: { events: this.#events.get(NONE) ?? [], dropped: 0 },
    };
    const name = execution.name;
    return spanOf(
      { id: this.#rootId, name, start: ZERO, status, metadata: null },
      this.#end(),
      placed,
      error,
      attributes,
    );
  }

  /** When the execution ended: as it says, or else with its last span; null while it runs. */
  #end(): Micros | null {
    const { execution, spans } = this.#trace;
    if (execution.status === 'running' || execution.status === 'pending') return null;
    if (execution.startedAt !== null && execution.endedAt !== null && execution.endedAt >= execution.startedAt) {
      return asMicros(execution.endedAt - execution.startedAt);
    }
    let last = execution.recordedDuration ?? 0;
    for (let row = 0; row < spans.length; row++) last = Math.max(last, spans.start[row] + spans.duration[row]);
    return asMicros(last);
  }

  /** The nodes that no span tells of, because they have never run. */
  #nodesWithoutSpan(): JsonObject[] {
    const { nodes, spans } = this.#trace;
    const told = new Uint8Array(nodes.length);
    for (let row = 0; row < spans.length; row++) {
      if (spans.node[row] !== NONE && spanKindAt(spans, row) === 'node') told[spans.node[row]] = 1;
    }
    const without: JsonObject[] = [];
    for (let row = 0; row < nodes.length; row++) {
      if (told[row] === 1) continue;
      const parent = nodes.parent[row];
      const iterationOf = (node: number): JsonValue => (nodes.iteration[node] === NONE ? null : nodes.iteration[node]);
      without.push({
        id: nodes.key[row],
        name: nodes.name[row],
        type: nodes.type[row],
        iteration: iterationOf(row),
        status: statusOf(nodes.status[row]),
        depends_on: instancesOf(this.#dependencies(row)),
        ...(parent !== NONE && { parent: nodes.key[parent], parent_iteration: iterationOf(parent) }),
      });
    }
    return without;
  }
}

/** Dependencies as `NodeDeclaration` has them. */
function instancesOf({ keys, iterations }: Dependencies): readonly string[] {
  if (iterations === null) return keys;
  return keys.map((key, i) => instanceKey(key, iterations[i] === NONE ? null : iterations[i]));
}

function push<T>(lists: Map<number, T[]>, row: number, item: T): void {
  const list = lists.get(row);
  if (list === undefined) lists.set(row, [item]);
  else list.push(item);
}

function resourceJson(resource: JsonObject): string {
  const attributes = new Attributes();
  for (const [key, value] of Object.entries(resource)) attributes.add(key, value);
  return JSON.stringify({ attributes: attributes.list });
}

/** Writes traces into one document, each span on a line of its own. */
export function writeOtlpFiles(traces: readonly Trace[]): Uint8Array {
  const sink = new TextSink();
  sink.add('{"resourceSpans":[');
  let separator = '\n';
  for (const trace of traces) {
    for (const { resource, spans } of new TraceWriter(trace).groups()) {
      sink.add(
        `${separator}{"resource":${resourceJson(resource)},"scopeSpans":[{"scope":${JSON.stringify(SCOPE)},"spans":[`,
      );
      separator = ',\n';
      for (const [i, span] of spans.entries()) sink.add(`${i > 0 ? ',' : ''}\n${JSON.stringify(span)}`);
      sink.add(']}]}');
    }
  }
  sink.add(']}\n');
  return sink.finish();
}

/** Writes one trace. */
export function writeOtlp(trace: Trace): Uint8Array {
  return writeOtlpFiles([trace]);
}
