import { asMicros, type EpochMicros, type JsonObject, type Micros } from '@flowprof/model';
import { isContainer, type CompiledNode } from '../graph/graph.ts';
import { policyMetadata } from '../graph/policy-metadata.ts';
import { Heap } from './heap.ts';
import { Limit, type LimitSet, type TokenBucket } from './limits.ts';

/** What a lane can be held up by. */
type Block = Limit | TokenBucket | 'backpressure';

/**
 * What a lane has waited for up to a moment, by cause, and what it is waiting for since. A new one is made when the cause
 * changes; what became ready under one keeps it, and the difference of two is what it waited for.
 */
interface Wait {
  readonly at: number;
  readonly block: Block | null;
  /** Microseconds, without what has passed since `at`. */
  readonly past: ReadonlyMap<Block, number>;
}

const NO_WAIT: Wait = { at: 0, block: null, past: new Map() };

function isLess(a: number, b: number): boolean {
  return a < b;
}

/** Ready nodes for which the same limits hold, those with the highest priority first, then in order of declaration. */
class Lane {
  readonly heap = new Heap<number>(isLess);
  readonly limits: readonly Limit[];
  readonly rate: TokenBucket | null;
  wait: Wait = NO_WAIT;
  /** What the spans of its nodes say of their limits, by priority. */
  readonly #shown = new Map<number, JsonObject>();

  constructor(limits: readonly Limit[], rate: TokenBucket | null) {
    this.limits = limits;
    this.rate = rate;
  }

  /** What keeps its first node from starting, apart from the run's own limit. */
  blockedBy(now: number): Block | null {
    for (const limit of this.limits) if (limit.full) return limit;
    return this.rate !== null && !this.rate.has(now) ? this.rate : null;
  }

  /** The limits that hold for its nodes, with the priority of one, as its span tells them; null where there is nothing. */
  shown(priority: number): JsonObject | null {
    const { limits, rate } = this;
    if (limits.length === 0 && rate === null && priority === 0) return null;
    let shown = this.#shown.get(priority);
    if (shown === undefined) {
      const scheduling = {
        ...(priority !== 0 && { priority }),
        ...(limits.length > 0 && { limits: limits.map(({ cause }) => cause) }),
        ...(rate !== null && { rate_limit: { resource: rate.name, per_second: rate.perSecond, burst: rate.burst } }),
      };
      shown = { scheduling };
      this.#shown.set(priority, shown);
    }
    return shown;
  }

  setBlock(block: Block | null, at: number): void {
    const { wait } = this;
    if (wait.block === block) return;
    let { past } = wait;
    if (wait.block !== null) past = new Map(past).set(wait.block, (past.get(wait.block) ?? 0) + at - wait.at);
    this.wait = { at, block, past };
  }
}

/** How long the causes of a wait have come to since an earlier moment. */
function passedSince(from: Wait, fromAt: number, to: Wait, toAt: number): ReadonlyMap<Block, number> {
  const passed = new Map(to.past);
  if (to.block !== null) passed.set(to.block, (passed.get(to.block) ?? 0) + toAt - to.at);
  for (const [block, time] of from.past) passed.set(block, (passed.get(block) ?? 0) - time);
  if (from.block !== null) passed.set(from.block, (passed.get(from.block) ?? 0) - (fromAt - from.at));
  return passed;
}

/** What a node waited for between being ready and being started. */
export interface QueueWait {
  /** How long for a token; the rest of the wait was for room, or for nothing at all. */
  readonly rated: Micros;
  readonly rate: TokenBucket | null;
  /** What the rest was for; null when nothing held it up. */
  readonly cause: JsonObject | null;
}

const NOTHING: QueueWait = { rated: asMicros(0), rate: null, cause: null };
const BACKPRESSURE: JsonObject = { cause: 'backpressure' };

/** More than there are instances: what a step of priority is worth in the order of the heap. */
const STEP = 2 ** 40;

/**
 * Decides which of the nodes that are ready starts next: the one with the highest priority, then the one declared first,
 * of those whose limits have room. A full pool holds up nobody else. Times are microseconds from the run's start.
 */
export class Scheduler {
  readonly #own: LimitSet;
  readonly #shared: LimitSet | null;
  readonly #run: Limit;
  readonly #startedAt: EpochMicros;
  readonly #lanes: Lane[] = [];
  readonly #byLimits = new Map<string, Lane>();
  readonly #byName = new Map<string, Lane>();
  #last: Lane | null = null;
  #lastName = '';
  /** What a node's lane waited for when it became ready. */
  readonly #waits: Wait[] = [];

  constructor(concurrency: number, own: LimitSet, shared: LimitSet | null, startedAt: EpochMicros) {
    this.#run = new Limit(concurrency, { cause: 'concurrency', limit: concurrency });
    this.#own = own;
    this.#shared = shared;
    this.#startedAt = startedAt;
  }

  /** The bucket that a node's attempts take tokens of. */
  rateOf({ rateLimit }: CompiledNode): TokenBucket | null {
    if (rateLimit === null) return null;
    return this.#shared?.rates.get(rateLimit) ?? this.#own.rates.get(rateLimit) ?? null;
  }

  push(index: number, node: CompiledNode, priority: number): void {
    const lane = this.#laneOf(node);
    this.#waits[index] = lane.wait;
    lane.heap.push(index - priority * STEP);
  }

