import { asMicros, ZERO } from '../units.ts';
import type { NodeDeclaration, NodeStateRecord, SpanRecord, TraceEvent } from './events.ts';
import { statusOf } from './status.ts';
import { NONE, OPEN, spanIdAt, spanKindAt, spanNameAt, type NodeTable, type Trace } from './trace.ts';

function declarationAt(nodes: NodeTable, row: number): NodeDeclaration {
  const dependsOn: string[] = [];
  for (let i = nodes.depOffsets[row]; i < nodes.depOffsets[row + 1]; i++) dependsOn.push(nodes.key[nodes.deps[i]]);
  const parent = nodes.parent[row];
  const isNested = parent !== NONE && nodes.iteration[parent] !== nodes.iteration[row];
  return {
    key: nodes.key[row],
    name: nodes.name[row],
    type: nodes.type[row],
    iteration: iterationAt(nodes, row),
    parentKey: parent === NONE ? null : nodes.key[parent],
    ...(isNested && { parentIteration: iterationAt(nodes, parent) }),
    dependsOn,
  };
}

function iterationAt(nodes: NodeTable, row: number): number | null {
  return nodes.iteration[row] === NONE ? null : nodes.iteration[row];
}

/** The span in a row as a flat record. */
export function spanRecordAt({ spans, nodes }: Trace, row: number): SpanRecord {
  const node = spans.node[row];
  const parent = spans.parent[row];
  return {
    id: spanIdAt(spans.ids, row),
    parentId: parent === NONE ? null : spanIdAt(spans.ids, parent),
    kind: spanKindAt(spans, row),
    name: spanNameAt(spans, row),
    nodeKey: node === NONE ? null : nodes.key[node],
    iteration: node === NONE ? null : iterationAt(nodes, node),
    start: asMicros(spans.start[row]),
    duration: spans.duration[row] === OPEN ? null : asMicros(spans.duration[row]),
    status: statusOf(spans.status[row]),
    track: spans.track === null || spans.track[row] === NONE ? null : (spans.tracks[spans.track[row]] ?? null),
    metadata: spans.metadata.get(row) ?? null,
  };
}

/** How many of the attempts below a node's span came after the first. */
function retryCounts({ spans, nodes }: Trace): Uint32Array {
  const attempts = new Uint32Array(nodes.length);
  for (let row = 0; row < spans.length; row++) {
    if (spanKindAt(spans, row) === 'attempt' && spans.node[row] !== NONE) attempts[spans.node[row]]++;
  }
  return attempts.map((count) => Math.max(0, count - 1));
}

/** Nodes as a source would have declared them, in their order. */
export function* nodeDeclarations({ nodes }: Trace): Generator<NodeDeclaration> {
  for (let row = 0; row < nodes.length; row++) yield declarationAt(nodes, row);
}

/** What a source would have said of nodes: that one began, and how it ended, as far as it did. */
export function* nodeStates(trace: Trace): Generator<{ readonly row: number; readonly state: NodeStateRecord }> {
  const { nodes, spans } = trace;
  const retries = retryCounts(trace);
  for (let row = 0; row < nodes.length; row++) {
    const span = nodes.span[row];
    const known = { nodeKey: nodes.key[row], iteration: iterationAt(nodes, row) };
    const rest = { retryCount: retries[row], error: null, input: null, output: null };
    const status = statusOf(nodes.status[row]);
    const start = span === NONE ? ZERO : asMicros(spans.start[span]);
    if (span !== NONE) yield { row, state: { ...known, ...rest, status: 'running', at: start } };
    if (status === 'running' || (status === 'pending' && span === NONE)) continue;
    const at = span === NONE ? start : asMicros(start + Math.max(0, spans.duration[span]));
    yield { row, state: { ...known, ...rest, status, at } };
  }
}

/**
 * The events that a source would have sent for a trace that is already whole, one after the other: what an importer
 * feeds into a sink. Assembled again they make the same trace, apart from arrows between spans.
 * @param executionId the id under which the events are sent, where the trace has none of its own
 */
export function* traceEvents(trace: Trace, executionId: string): Generator<TraceEvent> {
  const { execution, spans, annotations } = trace;
  if (execution.startedAt !== null) {
    const { name, workflow, sourceFormat, concurrency } = execution;
    const info = { name, workflow, sourceFormat, concurrency };
    yield { type: 'execution_started', executionId, startedAt: execution.startedAt, info };
  }
  for (const node of nodeDeclarations(trace)) yield { type: 'node_declared', node };
  for (let row = 0; row < spans.length; row++) yield { type: 'span', span: spanRecordAt(trace, row) };

  let last = 0;
  for (let row = 0; row < spans.length; row++)
    last = Math.max(last, spans.start[row] + Math.max(0, spans.duration[row]));
  for (const { state } of nodeStates(trace)) yield { type: 'node_state', state };
  for (let row = 0; row < annotations.length; row++) {
    const span = annotations.span[row];
    const annotation = {
      spanId: span === NONE ? null : spanIdAt(spans.ids, span),
      time: asMicros(annotations.time[row]),
      label: annotations.label[row],
      type: annotations.type[row],
      metadata: annotations.metadata.get(row) ?? null,
    };
    yield { type: 'annotation', annotation };
  }
  for (const warning of trace.warnings) yield { type: 'warning', ...warning };
  if (execution.status === 'running' || execution.status === 'pending') return;
  const at = execution.recordedDuration ?? asMicros(last);
  yield { type: 'execution_finished', status: execution.status, at, error: execution.error };
}
