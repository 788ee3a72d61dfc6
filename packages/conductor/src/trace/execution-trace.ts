import {
  after,
  asMicros,
  msFromMicros,
  NONE,
  type EpochMicros,
  type JsonValue,
  type Micros,
  type Status,
  type TraceError,
} from '@flowprof/model';
import { logEntries, type LogColumns, type LogEntry } from '../engine/log.ts';
import type { ExecutionTrace, ExecutionTraceEvent, NodeExecutionState, NodeExecutionTrace } from '../types.ts';
import type { Batch, InstanceTable } from './instances.ts';
import { longestPath } from './longest-path.ts';

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

/** The part of a trace that grows with its log. */
type Built = Pick<ExecutionTrace, 'events' | 'nodes'>;

/** What is known of a node while the log is gone through. */
interface NodeState {
  state: NodeExecutionState;
  progress: number;
  start: Micros | null;
  end: Micros | null;
  readonly events: ExecutionTraceEvent[];
}

/** The run itself or a container: nodes side by side, with the events of their level. */
interface Level {
  /** The instances in it that have been declared so far. */
  readonly members: number[];
  readonly events: ExecutionTraceEvent[];
  /** The weight of its members. Grows where a loop finds out what it goes over. */
  weight: number;
  /** The sum of weight times percent over its members. */
  done: number;
  /** The highest percentage so far, below which a growing weight does not let it fall. */
  reached: number;
  completed: number;
  errored: number;
}

/**
 * Goes through the log once and hands each entry to the node it is about and to the level that the node is in. Instances
 * join their levels where they were declared. A container weighs as much as the leaves that were declared together with
 * it, or 1 where there were none, as in a loop that has yet to find out what it goes over.
 */
class TraceBuilder {
  readonly #source: TraceSource;
  readonly #states: NodeState[] = [];
  readonly #weights: Float64Array;
  readonly #root: Level = newLevel();
  readonly #levels = new Map<number, Level>();

  constructor(source: TraceSource) {
    this.#source = source;
    this.#weights = new Float64Array(source.instances.length);
  }

  build(): Built {
    const { end, error, log, instances } = this.#source;
    const batches = [...instances.batches()];
    let next = 0;
    const declareUpTo = (entry: number): void => {
      for (let batch = batches[next]; batch && batch.logged <= entry; batch = batches[++next]) this.#declare(batch);
    };
    declareUpTo(0);
    this.#start(this.#root, asMicros(0));
    let i = 0;
    for (const entry of logEntries(log)) {
      declareUpTo(i++);
      if (entry.kind === 'state') this.#state(entry);
      else this.#progress(entry.node, entry.percent, entry.at, entry.message ?? '');
    }
    declareUpTo(i);
    this.#finish(this.#root, end, error);
    return { events: this.#root.events, nodes: this.#nodeTraces() };
  }

  /** Takes in instances that were declared together. */
  #declare({ first, end }: Batch): void {
    const { instances } = this.#source;
    for (let row = first; row < end; row++) {
      this.#states.push({ state: 'pending', progress: 0, start: null, end: null, events: [] });
    }
    for (let row = end - 1; row >= first; row--) {
      const instance = instances.at(row);
      if (!instance) continue;
      if (instance.weight > 0) this.#weights[row] = instance.weight;
      else if (this.#weights[row] === 0) this.#weights[row] = 1;
      if (instance.parent >= first) this.#weights[instance.parent] = this.#weight(instance.parent) + this.#weight(row);
    }
    for (let row = first; row < end; row++) {
      if (instances.at(row)?.weight === 0) this.#levels.set(row, newLevel());
      const level = this.#levelOf(row);
      level?.members.push(row);
      if (level) level.weight += this.#weight(row);
    }
  }

  #levelOf(row: number): Level | undefined {
    const parent = this.#source.instances.at(row)?.parent ?? NONE;
    return parent === NONE ? this.#root : this.#levels.get(parent);
  }

