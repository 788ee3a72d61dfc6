import { asMicros, type Micros } from '../../units.ts';
import type { AccountedSegment, Accounting } from '../accounting.ts';
import type { DependencyPath } from '../dependency-path.ts';
import type { LeafGraph } from '../leaf-graph.ts';
import type { Measures } from '../measures.ts';
import { gainOf } from '../shortened.ts';
import type { SpanPath } from '../span-path.ts';

/** Two steps of which the second starts when the first ends, although no dependency asks for it. */
export interface SerialStep {
  readonly leaf: number;
  /** What ended just before; `leaf` does not depend on it. */
  readonly before: number;
  /** When all that `leaf` depends on had ended. */
  readonly from: Micros;
  /** The start of `leaf`. */
  readonly to: Micros;
  /** By how much the makespan would shrink if `leaf` started at `from`. */
  readonly cost: Micros;
}

export interface SerialSteps {
  /** The costliest first, at most `MOST_STEPS`. */
  readonly steps: readonly SerialStep[];
  /** By how much the makespan would shrink if all of them started when they could. */
  readonly cost: Micros;
}

export const NO_SERIAL_STEPS: SerialSteps = { steps: [], cost: asMicros(0) };

/** What the search reads. */
interface SerialSource {
  readonly graph: LeafGraph;
  readonly measures: Measures;
  readonly path: DependencyPath | SpanPath;
  readonly accounting: Accounting;
}

/** How many steps are looked at, the longest gaps first; each costs a pass over the graph. */
const MOST_STEPS = 10;
/** A leaf counts as started by the end of another when it starts within this part of the gap before it. */
const CLOSE_TO_START = 0.05;
/** So likely may it be that something ends that close to the start by chance. */
const LIKELY_BY_CHANCE = 0.2;
/** Gaps are looked at from this time on, and from this part of the makespan on. */
const LEAST_GAP_US = 1000;
const LEAST_SHARE = 0.01;

/** The position of the first number of a sorted column that is larger than a time. */
function firstAfter(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The unit of the times of a source: a second, a millisecond, or finer. */
function resolutionOf({ leaves }: LeafGraph): number {
  for (const unit of [1_000_000, 1000]) {
    const isWhole = (time: number) => time % unit === 0;
    if (leaves.end.every(isWhole) && leaves.start.every(isWhole)) return unit;
  }
  return 1;
}

/** Finds what ended just before something else started. */
class Endings {
  readonly #graph: LeafGraph;
  /** The leaves that took any time, by their end; of several at once the first row is the last. */
  readonly #byEnd: Uint32Array;
  readonly #ends: Float64Array;
  readonly #resolution: number;

  constructor(graph: LeafGraph) {
    this.#graph = graph;
    const { start, end } = graph.leaves;
    this.#byEnd = Uint32Array.from(end.keys())
      .filter((leaf) => end[leaf] > start[leaf])
      .sort((a, b) => end[a] - end[b] || b - a);
    this.#ends = Float64Array.from(this.#byEnd, (leaf) => end[leaf]);
    this.#resolution = resolutionOf(graph);
  }

  /** The leaf that ended last in the gap before another started, close to that start and not by chance; else null. */
  justBefore(leaf: number, from: number): number | null {
    const to = this.#graph.leaves.start[leaf];
    const last = firstAfter(this.#ends, to) - 1;
    if (last < 0) return null;
    const distance = to - this.#ends[last];
    if (this.#ends[last] <= from || distance > (to - from) * CLOSE_TO_START) return null;
    const inGap = last + 1 - firstAfter(this.#ends, from);
    const chance = (inGap * Math.max(distance, this.#resolution)) / (to - from);
    return chance < LIKELY_BY_CHANCE ? this.#byEnd[last] : null;
  }
}

/** How much of a stretch of the critical path no wait explains; microseconds. The segments are in order. */
function unexplained(segments: readonly AccountedSegment[], from: number, to: number): number {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (segments[middle].toUs <= from) low = middle + 1;
    else high = middle;
  }
  let time = 0;
  for (let i = low; i < segments.length && segments[i].fromUs < to; i++) {
    const { cause, fromUs, toUs } = segments[i];
    if (cause === 'unaccounted') time += Math.min(to, toUs) - Math.max(from, fromUs);
  }
  return time;
}

interface Gap {
  readonly leaf: number;
  readonly from: number;
  readonly time: number;
}

/** The longest gaps of a critical path of which no wait explains a good part. */
function openGaps({ graph, measures, accounting }: SerialSource, path: DependencyPath): Gap[] {
  const gaps: Gap[] = [];
  for (const [i, leaf] of path.leaves.entries()) {
    const to = graph.leaves.start[leaf];
    const time = i === 0 ? path.lead : path.gapBefore[i];
    if (time < LEAST_GAP_US || time < measures.makespan * LEAST_SHARE) continue;
    if (unexplained(accounting.segments, to - time, to) >= time / 2) gaps.push({ leaf, from: to - time, time });
  }
  return gaps.sort((a, b) => b.time - a.time || a.leaf - b.leaf).slice(0, MOST_STEPS);
}

/**
 * Steps of the critical path that run one after the other for no reason that the graph knows: nothing explains why the
 * second waits, and it starts just when the first ends, closer than chance would have it. What that costs is found by
 * going through the graph again with the gap taken away. O(n log n), and O(vertices + edges) for each step.
 */
export function findSerialSteps(source: SerialSource): SerialSteps {
  const { graph, measures, path } = source;
  const gaps = path.kind === 'dependencies' ? openGaps(source, path) : [];
  if (gaps.length === 0) return NO_SERIAL_STEPS;
  const endings = new Endings(graph);
  const all = new Float64Array(graph.leaves.length);
  const steps: SerialStep[] = [];
  for (const { leaf, from, time } of gaps) {
    const before = endings.justBefore(leaf, from);
    if (before === null) continue;
    all[leaf] = time;
    const delay = new Float64Array(graph.leaves.length);
    delay[leaf] = time;
    const cost = gainOf(graph, measures, { delay });
    steps.push({ leaf, before, from: asMicros(from), to: asMicros(graph.leaves.start[leaf]), cost });
  }
  if (steps.length === 0) return NO_SERIAL_STEPS;
  steps.sort((a, b) => b.cost - a.cost || a.leaf - b.leaf);
  return { steps, cost: gainOf(graph, measures, { delay: all }) };
}
