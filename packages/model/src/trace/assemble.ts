import { after, asMicros } from '../units.ts';
import { AnnotationTableBuilder, instanceKey, NodeTableBuilder, SpanTableBuilder } from './builder.ts';
import type { AnnotationRecord, NodeDeclaration, NodeStateRecord, SpanRecord, TraceEvent } from './events.ts';
import { isTerminal, type Status } from './status.ts';
import {
  EMPTY_EXECUTION,
  FLAG,
  NO_LINKS,
  NONE,
  spanIdAt,
  type ExecutionInfo,
  type SpanTable,
  type Trace,
} from './trace.ts';
import { cutParentCycles, flagOutsideParent } from './tree.ts';
import { isWarningCode, WarningCounter, type WarningCode } from './warnings.ts';

type NodeStatus = Pick<NodeStateRecord, 'nodeKey' | 'iteration' | 'status'>;

/** How far a state is: pending, running, final. */
function progressOf(status: Status): number {
  if (isTerminal(status)) return 2;
  return status === 'running' ? 1 : 0;
}

/**
 * Collects flat records of one execution, in any order and any number of times, and makes the trace of them: parents
 * may be missing, come later or form a cycle. What had to be mended is a warning.
 */
export class TraceAssembler {
  #info: ExecutionInfo;
  readonly #nodes = new Map<string, NodeDeclaration>();
  readonly #states = new Map<string, NodeStatus>();
  readonly #spans = new Map<string, SpanRecord>();
  /** By their content, so that one that is delivered twice counts once. */
  readonly #annotations = new Map<string, AnnotationRecord>();
  readonly #warnings = new WarningCounter();

  constructor(info: Partial<ExecutionInfo> = {}) {
    this.#info = { ...EMPTY_EXECUTION, ...info };
  }

  /** Adds to what is known of the execution itself. */
  describe(info: Partial<ExecutionInfo>): void {
    this.#info = { ...this.#info, ...info };
  }

  addNode(node: NodeDeclaration): void {
    this.#nodes.set(instanceKey(node.key, node.iteration), node);
  }

  /** Takes the state of a node; an earlier one that comes late changes nothing. */
  addNodeState(state: NodeStatus): void {
    const id = instanceKey(state.nodeKey, state.iteration);
    const known = this.#states.get(id);
    if (known === undefined || progressOf(state.status) >= progressOf(known.status)) this.#states.set(id, state);
  }

  /** Adds a span. A record that still runs never replaces one of the same id that has ended. */
  addSpan(span: SpanRecord): void {
    const known = this.#spans.get(span.id);
    if (known && known.duration !== null && span.duration === null) return;
    this.#spans.set(span.id, span);
  }

  addAnnotation(annotation: AnnotationRecord): void {
    this.#annotations.set(JSON.stringify(annotation), annotation);
  }

  warn(code: WarningCode, example: string, count = 1): void {
    this.#warnings.add(code, example, count);
  }