  #weight(row: number): number {
    return this.#weights[row] ?? 0;
  }

  #time(at: Micros): number {
    return msFromMicros(asMicros(after(this.#source.startedAt, at)));
  }

  #start(level: Level, at: Micros): void {
    const { instances } = this.#source;
    const graph = {
      dependenciesOf: (row: number) => instances.dependenciesOf(row),
      weightOf: (row: number) => this.#weight(row),
    };
    const path = longestPath(level.members, graph).map((row) => instances.at(row)?.key ?? '');
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

  #state({ node: index, status, at, message }: Extract<LogEntry, { kind: 'state' }>): void {
    const node = this.#source.instances.at(index);
    const known = this.#states[index];
    const level = this.#levelOf(index);
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
    const node = this.#source.instances.at(index);
    const known = this.#states[index];
    if (!node || !known) return;
    const timestamp = this.#time(at);
    const data = { state: known.state, ...(message !== null && { errorMessage: message }) };
    known.events.push({ timestamp, type: 'state-change', data });
    // A node that is run by itself is the run: `started` and `completed` tell its states.
    if (this.#source.shape === 'node') return;
    this.#levelOf(index)?.events.push({ timestamp, type: 'state-change', data: { nodeId: node.key, ...data } });
  }

  #progress(index: number, percent: number, at: Micros, message: string): void {
    const node = this.#source.instances.at(index);
    const known = this.#states[index];
    const level = this.#levelOf(index);
    if (!node || !known || !level) return;
    level.done += (percent - known.progress) * this.#weight(index);
    known.progress = percent;
    const timestamp = this.#time(at);
    known.events.push({ timestamp, type: 'progress', data: { progress: percent, message } });
    const share = level.weight === 0 ? 100 : Math.round((level.done / level.weight) * 100) / 100;
    level.reached = Math.max(level.reached, share);
    const data = { nodeId: node.key, progress: level.reached, message, ...this.#allNodes(level, index) };
    level.events.push({ timestamp, type: 'progress', data });
  }

  /** Every node of a level as it stands; above a limit only the one that changed, so that traces grow with their length. */
  #allNodes(level: Level, changed: number): { allNodes: JsonValue; truncated?: boolean } {
    const truncated = level.members.length > MAX_LISTED;
    const allNodes = (truncated ? [changed] : level.members).map((index) => {
      const node = this.#source.instances.at(index);
      const { state = 'pending', progress = 0 } = this.#states[index] ?? {};
      return { id: node?.key ?? '', name: node?.name ?? '', state, progress };
    });
    return truncated ? { allNodes, truncated } : { allNodes };
  }

  /** The traces of all nodes, those of a group's contents inside it. A group stands before its contents, so backwards. */
  #nodeTraces(): NodeExecutionTrace[] {
    const { instances } = this.#source;
    const traces: NodeExecutionTrace[] = Array.from({ length: instances.length });
    for (let index = instances.length - 1; index >= 0; index--) {
      const node = instances.at(index);
      const known = this.#states[index];
      if (!node || !known) continue;
      const level = this.#levels.get(index);
      traces[index] = {
        nodeId: node.key,
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
        ...(level && { childTraces: level.members.flatMap((child) => traces[child] ?? []) }),
      };
    }
    return this.#root.members.flatMap((index) => traces[index] ?? []);
  }
}

function newLevel(): Level {
  return { members: [], events: [], weight: 0, done: 0, reached: 0, completed: 0, errored: 0 };
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
 * The trace of a run as plain data, made from its log when its events or nodes are first read. Takes time and memory in
 * proportion to the log.
 */
export function buildTrace(source: TraceSource): ExecutionTrace {
  const { executionId, rootId, startedAt, end, config } = source;
  let built: Built | null = null;
  const build = (): Built => (built ??= new TraceBuilder(source).build());
  const at = (time: Micros): number => msFromMicros(asMicros(after(startedAt, time)));
  const trace: ExecutionTrace = {
    executionId,
    rootNodeId: rootId,
    startTime: at(asMicros(0)),
    endTime: at(end),
    duration: msFromMicros(end),
    config,
    get events() {
      return build().events;
    },
    get nodes() {
      return build().nodes;
    },
  };
  sources.set(trace, source);
  return trace;
}
