import { NONE } from '../../trace/trace.ts';
import { RowHeap } from '../heap.ts';
import { EventQueue } from './event-queue.ts';
import { findLanes, type Lanes } from './lanes.ts';
import type { Plan } from './plan.ts';

/** What a simulation gave; times are microseconds from the execution's start. */
export interface Simulated {
  /** By vertex: when it could have begun, and when it had ended. */
  readonly submit: Float64Array;
  readonly end: Float64Array;
  /** By task: when it got its places, and when it started. */
  readonly granted: Float64Array;
  readonly start: Float64Array;
  /** By task: what held it up last, as `Lanes` codes it; `NONE` when nothing did. */
  readonly heldBy: Int32Array;
  /** By task that takes further tokens: when each of its blocks began. */
  readonly blocks: ReadonlyMap<number, readonly number[]>;
  readonly lanes: Lanes;
  readonly from: number;
  readonly to: number;
  readonly makespan: number;
}

const SUBMIT = 0;
const RELEASE = 1;
const END = 2;
const BLOCK = 3;
const TOKEN = 4;

/** The edges the other way round: what waits for each vertex. */
function dependents(offsets: Uint32Array, deps: Uint32Array, count: number) {
  const starts = new Uint32Array(count + 1);
  for (const dep of deps) starts[dep + 1]++;
  for (let v = 0; v < count; v++) starts[v + 1] += starts[v];
  const next = starts.slice(0, count);
  const list = new Uint32Array(deps.length);
  for (let v = 0; v < count; v++) for (let i = offsets[v]; i < offsets[v + 1]; i++) list[next[deps[i]]++] = v;
  return { starts, list };
}

/**
 * List scheduling in event order (Graham 1966, with the conductor's rules): whenever something ends, the ready task with
 * the highest priority, then the lowest row, starts, of those whose limits have room; a full pool holds up nobody else.
 * Nothing recurses; O((tasks + edges) log tasks).
 */
class Simulation {
  readonly #plan: Plan;
  readonly #count: number;
  readonly #submit: Float64Array;
  readonly #end: Float64Array;
  readonly #granted: Float64Array;
  readonly #start: Float64Array;
  readonly #heldBy: Int32Array;
  readonly #ready: Float64Array;
  readonly #pending: Uint32Array;
  readonly #after: ReturnType<typeof dependents>;
  readonly #events = new EventQueue();
  readonly #lanes: Lanes;
  readonly #queues: RowHeap[];
  readonly #blockOfLane: Int32Array;
  readonly #turns: RowHeap[];
  readonly #active: Float64Array;
  readonly #blocks = new Map<number, number[]>();
  /** Vertices that have ended and whose dependents have not been told. */
  #ended: number[] = [];
  #unfinished: number;
  /** By task, its place in the queue; by vertex that brings nodes, the number of their first; and the next number. */
  readonly #rank: Float64Array;
  readonly #base: Float64Array;
  #numbered: number;
  /** Whether something may start that could not before. */
  #isDue = false;

  constructor(plan: Plan) {
    const { structure, offsets, deps, loops } = plan;
    const { vertexCount, taskCount, elementOf } = structure;
    this.#plan = plan;
    this.#count = vertexCount;
    this.#submit = new Float64Array(vertexCount);
    this.#end = new Float64Array(vertexCount);
    this.#granted = new Float64Array(taskCount);
    this.#start = new Float64Array(taskCount);
    this.#heldBy = new Int32Array(taskCount).fill(NONE);
    this.#ready = new Float64Array(vertexCount).fill(-Infinity);
    this.#pending = new Uint32Array(vertexCount);
    for (let v = 0; v < vertexCount; v++) this.#pending[v] = offsets[v + 1] - offsets[v];
    this.#after = dependents(offsets, deps, vertexCount);
    this.#lanes = findLanes(plan);
    const rank = plan.rank.slice();
    this.#rank = rank;
    this.#base = new Float64Array(plan.frames === null ? 0 : vertexCount);
    this.#numbered = structure.parentOf.length;
    const isBefore = (a: number, b: number) => (rank[a] === rank[b] ? a < b : rank[a] < rank[b]);
    this.#queues = this.#lanes.list.map(() => new RowHeap(isBefore));
    this.#blockOfLane = new Int32Array(this.#lanes.list.length).fill(NONE);
    const byElement = (a: number, b: number) => (elementOf[a] === elementOf[b] ? a < b : elementOf[a] < elementOf[b]);
    this.#turns = Array.from(loops, () => new RowHeap(byElement));
    this.#active = new Float64Array(loops.length);
    this.#unfinished = vertexCount;
  }

