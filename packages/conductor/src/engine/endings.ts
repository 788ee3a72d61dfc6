import { asMicros, isJsonObject, NONE, type Micros, type TraceError } from '@flowprof/model';
import { NodeFailure, toFailure } from '../errors.ts';
import { ExpressionError } from '../expressions/bounds.ts';
import type { CompiledNode } from '../graph/graph.ts';
import type { JournalEntry } from '../types.ts';
import type { Containers } from './containers.ts';
import { LIFTED } from './after.ts';
import { CODE, type Instances } from './instances.ts';
import { errorOf, traceErrorOf } from './node-run.ts';
import type { Recorder } from './recorder.ts';
import type { Outcome, RunShared, StoppedOutcome } from './shared.ts';
import type { PartFailure } from './part.ts';
import { outcomeOf } from './past.ts';
import { REASON, type Stops } from './stops.ts';

/** What the ends of nodes have to do with. */
export interface EndingsHost {
  readonly instances: Instances;
  readonly recorder: Recorder;
  readonly shared: RunShared;
  readonly containers: Containers;
  readonly stops: Stops;
  /** Whether somebody is told of the end of a node, which is a phase of it then. */
  readonly isTold: boolean;
  makeReady(index: number, at: Micros, releasedBy: number): void;
  /** Commits how a container ended, where that must be done before others go on; says whether it is ended later. */
  commit(index: number, outcome: StoppedOutcome, at: Micros): boolean;
  /** How a node had ended before the execution was interrupted, if it had. */
  pastOf(index: number): JournalEntry | undefined;
}

/** Ends nodes: writes it down, and works out what follows for those that wait for them and for what they are in. */
export class Endings {
  /** The nodes that ran, in the order in which they ended. */
  readonly executed: number[] = [];
  /** The first failure that nothing tolerates, or why the run was stopped. */
  error: TraceError | null = null;
  readonly #host: EndingsHost;
  /** The time limits of containers. */
  readonly #timers = new Map<number, AbortController>();

  constructor(host: EndingsHost) {
    this.#host = host;
  }

  /** Lifts a time limit when the node ends. */
  limited(index: number, timer: AbortController): void {
    this.#timers.set(index, timer);
  }

