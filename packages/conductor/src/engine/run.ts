import {
  after,
  asMicros,
  isTerminal,
  msFromMicros,
  NONE,
  spanIdPrefix,
  statusCode,
  statusOf,
  type Clock,
  type JsonObject,
  type JsonValue,
  type Micros,
  type RandomBytes,
  type Status,
  type Trace,
  type TraceError,
  type Warning,
} from '@flowprof/model';
import { randomFraction } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { ExpressionError } from '../expressions/bounds.ts';
import { fromJson, nodesView } from '../expressions/json-input.ts';
import { evaluateTemplate } from '../expressions/value.ts';
import type { CompiledNode, Graph } from '../graph/graph.ts';
import { HttpClient } from '../http/client.ts';
import { OPEN_NETWORK } from '../http/policy.ts';
import { redactText } from '../redact.ts';
import type { ExecutionResult, ExecutionTrace, RunOptions, Timers } from '../types.ts';
import { MinHeap } from './heap.ts';
import { errorOf, evaluateCondition, NodeRun, traceErrorOf, type Outcome } from './node-run.ts';
import { Outbox } from './outbox.ts';
import { Recorder } from './recorder.ts';
import type { RunShared } from './shared.ts';

/** What a run takes from its conductor. */
export interface RunHost {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: RandomBytes;
  readonly ca: readonly string[];
}

/** The codes of states in columns, looked up once; those up to `running` are not final. */
const CODE = {
  pending: statusCode('pending'),
  running: statusCode('running'),
  completed: statusCode('completed'),
  failed: statusCode('failed'),
  cancelled: statusCode('cancelled'),
  timeout: statusCode('timeout'),
  skipped: statusCode('skipped'),
} satisfies Record<Status, number>;

const DEFAULT_CONCURRENCY = 4;
/** How long nodes may be started one after the other before others of the process get a turn, in microseconds. */
const SLICE = 10_000;

/** Why a node was not run, in words that a trace shows. */
const REASON = {
  dependencies: 'everything it depends on was skipped',
  failed: 'a node that it depends on failed',
  group: 'its group was skipped',
  stopped: 'the run had failed before it could start',
  cancelled: 'the run was cancelled',
} as const;

/**
 * One run of a graph. A node is ready once everything it depends on has ended; ready nodes are started in the order of
 * their declaration as long as the limit has room. A group is no work: it takes no slot, and ends with its last node.
 *
 *     pending ─► ready ─► running ─► completed | failed | timeout
 *        │         └──────┴─► skipped (its condition) or cancelled
 *        └─► skipped: all it depends on was skipped, or something it depends on failed, or the run has failed
 *
 * After a failure the nodes that run may finish their attempt, and nothing else starts. State is kept in arrays by the
 * node's position in the graph, and nothing recurses over the graph.
 */
export class Run {
  readonly #graph: Graph;
  readonly #host: RunHost;
  readonly #options: RunOptions;
  readonly #executionId: string;
  readonly #input: JsonObject;
  readonly #limit: number;
  readonly #recorder: Recorder;
  readonly #outbox: Outbox | null;
  readonly #shared: RunShared;
  readonly #status: Uint8Array;
  /** How many dependencies, and of a group how many children, have not ended. */
  readonly #waitsFor: Int32Array;
  readonly #childrenLeft: Int32Array;
  readonly #readyAt: Float64Array;
  /** How often starting has stopped for a lack of room, in all and when each node became ready. */
  #blocks = 0;
  readonly #blocksAtReady: Float64Array;
  #blockedBy: 'concurrency' | 'backpressure' = 'concurrency';
  readonly #readyGroups: number[] = [];
  readonly #rows: Int32Array;
  readonly #outputs: (JsonValue | undefined)[];
  readonly #ready = new MinHeap();
  readonly #running = new Map<number, NodeRun>();
  readonly #executed: string[] = [];
  #left: number;
  #http: HttpClient | null = null;
  #error: TraceError | null = null;
  #failing = false;
  #cancelled = false;
  #draining = false;
  #finish: () => void = () => {};

