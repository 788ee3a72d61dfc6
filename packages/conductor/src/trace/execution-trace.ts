import {
  after,
  asMicros,
  msFromMicros,
  type EpochMicros,
  type JsonValue,
  type Micros,
  type Status,
  type TraceError,
} from '@flowprof/model';
import type { LogEntry } from '../engine/log.ts';
import type { Graph } from '../graph/graph.ts';
import type { ExecutionTrace, ExecutionTraceEvent, NodeExecutionState, NodeExecutionTrace } from '../types.ts';
import { longestPath } from './longest-path.ts';

/** What a trace is made from: the graph, and the log of what happened to its nodes. */
export interface TraceSource {
  readonly graph: Graph;
  readonly entries: readonly LogEntry[];
  readonly executionId: string;
  readonly startedAt: EpochMicros;
  readonly end: Micros;
  readonly error: TraceError | null;
  readonly config: ExecutionTrace['config'];
}

/** Progress events list every node of their level up to this many; above, only the node that the event is about. */
const MAX_LISTED = 50;

const STATES: Readonly<Record<Status, NodeExecutionState>> = {
  pending: 'pending',
  running: 'executing',
  completed: 'completed',
  failed: 'error',
  cancelled: 'cancelled',
  timeout: 'timeout',
  skipped: 'skipped',
};

/** What is known of a node while the log is gone through. */
interface NodeState {
  state: NodeExecutionState;
  progress: number;
  start: Micros | null;
  end: Micros | null;
  readonly events: ExecutionTraceEvent[];
}

/** The run itself or a group: nodes side by side, with the events of their level. */
interface Level {
  /** The position of the group, or -1 for the run. */
  readonly group: number;
  readonly members: readonly number[];
  readonly weight: number;
  readonly events: ExecutionTraceEvent[];
  /** The sum of weight times percent over its members. */
  done: number;
  completed: number;
  errored: number;
}

/** Goes through the log once and hands each entry to the node it is about and to the level that the node is in. */
class TraceBuilder {
  readonly #source: TraceSource;
  readonly #states: readonly NodeState[];
  readonly #levels = new Map<number, Level>();

  constructor(source: TraceSource) {
    this.#source = source;
    const { nodes, top } = source.graph;
    this.#states = nodes.map(() => ({ state: 'pending', progress: 0, start: null, end: null, events: [] }));
    this.#addLevel(-1, top);
    for (const [index, node] of nodes.entries()) if (node.handler === null) this.#addLevel(index, node.children);
  }

  build(): ExecutionTrace {
    const { graph, end, executionId, config, error, entries } = this.#source;
    const root = this.#levels.get(-1);
    if (root) this.#start(root, asMicros(0));
    for (const entry of entries) {
      if (entry.kind === 'state') this.#state(entry);
      else this.#progress(entry.node, entry.percent, entry.at, entry.message ?? '');
    }
    if (root) this.#finish(root, end, error);
    return {
      executionId,
      rootNodeId: graph.rootId,
      startTime: this.#time(asMicros(0)),
      endTime: this.#time(end),
      duration: msFromMicros(end),
      config,
      events: root?.events ?? [],
      nodes: this.#nodeTraces(),
    };
  }

  #addLevel(group: number, members: readonly number[]): void {
    const weight = members.reduce((sum, index) => sum + this.#weight(index), 0);
    this.#levels.set(group, { group, members, weight, events: [], done: 0, completed: 0, errored: 0 });
  }

