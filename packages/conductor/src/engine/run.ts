import {
  asMicros,
  NONE,
  spanIdPrefix,
  type JsonObject,
  type JsonValue,
  type Micros,
  type Status,
  type TraceError,
} from '@flowprof/model';
import { messageOf, NodeFailure } from '../errors.ts';
import { ExpressionError } from '../expressions/bounds.ts';
import { evaluateTemplate } from '../expressions/value.ts';
import { randomFraction } from '../fraction.ts';
import { isContainer, type CompiledNode, type Graph } from '../graph/graph.ts';
import { secretsOf } from '../graph/input.ts';
import type { HttpClient } from '../http/client.ts';
import { parseTraceparent, type TraceContext } from '../otlp/traceparent.ts';
import { createRedactor, ROOM_OF_RUN, secretTexts, type Redactor } from '../redact.ts';
import type { ExecutionResult, JournalEntry } from '../types.ts';
import { afterWait, LIFTED } from './after.ts';
import { Commits } from './commits.ts';
import { Containers, outputsOf } from './containers.ts';
import { Endings } from './endings.ts';
import { Instances } from './instances.ts';
import { LimitSet } from './limits.ts';
import { NodeRun, traceErrorOf } from './node-run.ts';
import { Outbox } from './outbox.ts';
import { rootFrame, type PartEnd, type PartsElsewhere } from './part.ts';
import { Parts } from './parts.ts';
import { outcomeOf, Past } from './past.ts';
import { Recorder } from './recorder.ts';
import type { RunHost, RunRequest } from './request.ts';
import { makeResult } from './result.ts';
import { Scheduler } from './scheduler.ts';
import { Scopes } from './scopes.ts';
import type { Outcome, RunShared, StoppedOutcome } from './shared.ts';
import { REASON, Stops } from './stops.ts';
import { endOfTrigger, endTrigger } from './trigger.ts';
import { limitsOf } from './workflow-limits.ts';

const DEFAULT_CONCURRENCY = 4;
/** How long nodes may be started one after the other before others of the process get a turn, in microseconds. */
const SLICE = 10_000;
/** How long a run that was stopped waits for its journal, in milliseconds. */
const JOURNAL_PATIENCE_MS = 30_000;

const DISPATCHED: JsonObject = { cause: 'dispatch' };

/**
 * One run of a graph. A node is ready once everything it depends on has ended; the scheduler starts ready nodes as far as
 * limits allow. What contains nodes is no work: it takes no slot, and ends with the last of them.
 *
 *     pending ─► ready ─► running ─► completed | failed | timeout   (─► committed, where there is a journal)
 *        │         └──────┴─► skipped (its condition) or cancelled
 *        └─► skipped: all it depends on was skipped, or something it depends on failed, or what it is in has failed
 *
 * After a failure the nodes of its domain that run may finish their attempt, and nothing else starts there. State is kept
 * in columns by instance, and nothing recurses over the graph.
 */
export class Run {
  readonly #request: RunRequest;
  readonly #host: RunHost;
  readonly #concurrency: number;
  readonly #recorder: Recorder;
  readonly #outbox: Outbox | null;
  readonly #shared: RunShared;
  readonly #caller: TraceContext | null;
  readonly #secrets = new Set<string>();
  #redactor: Redactor = createRedactor([]);
  readonly #instances: Instances;
  readonly #scopes: Scopes;
  readonly #scheduler: Scheduler;
  readonly #parts: Parts | null;
  readonly #containers: Containers;
  readonly #stops: Stops;
  readonly #endings: Endings;
  readonly #commits: Commits | null;
  readonly #past: Past;
  /** Containers that are ready; they need no slot. Those before `#started` have been started. */
  #immediate: number[] = [];
  #started = 0;
  readonly #running = new Map<number, NodeRun>();
  /** A node that is being started, and is not yet known to be one that goes on. */
  #starting: NodeRun | null = null;
  #tokenTimer: AbortController | null = null;
  #tokenAt: Micros | null = null;
  /** How long a run that was stopped still waits for its journal. */
  #patience: AbortController | null = null;
  #http: HttpClient | null = null;
  /** How the run was stopped from outside, if so. */
  #stoppedAs: 'cancelled' | 'timeout' | null = null;
  #draining = false;
  /** When an execution that had been interrupted went on; what is made ready before that happens as it did then. */
  #resumedAt = asMicros(0);
  #finish: () => void = () => {};

