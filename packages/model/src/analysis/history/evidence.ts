import { studentQuantile } from '../statistics/distributions.ts';
import { median, noiseOf, spreadOf, type Spread } from '../statistics/robust.ts';

/**
 * How sure it is that times went to another level. Everything is in logarithms, so that percents count alike for short and
 * long times; ADR 41 says why it is done so.
 */

/** The logarithm of a time, where whatever is less than a microsecond counts as one. */
export function logTime(time: number): number {
  return Math.log(Math.max(time, 1));
}

/** No history is so still that 1% is news: the least deviation of a logarithm, also where most times are equal. */
const LEAST_DEVIATION = 0.01;
/** What a single time counts at most, in deviations, so that one that is wildly off is no shift. */
const MOST_DEVIATIONS = 3.5;
/** A run is with the others when it lies at least so many deviations in their direction. */
const LEAST_DEVIATIONS = 1;
/** One run of so many may be against them. */
const DISSENT = 5;
/** The spread is estimated a little less exactly than by all values. */
const FREEDOM_SHARE = 0.85;

/** What sources round their times to, in microseconds, coarsest first. */
const UNITS = [1_000_000, 1000] as const;

/**
 * The least deviation of the logarithms of some times. Where all are whole seconds or milliseconds, both ends were rounded:
 * no time is known better than that, however often it came out the same.
 */
export function leastDeviationOf(times: readonly number[]): number {
  const unit = UNITS.find((one) => times.every((time) => time % one === 0));
  if (unit === undefined) return LEAST_DEVIATION;
  return Math.max(LEAST_DEVIATION, unit / Math.sqrt(6) / Math.max(median(times) ?? 0, unit));
}

/** How far each time lies from those of a history, in deviations of their logarithms; null without a history. */
export function deviationsFrom(reference: readonly number[], times: readonly number[]): number[] | null {
  const spread = spreadOf(reference.map(logTime));
  if (spread === null) return null;
  const deviation = Math.max(spread.deviation, leastDeviationOf(reference));
  return times.map((time) => (logTime(time) - spread.centre) / deviation);
}

/** Level and noise of a history, of logarithms. */
export interface Reference extends Spread {
  readonly runs: number;
}

/** The level and the noise of some logarithms; null of none. @param least of their deviation; see `leastDeviationOf` */
export function referenceOf(logs: ArrayLike<number>, least = LEAST_DEVIATION): Reference | null {
  const noise = noiseOf(logs, MOST_DEVIATIONS, least);
  return noise === null ? null : { ...noise, runs: logs.length };
}

/** How some later times stand against a reference. */
export interface Evidence {
  /** The sum of their deviations, each held back at 3.5, in standard errors of it. Negative for faster. */
  readonly score: number;
  /** Whether they agree: four of five lie at least a deviation to that side, of three or four all. */
  readonly isAgreed: boolean;
}

/** Adds up what logarithms from a position on say against a reference. */
export function evidenceIn(reference: Reference, logs: ArrayLike<number>, from: number, to: number): Evidence {
  let sum = 0;
  let [above, below] = [0, 0];
  for (let i = from; i < to; i++) {
    const deviations = (logs[i] - reference.centre) / reference.deviation;
    sum += Math.min(Math.max(deviations, -MOST_DEVIATIONS), MOST_DEVIATIONS);
    if (deviations >= LEAST_DEVIATIONS) above++;
    else if (deviations <= -LEAST_DEVIATIONS) below++;
  }
  const runs = to - from;
  const needed = runs - Math.floor(runs / DISSENT);
  return {
    score: runs === 0 ? 0 : sum / Math.sqrt(runs * (1 + runs / reference.runs)),
    isAgreed: runs > 0 && (sum > 0 ? above : below) >= needed,
  };
}

/** How later times stand against earlier ones; null without earlier ones. */
export function evidenceOf(earlier: readonly number[], later: readonly number[]): Evidence | null {
  const reference = referenceOf(earlier.map(logTime), leastDeviationOf(earlier));
  return reference === null ? null : evidenceIn(reference, later.map(logTime), 0, later.length);
}

/** Which score chance exceeds, in either direction, with a probability only: Student's, for the noise is estimated. */
export function neededScore(significance: number, referenceRuns: number): number {
  return studentQuantile(significance, Math.max(1, Math.round(FREEDOM_SHARE * (referenceRuns - 1))));
}

/**
 * The slope of some logarithms in standard errors of it, by least squares over values that are held back at 3.5
 * deviations.
 */
export function slopeOf(logs: Float64Array): number {
  const reference = referenceOf(logs);
  if (reference === null || logs.length < 3) return 0;
  const most = MOST_DEVIATIONS * reference.deviation;
  const middle = (logs.length - 1) / 2;
  let product = 0;
  for (let i = 0; i < logs.length; i++) {
    product += Math.min(Math.max(logs[i] - reference.centre, -most), most) * (i - middle);
  }
  const squares = (logs.length * (logs.length * logs.length - 1)) / 12;
  return product / (reference.deviation * Math.sqrt(squares));
}
