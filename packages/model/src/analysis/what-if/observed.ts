import { KIND, NONE } from '../../trace/trace.ts';
import { attemptsOf, furtherTokens } from './body.ts';
import type { RunLimits } from './limits.ts';
import type { Structure } from './structure.ts';

/** What the unchanged simulation needs besides the graph, worked out from the times of the trace; microseconds. */
export interface ObservedTimes {
  /** The earliest submission of what is counted. */
  readonly origin: number;
  /** Before this nothing begins: skewed clocks may have what is not counted start before the origin. */
  readonly floor: number;
  /** By vertex: from when all it waits for has ended (and its turn has come) to its submission. */
  readonly gap: Float64Array;
  /** By task: from when it has its places to its start. */
  readonly lag: Float64Array;
  /** By task: the part of its first waits in slow motion, which is asked for and no queue. */
  readonly slow: Float64Array;
  /** By task that takes further tokens: how long after each that it waited for it went on. */
  readonly late: ReadonlyMap<number, readonly number[]>;
}

/** The position of the last of some sorted times that is not after a time; -1 when there is none. */
function lastAtMost(sorted: Float64Array, time: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** When places of the run and of each limit were given back, in order. */
class Releases {
  readonly #run: Float64Array;
  readonly #ofPlace: Float64Array[];
  readonly #limits: RunLimits;

  constructor({ taskCount, released, start }: Structure, limits: RunLimits) {
    const lists: number[][] = limits.places.map(() => []);
    const all: number[] = [];
    for (let task = 0; task < taskCount; task++) {
      if (released[task] < start[task]) continue;
      all.push(released[task]);
      if (limits.poolOf[task] !== NONE) lists[limits.poolOf[task]].push(released[task]);
      if (limits.typeOf[task] !== NONE) lists[limits.typeOf[task]].push(released[task]);
    }
    this.#limits = limits;
    this.#run = Float64Array.from(all).sort();
    this.#ofPlace = lists.map((list) => Float64Array.from(list).sort());
  }

  /** The last time up to one at which a place came free that a task may have waited for; `-Infinity` when none did. */
  before(task: number, time: number): number {
    const { poolOf, typeOf } = this.#limits;
    let latest = -Infinity;
    for (const times of [this.#run, this.#ofPlace[poolOf[task]], this.#ofPlace[typeOf[task]]]) {
      if (times === undefined) continue;
      const at = lastAtMost(times, time);
      if (at >= 0) latest = Math.max(latest, times[at]);
    }
    return latest;
  }
}

/** When each item of a loop had its turn: the first ones at once, then whenever one has ended. By vertex; else `-Infinity`. */
function turnsOf({ vertexCount, graph, exit, elementOf }: Structure, { loops, turnBefore }: RunLimits): Float64Array {
  const turns = new Float64Array(vertexCount).fill(-Infinity);
  const items: number[][] = loops.map(() => []);
  for (let vertex = 0; vertex < vertexCount; vertex++)
    if (turnBefore[vertex] !== NONE) items[turnBefore[vertex]].push(vertex);
  const { spans, nodes } = graph.trace;
  const spanOf = (vertex: number) => nodes.span[elementOf[vertex]];
  for (const [position, vertices] of items.entries()) {
    const { capacity } = loops[position];
    if (capacity >= vertices.length) continue;
    const begun = vertices.filter(
      (vertex) => spanOf(vertex) >= 0 && spanOf(vertex) < spans.length && exit[elementOf[vertex]] !== NONE,
    );
    begun.sort((a, b) => spans.start[spanOf(a)] - spans.start[spanOf(b)] || a - b);
    const ends = Float64Array.from(begun, (vertex) => graph.ends[spanOf(vertex)]).sort();
    for (const [i, vertex] of begun.entries()) if (i >= capacity) turns[vertex] = ends[i - capacity];
  }
  return turns;
}

/** By vertex, when it was submitted, where the trace tells: of tasks, of spans, and of the items of loops. */
function submissions(structure: Structure, { turnBefore }: RunLimits): Float64Array {
  const { graph, known, submit, taskCount, elementOf, vertexCount } = structure;
  const at = known.slice();
  at.set(submit.subarray(0, taskCount));
  if (structure.elements === 'spans') return at;
  const { nodes, spans } = graph.trace;
  for (let vertex = taskCount; vertex < vertexCount; vertex++) {
    if (turnBefore[vertex] === NONE) continue;
    const span = nodes.span[elementOf[vertex]];
    if (span >= 0 && span < spans.length) at[vertex] = spans.start[span];
  }
  return at;
}

/** The earliest of some times, `NaN`s left out. */
function earliest(times: Float64Array, from: number): number {
  let least = from;
  for (const time of times) if (time < least) least = time;
  return least;
}

function gapsOf(structure: Structure, limits: RunLimits, at: Float64Array, origin: number): Float64Array {
  const { order, offsets, deps, vertexCount, taskCount, end } = structure;
  const turns = turnsOf(structure, limits);
  const gap = new Float64Array(vertexCount);
  const time = new Float64Array(vertexCount);
  for (const vertex of order) {
    let ready = origin;
    if (offsets[vertex + 1] > offsets[vertex]) {
      ready = -Infinity;
      for (let i = offsets[vertex]; i < offsets[vertex + 1]; i++) ready = Math.max(ready, time[deps[i]]);
    }
    ready = Math.max(ready, turns[vertex]);
    if (!Number.isNaN(at[vertex])) gap[vertex] = at[vertex] - ready;
    time[vertex] = vertex < taskCount ? end[vertex] : ready + gap[vertex];
  }
  return gap;
}

/** How long each task was in slow motion before its start. */
function slowTimes({ graph, taskCount, submit, start, elements }: Structure): Float64Array {
  const slow = new Float64Array(taskCount);
  const { spans } = graph.trace;
  const name = spans.names.indexOf('slow_mo');
  if (name === -1 || elements === 'spans') return slow;
  for (let row = 0; row < spans.length; row++) {
    const task = graph.leaves.ofSpan[row];
    if (spans.kind[row] !== KIND.phase || spans.name[row] !== name || task === NONE) continue;
    if (graph.ends[row] <= start[task]) slow[task] += graph.ends[row] - spans.start[row];
  }
  // What overlaps, in a trace that is torn, cannot have taken longer than the whole wait.
  for (let task = 0; task < taskCount; task++) slow[task] = Math.min(slow[task], start[task] - submit[task]);
  return slow;
}

/** What the tokens of rate limits say of how punctual starts were. */
interface Tokens {
  /** By task: when the token for its start came; `-Infinity` where it takes none. */
  readonly first: Float64Array;
  /** By task that took further ones: how long after each it went on, where it had to wait for it. */
  readonly late: ReadonlyMap<number, readonly number[]>;
}

/** Takes tokens as they were taken, in order of time. Each is taken when its attempt starts, late or not. */
function readTokens(structure: Structure, { rates, rateOf }: RunLimits, slow: Float64Array): Tokens {
  const { taskCount, start } = structure;
  const first = new Float64Array(taskCount).fill(-Infinity);
  const late = new Map<number, number[]>();
  if (rates.length === 0) return { first, late };
  const takes: { at: number; task: number; isFirst: boolean }[] = [];
  for (let task = 0; task < taskCount; task++) {
    if (rateOf[task] === NONE) continue;
    takes.push({ at: start[task] - slow[task], task, isFirst: true });
    for (const at of furtherTokens(structure, task)) takes.push({ at, task, isFirst: false });
  }
  takes.sort((a, b) => a.at - b.at || a.task - b.task);
  const full = new Float64Array(rates.length).fill(-Infinity);
  for (const { at, task, isFirst } of takes) {
    const rate = rateOf[task];
    const interval = 1_000_000 / rates[rate].perSecond;
    const next = Math.ceil(full[rate] - interval * (rates[rate].burst - 1));
    const taken = Math.max(at, next);
    full[rate] = Math.max(taken, full[rate]) + interval;
    if (isFirst) {
      first[task] = next;
      continue;
    }
    const wentOn = attemptsOf(structure, task).find((attempt) => attempt >= at) ?? taken;
    const known = late.get(task) ?? [];
    known.push(next > at ? Math.max(0, wentOn - taken) : 0);
    late.set(task, known);
  }
  return { first, late };
}

/** Works out the gaps and lags with which the simulation, unchanged, does what was observed. */
export function observeTimes(structure: Structure, limits: RunLimits): ObservedTimes {
  const { taskCount, submit, start } = structure;
  let origin = Infinity;
  for (const element of structure.counted) origin = Math.min(origin, startOf(structure, element));
  const releases = new Releases(structure, limits);
  const slow = slowTimes(structure);
  const { first, late } = readTokens(structure, limits, slow);
  const lag = new Float64Array(taskCount);
  for (let task = 0; task < taskCount; task++) {
    const wait = start[task] - slow[task] - submit[task];
    if (wait <= 0) continue;
    let since = submit[task];
    if (limits.waited[task] === 1) since = Math.max(since, releases.before(task, start[task] - slow[task]));
    if (limits.rateOf[task] !== NONE) since = Math.max(since, first[task]);
    lag[task] = Math.max(0, Math.min(wait, start[task] - slow[task] - since));
  }
  const at = submissions(structure, limits);
  return { origin, floor: earliest(at, origin), gap: gapsOf(structure, limits, at, origin), lag, slow, late };
}

/** When a counted element was submitted. */
function startOf({ entry, submit, taskCount, known }: Structure, element: number): number {
  const vertex = entry[element];
  return vertex < taskCount ? submit[vertex] : known[vertex];
}