  run(): Simulated {
    const { origin } = this.#plan;
    for (let vertex = 0; vertex < this.#count; vertex++) if (this.#pending[vertex] === 0) this.#prepare(vertex, origin);
    this.#settle(origin);
    while (this.#unfinished > 0) {
      while (this.#events.length > 0) this.#next();
      if (this.#unfinished > 0 && !this.#forceTurn()) break;
    }
    return this.#result();
  }

  #next(): void {
    const time = this.#events.time;
    const code = this.#events.first;
    this.#events.pop();
    const vertex = code % this.#count;
    switch (Math.floor(code / this.#count)) {
      case SUBMIT:
        this.#submitted(vertex, time);
        break;
      case RELEASE:
        this.#release(vertex, time);
        break;
      case END:
        this.#finish(vertex, time);
        break;
      case BLOCK:
        this.#nextBlock(vertex, time);
        break;
      default:
        this.#isDue = true;
    }
    this.#settle(time);
  }

  /** Does all that happens at a time without waiting. */
  #settle(time: number): void {
    this.#tell();
    if (this.#isDue) this.#dispatch(time);
  }

  #at(time: number, kind: number, vertex: number): void {
    this.#events.push(time, kind * this.#count + vertex);
  }

  /** All that a vertex waits for has ended. */
  #prepare(vertex: number, time: number): void {
    const { turnBefore, loops, gone } = this.#plan;
    if (gone[vertex] === 1) return this.#finish(vertex, time);
    const loop = turnBefore[vertex];
    if (loop !== NONE && loops[loop] !== Number.POSITIVE_INFINITY) {
      if (this.#active[loop] >= loops[loop]) {
        this.#ready[vertex] = time;
        this.#turns[loop].push(vertex);
        return;
      }
      this.#active[loop]++;
    }
    this.#turn(vertex, time);
  }

  #turn(vertex: number, time: number): void {
    const { gap, floor, frames } = this.#plan;
    if (frames !== null && frames.size[vertex] > 0) {
      this.#base[vertex] = this.#numbered;
      this.#numbered += frames.size[vertex];
    }
    const at = Math.max(floor, time + gap[vertex]);
    if (at <= time) this.#submitted(vertex, at);
    else this.#at(at, SUBMIT, vertex);
  }

  #submitted(vertex: number, time: number): void {
    this.#submit[vertex] = time;
    if (vertex >= this.#plan.structure.taskCount) return this.#finish(vertex, time);
    const lane = this.#lanes.ofTask[vertex];
    if (lane === NONE) return this.#begin(vertex, time);
    const { frames, rank } = this.#plan;
    if (frames !== null) {
      const frame = frames.of[vertex];
      this.#rank[vertex] = rank[vertex] + frames.offset[vertex] + (frame === NONE ? 0 : this.#base[frame]);
    }
    this.#queues[lane].push(vertex);
    this.#isDue = true;
  }

  /** Starts what can be started, one after the other. */
  #dispatch(time: number): void {
    for (;;) {
      const lane = this.#choose(time);
      if (lane === NONE) break;
      const task = this.#queues[lane].peek();
      this.#queues[lane].pop();
      if (time > this.#submit[task]) this.#heldBy[task] = this.#blockOfLane[lane];
      // A token is taken when its task starts, and the next one counts from then.
      this.#lanes.take(lane, Math.max(time, time + this.#plan.lag[task] - this.#plan.slow[task]));
      this.#begin(task, Math.max(time, this.#submit[task]));
      this.#tell();
    }
    this.#isDue = false;
  }

