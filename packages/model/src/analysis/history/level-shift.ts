import { asMicros, msFromMicros, type Micros } from '../../units.ts';
import { mannWhitney, shiftBetween } from '../statistics/rank-test.ts';
import { median } from '../statistics/robust.ts';
import { evidenceOf } from './evidence.ts';

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
  /** How far the later times lie above the earlier ones in standard errors, wild ones held back (see `evidenceOf`). */
  readonly score: number;
}

/** Compares two sets of times in microseconds. Null when one is empty. */
export function levelShift(reference: readonly number[], times: readonly number[]): LevelShift | null {
  const test = mannWhitney(reference, times);
  const moved = shiftBetween(reference, times);
  const before = median(reference);
  const after = median(times);
  if (test === null || moved === null || before === null || after === null) return null;
  return {
    before: asMicros(Math.round(before)),
    after: asMicros(Math.round(after)),
    shift: asMicros(Math.round(moved.shift)),
    shiftLow: asMicros(Math.round(moved.low)),
    shiftHigh: asMicros(Math.round(moved.high)),
    effect: before > 0 ? moved.shift / before : null,
    pValue: test.pValue,
    delta: test.delta,
    score: evidenceOf(reference, times)?.score ?? 0,
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
