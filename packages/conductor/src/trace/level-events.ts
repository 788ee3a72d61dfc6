import type { JsonValue, Micros, Status, TraceError } from '@flowprof/model';
import type { ExecutionTraceEvent, NodeExecutionState } from '../types.ts';
import { ROOT, type LogIndex } from './log-index.ts';
import { longestPath } from './longest-path.ts';

/** Progress events list every node of their level up to this many; above, only the node that the event is about. */
const MAX_LISTED = 50;

export const STATES: Readonly<Record<Status, NodeExecutionState>> = {
  pending: 'pending',
  running: 'executing',
  completed: 'completed',
  failed: 'error',
  cancelled: 'cancelled',
  timeout: 'timeout',
  skipped: 'skipped',
};

/** What the events of a trace need besides the log. */
export interface EventContext {
  readonly index: LogIndex;
  readonly isNode: boolean;
  readonly end: Micros;
  readonly error: TraceError | null;
  /** A time of the log as milliseconds since the epoch. */
  readonly time: (at: Micros) => number;
}

/** The events of one node by itself. */
export function nodeEvents({ index, time }: EventContext, row: number): ExecutionTraceEvent[] {
  const events: ExecutionTraceEvent[] = [];
  const name = index.nodeAt(row)?.name ?? '';
  for (const position of index.entriesOf(row)) {
    const entry = index.entry(position);
    const timestamp = time(entry.at);
    const { message } = entry;
    const progress = (percent: number, text: string): void => {
      events.push({ timestamp, type: 'progress', data: { progress: percent, message: text } });
    };
    if (entry.kind === 'progress') {
      progress(entry.percent, message ?? '');
      continue;
    }
    if (entry.status === 'completed') progress(100, `Completed: ${name}`);
    const state = { state: STATES[entry.status], ...(message !== null && { errorMessage: message }) };
    events.push({ timestamp, type: 'state-change', data: state });
    if (entry.status === 'running') progress(0, `Executing: ${name}`);
  }
  return events;
}

/** Goes through what happened on one level, the run itself or a container, and tells it as events. */
class LevelTeller {
  readonly events: ExecutionTraceEvent[] = [];
  readonly #context: EventContext;
  readonly #members: Uint32Array;
  /** The place of each member, where all of them are listed. */
  readonly #places: ReadonlyMap<number, number>;
  readonly #states: NodeExecutionState[] = [];
  readonly #progress: Float64Array;
  /** How many have been declared so far, and their weight. It grows where a loop finds out what it goes over. */
  #declared = 0;
  #weight = 0;
  /** The sum of weight times percent over its members. */
  #done = 0;
  /** The highest percentage so far, below which a growing weight does not let it fall. */
  #reached = 0;
  #completed = 0;
  #errored = 0;

  constructor(context: EventContext, level: number) {
    this.#context = context;
    this.#members = context.index.membersOf(level);
    this.#places = new Map(Array.from(this.#members, (row, place) => [row, place]));
    this.#progress = new Float64Array(this.#members.length);
  }

  /** Takes in the members that were declared before the log had more than so many entries. */
  declareUpTo(position: number): void {
    const { index } = this.#context;
    for (let row = this.#members[this.#declared]; row !== undefined; row = this.#members[this.#declared]) {
      if ((index.declared[row] ?? 0) > position) return;
      this.#weight += index.weight[row] ?? 0;
      this.#states.push('pending');
      this.#declared++;
    }
  }

