import { after, asMicros, msFromMicros, type EpochMicros, type Micros, type TraceError } from '@flowprof/model';
import type { LogColumns } from '../engine/log.ts';
import type { ExecutionTrace, ExecutionTraceEvent, NodeExecutionTrace } from '../types.ts';
import type { InstanceTable } from './instances.ts';
import { containerEvents, nodeEvents, runEvents, STATES, type EventContext } from './level-events.ts';
import { LogIndex, ROOT } from './log-index.ts';

/** What was run. */
export interface TraceShape {
  /** The id of the node or group that is run by itself; the workflow's name for a workflow. */
  readonly rootId: string;
  readonly shape: 'workflow' | 'group' | 'node';
}

/** What a trace is made from: the instances of nodes, and the log of what happened to them. */
export interface TraceSource extends TraceShape {
  readonly instances: InstanceTable;
  readonly log: LogColumns;
  readonly executionId: string;
  readonly startedAt: EpochMicros;
  readonly end: Micros;
  readonly error: TraceError | null;
  readonly config: ExecutionTrace['config'];
}

/** The traces of the nodes on a level. */
function tracesOf(context: EventContext, level: number): NodeExecutionTrace[] {
  return Array.from(context.index.membersOf(level), (row) =>
    context.index.isContainer(row) ? containerTrace(context, row) : leafTrace(context, row),
  );
}

/** What is known of a node besides its events. */
function summaryOf({ index, time }: EventContext, row: number): Omit<NodeExecutionTrace, 'events' | 'childTraces'> {
  const { key = '', name = '', type = '' } = index.nodeAt(row) ?? {};
  const { status, progress, start, end } = index.lastOf(row);
  const summary = {
    nodeId: key,
    nodeName: name,
    nodeType: type,
    startTime: start === null ? 0 : time(start),
    state: STATES[status],
    progress,
  };
  if (start === null || end === null) return summary;
  return { ...summary, endTime: time(end), duration: msFromMicros(asMicros(end - start)) };
}

/** The trace of a leaf; its events are made when they are first read. */
function leafTrace(context: EventContext, row: number): NodeExecutionTrace {
  let events: readonly ExecutionTraceEvent[] | null = null;
  return {
    ...summaryOf(context, row),
    get events() {
      return (events ??= nodeEvents(context, row));
    },
  };
}

/** The trace of a container; its events, and the traces of the nodes in it, are made when they are first read. */
function containerTrace(context: EventContext, row: number): NodeExecutionTrace {
  let events: readonly ExecutionTraceEvent[] | null = null;
  let inside: readonly NodeExecutionTrace[] | null = null;
  return {
    ...summaryOf(context, row),
    get events() {
      return (events ??= inOrder(nodeEvents(context, row), containerEvents(context, row)));
    },
    get childTraces() {
      return (inside ??= tracesOf(context, row));
    },
  };
}

/** The events of a group itself around those of the nodes in it. */
function inOrder(own: readonly ExecutionTraceEvent[], inside: readonly ExecutionTraceEvent[]): ExecutionTraceEvent[] {
  return [...own, ...inside].sort((a, b) => a.timestamp - b.timestamp);
}

/** What each trace is made from, so that it can be sent elsewhere without being made. */
const sources = new WeakMap<ExecutionTrace, TraceSource>();

/** What a trace that `buildTrace` gave is made from. */
export function sourceOf(trace: ExecutionTrace): TraceSource | undefined {
  return sources.get(trace);
}

/**
 * The trace of a run as plain data, made from its log as it is read: the nodes of a level when that is first read, and
 * the events of the run or of a node when those are. Reading all of it takes time and memory in proportion to the log.
 */
export function buildTrace(source: TraceSource): ExecutionTrace {
  const { executionId, rootId, startedAt, end, error, config, shape } = source;
  const time = (at: Micros): number => msFromMicros(asMicros(after(startedAt, at)));
  let known: EventContext | null = null;
  const context = (): EventContext =>
    (known ??= { index: new LogIndex(source.instances, source.log), isNode: shape === 'node', end, error, time });
  let events: readonly ExecutionTraceEvent[] | null = null;
  let nodes: readonly NodeExecutionTrace[] | null = null;
  const trace: ExecutionTrace = {
    executionId,
    rootNodeId: rootId,
    startTime: time(asMicros(0)),
    endTime: time(end),
    duration: msFromMicros(end),
    config,
    get events() {
      return (events ??= runEvents(context(), asMicros(0)));
    },
    get nodes() {
      return (nodes ??= tracesOf(context(), ROOT));
    },
  };
  sources.set(trace, source);
  return trace;
}
