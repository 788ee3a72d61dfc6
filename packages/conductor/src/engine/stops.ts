import { NONE, type Micros } from '@flowprof/model';
import { NodeFailure } from '../errors.ts';
import type { Containers } from './containers.ts';
import type { Instances } from './instances.ts';
import type { NodeRun } from './node-run.ts';
import type { Parts } from './parts.ts';
import type { StoppedOutcome } from './shared.ts';

/** Why a node was not run, in words that a trace shows. */
export const REASON = {
  dependencies: 'everything it depends on was skipped',
  failed: 'a node that it depends on failed',
  group: 'what it is in was skipped',
  stopped: 'the run had failed before it could start',
  around: 'what it is in had failed before it could start',
  cancelled: 'the run was cancelled',
} as const;

/** How what is inside something is stopped. */
export interface Stop {
  /** What nodes become that have not started. */
  readonly pending: 'skipped' | 'cancelled';
  readonly reason: (index: number) => string;
  /** How nodes end that run; null lets them finish their attempt. */
  readonly running: StoppedOutcome | null;
}

/** What stopping needs of the run. */
export interface StopHost {
  readonly instances: Instances;
  readonly containers: Containers;
  /** The nodes that have a slot. */
  readonly running: () => Iterable<NodeRun>;
  skip(index: number, at: Micros, reason: string, status: Stop['pending']): void;
  /** The parts of loops that are run elsewhere; null where none are. */
  readonly parts: Parts | null;
}

/**
 * Keeps what has been stopped. A failure stops the nearest node around it that tolerates failures (which may be the node
 * itself), and otherwise the run: its domain. Nothing starts in what is stopped.
 */
export class Stops {
  readonly #host: StopHost;
  readonly #stopped = new Set<number>();
  /** How containers end once all in them has ended, other than by completing. */
  readonly #endings = new Map<number, StoppedOutcome>();
  /** Whether the whole run is stopped. */
  everything = false;

  constructor(host: StopHost) {
    this.#host = host;
  }

  endingOf(index: number): StoppedOutcome | null {
    return this.#endings.get(index) ?? null;
  }

