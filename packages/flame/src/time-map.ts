import type { TimeRange } from './values.ts';

/** A stretch of time that is drawn narrower than it was. */
export interface TimeBreak extends TimeRange {
  /** Where it lies in the time of the chart. */
  readonly chartStart: number;
  readonly chartEnd: number;
}

/**
 * From the time of the run to the time of the chart and back: the same everywhere, but for stretches that are cut to a
 * fixed length. Never falls, and is its own inverse in both directions; times are microseconds.
 */
export class TimeMap {
  /** In the order of time. */
  readonly breaks: readonly TimeBreak[];

  /** @param cuts stretches in the order of time that do not overlap, each with the length that stands for it */
  constructor(cuts: readonly (TimeRange & { readonly length: number })[]) {
    let skipped = 0;
    this.breaks = cuts.map(({ start, end, length }) => {
      const chartStart = start - skipped;
      skipped += end - start - length;
      return { start, end, chartStart, chartEnd: chartStart + length };
    });
  }

  /** How much time the breaks leave out. */
  get skipped(): number {
    const last = this.breaks.at(-1);
    return last === undefined ? 0 : last.end - last.chartEnd;
  }

  toChart(time: number): number {
    const at = this.#lastFrom('start', time);
    if (at === undefined) return time;
    if (time >= at.end) return time - (at.end - at.chartEnd);
    return at.chartStart + ((time - at.start) * (at.chartEnd - at.chartStart)) / (at.end - at.start);
  }

  toReal(chart: number): number {
    const at = this.#lastFrom('chartStart', chart);
    if (at === undefined) return chart;
    if (chart >= at.chartEnd) return chart + (at.end - at.chartEnd);
    return at.start + ((chart - at.chartStart) * (at.end - at.start)) / (at.chartEnd - at.chartStart);
  }

  /** A range of the run in the time of the chart, with whatever else it carries. */
  rangeToChart<T extends TimeRange>(range: T): T {
    return this.breaks.length === 0
      ? range
      : { ...range, start: this.toChart(range.start), end: this.toChart(range.end) };
  }

  rangeToReal<T extends TimeRange>(range: T): T {
    return this.breaks.length === 0
      ? range
      : { ...range, start: this.toReal(range.start), end: this.toReal(range.end) };
  }

  /** A column of times in the time of the chart; the column itself where nothing is cut. */
  column(times: Float64Array): Float64Array {
    return this.breaks.length === 0 ? times : times.map((time) => this.toChart(time));
  }

  #lastFrom(key: 'start' | 'chartStart', time: number): TimeBreak | undefined {
    let low = 0;
    let high = this.breaks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.breaks[middle][key] <= time) low = middle + 1;
      else high = middle;
    }
    return this.breaks[low - 1];
  }
}

/** Time as it was. */
export const REAL_TIME = new TimeMap([]);