  #weight(index: number): number {
    return this.#source.graph.nodes[index]?.weight ?? 1;
  }

  #time(at: Micros): number {
    return msFromMicros(asMicros(after(this.#source.startedAt, at)));
  }

  #start(level: Level, at: Micros): void {
    const { nodes } = this.#source.graph;
    const path = longestPath(level.members, nodes).map((index) => nodes[index]?.id ?? '');
    const data = { totalNodes: level.members.length, totalWeight: level.weight, criticalPath: path };
    level.events.push({ timestamp: this.#time(at), type: 'started', data });
  }

  #finish(level: Level, at: Micros, error: TraceError | null): void {
    const first = level.events[0];
    const timestamp = this.#time(at);
    const data = {
      totalDuration: timestamp - (first?.timestamp ?? timestamp),
      nodesCompleted: level.completed,
      nodesErrored: level.errored,
    };
    if (error === null) level.events.push({ timestamp, type: 'completed', data });
    else level.events.push({ timestamp, type: 'error', data: { ...data, error: { ...error } } });
  }

  #state({ node: index, status, at, message }: LogEntry): void {
    const node = this.#source.graph.nodes[index];
    const known = this.#states[index];
    const level = this.#levels.get(node?.parent ?? -1);
    if (!node || !known || !level) return;
    known.state = STATES[status];
    if (status === 'running') {
      known.start = at;
      this.#stateEvent(index, at, message);
      const own = this.#levels.get(index);
      if (own) this.#start(own, at);
      return this.#progress(index, 0, at, `Executing: ${node.name}`);
    }
    known.end = at;
    known.start ??= at;
    if (status === 'completed') {
      level.completed++;
      this.#progress(index, 100, at, `Completed: ${node.name}`);
    } else if (status === 'failed' || status === 'timeout') level.errored++;
    const own = this.#levels.get(index);
    const failed = status === 'completed' || status === 'skipped' ? null : { code: status, message: message ?? status };
    if (own && own.events.length > 0) this.#finish(own, at, failed);
    this.#stateEvent(index, at, message);
  }

  #stateEvent(index: number, at: Micros, message: string | null): void {
    const node = this.#source.graph.nodes[index];
    const known = this.#states[index];
    if (!node || !known) return;
    const timestamp = this.#time(at);
    const data = { state: known.state, ...(message !== null && { errorMessage: message }) };
    known.events.push({ timestamp, type: 'state-change', data });
    // A node that is run by itself is the run: `started` and `completed` tell its states.
    if (this.#source.graph.shape === 'node') return;
    this.#levels.get(node.parent)?.events.push({ timestamp, type: 'state-change', data: { nodeId: node.id, ...data } });
  }

  #progress(index: number, percent: number, at: Micros, message: string): void {
    const node = this.#source.graph.nodes[index];
    const known = this.#states[index];
    const level = this.#levels.get(node?.parent ?? -1);
    if (!node || !known || !level) return;
    level.done += (percent - known.progress) * node.weight;
    known.progress = percent;
    const timestamp = this.#time(at);
    known.events.push({ timestamp, type: 'progress', data: { progress: percent, message } });
    const overall = level.weight === 0 ? 100 : Math.round((level.done / level.weight) * 100) / 100;
    const data = { nodeId: node.id, progress: overall, message, ...this.#allNodes(level, index) };
    level.events.push({ timestamp, type: 'progress', data });
  }

  /** Every node of a level as it stands; above a limit only the one that changed, so that traces grow with their length. */
  #allNodes(level: Level, changed: number): { allNodes: JsonValue; truncated?: boolean } {
    const truncated = level.members.length > MAX_LISTED;
    const allNodes = (truncated ? [changed] : level.members).map((index) => {
      const node = this.#source.graph.nodes[index];
      const { state = 'pending', progress = 0 } = this.#states[index] ?? {};
      return { id: node?.id ?? '', name: node?.name ?? '', state, progress };
    });
    return truncated ? { allNodes, truncated } : { allNodes };
  }

  /** The traces of all nodes, those of a group's contents inside it. A group stands before its contents, so backwards. */
  #nodeTraces(): NodeExecutionTrace[] {
    const { nodes, top } = this.#source.graph;
    const traces: NodeExecutionTrace[] = Array.from({ length: nodes.length });
    for (let index = nodes.length - 1; index >= 0; index--) {
      const node = nodes[index];
      const known = this.#states[index];
      if (!node || !known) continue;
      const level = this.#levels.get(index);
      traces[index] = {
        nodeId: node.id,
        nodeName: node.name,
        nodeType: node.type,
        startTime: known.start === null ? 0 : this.#time(known.start),
        ...(known.start !== null &&
          known.end !== null && {
            endTime: this.#time(known.end),
            duration: msFromMicros(asMicros(known.end - known.start)),
          }),
        state: known.state,
        progress: known.progress,
        events: level ? inOrder(known.events, level.events) : known.events,
        ...(level && { childTraces: node.children.flatMap((child) => traces[child] ?? []) }),
      };
    }
    return top.flatMap((index) => traces[index] ?? []);
  }
}

/** The events of a group itself around those of the nodes in it. */
function inOrder(own: readonly ExecutionTraceEvent[], inside: readonly ExecutionTraceEvent[]): ExecutionTraceEvent[] {
  return [...own, ...inside].sort((a, b) => a.timestamp - b.timestamp);
}

/** The trace of a run as plain data, made from its log. Takes time and memory in proportion to the log. */
export function buildTrace(source: TraceSource): ExecutionTrace {
  return new TraceBuilder(source).build();
}
