import { asMicros, msFromMicros, type Micros } from '../../units.ts';
import type { Analysis } from '../analyse.ts';
import { leafId, leafName, type LeafGraph } from '../leaf-graph.ts';
import type { Measures } from '../measures.ts';
import { spanIdAt } from '../../trace/trace.ts';
import { concurrencyOver } from './concurrency.ts';
import type { SerialStep } from './serial-steps.ts';

/** How long so many leaves ran at once. */
interface ProfileLevel {
  /** From how many on, up to and with how many; the same where each number stands for itself. */
  readonly from: number;
  readonly to: number;
  readonly time_ms: number;
  readonly percent: number;
}

/** Two steps that run one after the other although no dependency asks for it. */
interface ProfileSerialStep {
  readonly id: string;
  readonly name: string;
  readonly span_id: string;
  /** What it starts just after, without depending on it. */
  readonly after_id: string;
  readonly after_name: string;
  /** When all that it depends on had ended, and when it started. */
  readonly ready_ms: number;
  readonly start_ms: number;
  /** By how much the makespan would shrink if it started when it was ready. */
  readonly cost_ms: number;
}

/** How much of an execution ran at once, and how much could have. */
export interface ProfileParallelisation {
  readonly makespan_ms: number;
  readonly work_ms: number;
  readonly span_ms: number;
  readonly span_released_ms: number;
  /** `work / span`. */
  readonly parallelism: number | null;
  readonly efficiency_percent: number | null;
  readonly utilisation_percent: number | null;
  /** What utilisation counts with: the run's limit, or what was busy at most. */
  readonly workers: number;
  readonly peak_concurrency: number;
  /** `max(span, work / workers)` for some numbers of workers, the run's own among them. */
  readonly lower_bounds: readonly { readonly workers: number; readonly lower_bound_ms: number }[];
  /** How many ran at once over time, in buckets of equal width from the first submission on; the last may be cut off. */
  readonly concurrency: {
    readonly from_ms: number;
    readonly bucket_ms: number;
    readonly mean: readonly number[];
    readonly peak: readonly number[];
  };
  /** How long 0, 1, 2, ... ran at once; neighbours together where there are more than 64. They sum to the makespan. */
  readonly levels: readonly ProfileLevel[];
  /** The part of the makespan in which nothing ran. */
  readonly idle_percent: number;
  readonly serial_steps: readonly ProfileSerialStep[];
  /** By how much the makespan would shrink if all serial steps started when they were ready. */
  readonly serial_cost_ms: number;
}

const MOST_BUCKETS = 200;
const MOST_LEVELS = 64;

function round(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}

function percent(fraction: number | null): number | null {
  return fraction === null ? null : round(fraction * 100, 3);
}

/** `max(span, work / workers)`, rounded up. */
function lowerBoundWith({ span, work }: Measures, workers: number): Micros {
  return asMicros(Math.max(span, Math.ceil(work / workers)));
}

/** 1, 2, 4, ... up to what was busy at most, that, and the run's own number. */
function workerCounts({ peakConcurrency, workers }: Measures): number[] {
  const counts = new Set([1, Math.max(1, peakConcurrency), workers]);
  for (let count = 2; count < peakConcurrency; count *= 2) counts.add(count);
  return [...counts].sort((a, b) => a - b);
}

/** The time at each number; 0 for itself, and neighbours together where there are many. */
function levelsOf(timeAt: Float64Array, makespan: number): ProfileLevel[] {
  const width = Math.ceil((timeAt.length - 1) / MOST_LEVELS);
  const levels: ProfileLevel[] = [];
  for (let from = 0; from < timeAt.length;) {
    const to = from === 0 ? 0 : Math.min(timeAt.length - 1, from + width - 1);
    let time = 0;
    for (let level = from; level <= to; level++) time += timeAt[level];
    if (time > 0) {
      const share = round((time / makespan) * 100, 3);
      levels.push({ from, to, time_ms: msFromMicros(asMicros(time)), percent: share });
    }
    from = to + 1;
  }
  return levels;
}

function serialStep(graph: LeafGraph, { leaf, before, from, to, cost }: SerialStep): ProfileSerialStep {
  return {
    id: leafId(graph, leaf),
    name: leafName(graph, leaf),
    span_id: spanIdAt(graph.trace.spans.ids, graph.leaves.span[leaf]),
    after_id: leafId(graph, before),
    after_name: leafName(graph, before),
    ready_ms: msFromMicros(from),
    start_ms: msFromMicros(to),
    cost_ms: msFromMicros(cost),
  };
}

/** What can be said of an execution's parallelism, as a profile tells it; null when no leaf has started. */
export function parallelisationOf({ graph, measures, serial }: Analysis): ProfileParallelisation | null {
  if (measures === null) return null;
  const { bucket, mean, peak, timeAt } = concurrencyOver(measures, MOST_BUCKETS);
  const { steps, cost } = serial;
  const { makespan } = measures;
  return {
    makespan_ms: msFromMicros(makespan),
    work_ms: msFromMicros(measures.work),
    span_ms: msFromMicros(measures.span),
    span_released_ms: msFromMicros(measures.spanReleased),
    parallelism: measures.parallelism === null ? null : round(measures.parallelism, 6),
    efficiency_percent: percent(measures.efficiency),
    utilisation_percent: percent(measures.utilisation),
    workers: measures.workers,
    peak_concurrency: measures.peakConcurrency,
    lower_bounds: workerCounts(measures).map((workers) => ({
      workers,
      lower_bound_ms: msFromMicros(lowerBoundWith(measures, workers)),
    })),
    concurrency: {
      from_ms: msFromMicros(measures.from),
      bucket_ms: msFromMicros(asMicros(bucket)),
      mean: Array.from(mean, (running) => round(running, 3)),
      peak: [...peak],
    },
    levels: levelsOf(timeAt, makespan),
    idle_percent: makespan > 0 ? round((timeAt[0] / makespan) * 100, 3) : 0,
    serial_steps: steps.map((step) => serialStep(graph, step)),
    serial_cost_ms: msFromMicros(cost),
  };
}
