import { bodyOf, furtherTokens, isInPhase, type Segment } from './body.ts';
import { findFrames, type Frames } from './frames.ts';
import type { PlaceLimit, RateLimit, RunLimits } from './limits.ts';
import { observeTimes, type ObservedTimes } from './observed.ts';
import type { Structure } from './structure.ts';

/**
 * Everything that a simulation does, as columns that changes write to. Times are whole microseconds. Unchanged, it does
 * what was observed.
 */
export interface Plan {
  readonly structure: Structure;
  readonly origin: number;
  readonly floor: number;
  offsets: Uint32Array;
  deps: Uint32Array;
  /** By vertex: nothing is counted or takes time there any more. */
  readonly gone: Uint8Array;
  /** By vertex: from when all it waits for has ended to its submission. */
  readonly gap: Float64Array;
  /** By task: from when it has its places to its start, slow motion included. */
  readonly lag: Float64Array;
  /** By task: the part of its lag in slow motion, and whether the rest was a wait for whatever runs it. */
  readonly slow: Float64Array;
  readonly queued: Uint8Array;
  /** By task: from its start until it gives its places back, and from then to its end. */
  readonly busy: Float64Array;
  readonly tail: Float64Array;
  /** What tasks do that are not simply as long as they were; all others are moved as they are. */
  readonly bodies: Map<number, Segment[]>;
  /** By task that takes further tokens: how long it is busy before each, and after the last. */
  readonly blocks: Map<number, readonly number[]>;
  /** By task that takes further tokens: how long after each that it waits for it goes on. */
  readonly late: ReadonlyMap<number, readonly number[]>;
  /** By task: what its place in the queue begins with, the lowest first. */
  readonly rank: Float64Array;
  /** What is numbered only when it is brought; null where the queue is in the order that was observed. */
  readonly frames: Frames | null;
  /** By task: 1 where it starts at once, whatever limits there are. */
  readonly free: Uint8Array;
  run: number;
  places: PlaceLimit[];
  rates: RateLimit[];
  /** How many items each loop may have under way. */
  readonly loops: Float64Array;
  readonly poolOf: Int32Array;
  readonly typeOf: Int32Array;
  readonly rateOf: Int32Array;
  readonly turnBefore: Int32Array;
  readonly turnAfter: Int32Array;
}

/** What a step of priority is worth in the order of the queue: more than there are tasks. */
const STEP = 2 ** 40;

/** By what the queue is ordered: the engine's own rule, or what really started first. */
export type QueueOrder = 'policy' | 'observed';

function ranksOf({ taskCount, start }: Structure, { priority }: RunLimits, order: QueueOrder): Float64Array {
  if (order === 'policy') return priority.map((one) => -one * STEP);
  const rank = new Float64Array(taskCount);
  const tasks = Uint32Array.from(rank.keys()).sort((a, b) => start[a] - start[b] || a - b);
  for (let i = 0; i < taskCount; i++) rank[tasks[i]] = i;
  return rank;
}

/** Cuts what a task does at the tokens that it takes, each wait for one left to the simulation. */
function blocksOf(structure: Structure, task: number, segments: readonly Segment[]): number[] {
  const tokens = furtherTokens(structure, task);
  const { released } = structure;
  const blocks: number[] = [];
  let block = 0;
  let next = 0;
  for (const segment of segments) {
    while (next < tokens.length && tokens[next] <= segment.from) {
      blocks.push(block);
      block = 0;
      next++;
    }
    if (segment.from < released[task]) block += segment.length;
  }
  blocks.push(block);
  return blocks;
}

/** Takes the waits for tokens out of what a task does: the simulation makes its own. */
function withoutTokenWaits(structure: Structure, task: number, segments: readonly Segment[]): Segment[] {
  return segments.map((segment) =>
    isInPhase(structure, task, segment, 'rate_limit_wait') ? { ...segment, length: 0 } : segment,
  );
}

