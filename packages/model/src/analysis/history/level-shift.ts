import { asMicros, msFromMicros, type Micros } from '../../units.ts';
import { mannWhitney, shiftBetween } from '../statistics/rank-test.ts';
import { spreadOf } from '../statistics/robust.ts';

/** How one set of times lies against another. */
export interface LevelShift {
  /** Medians. */
  readonly before: Micros;
  readonly after: Micros;
  /** Hodges and Lehmann's estimate of the difference, with the interval that holds it in 95% of cases. */
  readonly shift: Micros;
  readonly shiftLow: Micros;
  readonly shiftHigh: Micros;
  /** `shift` against `before`, 0.2 for 20% slower; null when that is 0. */
  readonly effect: number | null;
  /** Of the two-sided Mann-Whitney test. */
  readonly pValue: number;
  /** Cliff's delta: 1 when all later times are above all earlier ones. */
  readonly delta: number;
  /** How far the later times lie from the earlier ones in standard errors, each counted as 3 deviations at most. */
  readonly score: number;
}

/** No history is so still that 1% is news: the least deviation of a logarithm, also where most times are equal. */
const LEAST_DEVIATION = 0.01;
/** What a single time counts at most, in deviations, so that one that is wildly off is no shift. */
const MOST_DEVIATIONS = 3;

/** The logarithm of a time, where whatever is less than a microsecond counts as one. */
export function logTime(time: number): number {
  return Math.log(Math.max(time, 1));
}

/** How far each time lies from those of a history, in deviations of their logarithms; null without a history. */
export function deviationsFrom(reference: readonly number[], times: readonly number[]): number[] | null {
  const spread = spreadOf(reference.map(logTime));
  if (spread === null) return null;
  const deviation = Math.max(spread.deviation, LEAST_DEVIATION);
  return times.map((time) => (logTime(time) - spread.centre) / deviation);
}

function scoreOf(reference: readonly number[], times: readonly number[]): number {
  const deviations = deviationsFrom(reference, times) ?? [];
  let sum = 0;
  for (const value of deviations) sum += Math.min(Math.max(value, -MOST_DEVIATIONS), MOST_DEVIATIONS);
  return deviations.length === 0 ? 0 : sum / Math.sqrt(deviations.length);
}

/** Compares two sets of times in microseconds. Null when one is empty. */
export function levelShift(reference: readonly number[], times: readonly number[]): LevelShift | null {
  const test = mannWhitney(reference, times);
  const moved = shiftBetween(reference, times);
  const before = spreadOf(reference);
  const after = spreadOf(times);
  if (test === null || moved === null || before === null || after === null) return null;
  return {
    before: asMicros(Math.round(before.centre)),
    after: asMicros(Math.round(after.centre)),
    shift: asMicros(Math.round(moved.shift)),
    shiftLow: asMicros(Math.round(moved.low)),
    shiftHigh: asMicros(Math.round(moved.high)),
    effect: before.centre > 0 ? moved.shift / before.centre : null,
    pValue: test.pValue,
    delta: test.delta,
    score: scoreOf(reference, times),
  };
}

/** A `LevelShift` as the outside has it. */
export interface LevelShiftView {
  readonly before_ms: number;
  readonly after_ms: number;
  readonly shift_ms: number;
  readonly shift_low_ms: number;
  readonly shift_high_ms: number;
  readonly shift_percent: number | null;
  readonly p_value: number;
  readonly cliffs_delta: number;
  readonly score: number;
}

/** A share in percent with one decimal. */
export function percentOfShare(share: number): number {
  return Math.round(share * 1000) / 10 + 0;
}

/** Turns a shift into what the outside sees. */
export function levelShiftView(shift: LevelShift): LevelShiftView {
  return {
    before_ms: msFromMicros(shift.before),
    after_ms: msFromMicros(shift.after),
    shift_ms: msFromMicros(shift.shift),
    shift_low_ms: msFromMicros(shift.shiftLow),
    shift_high_ms: msFromMicros(shift.shiftHigh),
    shift_percent: shift.effect === null ? null : percentOfShare(shift.effect),
    p_value: shift.pValue,
    cliffs_delta: shift.delta,
    score: shift.score,
  };
}