  start(at: Micros): void {
    const { index, time } = this.#context;
    const members = [...this.#members.subarray(0, this.#declared)];
    const graph = {
      dependenciesOf: (row: number) => index.instances.dependenciesOf(row),
      weightOf: (row: number) => index.weight[row] ?? 0,
    };
    const path = longestPath(members, graph).map((row) => index.nodeAt(row)?.key ?? '');
    const data = { totalNodes: members.length, totalWeight: this.#weight, criticalPath: path };
    this.events.push({ timestamp: time(at), type: 'started', data });
  }

  finish(at: Micros, error: TraceError | null): void {
    const timestamp = this.#context.time(at);
    const data = {
      totalDuration: timestamp - (this.events[0]?.timestamp ?? timestamp),
      nodesCompleted: this.#completed,
      nodesErrored: this.#errored,
    };
    if (error === null) this.events.push({ timestamp, type: 'completed', data });
    else this.events.push({ timestamp, type: 'error', data: { ...data, error: { ...error } } });
  }

  /** Tells an entry about a member. */
  tell(position: number): void {
    const { index } = this.#context;
    const row = index.log.node[position] ?? ROOT;
    const place = this.#places.get(row);
    const node = index.nodeAt(row);
    if (place === undefined || !node) return;
    const entry = index.entry(position);
    const timestamp = this.#context.time(entry.at);
    if (entry.kind === 'progress') return this.#tellProgress(place, timestamp, entry.percent, entry.message ?? '');
    const { status, message } = entry;
    this.#states[place] = STATES[status];
    if (status === 'completed') {
      this.#completed++;
      this.#tellProgress(place, timestamp, 100, `Completed: ${node.name}`);
    } else if (status === 'failed' || status === 'timeout') this.#errored++;
    // A node that is run by itself is the run: `started` and `completed` tell its states.
    if (!this.#context.isNode) {
      const data = { nodeId: node.key, state: STATES[status], ...(message !== null && { errorMessage: message }) };
      this.events.push({ timestamp, type: 'state-change', data });
    }
    if (status === 'running') this.#tellProgress(place, timestamp, 0, `Executing: ${node.name}`);
  }

  #tellProgress(place: number, timestamp: number, percent: number, message: string): void {
    const { index } = this.#context;
    const row = this.#members[place] ?? ROOT;
    this.#done += (percent - (this.#progress[place] ?? 0)) * (index.weight[row] ?? 0);
    this.#progress[place] = percent;
    const share = this.#weight === 0 ? 100 : Math.round((this.#done / this.#weight) * 100) / 100;
    this.#reached = Math.max(this.#reached, share);
    const nodeId = index.nodeAt(row)?.key ?? '';
    const data = { nodeId, progress: this.#reached, message, ...this.#allNodes(place) };
    this.events.push({ timestamp, type: 'progress', data });
  }

  /** Every node of a level as it stands; above a limit only the one that changed, so that traces grow with their length. */
  #allNodes(changed: number): { allNodes: JsonValue; truncated?: boolean } {
    if (this.#declared > MAX_LISTED) return { allNodes: [this.#asItStands(changed)], truncated: true };
    return { allNodes: this.#states.map((_, place) => this.#asItStands(place)) };
  }

  #asItStands(place: number): JsonValue {
    const node = this.#context.index.nodeAt(this.#members[place] ?? ROOT);
    const { [place]: state = 'pending' } = this.#states;
    return { id: node?.key ?? '', name: node?.name ?? '', state, progress: this.#progress[place] ?? 0 };
  }
}

/** The events of the run itself. */
export function runEvents(context: EventContext, start: Micros): ExecutionTraceEvent[] {
  const { index, end, error } = context;
  const teller = new LevelTeller(context, ROOT);
  teller.declareUpTo(0);
  teller.start(start);
  for (const position of index.entriesOfLevel(ROOT)) {
    teller.declareUpTo(position);
    teller.tell(position);
  }
  teller.declareUpTo(index.log.node.length);
  teller.finish(end, error);
  return teller.events;
}

/** The events of what is in a container, from when it starts until it ends. */
export function containerEvents(context: EventContext, row: number): ExecutionTraceEvent[] {
  const { index } = context;
  const teller = new LevelTeller(context, row);
  const own = index.entriesOf(row);
  let next = 0;
  const ownUpTo = (position: number): void => {
    for (let at = own[next]; at !== undefined && at < position; at = own[++next]) {
      const entry = index.entry(at);
      teller.declareUpTo(at);
      if (entry.kind === 'progress') continue;
      if (entry.status === 'running') teller.start(entry.at);
      else if (teller.events.length > 0) teller.finish(entry.at, errorOf(entry.status, entry.message));
    }
  };
  for (const position of index.entriesOfLevel(row)) {
    ownUpTo(position);
    teller.declareUpTo(position);
    teller.tell(position);
  }
  ownUpTo(Number.POSITIVE_INFINITY);
  return teller.events;
}

function errorOf(status: Status, message: string | null): TraceError | null {
  return status === 'completed' || status === 'skipped' ? null : { code: status, message: message ?? status };
}