  /** Whether something that a node is in has been stopped. */
  isStopped(index: number): boolean {
    if (this.everything) return true;
    if (this.#stopped.size === 0) return false;
    const { parent } = this.#host.instances;
    for (let at = parent[index] ?? NONE; at !== NONE; at = parent[at] ?? NONE) if (this.#stopped.has(at)) return true;
    return false;
  }

  /** Whether nothing further may start inside a container. */
  isClosed(index: number): boolean {
    return this.#stopped.has(index) || this.isStopped(index);
  }

  /** What a failure of a node stops: itself, a container, or `NONE` for the run. */
  domainOf(index: number): number {
    const { instances } = this.#host;
    for (let at = index; at !== NONE; at = instances.parent[at] ?? NONE) {
      if (instances.node[at]?.tolerated === true) return at;
    }
    return NONE;
  }

  /** What a node is in ends as that node did, up to what tolerates failures. */
  noteEnding(index: number, { status, failure: { message } }: StoppedOutcome): void {
    const { instances } = this.#host;
    const { id = '', tolerated = false } = instances.node[index] ?? {};
    if (tolerated) return;
    const isFailure = status === 'failed' || status === 'timeout';
    const failure = isFailure
      ? new NodeFailure('node_failed', `"${id}" failed: ${message}`, { retryable: false })
      : new NodeFailure(status, message, { retryable: false });
    this.noteInside(instances.parent[index] ?? NONE, { status: isFailure ? 'failed' : status, failure });
  }

  /** A container, and what it is in, end by something inside it, up to what tolerates failures. */
  noteInside(index: number, outcome: StoppedOutcome): void {
    const { instances } = this.#host;
    for (let up = index; up !== NONE; up = instances.parent[up] ?? NONE) {
      if (!this.#endings.has(up)) this.#endings.set(up, outcome);
      if (instances.node[up]?.tolerated === true) break;
    }
  }

  /** Stops the domain of a failure; returns what has ended by it. */
  fail(index: number, domain: number, outcome: StoppedOutcome, at: Micros): number[] {
    if (domain === index) return [];
    this.noteEnding(index, outcome);
    return this.#stopDomain(index, domain, at);
  }

  /** The same for a failure in a part of a loop that is run elsewhere. */
  failInside(loop: number, domain: number, ending: StoppedOutcome, at: Micros): number[] {
    this.noteInside(loop, ending);
    return this.#stopDomain(loop, domain, at);
  }

  #stopDomain(index: number, domain: number, at: Micros): number[] {
    const behind = this.#behind(index, domain);
    const other = domain === NONE ? REASON.stopped : REASON.around;
    return this.stop(
      domain,
      { pending: 'skipped', reason: (inside) => (behind.has(inside) ? REASON.failed : other), running: null },
      at,
    );
  }

  /** Ends a container in another way than by what is in it, and stops that; returns what has ended by it. */
  end(index: number, outcome: StoppedOutcome, reason: string, at: Micros): number[] {
    if (!this.#endings.has(index)) this.#endings.set(index, outcome);
    return this.stop(index, { pending: 'cancelled', reason: () => reason, running: outcome }, at);
  }

  /** Stops what is inside a container, or everything; returns the nodes that have ended by it without having started. */
  stop(domain: number, { pending, reason, running }: Stop, at: Micros): number[] {
    if (domain === NONE) this.everything = true;
    else this.#stopped.add(domain);
    const { instances, containers } = this.#host;
    const ended: number[] = [];
    const inside = domain === NONE ? this.#allInside() : this.#inside(domain);
    for (const index of inside) {
      if (instances.isPending(index)) {
        this.#host.skip(index, at, reason(index), pending);
        ended.push(index);
        this.#breakOff(instances.parent[index] ?? NONE, reason(index), running);
      } else if (containers.hasMore(index)) this.#breakOff(index, reason(index), running);
    }
    for (const run of this.#host.running()) {
      if (domain !== NONE && !this.#isIn(run.instance, domain)) continue;
      if (running === null) run.giveUp();
      else run.stop(running);
    }
    const isInside = (index: number): boolean => domain === NONE || index === domain || this.#isIn(index, domain);
    this.#host.parts?.stop(isInside, reason(domain), running);
    return ended;
  }

  /** A container of which not everything will be done ends as it was stopped. */
  #breakOff(index: number, reason: string, running: StoppedOutcome | null): void {
    if (index === NONE || this.#endings.has(index)) return;
    const failure = running?.failure ?? new NodeFailure('cancelled', reason, { retryable: false });
    this.#endings.set(index, { status: running?.status ?? 'cancelled', failure });
  }

  *#allInside(): Iterable<number> {
    const { instances } = this.#host;
    for (let index = 0; index < instances.length; index++) if (!instances.hasEnded(index)) yield index;
  }

  /** What is in a container, to any depth, that has not ended. Those it is in come first. */
  *#inside(container: number): Iterable<number> {
    const { instances, containers } = this.#host;
    const todo = [...containers.contentsOf(container)];
    for (let index = todo.pop(); index !== undefined; index = todo.pop()) {
      if (instances.hasEnded(index)) continue;
      yield index;
      for (const inside of containers.contentsOf(index)) todo.push(inside);
    }
  }

  #isIn(index: number, container: number): boolean {
    const { parent } = this.#host.instances;
    for (let at = parent[index] ?? NONE; at !== NONE; at = parent[at] ?? NONE) if (at === container) return true;
    return false;
  }

  /** Everything inside a domain that depends on a node: directly, through others, or through what it is in. */
  #behind(index: number, domain: number): ReadonlySet<number> {
    const { instances, containers } = this.#host;
    const found = new Set<number>();
    const addDependents = (of: number): void => {
      for (const position of instances.node[of]?.dependents ?? []) found.add(instances.beside(of, position));
    };
    for (let at = index; at !== domain && at !== NONE; at = instances.parent[at] ?? NONE) addDependents(at);
    for (const at of found) {
      addDependents(at);
      for (const inside of containers.contentsOf(at)) found.add(inside);
    }
    return found;
  }
}