  constructor(request: RunRequest, host: RunHost) {
    const { graph, executionId, options } = request;
    const { sink, journal, resume, trigger } = options;
    this.#past = new Past(resume?.finished ?? []);
    this.#request = request;
    this.#keepSecret(graph, request.input);
    this.#caller = options.traceparent === undefined ? null : parseTraceparent(options.traceparent);
    this.#host = host;
    this.#concurrency = options.concurrency ?? graph.concurrency ?? DEFAULT_CONCURRENCY;
    this.#outbox = sink ? new Outbox(sink, executionId, host.timers, () => this.#drain()) : null;
    const room = { left: ROOM_OF_RUN };
    this.#recorder = new Recorder({
      name: graph.name,
      workflow: graph.workflow,
      rootId: graph.rootId,
      shape: graph.shape,
      clock: host.clock,
      spanPrefix: spanIdPrefix(host.random),
      outbox: this.#outbox,
      keep: (value) => this.#redactor.keep(value, room),
      traceparent: this.#caller === null ? undefined : options.traceparent,
      interruptedAt: resume === undefined ? null : this.#past.end,
      startedAt: resume?.startedAt ?? trigger?.receivedAt ?? null,
      triggeredAt: endOfTrigger(trigger),
      earlier: resume?.earlier ?? null,
      nodes: graph.body.nodes.length,
    });
    const { startedAt } = this.#recorder;
    this.#instances = new Instances(this.#recorder);
    this.#scopes = new Scopes(
      this.#instances,
      executionId,
      request.part?.startedAt ?? startedAt,
      options.services ?? {},
    );
    this.#scheduler = new Scheduler(
      this.#concurrency,
      new LimitSet(limitsOf(graph, request.workflows.values()), false),
      host.limits,
      startedAt,
    );
    this.#shared = this.#makeShared();
    this.#parts = host.parts ? new Parts(this.#partsHost(host.parts)) : null;
    this.#containers = new Containers(this.#containerHost());
    this.#stops = new Stops({
      instances: this.#instances,
      containers: this.#containers,
      running: () => this.#runningNodes(),
      parts: this.#parts,
      skip: (index, at, reason, status) => this.#endings.skip(index, at, reason, status),
    });
    this.#endings = new Endings({
      instances: this.#instances,
      recorder: this.#recorder,
      shared: this.#shared,
      containers: this.#containers,
      stops: this.#stops,
      isTold: sink !== undefined || journal !== undefined,
      makeReady: (index, at, by) => this.#makeReady(index, at, by),
      commit: (index, outcome, at) => this.#commitContainer(index, outcome, at),
      pastOf: (index) => this.#pastOf(index),
    });
    this.#commits = journal ? new Commits(journal, executionId, () => this.#drain()) : null;
  }

  /** Runs the graph to its end. Never rejects for a failure of the workflow. */
  async run(refusal: TraceError | null): Promise<ExecutionResult> {
    const { graph, executionId, options } = this.#request;
    const { signal } = options;
    const ended = new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
    this.#recorder.begin(executionId, this.#concurrency);
    if (options.resume !== undefined) this.#resumedAt = this.#recorder.now();
    this.#instances.add(rootFrame(this.#request, this.#workflow, this.#scopes));
    const onAbort = (): void => this.stop('cancelled', REASON.cancelled);
    const wake = (): void => this.#drain();
    const limit = this.#startTimeLimit(options.timeoutMs ?? graph.timeoutMs);
    this.#scheduler.listen(wake);
    if (options.trigger !== undefined) endTrigger(options.trigger, this.#instances, this.#recorder, this.#endings);
    if (refusal) this.#refuse(refusal);
    else if (signal?.aborted) onAbort();
    else {
      signal?.addEventListener('abort', onAbort, { once: true });
      if (options.trigger === undefined) this.#makeFirstReady();
      this.#drain();
    }
    if (this.#instances.left > 0) await ended;
    signal?.removeEventListener('abort', onAbort);
    this.#scheduler.unlisten(wake);
    limit?.abort(LIFTED);
    this.#tokenTimer?.abort(LIFTED);
    this.#patience?.abort(LIFTED);
    return this.#end();
  }

  #makeFirstReady(): void {
    for (const index of this.#instances.frame[0]?.body.top ?? []) {
      if (this.#instances.waitsFor[index] === 0) this.#makeReady(index, asMicros(0), NONE);
    }
  }

  async #end(): Promise<ExecutionResult> {
    const { executionId, options, graph } = this.#request;
    const output = this.#output();
    const at = this.#recorder.now();
    const status = this.#finalStatus();
    this.#recorder.finish(status, at, this.#endings.error);
    await this.#http?.close();
    await this.#outbox?.flush();
    return makeResult({
      recorder: this.#recorder,
      outbox: this.#outbox,
      executionId,
      status,
      output,
      at,
      error: this.#endings.error,
      executed: () => this.#endings.executed.map((index) => this.#instances.pathOf(index)),
      concurrency: this.#concurrency,
      slowMo: options.slowMo,
      version: graph.version,
      resumed: options.resume !== undefined,
      redactor: this.#redactor,
    });
  }

  #makeShared(): RunShared {
    const { executionId, options } = this.#request;
    const { slowMo = 0, network, commands = true } = options;
    const redactor = (): Redactor => this.#redactor;
    return {
      get redactor() {
        return redactor();
      },
      executionId,
      traceId: this.#caller?.traceId ?? executionId.replaceAll('-', ''),
      commands,
      recorder: this.#recorder,
      timers: this.#host.timers,
      slowMo,
      scopeOf: (index) => this.#scopeOf(index),
      pathOf: (index) => this.#instances.pathOf(index),
      placeOf: (index) => this.#instances.placeOf(index),
      http: () => (this.#http ??= this.#host.http(network)),
      isStopping: (index) => this.#stops.isStopped(index),
      takeToken: (node, now) => this.#takeToken(node, now),
      fraction: () => randomFraction(this.#host.random),
    };
  }

  #containerHost(): ConstructorParameters<typeof Containers>[0] {
    return {
      instances: this.#instances,
      recorder: this.#recorder,
      shared: this.#shared,
      scopes: this.#scopes,
      workflow: this.#workflow,
      parts: this.#parts,
      part: this.#request.part ?? null,
      makeReady: (index, at, by) => this.#makeReady(index, at, by),
      priorityOf: (index) => this.#priorityOf(index),
      keepSecret: (graph, input) => this.#keepSecret(graph, input),
    };
  }

  readonly #workflow = (graph: Graph, name: string): Graph | undefined =>
    graph.library.get(name) ?? this.#request.workflows.get(name);

  #partsHost(elsewhere: PartsElsewhere): ConstructorParameters<typeof Parts>[0] {
    return {
      elsewhere,
      instances: this.#instances,
      recorder: this.#recorder,
      part: this.#request.part ?? null,
      isClosed: (index) => this.#stops.isClosed(index),
      failed: (index, end, at) => this.#endings.failInside(index, end, at),
      ended: (index, at) => {
        this.#endings.endContainer(index, at);
        this.#drain();
      },
    };
  }

  /** How the loop ended of which this run was a part. */
  partEnd(): PartEnd {
    const { error } = this.#endings;
    const output = this.#instances.output[0];
    if (Array.isArray(output)) return { outputs: output };
    const failure = new NodeFailure('cancelled', error?.message ?? REASON.cancelled, { retryable: false });
    return { ending: this.#stops.endingOf(0) ?? { status: 'cancelled', failure }, error };
  }

  /** Lets a run finish the attempts that are under way, and nothing more. */
  giveUp(reason: string): void {
    this.#stopAll({ code: 'cancelled', message: reason }, 'skipped', reason, null);
    this.#drain();
  }

  #keepSecret(graph: Graph, input: JsonObject): void {
    const before = this.#secrets.size;
    for (const value of secretsOf(graph, input)) for (const text of secretTexts(value)) this.#secrets.add(text);
    if (this.#secrets.size > before) this.#redactor = createRedactor([...this.#secrets]);
  }

  #scopeOf(index: number): ReturnType<RunShared['scopeOf']> {
    const frame = this.#instances.frame[index];
    if (frame === undefined) throw new RangeError(`there is no instance ${index}`);
    return frame.scoped.scope;
  }

  #priorityOf(index: number): number {
    return this.#instances.node[index]?.priority ?? this.#instances.frame[index]?.priority ?? 0;
  }

  #takeToken(node: CompiledNode, now: Micros): ReturnType<RunShared['takeToken']> {
    const { startedAt } = this.#recorder;
    const bucket = this.#scheduler.rateOf(node);
    if (bucket === null) return null;
    return { at: asMicros(bucket.take(startedAt + now) - startedAt), perSecond: bucket.perSecond };
  }

  // -- scheduling ---------------------------------------------------------------------------------------------------

  #makeReady(index: number, at: Micros, releasedBy: number): void {
    const instances = this.#instances;
    const node = instances.node[index];
    if (node === undefined) return;
    instances.releasedBy[index] = releasedBy;
    const entry = this.#pastOf(index);
    const isLeaf = !isContainer(node);
    if (entry) {
      const end = asMicros(Math.max(entry.end, this.#recorder.leafBefore(index, entry.start)?.end ?? 0));
      this.#past.add({ index, entry, end, isLeaf });
    }
    const runs = entry === undefined && isLeaf;
    instances.readyAt[index] = runs ? Math.max(at, this.#resumedAt) : at;
    if (runs) this.#scheduler.push(index, node, this.#priorityOf(index));
    else if (!isLeaf) this.#immediate.push(index);
  }

  /** How a node had ended before the execution was interrupted, if it had. */
  #pastOf(index: number): JournalEntry | undefined {
    return this.#past.isEmpty ? undefined : this.#past.entryOf(this.#instances.pathOf(index));
  }

  readonly #isPending = (index: number): boolean => this.#instances.isPending(index);

  /** Starts what can be started. A node that ends at once makes others ready, which the same loop then starts. */
  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    const until = this.#recorder.now() + SLICE;
    let again = true;
    while (again) {
      const at = this.#startNext();
      again = at !== null && at < until;
      if (at !== null && !again) setImmediate(() => this.#drain());
    }
    this.#draining = false;
    this.#waitForToken();
    if (this.#instances.left === 0) this.#finish();
  }

  /** Starts one node; returns the time, or null when there is none that may start. */
  #startNext(): Micros | null {
    const now = this.#recorder.now();
    const container = this.#immediate[this.#started++];
    if (container !== undefined) {
      this.#startContainer(container);
      return now;
    }
    this.#immediate = [];
    this.#started = 0;
    const before = this.#past.next();
    if (before !== undefined) {
      this.#restore(before);
      return now;
    }
    const index = this.#scheduler.pop(now, this.#outbox?.full === true, this.#isPending);
    if (index === undefined) return null;
    this.#startLeaf(index, now);
    return now;
  }

  *#runningNodes(): Iterable<NodeRun> {
    if (this.#starting?.settled === false) yield this.#starting;
    yield* this.#running.values();
  }

  #openSpan(index: number, node: CompiledNode, start: Micros): number {
    const parent = this.#instances.parent[index] ?? NONE;
    const metadata = this.#scheduler.metadataOf(node, this.#priorityOf(index));
    const below = parent === NONE ? NONE : (this.#instances.span[parent] ?? NONE);
    const row = this.#recorder.open('node', node.name, start, index, below, metadata);
    this.#instances.span[index] = row;
    return row;
  }

  #startLeaf(index: number, at: Micros): void {
    const node = this.#instances.node[index];
    if (node === undefined) return;
    const readyAt = asMicros(this.#instances.readyAt[index] ?? 0);
    const row = this.#openSpan(index, node, readyAt);
    this.#instances.setStatus(index, 'running');
    this.#recordQueue(index, node, row, readyAt, at);
    const run = new NodeRun(this.#shared, index, node, row, at, this.#onEnded);
    this.#starting = run;
    run.start();
    this.#starting = null;
    if (!run.settled) this.#running.set(index, run);
  }

  #recordQueue(index: number, node: CompiledNode, row: number, readyAt: Micros, at: Micros): void {
    const { rated, rate, cause } = this.#scheduler.waitOf(index, node, readyAt, at);
    const until = asMicros(at - rated);
    this.#recorder.phase('queue_wait', readyAt, until, index, row, cause ?? this.#releaseOf(index));
    if (rate === null || rated <= 0) return;
    const metadata = { resource: rate.name, per_second: rate.perSecond };
    this.#recorder.phase('rate_limit_wait', until, at, index, row, metadata);
    this.#recorder.annotate(row, at, `waited for ${rate.name}`, 'rate_limit', { ...metadata, waited_ms: rated / 1000 });
  }

  /** Nothing held a node up: it started when what it waited for had ended. */
  #releaseOf(index: number): JsonObject {
    const by = this.#instances.releasedBy[index] ?? NONE;
    if (by === NONE) return DISPATCHED;
    const isPlain = this.#instances.frame[by]?.keys === '';
    const release = isPlain ? this.#instances.node[by]?.release : undefined;
    return release ?? { cause: 'dependency', released_by: this.#instances.keyOf(by) };
  }

  #startContainer(index: number): void {
    const node = this.#instances.node[index];
    if (node === undefined || !this.#instances.isPending(index)) return;
    const at = asMicros(this.#instances.readyAt[index] ?? 0);
    const span = this.#recorder.restored(index)?.span ?? this.#openSpan(index, node, at);
    this.#instances.span[index] = span;
    this.#instances.setStatus(index, 'running');
    const { outcome, at: end } = this.#containers.start(index, node, at, at < this.#resumedAt);
    if (outcome !== null) {
      this.#endings.conclude(index, outcome, end, 0, false);
      return;
    }
    if (node.timeoutMs === null) return;
    const timer = new AbortController();
    this.#endings.limited(index, timer);
    const ms = node.timeoutMs;
    void afterWait(this.#host.timers.sleep(ms, timer.signal), () => this.#timeOut(index, node, ms));
  }

  #timeOut(index: number, node: CompiledNode, ms: number): void {
    if (this.#instances.hasEnded(index)) return;
    const message = `the ${node.type} took longer than ${ms} ms`;
    const at = this.#recorder.now();
    const failure = new NodeFailure('timeout', message);
    this.#endings.release(this.#stops.end(index, { status: 'timeout', failure }, message, at), at);
    this.#drain();
  }

  /** Wakes the run when the next token comes that a ready node waits for. */
  #waitForToken(): void {
    const next = this.#scheduler.nextTokenAt();
    if (next === this.#tokenAt) return;
    this.#tokenTimer?.abort(LIFTED);
    this.#tokenAt = next;
    if (next === null) return;
    const timer = new AbortController();
    this.#tokenTimer = timer;
    const ms = Math.max(0, next - this.#recorder.now()) / 1000;
    void afterWait(this.#host.timers.sleep(ms, timer.signal), () => {
      this.#tokenAt = null;
      this.#drain();
    });
  }

  // -- endings ------------------------------------------------------------------------------------------------------

  readonly #onEnded = (run: NodeRun, outcome: Outcome, at: Micros): void => {
    if (run !== this.#starting) this.#running.delete(run.instance);
    this.#scheduler.release(run.node);
    if (this.#commits !== null && this.#isFinal(run, outcome)) {
      this.#commit(run.instance, outcome, at, run.attempts, this.#commits);
    } else this.#endings.conclude(run.instance, outcome, at, run.attempts);
    this.#drain();
  };

  /** Whether a node that ended is not to run again when the execution goes on after a crash. */
  #isFinal({ instance, node }: NodeRun, { status }: Outcome): boolean {
    if (status === 'completed' || status === 'skipped') return true;
    return node.tolerated && status !== 'cancelled' && !this.#stops.isStopped(instance);
  }

  /** What is in a container that failed and is tolerated will not run again, so that what depends on it may go on. */
  #commitContainer(index: number, outcome: StoppedOutcome, at: Micros): boolean {
    const isFinal = this.#instances.node[index]?.tolerated === true && outcome.status !== 'cancelled';
    if (this.#commits === null || !isFinal || this.#stops.isStopped(index)) return false;
    this.#commit(index, outcome, at, 0, this.#commits);
    return true;
  }

  /** Ends a node once the journal has it. */
  #commit(index: number, outcome: Outcome, at: Micros, attempts: number, commits: Commits): void {
    const failure = 'failure' in outcome ? outcome.failure : null;
    const key = this.#instances.keyOf(index);
    const entry: JournalEntry = {
      path: this.#instances.pathOf(index),
      status: outcome.status === 'cancelled' ? 'failed' : outcome.status,
      output: outcome.status === 'completed' ? outcome.output : null,
      error: failure && traceErrorOf(failure, key, this.#redactor),
      attempts,
      start: asMicros(this.#instances.readyAt[index] ?? 0),
      end: at,
    };
    commits.add(entry, (refused) => {
      this.#endings.conclude(index, outcome, at, attempts);
      if (refused === null || this.#stops.everything) return;
      const error = { code: 'journal_failed', message: this.#redactor.text(refused), nodeKey: key };
      this.#stopAll(error, 'skipped', REASON.stopped, null);
    });
  }

  /** A node that had ended before the execution was interrupted ends again as and when it did, without being run. */
  #restore({ index, entry, end }: NonNullable<ReturnType<Past['next']>>): void {
    const node = this.#instances.node[index];
    if (node === undefined || this.#instances.hasEnded(index)) return;
    if (isContainer(node)) {
      const stop = { pending: 'skipped', reason: () => REASON.around, running: null } as const;
      this.#endings.release(this.#stops.stop(index, stop, end), end);
      this.#endings.endContainer(index, end);
      return;
    }
    const known = this.#recorder.leafBefore(index, entry.start);
    const row = known?.span ?? this.#openSpan(index, node, entry.start);
    this.#instances.span[index] = row;
    this.#instances.setStatus(index, 'running');
    if (known === null) this.#recorder.close(row, entry.end, entry.status, { restored: true });
    else this.#recorder.settle(index, entry.end, entry.status);
    this.#endings.restore(index, outcomeOf(entry), end, entry.attempts);
  }

  // -- stopping -----------------------------------------------------------------------------------------------------

  #startTimeLimit(ms: number | null): AbortController | null {
    if (ms === null) return null;
    const timer = new AbortController();
    void afterWait(this.#host.timers.sleep(ms, timer.signal), () =>
      this.stop('timeout', `the run took longer than ${ms} ms`),
    );
    return timer;
  }

  /** Stops the run from outside. */
  stop(status: 'cancelled' | 'timeout', message: string): void {
    if (this.#instances.left === 0) return;
    this.#stoppedAs ??= status;
    const failure = new NodeFailure(status, message, { retryable: false });
    this.#stopAll({ code: status, message }, 'cancelled', message, { status, failure });
    if (this.#commits !== null && this.#patience === null) {
      this.#patience = new AbortController();
      void afterWait(this.#host.timers.sleep(JOURNAL_PATIENCE_MS, this.#patience.signal), () =>
        this.#commits?.abandon('the run was stopped before it was committed'),
      );
    }
    this.#drain();
  }

  /** Refuses the run before any node of it. */
  #refuse(error: TraceError): void {
    this.#stopAll(error, 'skipped', REASON.stopped, null);
  }

  #stopAll(error: TraceError, pending: 'skipped' | 'cancelled', reason: string, running: StoppedOutcome | null): void {
    this.#endings.error ??= error;
    const at = this.#recorder.now();
    this.#endings.release(this.#stops.stop(NONE, { pending, reason: () => reason, running }, at), at);
  }

  // -- result -------------------------------------------------------------------------------------------------------

  /** What the run gives back, where it gives anything; its expressions may fail like those of a node. */
  #output(): (() => JsonValue) | undefined {
    const { graph } = this.#request;
    if (this.#endings.error) return undefined;
    if (graph.shape === 'node') return always(this.#instances.output[0]);
    if (graph.output === null) return () => outputsOf(this.#instances, graph.body.top);
    try {
      return always(evaluateTemplate(graph.output, this.#scopeOf(0)));
    } catch (error) {
      const code = error instanceof ExpressionError ? error.code : 'expression_failed';
      this.#endings.error = { code, message: `output: ${this.#redactor.text(messageOf(error))}` };
      return undefined;
    }
  }

  #finalStatus(): Status {
    return this.#stoppedAs ?? (this.#endings.error ? 'failed' : 'completed');
  }
}

function always(value: JsonValue | undefined): (() => JsonValue) | undefined {
  return value === undefined ? undefined : () => value;
}