  /** The lane whose first task is the next to start; `NONE` when none may. */
  #choose(time: number): number {
    const rank = this.#rank;
    let best: number = NONE;
    for (let lane = 0; lane < this.#queues.length; lane++) {
      const first = this.#queues[lane].peek();
      if (first === -1) continue;
      const block = this.#lanes.blockOf(lane, time);
      if (block === NONE) {
        if (best === NONE || rank[first] < rank[this.#queues[best].peek()]) best = lane;
        continue;
      }
      this.#blockOfLane[lane] = block;
      const token = this.#lanes.tokenDue(lane, block, time);
      if (token !== null) this.#at(token, TOKEN, 0);
    }
    return best;
  }

  #begin(task: number, time: number): void {
    const { lag, busy, tail, blocks } = this.#plan;
    this.#granted[task] = time;
    const start = time + lag[task];
    this.#start[task] = start;
    const cut = blocks.get(task);
    if (cut !== undefined && cut.length > 1) {
      this.#blocks.set(task, [start]);
      this.#at(start + cut[0], BLOCK, task);
    } else if (start + busy[task] + tail[task] === time) this.#release(task, time);
    else this.#at(start + busy[task], RELEASE, task);
  }

  /** A task takes another token, and goes on when it has it. */
  #nextBlock(task: number, time: number): void {
    const cut = this.#plan.blocks.get(task) ?? [];
    const begun = this.#blocks.get(task) ?? [];
    const token = this.#lanes.takeToken(task, time);
    const at = token > time ? token + (this.#plan.late.get(task)?.[begun.length - 1] ?? 0) : token;
    begun.push(at);
    this.#isDue = true;
    this.#at(at + (cut[begun.length - 1] ?? 0), begun.length < cut.length ? BLOCK : RELEASE, task);
  }

  #release(task: number, time: number): void {
    const lane = this.#lanes.ofTask[task];
    if (lane !== NONE) {
      this.#lanes.giveBack(lane);
      this.#isDue = true;
    }
    const tail = this.#plan.tail[task];
    if (tail > 0) this.#at(time + tail, END, task);
    else this.#finish(task, time);
  }

  #finish(vertex: number, time: number): void {
    this.#end[vertex] = time;
    this.#unfinished--;
    this.#ended.push(vertex);
  }

  /** Tells those that wait for what has ended. */
  #tell(): void {
    for (let i = 0; i < this.#ended.length; i++) this.#passOn(this.#ended[i]);
    if (this.#ended.length > 0) this.#ended = [];
  }

  #passOn(vertex: number): void {
    const time = this.#end[vertex];
    const { starts, list } = this.#after;
    for (let i = starts[vertex]; i < starts[vertex + 1]; i++) {
      const next = list[i];
      this.#ready[next] = Math.max(this.#ready[next], time);
      if (--this.#pending[next] === 0) this.#prepare(next, this.#ready[next]);
    }
    const { turnAfter, loops, gone } = this.#plan;
    const loop = turnAfter[vertex];
    if (loop === NONE || gone[vertex] === 1 || loops[loop] === Number.POSITIVE_INFINITY) return;
    this.#active[loop]--;
    const waiting = this.#turns[loop].peek();
    if (waiting === -1 || this.#active[loop] >= loops[loop]) return;
    this.#turns[loop].pop();
    this.#active[loop]++;
    this.#turn(waiting, Math.max(time, this.#ready[waiting]));
  }

  /** Items of loops that wait for each other would wait for ever: one has its turn all the same. */
  #forceTurn(): boolean {
    for (const [loop, turns] of this.#turns.entries()) {
      const waiting = turns.peek();
      if (waiting === -1) continue;
      turns.pop();
      this.#active[loop]++;
      this.#turn(waiting, this.#ready[waiting]);
      this.#settle(this.#ready[waiting]);
      return true;
    }
    return false;
  }

  #result(): Simulated {
    const { structure, gone } = this.#plan;
    let from = Infinity;
    let to = -Infinity;
    for (const element of structure.counted) {
      const vertex = structure.entry[element];
      if (gone[vertex] === 1) continue;
      from = Math.min(from, this.#submit[vertex]);
      to = Math.max(to, this.#end[structure.exit[element]]);
    }
    const isEmpty = to < from;
    return {
      submit: this.#submit,
      end: this.#end,
      granted: this.#granted,
      start: this.#start,
      heldBy: this.#heldBy,
      blocks: this.#blocks,
      lanes: this.#lanes,
      from: isEmpty ? 0 : from,
      to: isEmpty ? 0 : to,
      makespan: isEmpty ? 0 : to - from,
    };
  }
}

/** Runs a plan. Never fails, and ends for every graph without cycles. */
export function simulate(plan: Plan): Simulated {
  return new Simulation(plan).run();
}
