import { asMicros, msFromMicros } from '../../units.ts';

/** A time in both executions, in ms. `difference_ms` is after less before. */
export interface TimeChange {
  readonly before_ms: number;
  readonly after_ms: number;
  readonly difference_ms: number;
}

function ms(time: number): number {
  return msFromMicros(asMicros(time));
}

/** A time before and after, in microseconds, as the outside has it. */
export function timeChange(before: number, after: number): TimeChange {
  return { before_ms: ms(before), after_ms: ms(after), difference_ms: ms(after - before) };
}
