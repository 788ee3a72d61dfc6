import {
  instanceKey,
  isTerminal,
  ZERO,
  type JsonObject,
  type Micros,
  type NodeDeclaration,
  type SpanRecord,
  type Status,
  type TraceEvent,
} from '@flowprof/model';

import { nodeLabel } from './labels.ts';

/** A node of a run that is under way; one of a loop has an instance for each item. */
export interface LiveNode {
  readonly key: string;
  readonly label: string;
  readonly iteration: number | null;
  /** Whether it is there to contain others; those are counted instead. */
  isContainer: boolean;
  status: Status;
  since: Micros;
  retryCount: number;
  /** Of a loop: how many items it has, and how many of them are done. */
  items: { readonly total: number; done: number } | null;
  readonly parent: LiveNode | null;
}

/** A change of a node's state, as a line tells it. */
export interface Change {
  readonly node: LiveNode;
  readonly status: Status;
  readonly at: Micros;
  readonly took: number | null;
  readonly retryCount: number;
  readonly reason: string | null;
}

const CONTAINERS: ReadonlySet<string> = new Set(['group', 'foreach', 'subworkflow']);

/** What a wait was for, where that is not just a turn: the name of a pool, a rate limit or a limit. */
function waitOf(name: string, metadata: JsonObject | null): string | null {
  if (name === 'retry_backoff') return 'retries';
  const { resource, cause, pool, type, task_queue: taskQueue } = metadata ?? {};
  if (name === 'rate_limit_wait') return typeof resource === 'string' ? `rate limit ${resource}` : 'rate limits';
  if (name !== 'queue_wait') return null;
  if (cause === 'pool') return typeof pool === 'string' ? `pool ${pool}` : 'pools';
  if (cause === 'task_queue') return typeof taskQueue === 'string' ? `task queue ${taskQueue}` : 'task queues';
  if (cause === 'concurrency') return typeof type === 'string' ? `limit of type ${type}` : 'concurrency limit';
  return cause === 'backpressure' ? 'slow receivers' : null;
}

/** What is known of a run while it runs, from its events. Bounded by the number of instances. */
export class LiveState {
  readonly running = new Set<LiveNode>();
  /** Microseconds that nodes have waited so far, by what for. */
  readonly waits = new Map<string, number>();
  /** Of nodes that contain no others. */
  total = 0;
  done = 0;
  readonly #nodes = new Map<string, LiveNode>();

  /** Takes an event; returns the change that it makes, if any. */
  apply(event: TraceEvent): Change | null {
    if (event.type === 'node_declared') this.#declare(event.node);
    else if (event.type === 'span') this.#wait(event.span);
    else if (event.type === 'node_state') return this.#change(event.state);
    return null;
  }

  #declare(declared: NodeDeclaration): void {
    const { key, name, iteration, parentKey, parentIteration, type } = declared;
    const id = instanceKey(key, iteration);
    if (this.#nodes.has(id)) return;
    const parent = parentKey === null ? null : this.#parentOf(parentKey, iteration, parentIteration);
    const node: LiveNode = {
      key,
      label: nodeLabel(key, name, iteration),
      iteration,
      isContainer: CONTAINERS.has(type),
      status: 'pending',
      since: ZERO,
      retryCount: 0,
      items: null,
      parent,
    };
    this.#nodes.set(id, node);
    if (!node.isContainer) this.total++;
  }

  #parentOf(key: string, iteration: number | null, stated: number | null | undefined): LiveNode | null {
    const own = stated === undefined ? this.#nodes.get(instanceKey(key, iteration)) : undefined;
    return own ?? this.#nodes.get(instanceKey(key, stated ?? null)) ?? null;
  }

  #change(state: Extract<TraceEvent, { type: 'node_state' }>['state']): Change | null {
    const { nodeKey, iteration, status, at, retryCount, error, input } = state;
    const node = this.#nodes.get(instanceKey(nodeKey, iteration));
    if (!node) return null;
    const items = node.isContainer && typeof input?.['items'] === 'number' ? input['items'] : null;
    if (items !== null) node.items ??= { total: items, done: 0 };
    if (node.status === status && node.retryCount === retryCount) return null;
    const took = isTerminal(status) && node.status === 'running' ? (at - node.since) / 1000 : null;
    if (node.status !== status) this.#enter(node, status, at);
    node.retryCount = retryCount;
    return { node, status, at, took, retryCount, reason: error?.message ?? null };
  }

  #enter(node: LiveNode, status: Status, at: Micros): void {
    const hasEnded = isTerminal(status) && !isTerminal(node.status);
    node.status = status;
    node.since = at;
    if (status === 'running') this.running.add(node);
    else this.running.delete(node);
    if (!hasEnded) return;
    if (!node.isContainer) this.done++;
    if (node.parent?.items) node.parent.items.done++;
  }

  #wait({ name, duration, metadata }: SpanRecord): void {
    if (duration === null || duration === 0) return;
    const cause = waitOf(name, metadata);
    if (cause !== null) this.waits.set(cause, (this.waits.get(cause) ?? 0) + duration);
  }
}
