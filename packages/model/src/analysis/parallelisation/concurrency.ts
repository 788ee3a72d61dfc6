import type { Measures } from '../measures.ts';

/** How many leaves ran at once over time: a step function in buckets of equal width; the last one may be cut off. */
export interface Concurrency {
  /** Microseconds. */
  readonly bucket: number;
  /** By bucket, how many ran on average. */
  readonly mean: Float64Array;
  /** By bucket, how many ran at most. */
  readonly peak: Uint32Array;
  /** By number of leaves, how long just so many ran at once; microseconds. They sum to the makespan. */
  readonly timeAt: Float64Array;
}

/** Collects the steps of the function. */
class Steps {
  readonly mean: Float64Array;
  readonly peak: Uint32Array;
  readonly timeAt: Float64Array;
  readonly #from: number;
  readonly #bucket: number;

  constructor(from: number, bucket: number, buckets: number, levels: number) {
    this.#from = from;
    this.#bucket = bucket;
    this.mean = new Float64Array(buckets);
    this.peak = new Uint32Array(buckets);
    this.timeAt = new Float64Array(levels);
  }

  /** That `running` leaves ran from one time to another. */
  step(from: number, to: number, running: number): void {
    if (to <= from) return;
    this.timeAt[running] += to - from;
    let at = from;
    // Counted on, not divided again: of times beyond 2^53 that would find the bucket before, and never end.
    for (let index = Math.floor((at - this.#from) / this.#bucket); at < to; index++) {
      const until = Math.min(to, Math.max(at, this.#from + (index + 1) * this.#bucket));
      this.mean[index] += (until - at) * running;
      this.peak[index] = Math.max(this.peak[index], running);
      at = until;
    }
  }
}

/**
 * How many leaves ran at once, from the first submission to the last end. A leaf runs from its start to when it gives
 * its place back, as for the peak. O(n log n + buckets).
 * @param most how many buckets at most
 */
export function concurrencyOver(
  { from, to, makespan, peakConcurrency, starts, releases: ends }: Measures,
  most: number,
): Concurrency {
  const bucket = Math.max(1, Math.ceil(makespan / most));
  const steps = new Steps(from, bucket, Math.ceil(makespan / bucket), peakConcurrency + 1);
  let cursor: number = from;
  let started = 0;
  let ended = 0;
  while (cursor < to) {
    while (ended < ends.length && ends[ended] <= cursor) ended++;
    while (started < starts.length && starts[started] <= cursor) started++;
    const nextStart = started < starts.length ? starts[started] : Infinity;
    const nextEnd = ended < ends.length ? ends[ended] : Infinity;
    const until = Math.min(to, nextStart, nextEnd);
    steps.step(cursor, until, started - ended);
    cursor = until;
  }
  const mean = steps.mean.map((sum, i) => sum / Math.min(bucket, makespan - i * bucket));
  return { bucket, mean, peak: steps.peak, timeAt: steps.timeAt };
}