/** Sets what a task does; its columns follow. */
export function setBody(plan: Plan, task: number, segments: readonly Segment[]): void {
  const { structure } = plan;
  const body = [...segments];
  plan.bodies.set(task, body);
  let busy = 0;
  let tail = 0;
  for (const { from, length } of body) {
    if (from < structure.released[task]) busy += length;
    else tail += length;
  }
  plan.busy[task] = busy;
  plan.tail[task] = tail;
  if (!plan.blocks.has(task)) return;
  const blocks = blocksOf(structure, task, body);
  plan.blocks.set(task, blocks);
}

/** What a task does, to be changed. */
export function bodyIn(plan: Plan, task: number): Segment[] {
  return (plan.bodies.get(task) ?? bodyOf(plan.structure, task)).map((segment) => ({ ...segment }));
}

/** The plan that does what was observed, under the limits as they were. */
export function makePlan(structure: Structure, limits: RunLimits, times: ObservedTimes, order: QueueOrder): Plan {
  const { taskCount, vertexCount, start, released, end } = structure;
  const busy = new Float64Array(taskCount);
  const tail = new Float64Array(taskCount);
  const lag = new Float64Array(taskCount);
  for (let task = 0; task < taskCount; task++) {
    busy[task] = Math.max(0, released[task] - start[task]);
    tail[task] = end[task] - start[task] - busy[task];
    lag[task] = times.lag[task] + times.slow[task];
  }
  const plan: Plan = {
    structure,
    origin: times.origin,
    floor: times.floor,
    offsets: structure.offsets,
    deps: structure.deps,
    gone: new Uint8Array(vertexCount),
    gap: times.gap.slice(),
    lag,
    slow: times.slow,
    late: times.late,
    queued: limits.queued,
    busy,
    tail,
    bodies: new Map(),
    blocks: new Map(),
    rank: ranksOf(structure, limits, order),
    frames: order === 'policy' ? findFrames(structure, limits.turnBefore) : null,
    free: new Uint8Array(taskCount),
    run: limits.run,
    places: [...limits.places],
    rates: [...limits.rates],
    loops: Float64Array.from(limits.loops, ({ capacity }) => capacity),
    poolOf: limits.poolOf,
    typeOf: limits.typeOf.slice(),
    rateOf: limits.rateOf,
    turnBefore: limits.turnBefore,
    turnAfter: limits.turnAfter,
  };
  for (let task = 0; task < taskCount; task++) {
    const rate = limits.rates[limits.rateOf[task]];
    if (
      rate === undefined ||
      rate.perSecond === Number.POSITIVE_INFINITY ||
      furtherTokens(structure, task).length === 0
    )
      continue;
    plan.blocks.set(task, []);
    setBody(plan, task, withoutTokenWaits(structure, task, bodyOf(structure, task)));
  }
  return plan;
}

/**
 * The plan that repeats the observed times whatever held them up: no limit is simulated, and every wait is as long as it
 * was. What all else is compared with, and what is left where the limits do not explain the waits.
 */
export function makeFixedPlan(structure: Structure, limits: RunLimits): Plan {
  const { taskCount, submit, start } = structure;
  const unlimited: RunLimits = {
    ...limits,
    run: Number.POSITIVE_INFINITY,
    places: limits.places.map((limit) => ({ ...limit, capacity: Number.POSITIVE_INFINITY })),
    rates: limits.rates.map((rate) => ({ ...rate, perSecond: Number.POSITIVE_INFINITY })),
    loops: limits.loops.map((loop) => ({ ...loop, capacity: Number.POSITIVE_INFINITY })),
  };
  const times = observeTimes(structure, unlimited);
  const lag = new Float64Array(taskCount);
  for (let task = 0; task < taskCount; task++) lag[task] = Math.max(0, start[task] - submit[task] - times.slow[task]);
  return makePlan(structure, unlimited, { ...times, lag }, 'observed');
}

/** A copy that changes can be made to. */
export function copyPlan(plan: Plan): Plan {
  return {
    ...plan,
    gone: plan.gone.slice(),
    gap: plan.gap.slice(),
    lag: plan.lag.slice(),
    busy: plan.busy.slice(),
    tail: plan.tail.slice(),
    bodies: new Map(plan.bodies),
    blocks: new Map(plan.blocks),
    free: plan.free.slice(),
    places: [...plan.places],
    rates: [...plan.rates],
    loops: plan.loops.slice(),
    typeOf: plan.typeOf.slice(),
  };
}