  constructor(graph: Graph, host: RunHost, options: RunOptions, executionId: string, input: JsonObject) {
    this.#graph = graph;
    this.#host = host;
    this.#options = options;
    this.#executionId = executionId;
    this.#input = input;
    this.#limit = options.concurrency ?? graph.concurrency ?? DEFAULT_CONCURRENCY;
    const { sink } = options;
    this.#outbox = sink ? new Outbox(sink, executionId, host.timers, () => this.#drain()) : null;
    this.#recorder = new Recorder({
      name: graph.name,
      workflow: graph.workflow,
      rootId: graph.rootId,
      shape: graph.shape,
      clock: host.clock,
      spanPrefix: spanIdPrefix(host.random),
      outbox: this.#outbox,
      startedAt: null,
      earlier: null,
    });
    const count = graph.nodes.length;
    this.#left = count;
    this.#status = new Uint8Array(count);
    this.#waitsFor = Int32Array.from(graph.nodes, (node) => node.dependencies.length);
    this.#childrenLeft = Int32Array.from(graph.nodes, (node) => node.children.length);
    this.#readyAt = new Float64Array(count);
    this.#blocksAtReady = new Float64Array(count);
    this.#rows = new Int32Array(count).fill(-1);
    this.#outputs = Array.from({ length: count });
    this.#shared = this.#makeShared();
  }

  /** Runs the graph to its end. Never rejects for a failure of the workflow. */
  async run(refusal: TraceError | null): Promise<ExecutionResult> {
    const { signal } = this.#options;
    const onAbort = (): void => this.#cancel();
    this.#recorder.begin(this.#executionId, this.#limit);
    for (const { id, name, type, parent, dependencies, handler, weight } of this.#graph.nodes) {
      const share = handler === null ? 0 : weight;
      this.#recorder.declare({ key: id, name, type, iteration: null, parent, dependencies, weight: share });
    }
    const ended = new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
    if (refusal) this.#refuse(refusal);
    else if (signal?.aborted) this.#cancel();
    else {
      signal?.addEventListener('abort', onAbort, { once: true });
      for (const index of this.#graph.top) if (this.#waitsFor[index] === 0) this.#makeReady(index, asMicros(0));
      this.#drain();
    }
    if (this.#left > 0) await ended;
    signal?.removeEventListener('abort', onAbort);
    const output = this.#output();
    const at = this.#recorder.now();
    this.#recorder.finish(this.#finalStatus(), at, this.#error);
    await this.#http?.close();
    await this.#outbox?.flush();
    return this.#result(output, at);
  }

  #makeShared(): RunShared {
    const { services = {}, slowMo = 0, network = OPEN_NETWORK, commands = true } = this.#options;
    const { startedAt } = this.#recorder;
    const run = { id: this.#executionId, startedAt: new Date(startedAt / 1000).toISOString() };
    return {
      executionId: this.#executionId,
      traceId: this.#executionId.replaceAll('-', ''),
      commands,
      recorder: this.#recorder,
      timers: this.#host.timers,
      scope: {
        input: fromJson(this.#input),
        nodes: nodesView(this.#graph.positions, (index) => this.#nodeValue(index)),
        services: fromJson(services),
        run: fromJson(run),
      },
      slowMo,
      http: () => (this.#http ??= new HttpClient({ policy: network, ca: this.#host.ca })),
      failing: () => this.#failing,
      fraction: () => randomFraction(this.#host.random),
    };
  }

  // -- scheduling ---------------------------------------------------------------------------------------------------

  #makeReady(index: number, at: Micros): void {
    this.#readyAt[index] = at;
    this.#blocksAtReady[index] = this.#blocks;
    if (this.#graph.nodes[index]?.handler === null) this.#readyGroups.push(index);
    else this.#ready.push(index);
  }

  /** Starts what can be started. A node that ends at once makes others ready, which the same loop then starts. */
  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    const until = this.#recorder.now() + SLICE;
    for (;;) {
      const group = this.#readyGroups.pop();
      const index = group ?? (this.#hasRoom() ? this.#ready.pop() : undefined);
      if (index === undefined) break;
      if (group === undefined) this.#startNode(index);
      else this.#startGroup(index);
      if (this.#recorder.now() < until) continue;
      setImmediate(() => this.#drain());
      break;
    }
    this.#draining = false;
    if (this.#left === 0) this.#finish();
  }

  #hasRoom(): boolean {
    if (this.#ready.size === 0) return true;
    if (this.#running.size >= this.#limit) this.#blockedBy = 'concurrency';
    else if (this.#outbox?.full === true) this.#blockedBy = 'backpressure';
    else return true;
    this.#blocks++;
    return false;
  }

  /** Why a node waited: since it was ready, the loop has stopped for a lack of room, or it was merely not its turn. */
  #queueCause(index: number): JsonObject {
    if (this.#blocks === this.#blocksAtReady[index]) return DISPATCHED;
    return this.#blockedBy === 'concurrency' ? { cause: 'concurrency', limit: this.#limit } : { cause: 'backpressure' };
  }

  #openNode(index: number, node: CompiledNode): number {
    const readyAt = asMicros(this.#readyAt[index] ?? 0);
    const parent = this.#rows[node.parent] ?? NONE;
    const metadata = node.retry.maxAttempts > 1 ? retryMetadata(node) : undefined;
    const row = this.#recorder.open('node', node.name.slice(0, 100), readyAt, index, parent, metadata);
    this.#rows[index] = row;
    this.#setStatus(index, 'running');
    return row;
  }

  #startNode(index: number): void {
    const node = this.#graph.nodes[index];
    if (node === undefined || this.#statusOf(index) !== 'pending') return;
    const row = this.#openNode(index, node);
    const at = this.#recorder.now();
    this.#recorder.phase('queue_wait', asMicros(this.#readyAt[index] ?? 0), at, index, row, this.#queueCause(index));
    const run = new NodeRun(this.#shared, index, node, row, at, this.#onEnded);
    this.#running.set(index, run);
    run.start();
  }

  #startGroup(index: number): void {
    const node = this.#graph.nodes[index];
    if (node === undefined || this.#statusOf(index) !== 'pending') return;
    const row = this.#openNode(index, node);
    const readyAt = asMicros(this.#readyAt[index] ?? 0);
    let at = readyAt;
    if (node.condition !== null) {
      const { outcome, end } = evaluateCondition(
        node.condition,
        this.#shared.scope,
        this.#recorder,
        readyAt,
        index,
        row,
      );
      at = end;
      if (outcome) return this.#endNode(index, outcome, at, 0);
    }
    this.#recorder.state(index, 'running', at, null);
    for (const child of node.children) if (this.#waitsFor[child] === 0) this.#makeReady(child, at);
  }

  // -- endings ------------------------------------------------------------------------------------------------------

  readonly #onEnded = (run: NodeRun, outcome: Outcome, at: Micros): void => {
    this.#running.delete(run.index);
    this.#endNode(run.index, outcome, at, run.attempt);
    this.#drain();
  };

  /** A node that was started has ended: tell the sink, close its span, let those that wait for it go on. */
  #endNode(index: number, outcome: Outcome, at: Micros, attempts: number): void {
    const node = this.#graph.nodes[index];
    if (node === undefined) return;
    const thrown = 'failure' in outcome ? outcome.failure : null;
    const failure = thrown && traceErrorOf(thrown, node.id);
    const reason = outcome.status === 'skipped' ? outcome.reason : (failure?.message ?? null);
    if (outcome.status === 'completed') this.#outputs[index] = outcome.output;
    if (outcome.status !== 'skipped') this.#executed.push(node.id);
    this.#recorder.state(index, outcome.status, at, reason, {
      retryCount: Math.max(0, attempts - 1),
      error: failure,
      ...(outcome.status === 'completed' && { output: outcome.output }),
    });
    let end = at;
    const row = this.#rows[index] ?? NONE;
    if (this.#outbox) {
      end = this.#recorder.now();
      this.#recorder.phase('callback', at, end, index, row);
    }
    const metadata = thrown ? { error: errorOf(thrown) } : reason ? { reason } : undefined;
    this.#recorder.close(row, end, outcome.status, metadata);
    this.#setStatus(index, outcome.status);
    if (outcome.status === 'skipped') this.#skipContents(index, end, REASON.group);
    if (failure && !this.#failing) this.#stopBecause(index, failure, end);
    else this.#release([index], end);
  }

  /** Goes on from nodes that have ended to those that wait for them, and to their groups. */
  #release(ended: number[], at: Micros): void {
    for (const index of ended) {
      const node = this.#graph.nodes[index];
      if (node === undefined) continue;
      for (const dependent of node.dependents) {
        const left = (this.#waitsFor[dependent] ?? 0) - 1;
        this.#waitsFor[dependent] = left;
        if (left > 0 || this.#status[dependent] !== CODE.pending) continue;
        if (this.#isSkippedWith(dependent)) {
          this.#skip(dependent, at, REASON.dependencies);
          ended.push(dependent);
        } else if (this.#mayStart(dependent)) this.#makeReady(dependent, at);
      }
      if (this.#hasGroupEnded(node.parent)) {
        this.#endGroup(node.parent, at);
        ended.push(node.parent);
      }
    }
  }

  /** Whether the group of a node has been entered; nodes of a group that has not wait for it. */
  #mayStart(index: number): boolean {
    const parent = this.#graph.nodes[index]?.parent ?? NONE;
    return parent === NONE || this.#statusOf(parent) === 'running';
  }

  #isSkippedWith(index: number): boolean {
    const dependencies = this.#graph.nodes[index]?.dependencies ?? [];
    return dependencies.length > 0 && dependencies.every((other) => this.#status[other] === CODE.skipped);
  }

  #hasGroupEnded(group: number): boolean {
    if (group === NONE) return false;
    const left = (this.#childrenLeft[group] ?? 0) - 1;
    this.#childrenLeft[group] = left;
    return left === 0 && this.#statusOf(group) === 'running';
  }

  #endGroup(index: number, at: Micros): void {
    const node = this.#graph.nodes[index];
    if (node === undefined) return;
    const statuses = node.children.map((child) => this.#statusOf(child));
    const failed = statuses.some((status) => status === 'failed' || status === 'timeout');
    const status = failed ? 'failed' : statuses.includes('cancelled') ? 'cancelled' : 'completed';
    const output = this.#outputsOf(node.children);
    if (status === 'completed') this.#outputs[index] = output;
    const message = failed ? 'a node in the group failed' : null;
    this.#recorder.state(index, status, at, message, status === 'completed' ? { output } : {});
    this.#recorder.close(this.#rows[index] ?? NONE, at, status);
    this.#executed.push(node.id);
    this.#setStatus(index, status);
  }

  #skip(index: number, at: Micros, reason: string, status: 'skipped' | 'cancelled' = 'skipped'): void {
    this.#setStatus(index, status);
    this.#recorder.state(index, status, at, reason);
    const metadata = { node_key: this.#graph.nodes[index]?.id ?? '', reason };
    this.#recorder.annotate(NONE, at, status, 'info', metadata);
    if (status === 'skipped' && reason !== REASON.stopped && reason !== REASON.failed) {
      this.#skipContents(index, at, REASON.group);
    }
  }

  /** Skips everything in a group, to any depth. */
  #skipContents(group: number, at: Micros, reason: string): void {
    const todo = [...(this.#graph.nodes[group]?.children ?? [])];
    for (let index = todo.pop(); index !== undefined; index = todo.pop()) {
      if (this.#statusOf(index) !== 'pending') continue;
      this.#setStatus(index, 'skipped');
      this.#recorder.state(index, 'skipped', at, reason);
      todo.push(...(this.#graph.nodes[index]?.children ?? []));
    }
  }

  /** The first failure: what has not started will not, and what waits for another attempt gives up. */
  #stopBecause(failed: number, error: TraceError, at: Micros): void {
    this.#failing = true;
    this.#error = error;
    const behind = this.#behind(failed);
    const stopped: number[] = [failed];
    for (const index of this.#graph.nodes.keys()) {
      if (this.#statusOf(index) !== 'pending') continue;
      this.#skip(index, at, behind.has(index) ? REASON.failed : REASON.stopped);
      stopped.push(index);
    }
    this.#release(stopped, at);
    for (const run of this.#running.values()) run.giveUp();
  }

  /** Everything that depends on a node: directly, through others, or through the groups it is in. */
  #behind(index: number): ReadonlySet<number> {
    const found = new Set<number>();
    for (let at = index; at !== NONE; at = this.#graph.nodes[at]?.parent ?? NONE) {
      for (const dependent of this.#graph.nodes[at]?.dependents ?? []) found.add(dependent);
    }
    for (const at of found) {
      const node = this.#graph.nodes[at];
      for (const next of node?.dependents ?? []) found.add(next);
      for (const next of node?.children ?? []) found.add(next);
    }
    return found;
  }

  #cancel(): void {
    if (this.#left === 0) return;
    this.#failing = true;
    this.#cancelled = true;
    this.#error ??= { code: 'cancelled', message: 'the run was cancelled' };
    this.#stopAll('cancelled', REASON.cancelled);
    for (const run of this.#running.values()) run.cancel();
    this.#drain();
  }

  /** Refuses the run before any node of it. */
  #refuse(error: TraceError): void {
    this.#failing = true;
    this.#error = error;
    this.#stopAll('skipped', REASON.stopped);
  }

  #stopAll(status: 'skipped' | 'cancelled', reason: string): void {
    const at = this.#recorder.now();
    const stopped: number[] = [];
    for (const index of this.#graph.nodes.keys()) {
      if (this.#statusOf(index) !== 'pending') continue;
      this.#skip(index, at, reason, status);
      stopped.push(index);
    }
    this.#release(stopped, at);
  }

  /** What expressions see of a node that has ended. */
  #nodeValue(index: number): JsonObject | undefined {
    const status = this.#statusOf(index);
    return isTerminal(status) ? { status, output: this.#outputs[index] ?? null } : undefined;
  }

  // -- state and result ---------------------------------------------------------------------------------------------

  #statusOf(index: number): Status {
    return statusOf(this.#status[index] ?? 0);
  }

  #setStatus(index: number, status: Status): void {
    const code = CODE[status];
    if (code > CODE.running && (this.#status[index] ?? 0) <= CODE.running) this.#left--;
    this.#status[index] = code;
  }

  #outputsOf(indexes: readonly number[]): JsonObject {
    const outputs: [string, JsonValue][] = [];
    for (const index of indexes) {
      const output = this.#outputs[index];
      const id = this.#graph.nodes[index]?.id;
      if (output !== undefined && id !== undefined) outputs.push([id, output]);
    }
    return Object.fromEntries(outputs);
  }

  /** What the run gives back; its expressions may fail like those of a node. */
  #output(): JsonValue | undefined {
    const { shape, output, top } = this.#graph;
    if (this.#error) return undefined;
    if (shape === 'node') return this.#outputs[0];
    if (output === null) return this.#outputsOf(top);
    try {
      return evaluateTemplate(output, this.#shared.scope);
    } catch (error) {
      this.#failing = true;
      const code = error instanceof ExpressionError ? error.code : 'expression_failed';
      this.#error = { code, message: `output: ${redactText(messageOf(error))}` };
      return undefined;
    }
  }

  #finalStatus(): Status {
    if (this.#cancelled) return 'cancelled';
    return this.#error ? 'failed' : 'completed';
  }

  #warnings(): Warning[] {
    if (!this.#outbox || this.#outbox.failures === 0) return [];
    const example = redactText(this.#outbox.firstFailure ?? '');
    return [{ code: 'sink_failed', count: this.#outbox.failures, example }];
  }

  #result(output: JsonValue | undefined, at: Micros): ExecutionResult {
    const status = this.#finalStatus();
    let trace: ExecutionTrace | undefined;
    let recording: Trace | undefined;
    const makeTrace = (): ExecutionTrace =>
      this.#recorder.executionTrace({
        executionId: this.#executionId,
        end: at,
        error: this.#error,
        config: {
          concurrency: this.#limit,
          ...(this.#options.slowMo !== undefined && { slowMo: this.#options.slowMo }),
        },
      });
    const makeRecording = (): Trace => this.#recording(status, at);
    return {
      success: status === 'completed',
      status,
      ...(output !== undefined && { data: output }),
      ...(this.#error && { error: this.#error }),
      duration: msFromMicros(at),
      executedNodes: this.#executed,
      get trace() {
        return (trace ??= makeTrace());
      },
      get recording() {
        return (recording ??= makeRecording());
      },
    };
  }

  #recording(status: Status, at: Micros): Trace {
    const { slowMo } = this.#options;
    const info = {
      id: this.#executionId,
      status,
      endedAt: after(this.#recorder.startedAt, at),
      recordedDuration: at,
      concurrency: this.#limit,
      error: this.#error,
      attributes: {
        ...(this.#graph.version !== null && { workflow_version: this.#graph.version }),
        ...(slowMo !== undefined && { slow_mo_ms: slowMo }),
      },
    };
    return this.#recorder.trace(info, this.#warnings());
  }
}

const DISPATCHED: JsonObject = { cause: 'dispatch' };

/** What later tells whether a retry was foreseen. */
function retryMetadata({ retry }: CompiledNode): JsonObject {
  const maxAttempts = Number.isFinite(retry.maxAttempts) ? retry.maxAttempts : null;
  return { retry: { policy: retry.policy, max_attempts: maxAttempts } };
}