  /** Takes one event of a stream. */
  apply(event: TraceEvent): void {
    switch (event.type) {
      case 'execution_started':
        this.describe({ ...event.info, id: event.executionId, startedAt: event.startedAt });
        if (!isTerminal(this.#info.status)) this.describe({ status: 'running' });
        return;
      case 'node_declared':
        return this.addNode(event.node);
      case 'node_state':
        return this.addNodeState(event.state);
      case 'span':
        return this.addSpan(event.span);
      case 'annotation':
        return this.addAnnotation(event.annotation);
      case 'warning':
        if (isWarningCode(event.code)) this.warn(event.code, event.example, event.count);
        else this.warn('unsupported_event', `warning ${event.code}: ${event.example}`, event.count);
        return;
      case 'execution_finished':
        return this.describe({ status: event.status, error: event.error, recordedDuration: event.at });
      case 'progress':
        return;
      default:
        return event satisfies never;
    }
  }

  /** The trace of all records so far. Can be called again after more of them. */
  finish(): Trace {
    const warnings = new WarningCounter();
    const nodes = this.#buildNodes(warnings);
    const rows = new Map<string, number>();
    for (const id of this.#spans.keys()) rows.set(id, rows.size);
    const spans = this.#buildSpans(rows, nodes, warnings);
    const annotations = new AnnotationTableBuilder();
    for (const a of this.#annotations.values()) {
      const row = a.spanId === null ? NONE : (rows.get(a.spanId) ?? NONE);
      if (a.spanId !== null && row === NONE) warnings.add('missing_parent', `annotation ${a.label} names ${a.spanId}`);
      annotations.add(row, a.time, a.label, a.type, a.metadata);
    }
    const nodeTable = nodes.snapshot((key, missing) => {
      warnings.add('unknown_dependency', `node ${key} names ${missing}`);
    });
    return {
      execution: this.#executionInfo(),
      nodes: nodeTable,
      spans,
      annotations: annotations.snapshot(),
      links: NO_LINKS,
      warnings: [...this.#warnings.list(), ...warnings.list()],
    };
  }

  /** The end follows from start and duration where the source states no other, in whichever order they came. */
  #executionInfo(): ExecutionInfo {
    const { startedAt, endedAt, recordedDuration } = this.#info;
    if (endedAt !== null || startedAt === null || recordedDuration === null) return this.#info;
    return { ...this.#info, endedAt: after(startedAt, recordedDuration) };
  }

  #buildNodes(warnings: WarningCounter): NodeTableBuilder {
    const nodes = new NodeTableBuilder();
    for (const node of this.#nodes.values()) nodes.declare(node);
    for (const span of this.#spans.values()) {
      if (span.nodeKey === null || nodes.rowOf(span.nodeKey, span.iteration) !== NONE) continue;
      warnings.add('unknown_node', `node ${span.nodeKey}`);
      const name = span.kind === 'node' ? span.name : span.nodeKey;
      nodes.declare({
        key: span.nodeKey,
        name,
        type: 'unknown',
        iteration: span.iteration,
        parentKey: null,
        dependsOn: [],
      });
    }
    for (const { nodeKey, iteration, status } of this.#states.values()) {
      const row = nodes.rowOf(nodeKey, iteration);
      if (row !== NONE) nodes.setStatus(row, status);
    }
    return nodes;
  }

  #buildSpans(rows: ReadonlyMap<string, number>, nodes: NodeTableBuilder, warnings: WarningCounter): SpanTable {
    const builder = new SpanTableBuilder('listed');
    for (const span of this.#spans.values()) {
      const node = span.nodeKey === null ? NONE : nodes.rowOf(span.nodeKey, span.iteration);
      const parent = span.parentId === null ? NONE : (rows.get(span.parentId) ?? NONE);
      const { id, kind, name, start } = span;
      const row = builder.open({
        id,
        kind,
        name,
        start,
        node,
        parent,
        ...(span.track !== null && { track: span.track }),
      });
      if (span.parentId !== null && parent === NONE) {
        builder.flag(row, FLAG.orphan);
        warnings.add('missing_parent', `span ${id} names ${span.parentId}`);
      }
      if (span.duration !== null && builder.close(row, asMicros(start + span.duration), span.status)) {
        warnings.add('end_before_start', `span ${id}`);
      }
      if (span.metadata) builder.annotateSpan(row, span.metadata);
      if (kind === 'node' && node !== NONE) {
        nodes.setSpan(node, row);
        const stated = this.#states.get(instanceKey(span.nodeKey ?? '', span.iteration))?.status ?? 'pending';
        nodes.setStatus(node, progressOf(span.status) > progressOf(stated) ? span.status : stated);
      }
    }
    const table = builder.snapshot();
    const idOf = (row: number) => spanIdAt(table.ids, row);
    for (const row of cutParentCycles(table.parent, table.flags)) warnings.add('parent_cycle', `span ${idOf(row)}`);
    for (const row of flagOutsideParent(table)) {
      warnings.add('outside_parent', `span ${idOf(row)} in ${idOf(table.parent[row])}`);
    }
    return table;
  }
}