  /**
   * Takes the next node that may start, with its slots and its token; undefined when there is none.
   * @param isWaiting whether a node still waits; others are left out
   */
  pop(now: Micros, backpressure: boolean, isWaiting: (index: number) => boolean): number | undefined {
    const outer = this.#run.full ? this.#run : backpressure ? 'backpressure' : null;
    let best: Lane | null = null;
    let first = Number.POSITIVE_INFINITY;
    for (const lane of this.#lanes) {
      const key = peek(lane, isWaiting);
      if (key === undefined) {
        lane.setBlock(null, now);
        continue;
      }
      const block =
        lane.limits.length === 0 && lane.rate === null ? outer : (lane.blockedBy(this.#epoch(now)) ?? outer);
      if (block !== null) lane.setBlock(block, now);
      else if (key < first) {
        best = lane;
        first = key;
      }
    }
    if (best === null) return undefined;
    best.heap.pop();
    this.#run.used++;
    for (const limit of best.limits) limit.used++;
    best.rate?.take(this.#epoch(now));
    return indexOf(first);
  }

  /** Gives back the slots of a node. */
  release(node: CompiledNode): void {
    this.#run.used--;
    for (const limit of this.#laneOf(node).limits) limit.release();
  }

  /** What a node waited for that was ready at one time and starts at another. */
  waitOf(index: number, node: CompiledNode, readyAt: Micros, startAt: Micros): QueueWait {
    const from = this.#waits[index] ?? NO_WAIT;
    const lane = this.#laneOf(node);
    if (from === lane.wait && from.block === null) return NOTHING;
    let rated = 0;
    let rate: TokenBucket | null = null;
    let longest = 0;
    let cause: Block | null = null;
    for (const [block, time] of passedSince(from, readyAt, lane.wait, startAt)) {
      if (time <= 0) continue;
      if (block !== 'backpressure' && !(block instanceof Limit)) {
        rated += time;
        rate = block;
      } else if (time > longest) {
        longest = time;
        cause = block;
      }
    }
    const total = startAt - readyAt;
    const shown = cause === null ? null : cause === 'backpressure' ? BACKPRESSURE : cause.cause;
    return { rated: asMicros(Math.min(rated, total)), rate, cause: shown };
  }

  /** What a node's span says of how it is run: its limits, its priority, and what is done when it fails. */
  metadataOf(node: CompiledNode, priority: number): JsonObject | undefined {
    const policy = policyMetadata(node);
    const shown = isContainer(node) ? null : this.#laneOf(node).shown(priority);
    if (shown === null) return policy;
    return policy === undefined ? shown : { ...policy, ...shown };
  }

  /** When a token comes that a ready node waits for; null when none waits for one. */
  nextTokenAt(): Micros | null {
    let next = Number.POSITIVE_INFINITY;
    for (const { wait, rate } of this.#lanes) {
      if (rate !== null && wait.block === rate) next = Math.min(next, rate.nextAt - this.#startedAt);
    }
    return next === Number.POSITIVE_INFINITY ? null : asMicros(next);
  }

  /** Calls the function when a limit that other runs use too has room again. */
  listen(listener: () => void): void {
    for (const limit of this.#sharedLimits()) limit.listen(listener);
  }

  unlisten(listener: () => void): void {
    for (const limit of this.#sharedLimits()) limit.unlisten(listener);
  }

  *#sharedLimits(): Iterable<Limit> {
    if (this.#shared === null) return;
    yield* this.#shared.pools.values();
    yield* this.#shared.types.values();
  }

  #epoch(now: Micros): number {
    return this.#startedAt + now;
  }

  /** Most nodes are of the same lane as the one before: comparing its name is quicker than looking it up. */
  #laneOf(node: CompiledNode): Lane {
    if (this.#last !== null && node.lane === this.#lastName) return this.#last;
    this.#last = this.#byName.get(node.lane) ?? this.#makeLane(node);
    this.#lastName = node.lane;
    return this.#last;
  }

  /** Nodes of different types share a lane when no limit tells them apart. */
  #makeLane(node: CompiledNode): Lane {
    const pool =
      node.pool === null ? undefined : (this.#shared?.pools.get(node.pool) ?? this.#own.pools.get(node.pool));
    const type = this.#shared?.types.get(node.type) ?? this.#own.types.get(node.type);
    const rate = this.rateOf(node);
    const key = `${pool ? (node.pool ?? '') : ''}|${rate?.name ?? ''}|${type ? node.type : ''}`;
    let lane = this.#byLimits.get(key);
    if (lane === undefined) {
      lane = new Lane(
        [pool, type].filter((limit) => limit !== undefined),
        rate,
      );
      this.#byLimits.set(key, lane);
      this.#lanes.push(lane);
    }
    this.#byName.set(node.lane, lane);
    return lane;
  }
}

/** The index of a node from its key in a heap. */
function indexOf(key: number): number {
  const index = key % STEP;
  return index < 0 ? index + STEP : index;
}

/** The key of the first node of a lane that still waits. */
function peek({ heap }: Lane, isWaiting: (index: number) => boolean): number | undefined {
  for (;;) {
    const key = heap.first;
    if (key === undefined || isWaiting(indexOf(key))) return key;
    heap.pop();
  }
}