  /**
   * A node that was started has ended: tell the sink, close its span, let those that wait for it go on.
   * @param waited whether it was told or committed, which is a phase of it
   */
  conclude(index: number, outcome: Outcome, at: Micros, attempts: number, waited = true): void {
    const row = this.#host.instances.span[index] ?? NONE;
    let end = at;
    if (this.#host.isTold && waited) {
      end = this.#host.recorder.now();
      this.#host.recorder.phase('callback', at, end, index, row);
    }
    this.note(index, outcome, end, attempts);
    const thrown = 'failure' in outcome ? outcome.failure : null;
    const reason = outcome.status === 'skipped' ? outcome.reason : null;
    const metadata = thrown ? { error: errorOf(thrown, this.#host.shared.redactor) } : reason ? { reason } : undefined;
    this.#host.recorder.close(row, end, outcome.status, metadata);
    this.afterwards(index, outcome, end);
  }

  /** Writes down how a node ended. */
  note(index: number, outcome: Outcome, at: Micros, attempts: number): void {
    const instances = this.#host.instances;
    const failure =
      'failure' in outcome ? traceErrorOf(outcome.failure, instances.keyOf(index), this.#host.shared.redactor) : null;
    const reason = outcome.status === 'skipped' ? outcome.reason : (failure?.message ?? null);
    if (outcome.status === 'completed') instances.output[index] = outcome.output;
    if (outcome.status !== 'skipped') this.executed.push(index);
    if (this.#host.isTold) {
      const output = outcome.status === 'completed' ? outcome.output : undefined;
      const retryCount = Math.max(0, attempts - 1);
      this.#host.recorder.state(index, outcome.status, at, reason, { retryCount, error: failure, output });
    } else this.#host.recorder.state(index, outcome.status, at, reason);
    instances.setStatus(index, outcome.status);
    if (this.#timers.size === 0) return;
    this.#timers.get(index)?.abort(LIFTED);
    this.#timers.delete(index);
  }

  /** Ends a leaf as it had ended before an interruption. Its span has ended already. */
  restore(index: number, outcome: Outcome, end: Micros, attempts: number): void {
    this.note(index, outcome, end, attempts);
    this.release([index], end);
  }

  /** What follows from the end of a node: what is in it is skipped with it, a failure stops others, those that wait go on. */
  afterwards(index: number, outcome: Outcome, at: Micros): void {
    if (outcome.status === 'skipped') this.#skipContents(index, at);
    const ended = [index];
    if ('failure' in outcome) for (const stopped of this.#fail(index, outcome, at)) ended.push(stopped);
    this.release(ended, at);
  }

  /** A failure that is new stops its domain; returns what has ended by it. */
  #fail(index: number, outcome: StoppedOutcome, at: Micros): number[] {
    if (this.#host.stops.isStopped(index)) {
      this.#host.stops.noteEnding(index, outcome);
      return [];
    }
    const domain = this.#host.stops.domainOf(index);
    const { instances, shared } = this.#host;
    if (domain === NONE) this.error ??= traceErrorOf(outcome.failure, instances.keyOf(index), shared.redactor);
    return this.#host.stops.fail(index, domain, outcome, at);
  }

  /** A part of a loop that was run elsewhere has failed, or was stopped. */
  failInside(loop: number, { ending, error }: PartFailure, at: Micros): void {
    const { stops, instances, shared } = this.#host;
    if (stops.isClosed(loop)) return stops.noteInside(loop, ending);
    const domain = stops.domainOf(loop);
    if (domain === NONE) this.error ??= error ?? traceErrorOf(ending.failure, instances.keyOf(loop), shared.redactor);
    this.release(stops.failInside(loop, domain, ending, at), at);
  }

  /** Goes on from nodes that have ended to those that wait for them, and to what they are in. */
  release(ended: number[], at: Micros): void {
    const { instances } = this.#host;
    for (const index of ended) {
      const node = instances.node[index];
      if (node === undefined) continue;
      for (const position of node.dependents) {
        const dependent = instances.beside(index, position);
        const left = (instances.waitsFor[dependent] ?? 0) - 1;
        instances.waitsFor[dependent] = left;
        if (left <= 0 && instances.isPending(dependent)) this.#released(dependent, index, at, ended);
      }
      const parent = instances.parent[index] ?? NONE;
      if (parent !== NONE) this.#childEnded(parent, index, at, ended);
    }
  }

  /** A node of which all dependencies have ended is ready, or skipped. */
  #released(index: number, by: number, at: Micros, ended: number[]): void {
    const node = this.#host.instances.node[index];
    const reason = node ? this.#reasonToSkip(index, node) : null;
    if (reason !== null) {
      this.skip(index, at, reason, 'skipped');
      this.#skipContents(index, at);
      ended.push(index);
    } else if (this.#mayStart(index)) this.#host.makeReady(index, at, by);
  }

  #childEnded(parent: number, child: number, at: Micros, ended: number[]): void {
    const isLast = this.#host.containers.childEnded(parent, child, this.#host.stops.isClosed(parent), at);
    if (isLast) this.#endContainer(parent, at, ended);
  }

  /** Ends a container of which all is known: one that had ended before an interruption, or that was run elsewhere. */
  endContainer(index: number, at: Micros): void {
    const ended: number[] = [];
    this.#endContainer(index, at, ended);
    this.release(ended, at);
  }

  #endContainer(index: number, now: Micros, ended: number[]): void {
    const { instances, stops, recorder, shared, containers } = this.#host;
    if (instances.status[index] !== CODE.running) return;
    const before = this.#host.pastOf(index);
    const at = before === undefined ? now : asMicros(Math.max(now, before.end));
    const outcome = before ? outcomeOf(before) : (stops.endingOf(index) ?? this.#outcomeOf(index));
    const isNew = before === undefined;
    if (isNew && 'failure' in outcome && this.#host.commit(index, outcome, at)) return;
    this.note(index, outcome, at, 0);
    const failure = 'failure' in outcome ? { error: errorOf(outcome.failure, shared.redactor) } : undefined;
    const loop = containers.metadataOf(index);
    const metadata = failure && loop ? { ...loop, ...failure } : (failure ?? loop);
    recorder.close(instances.span[index] ?? NONE, at, outcome.status, metadata);
    ended.push(index);
    if ('failure' in outcome) for (const stopped of this.#fail(index, outcome, at)) ended.push(stopped);
  }

  /** How a container ended of which everything was done. */
  #outcomeOf(index: number): Outcome {
    try {
      return { status: 'completed', output: this.#host.containers.outputOf(index) };
    } catch (error) {
      const code = error instanceof ExpressionError ? error.code : 'expression_failed';
      const failure = new NodeFailure(code, `output: ${toFailure(error).message}`, { retryable: false });
      return { status: 'failed', failure };
    }
  }

  /** Whether what a node is in has been started; its nodes wait for that. */
  #mayStart(index: number): boolean {
    const parent = this.#host.instances.parent[index] ?? NONE;
    return parent === NONE || this.#host.instances.status[parent] === CODE.running;
  }

  /** Why a node is skipped of which all dependencies have ended; null when it runs. */
  #reasonToSkip(index: number, node: CompiledNode): string | null {
    const { instances } = this.#host;
    const missed = node.branches.length === 0 ? null : this.#missedBranch(index, node);
    if (missed !== null) return missed;
    for (const position of node.dependencies) {
      if (instances.status[instances.beside(index, position)] !== CODE.skipped) return null;
    }
    return REASON.dependencies;
  }

  /** What was chosen instead, for a node that depends on branches of which none was chosen. */
  #missedBranch(index: number, { branches }: CompiledNode): string | null {
    const { instances } = this.#host;
    let missed: string | null = null;
    for (const branch of branches) {
      const output = instances.output[instances.beside(index, branch.dependency)];
      const taken = isJsonObject(output) ? output['case'] : null;
      if (taken === branch.chosen) return null;
      missed ??= `the switch chose ${typeof taken === 'string' ? `"${taken}"` : 'no case'}`;
    }
    return missed;
  }

  skip(index: number, at: Micros, reason: string, status: 'skipped' | 'cancelled'): void {
    // What had begun before an interruption is not told to have been skipped.
    const { instances, recorder } = this.#host;
    const before = recorder.statusBefore(index) ?? (recorder.hasBegunBefore(index) ? 'cancelled' : null);
    instances.setStatus(index, before ?? status);
    recorder.state(index, before ?? status, at, before === null ? reason : null);
    if (before !== null) return;
    this.#host.recorder.annotate(NONE, at, status, 'info', { node_key: this.#host.instances.pathOf(index), reason });
  }

  /** Skips everything in a group that is skipped, to any depth. */
  #skipContents(container: number, at: Micros): void {
    const { containers, instances, recorder } = this.#host;
    const todo = [...containers.contentsOf(container)];
    for (let index = todo.pop(); index !== undefined; index = todo.pop()) {
      if (!instances.isPending(index)) continue;
      instances.setStatus(index, 'skipped');
      recorder.state(index, 'skipped', at, REASON.group);
      for (const inside of containers.contentsOf(index)) todo.push(inside);
    }
  }
}
